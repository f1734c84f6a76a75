/** What is said in the diff of a pull request, as GitHub answers. */
import { z } from 'zod';
import { instant as time } from '../../lenient.ts';
import { actor, connection } from './schema.ts';

const comment = z.object({ id: z.string(), createdAt: time, author: actor });

/** What was said about some lines. */
const thread = z.object({
  id: z.string(),
  isResolved: z.boolean(),
  /** Its lines were changed since. */
  isOutdated: z.boolean(),
  comments: z.object({ totalCount: z.number(), nodes: z.array(comment.nullable().catch(null)) }),
});
export type Thread = z.infer<typeof thread>;

const threads = z.object({ reviewThreads: connection(thread, 'thread') });
export const pullThreads = z.object({ nodes: z.array(threads.extend({ id: z.string() }).nullable().catch(null)) });
export const moreThreads = z.object({ node: threads.nullable() });
