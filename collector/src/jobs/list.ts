/**
 * What there is to do for a configuration, as one list: the streams of every connector, what was pushed, the line lifetimes of every repository whose history is read and the
 * derivation. `collect` runs it once from top to bottom, the scheduler fires each job on its own schedule.
 */
import { chmodSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { deriveJob } from './derive.ts';
import { inboxJobs } from './inbox.ts';
import type { Job, JobContext, StreamJob } from './job.ts';
import { lifetimeJobs } from './lifetimes.ts';
import { readSources } from './sources.ts';
import { streamJobs } from './streams.ts';

/** Folder for mirrors and other caches. */
export function cacheFolder(home: string): string {
  const folder = path.resolve(home, 'mirrors');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  return folder;
}

/** All jobs in the order in which one pass runs them, as the store knows the sources now: a stream that finds new scopes makes more. */
export async function jobsOf(context: JobContext): Promise<Job[]> {
  const sources = await readSources(context.session.pool, context.config);
  const streams = streamJobs(sources, context);
  const repositories = sources[0]?.sources.repositories ?? [];
  const lines = lifetimeJobs({ repositories, streams }, context);
  return [
    ...streams.filter(({ together }) => together === null),
    ...(await inboxJobs(context)),
    ...scopeByScope(streams, lines),
    deriveJob(context),
  ];
}

/** A mirror that made room for the next repository would be fetched again for the lines of its own. */
function scopeByScope(streams: readonly StreamJob[], lines: readonly Job[]): Job[] {
  const scopes = new Map<string, Job[]>();
  for (const job of streams) {
    if (job.together !== null) scopes.set(job.together, [...(scopes.get(job.together) ?? []), job]);
  }
  const placed = new Set<Job>();
  const all = [...scopes.values()].flatMap((jobs) => {
    const own = lines.filter(({ needs }) => jobs.some(({ id }) => id === needs));
    own.forEach((job) => placed.add(job));
    return [...jobs, ...own];
  });
  return [...all, ...lines.filter((job) => !placed.has(job))];
}

/** Gives the jobs; they are listed again when a run found scopes, or when `isFresh` asks for it. */
export type JobList = (isFresh?: boolean) => Promise<readonly Job[]>;

export function openJobs(context: JobContext): JobList {
  let known: Promise<readonly Job[]> | null = null;
  const forget = (): void => {
    known = null;
  };
  const onFound = (): void => {
    forget();
    context.onFound?.();
  };
  return (isFresh = false) => {
    if (known === null || isFresh) {
      known = jobsOf({ ...context, onFound });
      known.catch(forget);
    }
    return known;
  };
}
