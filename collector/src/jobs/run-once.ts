/** One pass over every job, in order, with progress; a job that fails does not stop the others. */
import { CollectorError, lineOf } from '../errors.ts';
import type { Job } from './job.ts';
import type { JobList } from './list.ts';
import type pg from 'pg';
import type { Progress, ProgressLine } from '../terminal/progress.ts';
import { passLines } from './pass-lines.ts';
import { announce, withStoredProgress } from './stored-progress.ts';
import { withStreamLock } from './stream-lock.ts';

/** Ids of jobs that were run, and of those that failed or needed one that did. */
export interface Past {
  readonly seen: Set<string>;
  readonly failed: Set<string>;
}

export interface PassOptions {
  readonly pool: pg.Pool;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Jobs that are run; the others wait for another pass. Default: all. */
  readonly only?: (job: Job) => boolean;
  /** Jobs that run side by side. Default 1. */
  readonly parallel?: number;
  /** What another part of the same pass has run; this one is added. Default: nothing. */
  readonly past?: Past;
}

/** A job that ended badly. */
export interface Failure {
  readonly job: string;
  readonly error: unknown;
  /** The store itself failed: there is nothing to ask it either. */
  readonly isOfStore: boolean;
}

async function runJob(job: Job, line: ProgressLine, { pool, signal }: PassOptions): Promise<void> {
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
 * @returns the failures, in the order in which they ended; an aborted pass ends early without one.
 */
export async function runPass(list: JobList, options: PassOptions): Promise<Failure[]> {
  const { only = () => true, parallel = 1, signal } = options;
  const { seen, failed }: Past = options.past ?? { seen: new Set(), failed: new Set() };
  const failures: Failure[] = [];
  const running = new Map<string, Promise<void>>();
  const lines = passLines(options.progress);
  const isStopped = (): boolean => signal.aborted || failures.some(({ isOfStore }) => isOfStore);
  const run = async (job: Job): Promise<void> => {
    const jobs = await list();
    try {
      await runJob(job, lines.start(job, jobs), options);
    } catch (error) {
      if (signal.aborted) return;
      failures.push({ job: job.id, error, isOfStore: endsPass(error) });
      failed.add(job.id);
      options.progress.say(`${job.title}: ${lineOf(error)}`);
    } finally {
      lines.end(job, jobs);
      running.delete(job.id);
    }
  };
  let announced: readonly Job[] | null = null;
  const known = async (): Promise<readonly Job[]> => {
    const jobs = await list();
    if (jobs !== announced) {
      announced = jobs;
      await announce(
        options.pool,
        jobs.map(({ id }) => id)
      );
    }
    return jobs;
  };
  const isReady = (job: Job): boolean => !seen.has(job.id) && only(job) && !running.has(job.needs ?? '');
  for (;;) {
    const job = isStopped() || running.size >= parallel ? undefined : (await known()).find(isReady);
    if (job === undefined) {
      if (running.size === 0) return failures;
      await Promise.race(running.values());
    } else {
      seen.add(job.id);
      if (job.needs !== null && failed.has(job.needs)) failed.add(job.id);
      else running.set(job.id, run(job));
    }
  }
}
