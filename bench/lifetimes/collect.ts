// What the collector does with a repository, in a process of its own: into a fresh embedded store up to ten commits before HEAD, then
// with nothing new, then to HEAD. Prints JSON. The store and the list of commits (history) are there before the first clock starts.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { cacheFolder, jobsOf } from '../../collector/src/jobs/list.ts';
import { configSchema } from '../../collector/src/config/schema.ts';
import { openStore } from '../../collector/src/embedded/open.ts';
import { newLogger } from '../../collector/src/logger.ts';
import { migrate } from '../../collector/src/store/migrate.ts';
import { openPool } from '../../collector/src/store/connection.ts';

/** Seconds; see the file's head. */
export interface CollectSeconds {
  /** Line lifetimes, from the first commit on, with spans copied into the store. */
  readonly spans: number;
  /** History and line lifetimes once more. */
  readonly nothingNew: number;
  /** History and line lifetimes of the last ten commits of the mainline; null: there are no more than ten. */
  readonly tenCommits: number | null;
}

const [repo = '.'] = process.argv.slice(2);
const SLUG = 'bench/repository';
const NEW = 10;

const git = (...args: string[]): string =>
  execFileSync('git', ['-C', repo, ...args])
    .toString()
    .trim();

/** A repository with the objects of the given one, linked, and a branch of its own: the given one stays as it is. */
function borrow(folder: string): { path: string; moveTo: (sha: string) => void } {
  const path = join(folder, 'repository.git');
  execFileSync('git', ['clone', '-q', '--bare', '--local', '--single-branch', '--no-tags', resolve(repo), path]);
  execFileSync('git', ['-C', path, 'symbolic-ref', 'HEAD', 'refs/heads/main']);
  return { path, moveTo: (sha) => void execFileSync('git', ['-C', path, 'update-ref', 'refs/heads/main', sha]) };
}

async function measure(folder: string): Promise<CollectSeconds> {
  const { path, moveTo } = borrow(folder);
  const head = git('rev-parse', 'HEAD');
  const mainline = git('rev-list', '--first-parent', `--max-count=${String(NEW + 1)}`, 'HEAD').split('\n');
  const base = mainline.length > NEW ? mainline[NEW] : undefined;
  moveTo(base ?? head);
  const store = await openStore({ folder: join(folder, 'store'), isReadAgain: true });
  await migrate(store.url);
  const pool = openPool(store.url);
  try {
    const jobs = await jobsOf({
      session: { pool, home: folder },
      config: configSchema.parse({ repositories: [{ path, slug: SLUG }] }),
      log: newLogger('silent'),
      cacheDir: cacheFolder(folder),
    });
    const signal = new AbortController().signal;
    const seconds = async (...ids: readonly string[]): Promise<number> => {
      const started = performance.now();
      for (const id of ids) {
        const job = jobs.find((one) => one.id === id);
        if (!job) throw new Error(`no job is called ${id}`);
        await job.run(signal, { update: () => undefined, done: () => undefined });
      }
      return (performance.now() - started) / 1000;
    };
    const history = `git/history/${SLUG}`;
    const lines = `lifetimes/lines/${SLUG}`;
    await seconds(history);
    const spans = await seconds(lines);
    const nothingNew = await seconds(history, lines);
    moveTo(head);
    return { spans, nothingNew, tenCommits: base === undefined ? null : await seconds(history, lines) };
  } finally {
    await pool.end();
    await store.close();
  }
}

const folder = mkdtempSync(join(tmpdir(), 'throughline-bench-'));
try {
  process.stdout.write(JSON.stringify(await measure(folder)));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
