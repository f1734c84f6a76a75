/**
 * `npm run bench -- --github`: an organisation is read from the generated GitHub into an embedded store. The server answers at once and moves its own
 * clock by what a request would have taken (latency, CPU); the collector's time is real. A first sync takes what both take together: what the
 * collector does while the next page is under way is not taken off, so the figure is an upper bound.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { configSchema, type Config } from '../../collector/src/config/schema.ts';
import { openStore } from '../../collector/src/embedded/open.ts';
import { DERIVE_ID } from '../../collector/src/jobs/derive.ts';
import type { Job } from '../../collector/src/jobs/job.ts';
import { openJobs } from '../../collector/src/jobs/list.ts';
import { runPass } from '../../collector/src/jobs/run-once.ts';
import { newLogger } from '../../collector/src/logger.ts';
import { migrate } from '../../collector/src/store/migrate.ts';
import { progressOn } from '../../collector/src/terminal/progress.ts';
import { startServer, type Server } from './server.ts';

export interface GitHubBenchOptions {
  /** Default 300. */
  readonly repositories?: number;
  /** Default 60,000. */
  readonly pulls?: number;
}

/** One pass. */
export interface Pass {
  readonly title: string;
  readonly requests: number;
  readonly points: number;
  readonly pulls: number;
  /** By the server's clock. */
  readonly serverSeconds: number;
  /** CPU among them. */
  readonly cpuSeconds: number;
  /** Real time of the pass, without what the server took to make its answers. */
  readonly collectorSeconds: number;
  /** CPU that the server's model spent, by all the time that the pass takes. */
  readonly share: number;
  /** Most resident memory of the collector's process meanwhile. */
  readonly peakMegabytes: number;
}

export interface GitHubBench {
  readonly cores: number;
  readonly load: number;
  readonly repositories: number;
  readonly pulls: number;
  readonly passes: readonly Pass[];
  readonly deriveSeconds: Readonly<Record<string, number>>;
  /** Of the collector's process. */
  readonly peakMegabytes: number;
}

interface Bench {
  readonly server: Server;
  readonly pool: pg.Pool;
  readonly config: Config;
  readonly home: string;
}

async function pass({ server, pool, config, home }: Bench, title: string, only: (job: Job) => boolean): Promise<Pass> {
  const before = await server.ask({});
  const nowBefore = server.now;
  let peak = 0;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 100);
  const started = performance.now();
  const epoch = server.now - Date.now();
  const jobs = openJobs({
    session: { pool, home },
    config,
    log: newLogger('silent'),
    cacheDir: home,
    now: () => new Date(Date.now() + epoch),
  });
  const failures = await runPass(jobs, {
    pool,
    progress: progressOn(null),
    signal: new AbortController().signal,
    only,
  });
  clearInterval(watch);
  if (failures.length > 0) throw failures[0]?.error;
  const seconds = (performance.now() - started) / 1000;
  const after = await server.ask({});
  const serverSeconds = (server.now - nowBefore) / 1000;
  const cpuSeconds = (after.cpuMs - before.cpuMs) / 1000;
  return {
    title,
    requests: after.requests - before.requests,
    points: after.points - before.points,
    pulls: after.pulls - before.pulls,
    serverSeconds,
    cpuSeconds,
    collectorSeconds: seconds,
    share: cpuSeconds / (serverSeconds + seconds),
    peakMegabytes: Math.round(peak / 1e6),
  };
}

const isOf =
  (...streams: readonly string[]) =>
  ({ id }: Job): boolean =>
    streams.some((stream) => id.startsWith(`github/${stream}`));

async function derive(bench: Bench): Promise<number> {
  const started = performance.now();
  await pass(bench, 'derivation', ({ id }) => id === DERIVE_ID);
  return Math.round((performance.now() - started) / 100) / 10;
}

async function measure(bench: Bench): Promise<Pick<GitHubBench, 'passes' | 'deriveSeconds'>> {
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  const deriveSeconds: Record<string, number> = {};
  const passes: Pass[] = [];
  const run = async (title: string, only: (job: Job) => boolean): Promise<void> => {
    say(title);
    passes.push(await pass(bench, title, only));
  };
  await run('first answers (30 days)', isOf('repositories', 'teams', 'pull-requests', 'deployments', 'issues'));
  deriveSeconds['first answers'] = await derive(bench);
  await run('older pull requests', isOf('older-pull-requests'));
  deriveSeconds['all'] = await derive(bench);
  await run('runs and jobs', isOf('builds'));
  await run('nothing changed', isOf('repositories', 'pull-requests', 'deployments', 'issues'));
  await bench.server.ask({ pass: 2 * 86_400_000 });
  await run('two days later', isOf('repositories', 'pull-requests', 'deployments', 'issues'));
  deriveSeconds['two days later'] = await derive(bench);
  return { passes, deriveSeconds };
}

export async function benchGitHub({ repositories = 300, pulls = 60_000 }: GitHubBenchOptions): Promise<GitHubBench> {
  const home = mkdtempSync(path.join(tmpdir(), 'throughline-bench-github-'));
  const load = loadavg()[0] ?? 0;
  const server = await startServer(repositories, pulls, false);
  const store = await openStore({ folder: home, port: 55_491, isReadAgain: true });
  await migrate(store.url);
  const pool = new pg.Pool({ connectionString: store.url, max: 4 });
  let peak = 0;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 100);
  try {
    const config = configSchema.parse({ github: { token: 'bench-token', url: server.url, owners: ['acme'], mirrors: false, since: '2024-01-01' } }); // prettier-ignore
    const found = await measure({ server, pool, config, home });
    return { cores: cpus().length, load, repositories, pulls, ...found, peakMegabytes: Math.round(peak / 1e6) };
  } finally {
    clearInterval(watch);
    server.child.kill();
    await pool.end();
    await store.close();
    rmSync(home, { recursive: true, force: true });
  }
}
