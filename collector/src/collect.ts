/** One pass over every job, in order, with progress; a job that fails does not stop the others. */
import { messageOf } from './errors.ts';
import type { Job } from './jobs.ts';
import type pg from 'pg';
import type { Progress } from './progress.ts';
import { withStreamLock } from './run-stream-lock.ts';

export interface PassOptions {
  readonly pool: pg.Pool;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** A job that ended badly. */
export interface Failure {
  readonly job: string;
  readonly error: unknown;
}

async function runJob(job: Job, { pool, progress, signal }: PassOptions): Promise<void> {
  const line = progress.start(job.title);
  for (;;) {
    const done = await withStreamLock(pool, { streamId: job.id, signal }, (inner) => job.run(inner, line));
    if (!done.isBusy) {
      line.done(done.result);
      return;
    }
    signal.throwIfAborted();
    line.update(0, null, 'waiting: another process is at it');
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

/** Runs all jobs once. @returns the failures, in order; an aborted pass ends early without one. */
export async function runPass(jobs: readonly Job[], options: PassOptions): Promise<Failure[]> {
  const failures: Failure[] = [];
  for (const job of jobs) {
    if (options.signal.aborted) {
      break;
    }
    try {
      await runJob(job, options);
    } catch (error) {
      if (options.signal.aborted) {
        break;
      }
      failures.push({ job: job.id, error });
      options.progress.say(`${job.title}: ${messageOf(error)}`);
    }
  }
  return failures;
}
