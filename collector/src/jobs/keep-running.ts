/** Keeps collecting: every job on its schedule, what follows from it right after; health, metrics and pushes over HTTP. */
import type pg from 'pg';
import type { Config } from '../config/schema.ts';
import { CollectorError } from '../errors.ts';
import { pushRoutes } from '../receive/push.ts';
import { doorsInWords } from '../receive/doors.ts';
import { receiversOf } from '../receive/receivers.ts';
import { startServer, type RunningServer, type ServerOptions } from '../receive/server.ts';
import type { Session } from '../session.ts';
import { progressOn } from '../terminal/progress.ts';
import { workDuringFill } from './during-fill.ts';
import { INBOX_ID } from './inbox.ts';
import type { Job, JobContext } from './job.ts';
import { openJobs } from './list.ts';
import { retainJob } from './retain.ts';
import { withStoredProgress } from './stored-progress.ts';
import { startScheduler, type ScheduledStream, type Scheduler } from './queue.ts';

export interface ScheduleOptions extends JobContext {
  readonly session: Session;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
  /** A person at a terminal is better served by another port than by an end; who scrapes the port is not. Default: the port is as configured. */
  readonly mayMovePort?: boolean;
  /** The first pass, when it is not done yet; health, metrics and pushes are served meanwhile. Resolves with the configuration to go on with. */
  readonly fill?: () => Promise<Config>;
}

/** How often to look for scopes that another process found, in milliseconds. */
const REFRESH_MS = 60_000;

function scheduled(pool: pg.Pool, job: Job, after: (job: Job) => Promise<void>): ScheduledStream {
  return {
    id: job.id,
    every: job.every,
    run: async (signal) => {
      const line = progressOn(null).start(job.title);
      await withStoredProgress({ pool, streamId: job.id, line, signal }, (stored) => job.run(signal, stored));
      await after(job);
    },
  };
}

const httpOf = (config: Config): { host: string; port: number } => ({
  host: process.env.THROUGHLINE_HTTP_HOST ?? config.http.host,
  port: config.http.port,
});

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
    }
    signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** The scheduler of all jobs; its list is read again after a run that may have found scopes. */
async function schedule(options: ScheduleOptions): Promise<Scheduler> {
  const { session, config, log } = options;
  let scheduler: Scheduler | null = null;
  let hasFound = false;
  const jobs = openJobs({ ...options, onFound: () => (hasFound = true) });
  const after = async (job: Job): Promise<void> => {
    if (hasFound) {
      hasFound = false;
      await scheduler?.refresh();
    }
    for (const next of job.then) {
      await scheduler?.fire(next);
    }
  };
  scheduler = await startScheduler({
    url: session.store.url,
    streams: async () => [...(await jobs(true)), retainJob(options)].map((job) => scheduled(session.pool, job, after)),
    log,
    timeZone: config.time_zone,
  });
  return scheduler;
}

async function serve(
  { session, config, say, mayMovePort = false }: ScheduleOptions,
  served: Pick<ServerOptions, 'pushes' | 'isFilled'>
): Promise<RunningServer> {
  const { host, port } = httpOf(config);
  try {
    return await startServer({ host, port, pool: session.pool, ...served });
  } catch (error) {
    if (!mayMovePort || !(error instanceof CollectorError) || error.code !== 'http_port') {
      throw error;
    }
    say(`Port ${String(port)} is in use; another one is taken. http.port in throughline.yaml sets it.`);
    return startServer({ host, port: 0, pool: session.pool, ...served });
  }
}

/** Asks once for many calls in a row: a flood of deliveries is one job. */
function soon(ask: () => unknown): () => void {
  let timer: NodeJS.Timeout | null = null;
  return () => {
    timer ??= setTimeout(() => {
      timer = null;
      ask();
    }, 100).unref();
  };
}

/** Runs until the signal aborts. @throws CollectorError `http_port`, `schedule_invalid`, or what the store throws. */
export async function keepCollecting(options: ScheduleOptions): Promise<void> {
  const { session, config, log, signal, say } = options;
  let scheduler: Scheduler | null = null;
  const { pool } = session;
  const receivers = receiversOf(config);
  const filling = options.fill === undefined ? null : workDuringFill({ ...options, url: session.store.url });
  const asking = soon(() => {
    if (scheduler === null) filling?.ask();
    else scheduler.fire(INBOX_ID).catch((error: unknown) => log.debug({ error }, 'inbox not queued'));
  });
  const pushes = pushRoutes({ pool, receivers: receivers.values(), log, onAccepted: asking });
  let isFilled = options.fill === undefined;
  const server = await serve(options, { pushes, isFilled: () => isFilled });
  const at = `http://${httpOf(config).host}:${String(server.port)}`;
  say(doorsInWords(config, receivers));
  let refreshing: NodeJS.Timeout | undefined;
  try {
    if (options.fill) {
      say(`Health and metrics on ${at}, also during the first pass.`);
    }
    const filled = (await options.fill?.()) ?? config;
    isFilled = true;
    await filling?.stop();
    if (signal.aborted) {
      return;
    }
    const started = await schedule({ ...options, config: filled });
    scheduler = started;
    refreshing = setInterval(() => {
      started.refresh().catch((error: unknown) => log.debug({ error }, 'store not reachable'));
    }, REFRESH_MS);
    say(`Collecting on schedule; health and metrics on ${at}. Ctrl-C ends it.`);
    await aborted(signal);
  } finally {
    clearInterval(refreshing);
    await filling?.stop();
    await scheduler?.stop();
    await server.close();
  }
}
