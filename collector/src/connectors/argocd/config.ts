/** Section `argocd` of throughline.yaml. */
import { z } from 'zod';
import { secret } from '../../secret.ts';

export const section = z
  .strictObject({
    token: secret()
      .optional()
      .describe('API token of an account of Argo CD that may get applications. Without it only notifications are received.'),
    url: z.url().optional().describe('Address of Argo CD, with its sub-path if it has one (`https://argocd.acme.io`).'),
    proxy: z.url().optional().describe('HTTP proxy for Argo CD alone. Default: HTTPS_PROXY and NO_PROXY of the environment.'),
    ca_file: z.string().optional().describe('PEM file with the certificate authority of the server.'),
    tokens: z
      .array(secret())
      .default([])
      .describe('Bearer tokens of the webhook service. Each of several is good. Without one nothing is received.'),
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
  })
  .refine(({ token, tokens }) => token !== undefined || tokens.length > 0, 'give token (with url) or tokens')
  .refine(({ token, url }) => (token === undefined) === (url === undefined), 'token and url belong together: give both'); // prettier-ignore

export type Section = z.infer<typeof section>;
