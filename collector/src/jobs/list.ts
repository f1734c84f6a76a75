/**
 * What there is to do for a configuration, as one list: the streams of every connector, the line lifetimes of every repository and the
 * derivation. `collect` runs it once from top to bottom, the scheduler fires each job on its own schedule.
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { deriveJob } from './derive.ts';
import type { Job, JobContext } from './job.ts';
import { lifetimeJobs } from './lifetimes.ts';
import { streamJobs } from './streams.ts';

/** Folder for mirrors and other caches. */
export function cacheFolder(home: string): string {
  const folder = path.resolve(home, 'mirrors');
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** All jobs in the order in which one pass runs them. */
export async function jobsOf(context: JobContext): Promise<Job[]> {
  return [...(await streamJobs(context)), ...(await lifetimeJobs(context)), deriveJob(context)];
}
