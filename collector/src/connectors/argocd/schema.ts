/** An application of Argo CD (v1alpha1, as of 3.x) as the template of the README sends it: fields of the resource that are needed, none of its parameters. */
import { z } from 'zod';
import { instant } from '../../lenient.ts';

const source = z.object({ repoURL: z.string().nullish(), chart: z.string().nullish() });

const entry = z.object({
  id: z.number(),
  revision: z.string().nullish(),
  revisions: z.array(z.string()).nullish(),
  deployStartedAt: instant.nullish(),
  deployedAt: instant,
  sources: z.array(source).nullish(),
  /** Of all that the sources say, parameters too. */
  digest: z.string().nullish(),
});
export type Entry = z.infer<typeof entry>;

export const application = z.object({
  metadata: z.object({ name: z.string().min(1), namespace: z.string().nullish(), uid: z.string().min(1) }),
  spec: z.object({
    project: z.string().nullish(),
    destination: z.object({ name: z.string().nullish(), namespace: z.string().nullish() }).nullish(),
  }),
  status: z.object({
    operationState: z
      .object({
        phase: z.string(),
        startedAt: instant,
        finishedAt: instant.nullish(),
        isPartial: z.boolean().nullish(),
        revision: z.string().nullish(),
      })
      .nullish(),
    images: z.array(z.string()).nullish(),
    /** Its resources are applications themselves. */
    isOfApplications: z.boolean().nullish(),
    history: z.array(entry).nullish(),
  }),
  /** Page of the application. */
  url: z.string().nullish(),
});
export type Application = z.infer<typeof application>;
