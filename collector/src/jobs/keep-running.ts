/** Keeps collecting: every job on its schedule, what follows from it right after, health and metrics over HTTP. */
import type { Config } from '../config/schema.ts';
import type { Job, JobContext } from './job.ts';
import { jobsOf } from './list.ts';
import { progressOn } from '../terminal/progress.ts';
import { startServer } from '../receive/server.ts';
import { startScheduler, type Scheduler } from './queue.ts';
import type { Session } from '../session.ts';

export interface ScheduleOptions extends JobContext {
  readonly session: Session;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

function scheduled(
  job: Job,
  fire: (id: string) => Promise<void>
): { id: string; every: string; run: (signal: AbortSignal) => Promise<void> } {
  return {
    id: job.id,
    every: job.every,
    run: async (signal) => {
      await job.run(signal, progressOn(null).start(job.title));
      for (const next of job.then) {
        await fire(next);
      }
    },
  };
}

const httpOf = (config: Config): { host: string; port: number } => ({
  host: process.env.THROUGHLINE_HTTP_HOST ?? config.http.host,
  port: config.http.port,
});

/** Runs until the signal aborts. @throws CollectorError `http_port`, `schedule_invalid`, or what the store throws. */
export async function keepCollecting(options: ScheduleOptions): Promise<void> {
  const { session, config, log, signal, say } = options;
  const jobs = await jobsOf(options);
  let scheduler: Scheduler | null = null;
  const fire = async (id: string): Promise<void> => scheduler?.fire(id);
  const server = await startServer({ ...httpOf(config), pool: session.pool });
  try {
    scheduler = await startScheduler({
      url: session.store.url,
      streams: jobs.map((job) => scheduled(job, fire)),
      log,
      timeZone: config.time_zone,
    });
    say(
      `Collecting on schedule; health and metrics on http://${httpOf(config).host}:${String(server.port)}. Ctrl-C ends it.`
    );
    await new Promise<void>((resolve) => {
      if (signal.aborted) {
        resolve();
      }
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  } finally {
    await scheduler?.stop();
    await server.close();
  }
}
