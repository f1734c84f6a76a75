import type { HouseRow } from '../connector.ts';
import { ensureRepo, writePage, type PageWritten } from './write-page.ts';
import { testDatabase, type TestDatabase } from '../../testing/database.ts';
import { hashStore } from '../../testing/hash-store.ts';

let db: TestDatabase;
let repoId: number;

beforeAll(async () => {
  db = await testDatabase();
  repoId = await ensureRepo(db.pool, 'acme/shop');
});
afterAll(() => db.close());

const at = new Date('2026-03-02T10:00:00Z');

function commit(sha: string, more: HouseRow['values'] = {}): HouseRow {
  return {
    table: 'git_commit',
    values: { sha, parents: [], authored_at: at, committed_at: at, subject: sha, ...more },
  };
}

function change(key: string, more: HouseRow['values'] = {}): HouseRow {
  return { table: 'change', values: { change_key: key, kind: 'squash', title: `git ${key}`, source: 'git', ...more } };
}

function write(rows: readonly HouseRow[], more: { streamId?: string; cursor?: unknown } = {}): Promise<PageWritten> {
  return writePage(db.pool, {
    streamId: more.streamId ?? 'git/history/acme/shop',
    repoId,
    page: { rows, cursor: more.cursor ?? { tip: 'x' } },
  });
}

async function one<T>(sql: string, params: unknown[] = []): Promise<T | undefined> {
  return (await db.pool.query(sql, params)).rows[0] as T | undefined;
}

async function codeOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => null,
    (error: unknown) => (error as { code?: string }).code
  );
}

test('a page read twice changes nothing in any table', async () => {
  const rows: HouseRow[] = [
    {
      table: 'account',
      values: { account_id: 'git:1', provider: 'git', email: 'ana@acme.io', kind: 'human', person_id: 'p1' },
    },
    { table: 'person', values: { person_id: 'p1', kind: 'human', first_seen_at: at } },
    commit('a1', { change_key: '7', file_kinds: ['code', 'te"st'] }),
    commit('a2'),
    change('7', { merged_at: at, labels: ['x,y', 'z\\'] }),
    {
      table: 'commit_mark',
      values: { sha: 'a1', tool_id: 'claude-code', kind: 'trailer', grade: 3, confidence: 0.95, rules_version: 1 },
    },
    {
      table: 'deployment',
      values: {
        source: 'git',
        external_id: 'v1',
        service_id: 'shop',
        environment: 'production',
        finished_at: at,
        result: 'success',
      },
    },
    { table: 'tool', values: { tool_id: 'cursor', title: 'Cursor' } },
    { table: 'tool_event', values: { tool_id: 'cursor', event_id: 'e', at, person_id: 'p1', type: 'ai_commit' } },
    {
      table: 'workflow',
      values: {
        workflow_id: 'w',
        version: 1,
        valid_from: at,
        unit: 'pr',
        actor: 'author',
        start_event: 'first_commit',
        end_event: 'merged',
        applies_to: { repos: ['a'] },
      },
    },
  ];
  const page = {
    rows,
    cursor: { tip: 'a2' },
    watermark: at,
    skips: [{ item: 'a1 logo.png', reason: 'missing object' }],
  };
  const first = await writePage(db.pool, { streamId: 's', repoId, page });
  expect(first).toEqual({ rows: rows.length, skips: 1 });
  const before = await hashStore(db.pool);
  const second = await writePage(db.pool, { streamId: 's', repoId, page: { ...page, rows: [...rows].reverse() } });
  expect(second).toEqual({ rows: 0, skips: 0 });
  expect(await hashStore(db.pool)).toEqual(before);
});

test('what changed is put on the work list, what did not change is not', async () => {
  await write([commit('d1', { change_key: '40' }), change('40')]);
  await db.pool.query('delete from dirty');
  await write([commit('d1', { change_key: '41' }), change('40')]);
  const { rows } = await db.pool.query('select kind, repo_id, item from dirty order by item');
  expect(rows).toEqual([
    { kind: 'commit', repo_id: repoId, item: '40' },
    { kind: 'commit', repo_id: repoId, item: '41' },
  ]);
});

test('commit numbers are given once, in the order of the page, and never again', async () => {
  const start = (await one<{ n: number }>('select coalesce(max(commit_no), 0) as n from git_commit'))?.n ?? 0;
  await write([commit('z9'), commit('b1')]);
  await write([commit('c0'), commit('z9', { subject: 'new words' }), commit('c1')]);
  const { rows } = await db.pool.query(
    `select sha, commit_no - $1::integer as no, subject from git_commit where sha = any('{z9,b1,c0,c1}') order by 2`,
    [start]
  );
  expect(rows).toEqual([
    { sha: 'z9', no: 1, subject: 'new words' },
    { sha: 'b1', no: 2, subject: 'b1' },
    { sha: 'c0', no: 3, subject: 'c0' },
    { sha: 'c1', no: 4, subject: 'c1' },
  ]);
});

test('two writers of one repository never give the same commit number', async () => {
  const pages = Array.from({ length: 6 }, (_, page) =>
    Array.from({ length: 40 }, (_unused, index) => commit(`w${String((page * 20 + index) % 140)}`))
  );
  await Promise.all(pages.map((rows, index) => write(rows, { streamId: `w${String(index)}` })));
  const counted = await one<{ n: number; numbers: number }>(
    `select count(*)::int as n, count(distinct commit_no)::int as numbers from git_commit where sha like 'w%'`
  );
  expect(counted).toEqual({ n: 140, numbers: 140 });
});

test('a forge row replaces what git reconstructed; git fills only what the forge leaves open', async () => {
  const forge = { source: 'github', source_rank: 10, kind: 'pull_request', title: 'Title of the pull request' };
  await write([change('50', { merged_at: at, first_commit_at: at })]);
  await write([change('50', { ...forge, created_at: at, merged_at: null })]);
  await write([change('50', { title: 'git again', merged_at: at, closed_at: at, head_sha: 'h' })]);
  const row = await one<object>(
    `select title, source, created_at, first_commit_at, merged_at, closed_at, head_sha from change where change_key = '50'`
  );
  expect(row).toEqual({
    title: forge.title,
    source: 'github',
    created_at: at,
    first_commit_at: at,
    merged_at: at,
    closed_at: null,
    head_sha: 'h',
  });
});

test('rows of both sources in one page end the same in any order', async () => {
  const rows = [
    change('51', { source: 'github', source_rank: 10, title: 'forge' }),
    change('51', { title: 'git', head_sha: 'g' }),
  ];
  await write(rows);
  await write(rows.map(({ table, values }) => ({ table, values: { ...values, change_key: '52' } })).reverse());
  const { rows: stored } = await db.pool.query(`select title, head_sha from change where change_key = any('{51,52}')`);
  expect(stored).toEqual([
    { title: 'forge', head_sha: 'g' },
    { title: 'forge', head_sha: 'g' },
  ]);
});

test('an account that is read again keeps the person it was joined to', async () => {
  await write([{ table: 'person', values: { person_id: 'p9', kind: 'human' } }]);
  await write([
    { table: 'account', values: { account_id: 'git:9', provider: 'git', person_id: 'p9', method: 'mapping' } },
  ]);
  await write([
    {
      table: 'account',
      values: { account_id: 'git:9', provider: 'git', person_id: null, method: null, display_name: 'Ana' },
    },
  ]);
  expect(await one(`select person_id, method, display_name from account where account_id = 'git:9'`)).toEqual({
    person_id: 'p9',
    method: 'mapping',
    display_name: 'Ana',
  });
});

test('null is a fact where the source knows: a re-opened incident is open again', async () => {
  const incident = { source: 'csv', external_id: 'i1', title: 'down', started_at: at };
  await write([{ table: 'incident', values: { ...incident, resolved_at: at } }]);
  await write([{ table: 'incident', values: { ...incident, resolved_at: null } }]);
  expect(await one(`select resolved_at from incident where external_id = 'i1'`)).toEqual({ resolved_at: null });
});

test('days of two sources stand beside each other: which of them counts is derived', async () => {
  const day = { tool_id: 'cursor', person_id: 'p1', day: '2026-03-02' };
  await write([{ table: 'person_day', values: { ...day, grade: 4, invocations: 9, source: 'cursor' } }]);
  await write([{ table: 'person_day', values: { ...day, grade: 2, invocations: null, source: 'csv' } }]);
  expect(
    await one(`select array_agg(grade order by grade) as grades from person_day where day = '2026-03-02'`)
  ).toEqual({ grades: [2, 4] });
});

test('NUL bytes, broken UTF-8 and clocks from other millennia are stored, not refused', async () => {
  await write([
    commit('n1', {
      subject: 'a\0b \ud800 c',
      authored_at: new Date(253_402_300_800_000),
      committed_at: new Date(-63_000_000_000_000),
    }),
    {
      table: 'workflow',
      values: {
        workflow_id: 'n\0',
        version: 1,
        valid_from: at,
        unit: 'pr',
        actor: 'author',
        start_event: 'x',
        end_event: 'y',
        applies_to: { 'k\0': ['\0'] },
      },
    },
  ]);
  const row = await one(
    `select subject, authored_at::text as a, committed_at::text as c from git_commit where sha = 'n1'`
  );
  expect(row).toEqual({ subject: 'a\\x00b \ufffd c', a: '10000-01-01 00:00:00+00', c: '0028-08-11 08:00:00+00 BC' });
});

test('a row that the store refuses is named as skipped and the others go on', async () => {
  const bad = commit('r2', { added: 99_999_999_999 });
  expect(await write([commit('r1'), bad, commit('r3')], { streamId: 'bad' })).toEqual({ rows: 2, skips: 1 });
  expect(await one(`select item, reason from skipped where stream_id = 'bad'`)).toEqual({
    item: `git_commit ${String(repoId)} r2`,
    reason: expect.stringMatching(/out of range/) as string,
  });
});

test.each([
  ['an unknown column', { table: 'git_commit', values: { sha: 'q', colour: 'red' } }, /no column colour/],
  ['a surrogate key', { table: 'change', values: { change_key: 'q', change_id: 4 } }, /no column change_id/],
  ['a derived table', { table: 'change_fact', values: {} }, /not a table that streams may write/],
  ['a row without its key', { table: 'change', values: { title: 'x' } }, /lacks its key change_key/],
] as const)('%s is refused by name and nothing of the page is kept', async (_title, row, message) => {
  const before = await hashStore(db.pool);
  const rows = [commit('never'), row as unknown as HouseRow];
  await expect(write(rows)).rejects.toThrow(message);
  expect(await hashStore(db.pool)).toEqual(before);
});

test('a value that no column can hold is a fault of the connector', async () => {
  expect(await codeOf(write([commit('nan', { added: Number.NaN })]))).toBe('invalid_value');
});

test('Postgres gone in the middle of a page: nothing of it is kept, the error may be retried, the next run carries on', async () => {
  const before = await hashStore(db.pool);
  const blocker = await db.pool.connect();
  await blocker.query('begin; lock table dirty');
  const writing = codeOf(write([commit('gone1', { change_key: '60' })], { cursor: { tip: 'gone1' } }));
  await until(`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`);
  await db.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
  );
  expect(await writing).toBe('store_gone');
  await blocker.query('rollback');
  blocker.release();
  expect(await hashStore(db.pool)).toEqual(before);
  await write([commit('gone1', { change_key: '60' })], { cursor: { tip: 'gone1' } });
  expect(await one(`select cursor from stream_state where stream_id = 'git/history/acme/shop'`)).toEqual({
    cursor: { tip: 'gone1' },
  });
});

async function until(sql: string): Promise<void> {
  while ((await db.pool.query(sql)).rowCount === 0) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

test('a repository has one key, whoever asks first', async () => {
  const ids = await Promise.all(Array.from({ length: 8 }, () => ensureRepo(db.pool, 'acme/new')));
  expect(new Set(ids).size).toBe(1);
});
