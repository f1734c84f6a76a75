/**
 * CDEvents 0.3 to 0.5 (0.5 calls `context.version` `specversion`), alone or as CloudEvents 1.0 over HTTP: structured (the event in
 * `data`), binary (the body is the data, `ce-` headers the rest) or a batch.
 */
import { z } from 'zod';
import { instant } from '../../lenient.ts';

const reference = z.object({ id: z.string().nullish() });

export const cdevent = z.object({
  context: z.object({
    id: z.string(),
    source: z.string(),
    type: z.string(),
    timestamp: instant,
  }),
  subject: z.object({
    id: z.string(),
    source: z.string().nullish(),
    content: z
      .object({
        environment: reference.nullish(),
        service: reference.nullish(),
        artifactId: z.string().nullish(),
        description: z.string().nullish(),
      })
      .default({}),
  }),
  customData: z.unknown().optional(),
});
export type CdEvent = z.infer<typeof cdevent>;

/** What CDEvents has no place for: the commit. */
export const customData = z.object({
  commitSha: z.string().nullish(),
  repo: z.string().nullish(),
  ref: z.string().nullish(),
  deploymentId: z.string().nullish(),
  url: z.string().nullish(),
});

export const cloudevent = z.object({
  specversion: z.string(),
  id: z.string(),
  type: z.string(),
  data: z.unknown().optional(),
});

/** A CloudEvent that carries its event as JSON. */
export const structured = z.object({ data: cdevent });
