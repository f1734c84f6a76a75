import { z } from 'zod';
import type { Page, Stream, StreamContext } from '../connector.ts';
import { CollectorError } from '../errors.ts';
import { newLogger } from '../logger.ts';
import { runStream, streamIdOf, trackRun, type StreamResult } from './run-stream.ts';
import { testDatabase, type TestDatabase } from '../../testing/database.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());

type Cursor = { next: number };
const scope = { name: '', repository: null, details: null };

interface Source {
  readonly pages: number;
  readonly failAt?: number;
  readonly onPull?: (page: number) => void;
}

function streamOf({ pages, failAt, onPull }: Source): Stream<null, Cursor> {
  return {
    id: 'numbers',
    cursor: z.object({ next: z.int() }),
    every: '* * * * *',
    scopes: () => [scope],
    async *pull(_context, cursor): AsyncGenerator<Page<Cursor>> {
      for (let page = cursor?.next ?? 0; page < pages; page++) {
        await Promise.resolve();
        onPull?.(page);
        if (page === failAt) {
          throw new CollectorError({
            code: 'source_down',
            message: 'postgres://a:geheim@h is down.',
            fault: 'source',
            retryable: true,
          });
        }
        const rows = [{ table: 'service' as const, values: { service_id: `s${String(page)}`, title: 'S' } }];
        yield {
          rows,
          cursor: { next: page + 1 },
          skips: [{ item: `i${String(page)}`, reason: 'odd' }],
          progress: { done: page + 1, total: pages, unit: 'pages' },
        };
      }
    },
  };
}

const context: Omit<StreamContext<null>, 'askedAt'> = {
  section: null,
  repositories: [],
  scope,
  siblings: () => [],
  http: () => {
    throw new Error('not asked over HTTP');
  },
  accountId: (_, key) => key,
  mirrors: { folder: '', maxBytes: 0, fetches: 1 },
  onProgress: () => undefined,
  now: () => new Date(),
};

function run(streamId: string, source: Source, signal = new AbortController().signal): Promise<StreamResult> {
  return runStream({ pool: db.pool, streamId, stream: streamOf(source), context, signal, log: newLogger('silent') });
}

async function state(streamId: string): Promise<Record<string, unknown> | undefined> {
  const { rows } = await db.pool.query(
    `select cursor, last_error, last_run_at is not null as has_run, last_ok_at is not null as is_ok, row_count::int, skipped_count::int from stream_state where stream_id = $1`,
    [streamId]
  );
  return rows[0] as Record<string, unknown> | undefined;
}

test('a run stores every page and where it ended; a second run finds nothing new', async () => {
  expect(await run('t/numbers', { pages: 3 })).toMatchObject({ pages: 3, rows: 3, skips: 3, isComplete: true });
  expect(await state('t/numbers')).toEqual({
    cursor: { next: 3 },
    last_error: null,
    has_run: true,
    is_ok: true,
    row_count: 3,
    skipped_count: 3,
  });
  expect(await run('t/numbers', { pages: 3 })).toMatchObject({ pages: 0, rows: 0 });
});

test('a failure keeps the pages before it and is noted without secrets; the next run carries on and clears it', async () => {
  await expect(run('t/failing', { pages: 4, failAt: 2 })).rejects.toMatchObject({ code: 'source_down' });
  expect(await state('t/failing')).toMatchObject({
    cursor: { next: 2 },
    last_error: 'postgres://a:***@h is down. [source_down]',
    is_ok: false,
  });
  const pulled: number[] = [];
  await run('t/failing', { pages: 4, onPull: (page) => pulled.push(page) });
  expect(pulled).toEqual([2, 3]);
  expect(await state('t/failing')).toMatchObject({ cursor: { next: 4 }, last_error: null, is_ok: true });
});

test('a run that is asked to stop ends after the page at hand and is neither failed nor done', async () => {
  const stopping = new AbortController();
  const onPull = (page: number): void => {
    if (page === 1) {
      stopping.abort();
    }
  };
  expect(await run('t/stopped', { pages: 9, onPull }, stopping.signal)).toMatchObject({ pages: 2, isComplete: false });
  expect(await state('t/stopped')).toMatchObject({ cursor: { next: 2 }, last_error: null, is_ok: false });
});

test('a cursor of another version starts the stream from the beginning', async () => {
  await db.pool.query(`insert into stream_state (stream_id, cursor) values ('t/old', '{"offset": 7}')`);
  expect(await run('t/old', { pages: 2 })).toMatchObject({ pages: 2 });
});

test('a stream that writes by itself is tracked like any other', async () => {
  await expect(trackRun(db.pool, 't/own', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await state('t/own')).toMatchObject({ last_error: 'no [internal]', has_run: true, is_ok: false });
  await trackRun(db.pool, 't/own', () => Promise.resolve());
  expect(await state('t/own')).toMatchObject({ last_error: null, is_ok: true });
});

test('the id of a stream names connector, stream and scope', () => {
  expect(streamIdOf('git', 'history', 'acme/shop')).toBe('git/history/acme/shop');
  expect(streamIdOf('csv', 'people', '')).toBe('csv/people');
});

test('the line of a run holds a cursor that a person can read; the whole one is for who looks for faults', async () => {
  const known = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [String(n), '2026-11-20T10:00:00.000Z']));
  const cursor = { seen: '2026-11-20T10:00:00.000Z', known, open: ['a'], pass: null, tip: 'x'.repeat(100) };
  const stream: Stream<null, object> = {
    id: 'long',
    cursor: z.looseObject({}),
    every: '* * * * *',
    scopes: () => [scope],
    async *pull(): AsyncGenerator<Page<object>> {
      yield await Promise.resolve({ rows: [], cursor });
    },
  };
  const logged = async (level: 'info' | 'debug'): Promise<string[]> => {
    const lines: string[] = [];
    const log = newLogger(level, { write: (line: string) => void lines.push(line) });
    await runStream({ pool: db.pool, streamId: 't/long', stream, context, signal: new AbortController().signal, log });
    return lines;
  };
  const [line = '', ...others] = await logged('info');
  expect(others).toEqual([]);
  expect(line.length).toBeLessThan(400);
  expect((JSON.parse(line) as { cursor: unknown }).cursor).toEqual({ seen: cursor.seen, known: '60 entries', open: '1 entry', pass: null, tip: `${'x'.repeat(40)}…` }); // prettier-ignore
  expect((await logged('debug')).some((one) => one.includes(JSON.stringify(known)))).toBe(true);
});
