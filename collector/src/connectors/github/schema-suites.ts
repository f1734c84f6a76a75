/** Check suites as GitHub answers: the jobs of runs of Actions. */
import { z } from 'zod';
import { instant as time } from '../../lenient.ts';
import { connection } from './schema.ts';

/** A job of a run of GitHub Actions, in one of its attempts: which, GitHub does not tell here. */
export const job = z.object({
  id: z.string(),
  databaseId: z.number().nullish(),
  name: z.string(),
  status: z.string(),
  conclusion: z.string().nullish(),
  startedAt: time.nullish(),
  completedAt: time.nullish(),
  detailsUrl: z.string().nullish(),
});
export type Job = z.infer<typeof job>;
export const suite = z.object({ id: z.string(), checkRuns: connection(job, 'job').nullable() });
export const moreJobs = z.object({ node: z.object({ checkRuns: connection(job, 'job').nullish() }).nullable() });
