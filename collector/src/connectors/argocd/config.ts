/** Section `argocd` of throughline.yaml. */
import { z } from 'zod';
import { secret } from '../../secret.ts';

export const section = z.strictObject({
  tokens: z.array(secret()).min(1, 'is empty').describe('Bearer tokens of the webhook service. Each of several is good.'),
  environments: z
    .record(z.string(), z.string())
    .default({})
    .describe('Application, namespace, cluster or project (glob `prod-*`) → environment; the first that fits decides. Default: one of them that is called like an environment.'),
  services: z.record(z.string(), z.string()).default({}).describe('Application → service here. Default: its name.'),
  repositories: z
    .record(z.string(), z.string())
    .default({})
    .describe('Address of a source (glob) → repository of its commits (owner/name); `none` = it holds no code: manifests, charts. Default: owner/name of the address.'),
  images: z
    .record(z.string(), z.string())
    .default({})
    .describe('Image without its tag (glob) → repository (owner/name) whose commit is its tag. With it the commit is that of the image.'),
}); // prettier-ignore

export type Section = z.infer<typeof section>;
