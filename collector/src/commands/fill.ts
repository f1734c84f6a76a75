/** The main job: a session with data in it (demo or real), one pass done. Used by `npm start`, `npm run grafana` and the commands. */
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { DERIVE_ID } from '../jobs/derive.ts';
import { runPass, type Failure, type PassOptions } from '../jobs/run-once.ts';
import { trackRun } from '../jobs/run-stream.ts';
import { withStoredProgress } from '../jobs/stored-progress.ts';
import type { Config } from '../config/schema.ts';
import { prepareDemo } from '../demo/demo.ts';
import { refuseDemoStore, storeContent } from '../demo/load.ts';
import { slugOf } from '../git/source.ts';
import type { Job } from '../jobs/job.ts';
import { cacheFolder, openJobs, type JobList } from '../jobs/list.ts';
import { newLogger, type Logger } from '../logger.ts';
import { progressOn, type Progress } from '../terminal/progress.ts';
import { withRepositories } from '../config/named-repositories.ts';
import { hasSources, namedConfig } from '../connectors/configured.ts';
import { openSession, type CommonOptions, type Session } from '../session.ts';
import type { Patience } from '../store/wait.ts';

/** Early jobs wait for their source more than they work: so many small questions are under way together. */
const EARLY_AT_ONCE = 4;
/** How often what was read so far is derived meanwhile: the derivation for which answers wait has less to do then. */
const DERIVE_EVERY_MS = 45_000;

/** An hour's rate begins anew within it. */
const LONGEST_WAIT_SECONDS = 3_900;

export interface StartOptions extends CommonOptions {
  readonly repos: readonly string[];
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** For a store that is not ready yet. Default: none. */
  readonly patience?: Patience;
  /** The configuration as the command line completes it. Default: as it is. */
  readonly complete?: (config: Config) => Config;
  /** Called as soon as what early streams read is derived; the pass goes on after it. Default: nothing happens then. */
  readonly onEarly?: (opened: Opened) => Promise<void>;
}

/** A session whose store is migrated and may be empty. */
export interface Opened {
  readonly session: Session;
  readonly config: Config;
  readonly isDemo: boolean;
  /** Slugs of the repositories that --repo names; empty = none was named. */
  readonly named: readonly string[];
  readonly log: Logger;
  readonly cacheDir: string;
}

export interface Started extends Opened {
  readonly failures: readonly Failure[];
}

/** Whether there is anything real to read: named, configured, or collected before. */
async function wantsDemo(options: StartOptions): Promise<{ session: Session; isDemo: boolean }> {
  const session = await openSession(options, { isReadAgain: true, patience: options.patience });
  const isNamed = options.repos.length > 0 || hasSources(options.complete?.(session.config) ?? session.config);
  const isDemo = !isNamed && (await storeContent(session.pool)) !== 'real';
  if (!isDemo || !session.store.isEmbedded) {
    return { session, isDemo };
  }
  await session.close();
  options.signal.throwIfAborted();
  return { session: await openSession(options, { isDemo: true, isReadAgain: true }), isDemo: true };
}

/** The demo's own configuration, served where the user's says: a later derivation must not see another one. */
async function fillDemo(session: Session, { progress, signal }: StartOptions): Promise<Config> {
  const { pool } = session;
  const line = progress.start('Demo organisation');
  let shown = line;
  const { rows, config } = await prepareDemo(pool, {
    signal,
    onProgress: (step, done, total) => shown.update(done, total, `steps, now ${step}`),
    // Boards say how far it is, as of any first collection.
    tracked: (derive) =>
      trackRun(pool, DERIVE_ID, () =>
        withStoredProgress({ pool, streamId: DERIVE_ID, line, signal }, (stored) => {
          shown = stored;
          return derive();
        })
      ),
  });
  line.done(rows > 0 ? `${rows.toLocaleString('en')} rows loaded and derived` : 'it was there already');
  return { ...config, http: session.config.http };
}

/** A repository that was mistyped once must not fail in `status` for ever: streams that nobody asks for and that never gave anything. */
async function forgetNeverRead(pool: pg.Pool, jobs: readonly Job[]): Promise<void> {
  await pool.query(
    'delete from stream_state where last_ok_at is null and cursor is null and row_count = 0 and stream_id <> all($1::text[])',
    [jobs.map(({ id }) => id)]
  );
}

/**
 * Opens the store for the named or configured repositories, or for the demo organisation when there is none. The caller closes the session.
 * @throws CollectorError of openSession.
 */
export async function open(options: StartOptions): Promise<Opened> {
  const { session, isDemo } = await wantsDemo(options);
  try {
    options.signal.throwIfAborted();
    const completed = isDemo ? session.config : (options.complete?.(session.config) ?? session.config);
    const config = namedConfig(withRepositories(completed, options.repos));
    const named = options.repos.length === 0 || isDemo ? [] : config.repositories.map(slugOf);
    return { session, config, isDemo, named, log: newLogger('info'), cacheDir: cacheFolder(session.home) };
  } catch (error) {
    await session.close();
    throw error;
  }
}

/**
 * Fills an open store: one pass over the repositories, or the demo organisation.
 * @throws CollectorError `store_has_demo`, `store_not_empty`.
 */
export async function fill(opened: Opened, options: StartOptions): Promise<{ config: Config; failures: Failure[] }> {
  const { session, config, isDemo, cacheDir } = opened;
  if (isDemo) {
    return { config: await fillDemo(session, options), failures: [] };
  }
  await refuseDemoStore(session.pool);
  // A pass shows its own progress; logs are for the scheduler.
  // Somebody looks on: a rate that is used up is waited for instead of leaving a part of everything unread.
  const jobs = openJobs({ session, config, log: newLogger('silent'), cacheDir, maxWaitSeconds: LONGEST_WAIT_SECONDS });
  await forgetNeverRead(session.pool, await jobs());
  const pass: PassOptions = { ...options, pool: session.pool, past: { seen: new Set(), failed: new Set() } };
  const early = options.onEarly === undefined ? [] : await runEarly(jobs, pass, () => options.onEarly?.(opened));
  return { config, failures: [...early, ...(await runPass(jobs, pass))] };
}

const isDerivation = ({ id }: Job): boolean => id === DERIVE_ID;

/** Derives now and then until it is told that all is read. What goes wrong here goes wrong in the last derivation too, and is told then. */
async function deriveMeanwhile(jobs: JobList, { pool, signal }: PassOptions, ended: AbortSignal): Promise<void> {
  const isOver = AbortSignal.any([signal, ended]);
  while (!isOver.aborted) {
    await pause(DERIVE_EVERY_MS, undefined, { signal: isOver }).catch(() => undefined);
    if (!isOver.aborted) await runPass(jobs, { pool, signal, progress: progressOn(null), only: isDerivation });
  }
}

/** What first answers need, and the answers. Nothing is run and told where no stream is early. */
export async function runEarly(
  jobs: JobList,
  pass: PassOptions,
  tell: () => Promise<void> | undefined
): Promise<Failure[]> {
  const isEarly = (job: Job): boolean => job.isEarly === true;
  const ended = new AbortController();
  const meanwhile = deriveMeanwhile(jobs, pass, ended.signal);
  const failures = await runPass(jobs, { ...pass, only: isEarly, parallel: EARLY_AT_ONCE }).finally(() => {
    ended.abort();
    return meanwhile;
  });
  const isUsable = (pass.past?.seen.size ?? 0) > 0 && !failures.some(({ isOfStore }) => isOfStore);
  if (isUsable && !pass.signal.aborted) {
    const { pool, progress, signal } = pass;
    await runPass(jobs, { pool, progress, signal, only: isDerivation });
    await tell();
  }
  return failures;
}

/** Opens the store and fills it. The caller closes the session. @throws CollectorError of open and fill. */
export async function start(options: StartOptions): Promise<Started> {
  const opened = await open(options);
  try {
    return { ...opened, ...(await fill(opened, options)) };
  } catch (error) {
    await opened.session.close();
    throw error;
  }
}
