/**
 * `npm run bench -- --mirrors N [--room N] [--json]`: N small repositories served over HTTP on this machine, with room for some of them; a
 * first pass, an idle one, and one after a tenth of them changed.
 */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { configSchema } from '../../collector/src/config/schema.ts';
import { slowRemote } from '../../collector/src/git/fixtures/slow-remote.ts';
import { mirrorsAt } from '../../collector/src/git/mirrors/mirrors.ts';
import { mirrorsState } from '../../collector/src/git/mirrors/state.ts';
import { openJobs } from '../../collector/src/jobs/list.ts';
import { runPass } from '../../collector/src/jobs/run-once.ts';
import { newLogger } from '../../collector/src/logger.ts';
import { progressOn } from '../../collector/src/terminal/progress.ts';
import { testDatabase } from '../../collector/testing/database.ts';
import { stopUnusedServer } from '../../collector/testing/server.ts';

interface PassBench {
  readonly pass: string;
  readonly seconds: number;
  readonly fetches: number;
  readonly evictions: number;
  readonly failures: number;
  readonly mirrors: number;
  readonly megabytes: number;
}

export interface MirrorsBench {
  readonly repositories: number;
  readonly room: number;
  readonly megabytesAllowed: number;
  readonly passes: readonly PassBench[];
  /** Load of the machine over the last minute when it began. */
  readonly loadBefore: number;
}

const COMMITS = 20;
/** A mirror of one of the repositories takes about so much. */
const MIRROR_BYTES = 160_000;

function commit(folder: string, name: string): void {
  const git = (...args: string[]): Buffer => execFileSync('git', ['-C', folder, '-c', 'user.name=Ana', '-c', 'user.email=ana@acme.io', ...args]); // prettier-ignore
  writeFileSync(
    path.join(folder, `${name}.txt`),
    `${randomBytes(2_400).toString('base64').replace(/.{70}/g, '$&\n')}\n`
  );
  git('add', '.');
  git('commit', '-qm', `Add ${name}`);
}

function make(root: string, n: number): string {
  const folder = path.join(root, 'acme', `repo-${String(n)}`);
  mkdirSync(folder, { recursive: true });
  execFileSync('git', ['init', '-q', '-b', 'main', folder]);
  for (let at = 1; at <= COMMITS; at++) commit(folder, `file-${String(at)}`);
  execFileSync('git', ['-C', folder, 'tag', 'v1.0.0']);
  return folder;
}

export async function measureMirrors(repositories: number, room: number): Promise<MirrorsBench> {
  const loadBefore = loadavg()[0] ?? 0;
  const root = mkdtempSync(path.join(tmpdir(), 'throughline-bench-mirrors-'));
  const folders = Array.from({ length: repositories }, (_, n) => make(root, n + 1));
  const remote = await slowRemote(root, Infinity);
  const db = await testDatabase();
  const cacheDir = path.join(root, 'mirrors');
  const max = Math.max(1_000_000, room * MIRROR_BYTES);
  const config = configSchema.parse({
    repositories: folders.map((folder) => ({ url: `${remote.url}/${path.relative(root, folder)}/.git` })),
    mirrors: { max: `${String(max / 1e3)}kB` },
  });
  const state = () => mirrorsState(mirrorsAt(cacheDir, config.mirrors));
  const pass = async (name: string): Promise<PassBench> => {
    const before = await state();
    const began = performance.now();
    const jobs = openJobs({ session: { pool: db.pool, home: root }, config, log: newLogger('silent'), cacheDir });
    const failures = await runPass(jobs, {
      pool: db.pool,
      progress: progressOn(null),
      signal: new AbortController().signal,
    });
    const seconds = Math.round((performance.now() - began) / 100) / 10;
    const after = await state();
    return {
      pass: name,
      seconds,
      fetches: (after?.fetches ?? 0) - (before?.fetches ?? 0),
      evictions: (after?.evictions ?? 0) - (before?.evictions ?? 0),
      failures: failures.length,
      mirrors: after?.mirrors ?? 0,
      megabytes: Math.round((after?.used_bytes ?? 0) / 1e5) / 10,
    };
  };
  try {
    mkdirSync(cacheDir, { recursive: true });
    const passes = [await pass('first'), await pass('idle')];
    for (const folder of folders.filter((_, n) => n % 10 === 0)) commit(folder, 'another');
    passes.push(await pass('a tenth changed'), await pass('idle again'));
    return { repositories, room, megabytesAllowed: max / 1e6, passes, loadBefore };
  } finally {
    await remote.close();
    await db.close();
    await stopUnusedServer();
    rmSync(root, { recursive: true, force: true });
  }
}

export async function benchMirrors(
  repositories: number,
  { room = 50, json }: { room?: number; json: boolean }
): Promise<string> {
  const bench = await measureMirrors(repositories, room);
  if (json) return JSON.stringify(bench);
  const lines = bench.passes.map(
    (one) => `${one.pass.padEnd(16)} ${one.seconds.toFixed(1).padStart(7)} s  ${String(one.fetches).padStart(4)} fetches  ${String(one.evictions).padStart(4)} evictions  ${String(one.mirrors).padStart(4)} mirrors  ${one.megabytes.toFixed(1)} of ${String(bench.megabytesAllowed)} MB  ${String(one.failures)} failures` // prettier-ignore
  );
  return [`${String(repositories)} repositories over HTTP, load ${bench.loadBefore.toFixed(1)} before`, ...lines].join(
    '\n'
  );
}
