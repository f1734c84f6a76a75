/**
 * Works off what is pushed while the first pass goes on, which may take hours and comes to the inbox at its end only. What follows from a
 * push is run too, as far as the pass has been there: what it has not read yet, or is at just now, it reads by itself, and every job is
 * due when the scheduler starts.
 */
import type pg from 'pg';
import { openPool } from '../store/connection.ts';
import { progressOn } from '../terminal/progress.ts';
import { DERIVE_ID } from './derive.ts';
import { INBOX_ID } from './inbox.ts';
import type { JobContext } from './job.ts';
import { openJobs, type JobList } from './list.ts';
import { withStreamLock } from './stream-lock.ts';

export interface FillWorker {
  /** There is something in the inbox. */
  ask(): void;
  /** Ends after the page at hand; a second time is the first. */
  stop(): Promise<void>;
}

/** The lock of a job, the page that it writes, and what it asks beside. */
const CONNECTIONS = 4;

interface Work {
  readonly pool: pg.Pool;
  readonly jobs: JobList;
  readonly signal: AbortSignal;
}

/** Runs a job unless somebody is at it. @returns what is due after it. */
async function runOne({ pool, jobs, signal }: Work, id: string): Promise<readonly string[]> {
  const job = (await jobs()).find((one) => one.id === id);
  if (job === undefined || signal.aborted) return [];
  const line = progressOn(null).start(job.title);
  const done = await withStreamLock(pool, { streamId: id, signal }, (inner) => job.run(inner, line));
  return done.isBusy ? [] : job.then;
}

async function wereRead(pool: pg.Pool, ids: readonly string[]): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    'select stream_id as id from stream_state where stream_id = any($1::text[]) and last_ok_at is not null order by 1',
    [ids]
  );
  return rows.map(({ id }) => id);
}

async function workOnce(work: Work): Promise<void> {
  const due = await runOne(work, INBOX_ID);
  // The pass finds scopes: the list is as the store knows them now.
  if (due.length > 0) await work.jobs(true);
  const streams = await wereRead(
    work.pool,
    due.filter((id) => id !== DERIVE_ID)
  );
  const after = new Set(due.filter((id) => id === DERIVE_ID));
  for (const id of streams) {
    for (const next of await runOne(work, id)) if (next === DERIVE_ID) after.add(next);
  }
  for (const id of after) await runOne(work, id);
}

/** @param context `url` is that of the writer: the pass keeps the connections of its own pool. */
export function workDuringFill(
  context: JobContext & { readonly url: string; readonly signal: AbortSignal }
): FillWorker {
  const pool = openPool(context.url, { max: CONNECTIONS, name: 'throughline pushes' });
  const stopping = new AbortController();
  const signal = AbortSignal.any([context.signal, stopping.signal]);
  const work = { pool, jobs: openJobs({ ...context, session: { ...context.session, pool } }), signal };
  let isAsked = false;
  let working: Promise<void> | null = null;
  const workAll = async (): Promise<void> => {
    while (isAsked && !signal.aborted) {
      isAsked = false;
      // What failed is told by the job's own state, and due again when the scheduler starts.
      await workOnce(work).catch((error: unknown) => context.log.debug({ error }, 'pushes not worked off'));
    }
    working = null;
  };
  let stopped: Promise<void> | null = null;
  const stop = async (): Promise<void> => {
    stopping.abort();
    await working;
    await pool.end();
  };
  return {
    ask: () => {
      if (signal.aborted) return;
      isAsked = true;
      working ??= workAll();
    },
    stop: () => (stopped ??= stop()),
  };
}
