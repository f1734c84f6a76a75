/**
 * Runs streams on their schedules. node-cron fires and graphile-worker queues, one job key per stream, so that any number of collector
 * processes on one store share the work.
 */
import { Logger as QueueLogger, run, type JobHelpers, type Runner } from 'graphile-worker';
import type pg from 'pg';
import { CollectorError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { openPool, withStoreErrors } from '../store/connection.ts';
import { openCron, type Cron } from './cron.ts';
import { isStreamFree, withStreamLock } from './stream-lock.ts';

/** Something that runs on a schedule, at most once at a time on the whole store. */
export interface ScheduledStream {
  /** Stream id; also the job key. */
  readonly id: string;
  /** Cron expression, in the time zone of the scheduler. */
  readonly every: string;
  /** Reads what is new. Throws CollectorError; a retryable one is tried again before the next firing. */
  readonly run: (signal: AbortSignal) => Promise<unknown>;
}

export interface SchedulerOptions {
  /** URL of the writer. */
  readonly url: string;
  /** The streams that there are now; asked for at the start, by `refresh`, and for a job of a stream that is not known yet. */
  readonly streams: () => Promise<readonly ScheduledStream[]>;
  readonly log: Logger;
  /** Streams that this process runs side by side. Default 2. */
  readonly concurrency?: number;
  /** IANA zone of the cron expressions. Default UTC. */
  readonly timeZone?: string;
  /** How often to look for streams of processes that died, in milliseconds. Default 1,000. */
  readonly takeoverEveryMs?: number;
}

export interface Scheduler {
  /** Asks for a run of a stream now. */
  fire(streamId: string): Promise<void>;
  /** Takes the streams as they are now: a run may have found new scopes. They are asked for at once. */
  refresh(): Promise<void>;
  /** Stops firing, lets running streams end after the page at hand, and closes connections. */
  stop(): Promise<void>;
}

interface Payload {
  readonly id: string;
  /** Instant of the firing, ISO 8601: several processes fire for the same instant. */
  readonly due: string;
}

const task = 'stream';
/** Seconds between the queue handing out a job and its stream being locked; well above what that takes. */
const graceSeconds = 1;

interface State {
  readonly pool: pg.Pool;
  readonly options: SchedulerOptions;
  streams: ReadonlyMap<string, ScheduledStream>;
  readonly cron: Cron;
  readonly stopping: AbortController;
  /** Names under which the queue holds this process's jobs. */
  readonly holders: Set<string>;
  /** Jobs that nobody seemed to run at the last look: job id → since when the queue holds it. */
  suspects: ReadonlyMap<string, number>;
}

async function enqueue(pool: pg.Pool, payload: Payload, delaySeconds = 0): Promise<void> {
  await withStoreErrors(() =>
    pool.query(
      `select graphile_worker.add_job($1, payload := $2::json, run_at := now() + make_interval(secs => $3), job_key := $4, max_attempts := 5)`,
      [task, JSON.stringify(payload), delaySeconds, payload.id]
    )
  );
}

/** Whether another process has run the stream for this firing already. */
async function isDone(pool: pg.Pool, { id, due }: Payload): Promise<boolean> {
  const { rowCount } = await pool.query(
    `select from stream_state where stream_id = $1 and last_run_at >= $2 and last_ok_at >= $2`,
    [id, due]
  );
  return rowCount !== 0;
}

/** A retryable failure goes back to the queue; any other waits for the next firing. It is in the log and in `stream_state` already. */
async function afterFailure(state: State, payload: Payload, error: unknown): Promise<void> {
  if (!(error instanceof CollectorError) || !error.retryable) {
    return;
  }
  if (error.retryAfterSeconds === undefined) {
    // The queue waits longer after each attempt.
    throw error;
  }
  await enqueue(state.pool, payload, error.retryAfterSeconds);
}

async function runJob(state: State, payload: Payload, helpers: JobHelpers): Promise<void> {
  const { pool, options, stopping } = state;
  if (helpers.job.locked_by !== null) {
    state.holders.add(helpers.job.locked_by);
  }
  const stream = await streamOf(state, payload.id);
  if (!stream || (helpers.job.attempts === 1 && (await isDone(pool, payload)))) {
    return;
  }
  try {
    const done = await withStreamLock(pool, { streamId: stream.id, signal: stopping.signal }, stream.run);
    if (done.isBusy) {
      options.log.debug({ stream: stream.id }, 'stream runs elsewhere; looking again');
      await enqueue(pool, payload, 5);
    }
  } catch (error) {
    await afterFailure(state, payload, error);
  }
  // A failed job stays in the queue: what is left of the stream is for the processes that stay.
  stopping.signal.throwIfAborted();
}

interface HeldJob {
  id: string;
  stream: string;
  holder: string;
  since: number;
}

/** Jobs that the queue holds for somebody while nobody has the stream's lock. */
async function unattended({ pool }: State): Promise<HeldJob[]> {
  const { rows } = await pool.query<HeldJob>(
    `select id::text, key as stream, locked_by as holder, extract(epoch from locked_at)::float8 as since from graphile_worker.jobs
     where task_identifier = $1 and locked_at < now() - make_interval(secs => $2) and key is not null`,
    [task, graceSeconds]
  );
  const found: HeldJob[] = [];
  for (const job of rows) {
    if (await isStreamFree(pool, job.stream)) found.push(job);
  }
  return found;
}

/**
 * Frees jobs whose process died: the queue would keep them for hours, but the stream's lock is free the moment the process is gone.
 * Only what is unattended twice in a row counts: between the end of a stream and the end of its job there is a moment without lock.
 */
async function takeOver(state: State): Promise<void> {
  const found = await unattended(state);
  const dead = found.filter(({ id, since }) => state.suspects.get(id) === since);
  state.suspects = new Map(found.map(({ id, since }) => [id, since]));
  for (const { stream, holder } of dead) {
    state.options.log.warn({ stream, holder }, 'the process that ran the stream is gone; taking over');
  }
  if (dead.length > 0) {
    await release(
      state.pool,
      dead.map(({ holder }) => holder)
    );
  }
}

async function release(pool: pg.Pool, holders: readonly string[]): Promise<void> {
  await pool.query('select graphile_worker.force_unlock_workers($1::text[])', [holders]);
}

/**
 * Takes the streams as they are now; new ones are asked for at once.
 * @throws CollectorError `schedule_invalid`, or what the store throws.
 */
async function refresh(state: State): Promise<void> {
  const streams = await state.options.streams();
  state.streams = new Map(streams.map((stream) => [stream.id, stream]));
  const added = await state.cron.set(streams);
  const due = new Date().toISOString();
  await Promise.all(added.map((id) => enqueue(state.pool, { id, due })));
}

/** The stream of a job; another process may have found it a moment ago. */
async function streamOf(state: State, id: string): Promise<ScheduledStream | undefined> {
  const known = state.streams.get(id);
  if (known) {
    return known;
  }
  await refresh(state);
  return state.streams.get(id);
}

/** Looks for dead processes until stopped; a store that is gone for a while is no reason to give up. */
function startTakeover(state: State): NodeJS.Timeout {
  let isLooking = false;
  return setInterval(() => {
    if (isLooking) {
      return;
    }
    isLooking = true;
    takeOver(state)
      .catch((error: unknown) => {
        state.options.log.debug({ error }, 'store not reachable');
      })
      .finally(() => {
        isLooking = false;
      });
  }, state.options.takeoverEveryMs ?? 1_000);
}

/** The queue's own messages: failures are worded by us already. */
function queueLogger(log: Logger): QueueLogger {
  return new QueueLogger(() => (level, message) => {
    log.debug({ queue: level }, message);
  });
}

async function startQueue(state: State): Promise<Runner> {
  return withStoreErrors(() =>
    run({
      pgPool: state.pool,
      concurrency: state.options.concurrency ?? 2,
      noHandleSignals: true,
      // A pooler in transaction mode hands out another connection, which does not know them.
      noPreparedStatements: true,
      pollInterval: 1_000,
      logger: queueLogger(state.options.log),
      taskList: { [task]: (payload, helpers) => runJob(state, payload as Payload, helpers) },
      // Without this the queue looks for a crontab file in the current folder.
      parsedCronItems: [],
    })
  );
}

/**
 * Starts firing and running; every stream is asked for once at the start.
 * @throws CollectorError `schedule_invalid`, or what the store throws.
 */
export async function startScheduler(options: SchedulerOptions): Promise<Scheduler> {
  // Per stream at work: the queue's, the lock's and the page's connection; and the queue's listener.
  const pool = openPool(options.url, {
    max: 3 * (options.concurrency ?? 2) + 3,
    name: `throughline scheduler ${String(process.pid)}`,
  });
  const state: State = {
    pool,
    options,
    streams: new Map(),
    cron: openCron((id, due) => {
      enqueue(pool, { id, due: due.toISOString() }).catch((error: unknown) => {
        options.log.error({ stream: id, error }, 'stream could not be queued');
      });
    }, options.timeZone ?? 'UTC'),
    stopping: new AbortController(),
    holders: new Set(),
    suspects: new Map(),
  };
  const fire = (id: string): Promise<void> => enqueue(pool, { id, due: new Date().toISOString() });
  try {
    const streams = await options.streams();
    await state.cron.set(streams);
    state.streams = new Map(streams.map((stream) => [stream.id, stream]));
    const runner = await startQueue(state);
    const takeover = startTakeover(state);
    await Promise.all(streams.map(({ id }) => fire(id)));
    return { fire, refresh: () => refresh(state), stop: () => stop({ state, runner, takeover }) };
  } catch (error) {
    await state.cron.stop();
    await pool.end();
    throw error;
  }
}

async function stop(started: { state: State; runner: Runner; takeover: NodeJS.Timeout }): Promise<void> {
  const { state, runner, takeover } = started;
  clearInterval(takeover);
  await state.cron.stop();
  state.stopping.abort();
  await runner.stop().catch(() => undefined);
  await runner.promise.catch(() => undefined);
  // The queue does not wait for its last note that a job ended.
  await release(state.pool, [...state.holders]).catch(() => undefined);
  await state.pool.end();
}
