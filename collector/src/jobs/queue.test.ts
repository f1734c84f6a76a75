import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CollectorError } from '../errors.ts';
import { newLogger } from '../logger.ts';
import { openPool } from '../store/connection.ts';
import { withStreamLock } from './stream-lock.ts';
import { startScheduler } from './queue.ts';
import { testDatabase, type TestDatabase } from '../../testing/database.ts';

let db: TestDatabase;
const children: Collector[] = [];

beforeEach(async () => {
  db = await testDatabase();
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.process.kill('SIGKILL');
  }
  await db.close();
});

interface Collector {
  readonly process: ChildProcess;
  readonly lines: string[];
}

/** A collector as a process of its own, with its own streams. */
function startCollector(...scopes: string[]): Collector {
  const script = path.join(import.meta.dirname, '../../testing/scheduler-process.ts');
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, db.url, ...scopes], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => lines.push(...chunk.toString().trim().split('\n')));
  const collector = { process: child, lines };
  children.push(collector);
  return collector;
}

async function leave(collector: Collector): Promise<void> {
  collector.process.stdin?.end();
  await once(collector.process, 'exit');
}

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) {
    await sleep(20);
  }
}

/** Pid of the collector process that waits for a lock in the middle of a page; null = none waits. */
async function waitingProcess(): Promise<number | null> {
  const { rows } = await db.pool.query<{ application_name: string }>(
    `select application_name from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and application_name like 'throughline pages %'`
  );
  return rows[0] ? Number(rows[0].application_name.split(' ').at(-1)) : null;
}

const stored = `select count(*)::int as commits, count(distinct sha)::int as shas, max(commit_no) as last_no,
  (select row_count::int from stream_state where stream_id = 'test/pages/acme') as counted from git_commit`;

test('work that lost its lock is not taken for done, even when it ends without an error', async () => {
  const pool = openPool(db.url, { name: 'throughline lost' });
  const work = async (signal: AbortSignal): Promise<string> => {
    await db.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'throughline lost'`
    );
    await until(() => signal.aborted);
    return 'ended';
  };
  const run = withStreamLock(pool, { streamId: 'test/pages/acme', signal: new AbortController().signal }, work);
  await expect(run).rejects.toMatchObject({ code: 'store_gone', retryable: true });
  await pool.end();
});

test('a process killed in the middle of a page: nothing is lost, nothing doubled, the other one finishes within seconds', async () => {
  const blocker = await db.pool.connect();
  await blocker.query('begin; lock table dirty in share mode');
  const both = [startCollector('acme'), startCollector('acme')];
  let pid: number | null = null;
  await until(async () => (pid = await waitingProcess()) !== null);
  const [killed, other] = both[0]?.process.pid === pid ? [both[0], both[1]] : [both[1], both[0]];
  await until(() => other?.lines.includes('ready') === true);
  killed?.process.kill('SIGKILL');
  await blocker.query('rollback');
  blocker.release();
  const killedAt = performance.now();
  await until(() => other?.lines.includes('acme end') === true);
  expect(performance.now() - killedAt).toBeLessThan(8_000);
  expect((await db.pool.query(stored)).rows).toEqual([{ commits: 60, shas: 60, last_no: 60, counted: 60 }]);
  expect(killed?.lines.filter((line) => line.startsWith('acme'))).toEqual(['acme 0']);
  expect(other?.lines.filter((line) => line === 'acme 0')).toHaveLength(1);
  await leave(other as Collector);
});

test('processes on one store share the streams and run none of them at the same time', async () => {
  const scopes = ['a', 'b', 'c', 'd'];
  const both = [startCollector(...scopes), startCollector(...scopes)];
  const all = (): string[] => both.flatMap(({ lines }) => lines);
  await until(() => scopes.every((scope) => all().includes(`${scope} end`)));
  for (const scope of scopes) {
    expect(all().filter((line) => line === `${scope} 7`)).toHaveLength(1);
  }
  await Promise.all(both.map(leave));
  const { rows } = await db.pool.query(
    'select count(*)::int as commits, sum(row_count)::int as counted from git_commit, (select sum(row_count) as row_count from stream_state) s group by s.row_count'
  );
  expect(rows[0]).toMatchObject({ commits: 240 });
});

test('a retryable failure is tried again, another one waits for its next firing', async () => {
  const runs: string[] = [];
  const fail = (id: string, retryable: boolean) => (): Promise<void> => {
    runs.push(id);
    return runs.filter((run) => run === id).length === 1
      ? Promise.reject(
          new CollectorError({
            code: 'x',
            message: 'x',
            fault: 'source',
            retryable,
            ...(retryable ? { retryAfterSeconds: 0 } : {}),
          })
        )
      : Promise.resolve();
  };
  const scheduler = await startScheduler({
    url: db.url,
    log: newLogger('silent'),
    streams: async () => [
      { id: 'retryable', every: '0 0 1 1 *', run: fail('retryable', true) },
      { id: 'final', every: '0 0 1 1 *', run: fail('final', false) },
    ],
  });
  await until(() => runs.filter((run) => run === 'retryable').length === 2 && runs.includes('final'));
  expect(runs.filter((run) => run === 'final')).toHaveLength(1);
  await scheduler.fire('final');
  await until(() => runs.filter((run) => run === 'final').length === 2);
  await scheduler.stop();
});

test('stopping lets a stream end after its page and leaves the rest to others', async () => {
  let hasStarted = false;
  const run = async (signal: AbortSignal): Promise<void> => {
    hasStarted = true;
    await once(signal, 'abort');
  };
  const scheduler = await startScheduler({
    url: db.url,
    log: newLogger('silent'),
    streams: async () => [{ id: 'long', every: '0 0 1 1 *', run }],
  });
  await until(() => hasStarted);
  await scheduler.stop();
  const { rows } = await db.pool.query('select key, locked_at from graphile_worker.jobs');
  expect(rows).toEqual([{ key: 'long', locked_at: null }]);
});

test('a stream that runs elsewhere is not run', async () => {
  const signal = new AbortController().signal;
  const outer = await withStreamLock(db.pool, { streamId: 's', signal }, () =>
    withStreamLock(db.pool, { streamId: 's', signal }, () => Promise.resolve('twice'))
  );
  expect(outer).toEqual({ isBusy: false, result: { isBusy: true } });
});

test('a schedule that is none is refused by name', async () => {
  const streams = async () => [{ id: 'git/history', every: 'hourly', run: () => Promise.resolve() }];
  await expect(startScheduler({ url: db.url, log: newLogger('silent'), streams })).rejects.toMatchObject({
    code: 'schedule_invalid',
    fault: 'config',
  });
});
