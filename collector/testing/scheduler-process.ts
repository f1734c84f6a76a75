/**
 * A collector process for the scheduler's test: runs streams of 20 pages each until the end of stdin. Each line on stdout is a page
 * pulled, `<stream> <page>`, or `<stream> end`.
 */
import { z } from 'zod';
import type { Page, Stream, StreamContext } from '../src/connector.ts';
import { newLogger } from '../src/logger.ts';
import { openPool } from '../src/store/connection.ts';
import { runStream } from '../src/jobs/run-stream.ts';
import { startScheduler } from '../src/jobs/queue.ts';
import { ensureRepo } from '../src/store/write-page.ts';

const [url = '', ...scopes] = process.argv.slice(2);
const pageCount = 20;
const at = new Date('2026-03-02T10:00:00Z');

type Cursor = { page: number };

const stream: Stream<null, Cursor> = {
  id: 'pages',
  cursor: z.object({ page: z.int() }),
  every: '0 0 1 1 *',
  scopes: () => scopes.map((name) => ({ name, repository: name, details: null })),
  async *pull(context, cursor): AsyncGenerator<Page<Cursor>> {
    for (let page = (cursor?.page ?? -1) + 1; page < pageCount; page++) {
      process.stdout.write(`${context.scope.name} ${String(page)}\n`);
      const rows = [0, 1, 2].map((row) => ({
        table: 'git_commit' as const,
        values: {
          sha: `${context.scope.name} ${String(page)} ${String(row)}`,
          parents: [],
          authored_at: at,
          committed_at: at,
          subject: 's',
          change_key: `k${String(page)}`,
        },
      }));
      yield { rows, cursor: { page } };
    }
  },
};

const pool = openPool(url, { name: `throughline pages ${String(process.pid)}` });
const log = newLogger('silent');

async function runScope(scope: string, signal: AbortSignal): Promise<void> {
  const context: Omit<StreamContext<null>, 'askedAt'> = {
    section: null,
    repositories: [],
    scope: { name: scope, repository: scope, details: null },
    siblings: () => [],
    http: () => {
      throw new Error('not asked over HTTP');
    },
    accountId: (_, key) => key,
    mirrors: { folder: '', maxBytes: 0, fetches: 1 },
    onProgress: () => undefined,
    now: () => new Date(),
  };
  await runStream({
    pool,
    streamId: `test/pages/${scope}`,
    stream,
    context,
    repoId: () => ensureRepo(pool, scope),
    signal,
    log,
  });
  process.stdout.write(`${scope} end\n`);
}

const scheduler = await startScheduler({
  url,
  log,
  streams: async () =>
    scopes.map((scope) => ({
      id: `test/pages/${scope}`,
      every: stream.every,
      run: (signal) => runScope(scope, signal),
    })),
});
process.stdout.write('ready\n');
process.stdin.on(
  'end',
  () =>
    void scheduler
      .stop()
      .then(() => pool.end())
      .then(() => process.exit(0))
);
process.stdin.resume();
