/**
 * `npm run bench -- --mirrors N [--room N] [--json]`: N small repositories served over HTTP on this machine, with room for some of them; a
 * first pass, an idle one, one after a tenth of them changed, and an idle one for which a forge told that nothing was pushed.
 */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import type pg from 'pg';
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
  /** Requests for refs that the server saw; a fetch makes one too. */
  readonly looks: number;
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
/** As far away as a forge is; git asks twice for a look. */
const DELAY_MS = 200;
/** A mirror of one of the repositories takes about so much. */
const MIRROR_BYTES = 160_000;

const git = (folder: string, args: readonly string[], input = ''): Buffer =>
  execFileSync('git', ['-C', folder, ...args], { input });

/** Commits on `main`, all of one process: a git for each of them would take longer than what is measured. */
function commits(folder: string, { names, from }: { readonly names: readonly string[]; readonly from: string }): void {
  const story = names.map((name, at) => {
    const text = `${randomBytes(2_400).toString('base64').replace(/.{70}/g, '$&\n')}\n`;
    const files = `M 100644 inline ${name}.txt\ndata ${String(text.length)}\n${text}\n`;
    const parent = at === 0 && from !== '' ? `from ${from}\n` : '';
    return `commit refs/heads/main\ncommitter Ana <ana@acme.io> now\ndata ${String(name.length + 4)}\nAdd ${name}\n${parent}${files}`;
  });
  git(folder, ['fast-import', '--quiet', '--date-format=now'], story.join('\n'));
}

function make(root: string, n: number): string {
  const folder = path.join(root, 'acme', `repo-${String(n)}`);
  mkdirSync(folder, { recursive: true });
  git(folder, ['init', '-q', '-b', 'main']);
  commits(folder, { names: Array.from({ length: COMMITS }, (_, at) => `file-${String(at + 1)}`), from: '' });
  git(folder, ['tag', 'v1.0.0', 'main']);
  return folder;
}

/** What the forge itself would be asked is not measured here. */
const HISTORIES = /^(git|lifetimes|derive)\//;

/** Repositories as a look at the forge finds them. @param pushedAt When each was last pushed to; null = it does not tell. */
async function found(
  pool: pg.Pool,
  {
    url,
    names,
    pushedAt,
  }: { readonly url: string; readonly names: readonly string[]; readonly pushedAt: string | null }
): Promise<void> {
  for (const name of names) {
    const details = { id: name, name, branch: 'main', isArchived: false, lookedAt: new Date().toISOString(), pulls: null, issues: null, deployments: null, pushed: null, pushedAt }; // prettier-ignore
    await pool.query(
      `insert into found_scope (stream_id, name, repository, url, details) values ('github/repositories', $1, $1, $2, $3)
       on conflict (stream_id, name) do update set details = excluded.details`,
      [name, `${url}/${name}/.git`, JSON.stringify(details)]
    );
  }
}

export async function measureMirrors(repositories: number, room: number): Promise<MirrorsBench> {
  const loadBefore = loadavg()[0] ?? 0;
  const root = mkdtempSync(path.join(tmpdir(), 'throughline-bench-mirrors-'));
  const folders = Array.from({ length: repositories }, (_, n) => make(root, n + 1));
  const remote = await slowRemote(root, Infinity);
  remote.delayMs = DELAY_MS;
  const db = await testDatabase();
  const cacheDir = path.join(root, 'mirrors');
  const max = Math.max(1_000_000, room * MIRROR_BYTES);
  const config = configSchema.parse({
    github: { token: 'bench-token', url: remote.url, owners: ['acme'] },
    mirrors: { max: `${String(max / 1e3)}kB` },
  });
  const tell = (pushedAt: string | null): Promise<void> => found(db.pool, { url: remote.url, names: folders.map((folder) => path.relative(root, folder)), pushedAt }); // prettier-ignore
  const state = () => mirrorsState(mirrorsAt(cacheDir, config.mirrors));
  const pass = async (name: string): Promise<PassBench> => {
    const before = await state();
    const looks = remote.looks;
    const began = performance.now();
    const jobs = openJobs({ session: { pool: db.pool, home: root }, config, log: newLogger('silent'), cacheDir });
    const failures = await runPass(jobs, {
      pool: db.pool,
      progress: progressOn(null),
      only: ({ id }) => HISTORIES.test(id),
      signal: new AbortController().signal,
    });
    const seconds = Math.round((performance.now() - began) / 100) / 10;
    const after = await state();
    return {
      pass: name,
      seconds,
      looks: remote.looks - looks,
      fetches: (after?.fetches ?? 0) - (before?.fetches ?? 0),
      evictions: (after?.evictions ?? 0) - (before?.evictions ?? 0),
      failures: failures.length,
      mirrors: after?.mirrors ?? 0,
      megabytes: Math.round((after?.used_bytes ?? 0) / 1e5) / 10,
    };
  };
  try {
    mkdirSync(cacheDir, { recursive: true });
    await tell(null);
    const passes = [await pass('first'), await pass('idle')];
    for (const folder of folders.filter((_, n) => n % 10 === 0))
      commits(folder, { names: ['another'], from: 'refs/heads/main^0' });
    passes.push(await pass('a tenth changed'), await pass('idle again'));
    const pushedAt = new Date(Date.now() - 3_600_000).toISOString();
    await tell(pushedAt);
    passes.push(await pass('a forge tells'));
    await tell(pushedAt);
    passes.push(await pass('idle, as told'));
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
    (one) => `${one.pass.padEnd(16)} ${one.seconds.toFixed(1).padStart(7)} s  ${String(one.looks).padStart(4)} looks  ${String(one.fetches).padStart(4)} fetches  ${String(one.evictions).padStart(4)} evictions  ${String(one.mirrors).padStart(4)} mirrors  ${one.megabytes.toFixed(1)} of ${String(bench.megabytesAllowed)} MB  ${String(one.failures)} failures` // prettier-ignore
  );
  return [
    `${String(repositories)} repositories over HTTP, ${String(DELAY_MS)} ms away, load ${bench.loadBefore.toFixed(1)} before`,
    ...lines,
  ].join('\n');
}
