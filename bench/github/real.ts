/**
 * `npm run bench -- --github --real`: first answers as `npm start` comes to them, early streams side by side, from a GitHub whose latency and CPU
 * are really waited for and whose minute is a real one; then older pull requests for a few minutes.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import type pg from 'pg';
import { runEarly } from '../../collector/src/commands/fill.ts';
import { configSchema } from '../../collector/src/config/schema.ts';
import { openStore } from '../../collector/src/embedded/open.ts';
import { DERIVE_ID } from '../../collector/src/jobs/derive.ts';
import { openJobs } from '../../collector/src/jobs/list.ts';
import { runPass, type Failure, type PassOptions } from '../../collector/src/jobs/run-once.ts';
import { newLogger } from '../../collector/src/logger.ts';
import { openPool } from '../../collector/src/store/connection.ts';
import { migrate } from '../../collector/src/store/migrate.ts';
import { progressOn } from '../../collector/src/terminal/progress.ts';
import { deriveOneChange, type OneChange } from './one-change.ts';
import { startServer, type Server } from './server.ts';

export interface RealOptions {
  /** Default 1,000. */
  readonly repositories?: number;
  /** Default 60,000. */
  readonly pulls?: number;
  /** How long older pull requests are read. Default 2. */
  readonly minutes?: number;
}

export interface RealPass {
  readonly title: string;
  /** By the clock. */
  readonly seconds: number;
  /** Among them: the derivation at the end. */
  readonly deriveSeconds: number;
  readonly requests: number;
  /** Requests that were told to wait. */
  readonly refused: number;
  readonly points: number;
  readonly pulls: number;
  /** CPU that the server charged. */
  readonly cpuSeconds: number;
  /** Most of the collector's process meanwhile: resident, and in use on its heap. */
  readonly peakMegabytes: number;
  readonly heapMegabytes: number;
}

export interface RealBench {
  readonly cores: number;
  /** Of the machine before and after. */
  readonly load: readonly [number, number];
  readonly repositories: number;
  readonly pulls: number;
  readonly passes: readonly RealPass[];
  /** Derivation of one changed pull request after all that. */
  readonly oneChange: OneChange;
}

const load = (): number => Math.round((loadavg()[0] ?? 0) * 10) / 10;

async function measured({ server, pool }: { readonly server: Server; readonly pool: pg.Pool }, title: string, work: () => Promise<Failure[]>): Promise<RealPass> {
  const before = await server.ask({});
  const peak = { rss: 0, heapUsed: 0 };
  const watch = setInterval(() => {
    const { rss, heapUsed } = process.memoryUsage();
    peak.rss = Math.max(peak.rss, rss);
    peak.heapUsed = Math.max(peak.heapUsed, heapUsed);
  }, 100);
  const started = performance.now();
  const failures = await work().finally(() => clearInterval(watch));
  const seconds = (performance.now() - started) / 1000;
  if (failures.length > 0) throw failures[0]?.error;
  const after = await server.ask({});
  const { rows } = await pool.query<{ seconds: number | null }>(
    `select last_seconds::float8 as seconds from stream_state where stream_id = $1 and last_ok_at > clock_timestamp() - make_interval(secs => $2)`,
    [DERIVE_ID, seconds]
  );
  return {
    title,
    seconds,
    deriveSeconds: rows[0]?.seconds ?? 0,
    requests: after.requests - before.requests,
    refused: after.refused - before.refused,
    points: after.points - before.points,
    pulls: after.pulls - before.pulls,
    cpuSeconds: (after.cpuMs - before.cpuMs) / 1000,
    peakMegabytes: Math.round(peak.rss / 1e6),
    heapMegabytes: Math.round(peak.heapUsed / 1e6),
  };
} // prettier-ignore

export async function benchReal({ repositories = 1_000, pulls = 60_000, minutes = 2 }: RealOptions): Promise<RealBench> {
  const home = mkdtempSync(path.join(tmpdir(), 'throughline-bench-github-'));
  const loadBefore = load();
  const server = await startServer(repositories, pulls, true);
  const store = await openStore({ folder: home, port: 55_492, isReadAgain: true });
  await migrate(store.url);
  const pool = openPool(store.url);
  try {
    const config = configSchema.parse({ github: { token: 'bench-token', url: server.url, owners: ['acme'], mirrors: false } });
    const jobs = openJobs({ session: { pool, home }, config, log: newLogger('silent'), cacheDir: home, maxWaitSeconds: 3_900 });
    const end = new AbortController();
    const pass: PassOptions = { pool, progress: progressOn(null), signal: end.signal, past: { seen: new Set(), failed: new Set() } };
    const first = await measured({ server, pool }, 'first answers', () => runEarly(jobs, pass, () => undefined));
    const older = await measured({ server, pool }, 'older pull requests, begun', async () => {
      const timer = setTimeout(() => end.abort(), minutes * 60_000);
      const failures = await runPass(jobs, { ...pass, only: ({ id }) => id.startsWith('github/older-pull-requests/') });
      clearTimeout(timer);
      return failures;
    });
    const oneChange = await deriveOneChange(pool, config);
    return { cores: cpus().length, load: [loadBefore, load()], repositories, pulls, passes: [first, older], oneChange };
  } finally {
    server.child.kill();
    await pool.end();
    await store.close();
    rmSync(home, { recursive: true, force: true });
  }
} // prettier-ignore
