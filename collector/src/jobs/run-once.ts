/** One pass over every job, in order, with progress; a job that fails does not stop the others. */
import { CollectorError, lineOf } from '../errors.ts';
import type { Job } from './job.ts';
import type { JobList } from './list.ts';
import type pg from 'pg';
import type { Progress } from '../terminal/progress.ts';
import { announce, withStoredProgress } from './stored-progress.ts';
import { withStreamLock } from './stream-lock.ts';

export interface PassOptions {
  readonly pool: pg.Pool;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** A job that ended badly. */
export interface Failure {
  readonly job: string;
  readonly error: unknown;
  /** The store itself failed: there is nothing to ask it either. */
  readonly isOfStore: boolean;
}

async function runJob(job: Job, { pool, progress, signal }: PassOptions): Promise<void> {
  const line = progress.start(job.title);
  for (;;) {
    const done = await withStreamLock(pool, { streamId: job.id, signal }, (inner) =>
      withStoredProgress({ pool, streamId: job.id, line, signal: inner }, (stored) => job.run(inner, stored))
    );
    if (!done.isBusy) {
      line.done(done.result);
      return;
    }
    signal.throwIfAborted();
    line.update(0, null, 'waiting: another process is at it');
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

/** Faults that every other job would meet too. */
const ofTheStore = new Set([
  'store_gone',
  'store_unreachable',
  'store_login',
  'store_rights',
  'store_busy',
  'disk_full',
]);
const endsPass = (error: unknown): boolean => error instanceof CollectorError && ofTheStore.has(error.code);

/**
 * Runs all jobs once, those too that a stream finds meanwhile. What needs a job that failed is left out, and a fault of the store ends
 * the pass: one fault, one line.
 * @returns the failures, in order; an aborted pass ends early without one.
 */
export async function runPass(list: JobList, options: PassOptions): Promise<Failure[]> {
  const failures: Failure[] = [];
  const failed = new Set<string>();
  const seen = new Set<string>();
  let announced: readonly Job[] | null = null;
  const next = async (): Promise<Job | undefined> => {
    const jobs = await list();
    if (jobs !== announced) {
      announced = jobs;
      await announce(
        options.pool,
        jobs.map(({ id }) => id)
      );
    }
    return jobs.find(({ id }) => !seen.has(id));
  };
  for (let job = await next(); job && !options.signal.aborted; job = await next()) {
    seen.add(job.id);
    if (job.needs !== null && failed.has(job.needs)) {
      failed.add(job.id);
      continue;
    }
    try {
      await runJob(job, options);
    } catch (error) {
      if (options.signal.aborted) {
        break;
      }
      failures.push({ job: job.id, error, isOfStore: endsPass(error) });
      failed.add(job.id);
      options.progress.say(`${job.title}: ${lineOf(error)}`);
      if (endsPass(error)) {
        break;
      }
    }
  }
  return failures;
}
