/** An application of Argo CD (v1alpha1, as of 3.x): as the template of the README sends it, and as the API answers; only the fields that are needed. */
import { z } from 'zod';
import { eachOf, instant } from '../../lenient.ts';

export const source = z.object({ repoURL: z.string().nullish(), chart: z.string().nullish() });

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

/** What the list gives of an application with `fields`, which takes no history and no uid. */
const listed = z.object({
  metadata: z.object({ name: z.string().min(1), namespace: z.string().nullish() }),
  spec: z.object({ project: z.string().nullish() }).nullish(),
  status: z
    .object({
      health: z.object({ status: z.string().nullish() }).nullish(),
      operationState: z
        .object({ phase: z.string().nullish(), startedAt: instant.nullish(), finishedAt: instant.nullish() })
        .nullish(),
    })
    .nullish(),
});
export type Listed = z.infer<typeof listed>;
/** Null = the list is empty. */
export const applicationList = z.object({ items: eachOf(listed, 'application').nullish() });

const apiEntry = entry.omit({ digest: true }).extend({ source: z.unknown(), sources: z.array(z.unknown()).nullish() });

/** The resource itself. */
export const apiApplication = z.object({
  metadata: application.shape.metadata,
  spec: application.shape.spec,
  status: z.object({
    operationState: z
      .object({
        phase: z.string(),
        startedAt: instant,
        finishedAt: instant.nullish(),
        operation: z
          .object({
            sync: z.object({ resources: z.array(z.unknown()).nullish(), dryRun: z.boolean().nullish() }).nullish(),
          })
          .nullish(),
      })
      .nullish(),
    summary: z.object({ images: z.array(z.string()).nullish() }).nullish(),
    resources: z.array(z.object({ kind: z.string().nullish() })).nullish(),
    history: z.array(apiEntry).nullish(),
  }),
});
export type ApiApplication = z.infer<typeof apiApplication>;

/** `url`: address of the pages of Argo CD. */
export const settings = z.object({ url: z.string().nullish() });

export const cursor = z.object({
  /** Of the rules that the rows rest on: with others all applications are read again. */
  rules: z.string(),
  /** By namespace and name: the operation that was read, and the newest number of `history` then; null = it had none. */
  applications: z.record(z.string(), z.object({ operation: z.string(), id: z.number().nullable() })),
});
export type Cursor = z.infer<typeof cursor>;
