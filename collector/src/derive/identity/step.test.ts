/** Identity in the store: addresses that change hands, the mapping and its undoing, decisions kept; step by step = all anew. */
import { createHash } from 'node:crypto';
import { testDatabase, type TestDatabase } from '../../../testing/database.ts';
import { configSchema, type Config } from '../../config/schema.ts';
import type { HouseRow } from '../../connector.ts';
import { ensureRepo, writePage } from '../../store/write-page.ts';
import { withConnection } from '../../store/connection.ts';
import { deriveAll } from '../derive.ts';
import { deriveSettings } from '../settings.ts';
import { reportPeople } from './report.ts';
import { allRows, difference } from '../fixtures/write.ts';

let db: TestDatabase;
let repoId: number;
beforeEach(async () => {
  db = await testDatabase();
  repoId = await ensureRepo(db.pool, 'acme/shop');
});
afterEach(() => db.close());

const row = (table: HouseRow['table'], values: HouseRow['values']): HouseRow => ({ table, values });
const write = (rows: readonly HouseRow[]): Promise<unknown> =>
  writePage(db.pool, { streamId: 'test', repoId, page: { rows, cursor: null } });
const config = (given: object = {}): Config => configSchema.parse({ company_domain: 'acme.io', ...given });
const derive = (given: object = {}): Promise<void> => deriveAll(db.pool, { config: config(given) });
const ask = async (sql: string): Promise<unknown[][]> =>
  (await db.pool.query<unknown[]>({ text: sql, rowMode: 'array' })).rows;

/** A change of one marked commit. */
const landed = (letter: string, account: string, day: string): HouseRow[] => {
  const at = new Date(`${day}T10:00:00Z`);
  const sha = letter.repeat(40);
  return [
    row('git_commit', { sha, parents: [], authored_at: at, committed_at: at, reached_at: at, author_account_id: account, subject: letter, change_key: sha, is_on_default: true, added: 1, deleted: 0 }), // prettier-ignore
    row('change', { change_key: sha, kind: 'direct', title: letter, author_account_id: account, first_commit_at: at, merged_at: at, closed_at: at, merge_sha: sha, source: 'git', source_rank: 0 }), // prettier-ignore
    row('commit_mark', { sha, tool_id: 'claude-code', kind: 'co_author', grade: 3, confidence: 0.7, rules_version: 1 }),
  ];
};
const claim = (person: string, from: string, to: string | null): HouseRow =>
  row('account_claim', { account_id: 'git:max', person_id: person, source: 'people.csv', valid_from: from, valid_to: to }); // prettier-ignore
const max = row('account', { account_id: 'git:max', provider: 'git', email: 'max@acme.io', kind: 'human' });

const authors = (): Promise<unknown[][]> =>
  ask('select left(change_key, 1), responsible_id from change_fact order by merged_at');

test('work under a re-used address is that of whoever had it then: changes, declared usage, first commit', async () => {
  await write([
    row('tool', { tool_id: 'claude-code', title: 'Claude Code', nominal_grade: 3 }),
    row('person', { person_id: 'meier', kind: 'human' }),
    row('person', { person_id: 'muster', kind: 'human' }),
    max,
    claim('meier', '2024-01-01T00:00:00Z', '2025-07-01T00:00:00Z'),
    ...landed('a', 'git:max', '2025-06-02'),
    ...landed('b', 'git:max', '2025-08-04'),
    ...landed('c', 'git:max', '2025-10-06'),
  ]);
  await derive();
  expect(await authors()).toEqual([
    ['a', 'meier'],
    ['b', 'meier'],
    ['c', 'meier'],
  ]);
  await write([claim('muster', '2025-09-01T00:00:00Z', null)]);
  await derive();
  // In between nobody had it.
  const after = [
    ['a', 'meier'],
    ['b', null],
    ['c', 'muster'],
  ];
  expect(await authors()).toEqual(after);
  expect(await ask('select person_id, day::text from declared_day order by 2')).toEqual([
    ['meier', '2025-06-02'],
    ['muster', '2025-10-06'],
  ]);
  expect(await ask('select person_id, first_seen_at::date::text from person order by 1')).toEqual([
    ['meier', '2025-06-02'],
    ['muster', '2025-10-06'],
  ]);
  const found = await allRows(db.pool);
  await deriveAll(db.pool, { config: config(), full: true });
  expect(difference(found, await allRows(db.pool))).toEqual([]);
});

test('every decision stays with its time, and what the mapping joined comes apart when the entry goes', async () => {
  await write([
    row('account', { account_id: 'git:old', provider: 'git', email: 'ana.miller@acme.io', kind: 'human' }),
    row('account', { account_id: 'git:new', provider: 'git', email: 'ana.smith@acme.io', kind: 'human' }),
    ...landed('a', 'git:old', '2025-06-02'),
    ...landed('b', 'git:new', '2025-08-04'),
  ]);
  const people = async (): Promise<number> => new Set((await authors()).map(([, person]) => person)).size;
  await derive();
  expect(await people()).toBe(2);
  const apart = await allRows(db.pool);
  await derive({ identity: { join: [['ana.miller@acme.io', 'ana.smith@acme.io']] } });
  expect(await people()).toBe(1);
  await derive();
  expect(await people()).toBe(2);
  expect(difference(apart, await allRows(db.pool))).toEqual([]);
  expect(
    await ask(
      `select version, method, confidence, until is null from account_join where account_id = 'git:new' order by version`
    )
  ).toEqual([
    [1, 'self', 1, false],
    [2, 'mapping', 1, false],
    [3, 'self', 1, true],
  ]);
  // A derivation without news decides nothing.
  await deriveAll(db.pool, { config: config(), full: true });
  expect(await ask('select max(version) from account_join')).toEqual([[3]]);
});

test('what several people use is nobody’s: its changes name nobody and count for nobody', async () => {
  await write([max, ...landed('a', 'git:max', '2025-06-02')]);
  await derive({ identity: { shared: ['max@acme.io'] } });
  expect(await authors()).toEqual([['a', null]]);
  expect(await ask('select person_id, method, has_conflict from account')).toEqual([[null, null, false]]);
  expect(await ask('select count(*)::integer from person')).toEqual([[0]]);
});

test('10,000 people with four accounts each are joined at once, and one account that changes is decided without the others', async () => {
  await db.pool.query(`
    insert into account (account_id, provider, email, login, external_id, display_name, kind)
    select 'git:' || i, 'git', 'p' || i || '@acme.io', null, null, 'Person ' || i, 'human' from generate_series(1, 10000) i
    union all select 'git:t' || i, 'git', 'p' || i || '+laptop@acme.io', null, null, 'Person ' || i, 'human' from generate_series(1, 10000) i
    union all select 'git:h' || i, 'git', i || '+login' || i || '@users.noreply.github.com', null, null, 'Person ' || i, 'human' from generate_series(1, 10000) i
    union all select 'github:' || i, 'github', null, 'login' || i, 'github.com:' || i, null, 'human' from generate_series(1, 10000) i;
    insert into dirty (kind, repo_id, item) values ('identity', 0, '*')`);
  const split = Array.from({ length: 200 }, (_one, n) => [`git:t${String(n + 1)}`, `git:${String(n + 1)}`]);
  const timed = async (what: () => Promise<unknown>): Promise<number> => {
    const started = performance.now();
    await what();
    return (performance.now() - started) / 1000;
  };
  const all = await timed(() => derive({ identity: { split } }));
  expect(await ask('select count(*)::integer, count(distinct person_id)::integer from account')).toEqual([
    [40_000, 20_200],
  ]);
  expect(await ask('select count(*)::integer from account_join where until is null')).toEqual([[40_000]]);
  await write([row('account', { account_id: 'git:9000', provider: 'git', email: 'p9000@acme.io', login: 'new', kind: 'human' })]); // prettier-ignore
  const one = await timed(() => derive({ identity: { split } }));
  // 7 s and 0.2 s on a machine that does other work: a share, for the load is that of both.
  expect(one).toBeLessThan(all / 4);
  process.stdout.write(
    process.env['SHOW_TIMES'] === undefined
      ? ''
      : `40,000 accounts: ${all.toFixed(2)} s, one of them: ${one.toFixed(2)} s\n`
  );
});

test('a name that no index takes, of an older store, stops nothing: it is named, and the account joins by the others', async () => {
  await write([max, ...landed('a', 'git:max', '2025-06-02')]);
  const long = Array.from({ length: 200 }, (_, place) => createHash('sha256').update(String(place)).digest('hex')).join(
    ''
  );
  await db.pool.query(
    `insert into account (account_id, provider, login, email, external_id, kind)
     values ('git:l', 'git', $1, 'max@acme.io', null, 'human'), ('git:m', 'git', null, $1, null, 'human'), ('x:e', 'x', null, null, $1, 'human')`,
    [long]
  );
  await db.pool.query(`insert into dirty select 'identity', 0, account_id from account on conflict do nothing`);
  await derive();
  expect(await ask(`select count(*)::integer, count(distinct person_id)::integer from account`)).toEqual([[4, 3]]);
  expect((await authors()).length).toBe(1);
  const { conflicts } = await withConnection(db.pool, (client) =>
    reportPeople(client, deriveSettings(config()).identity)
  );
  expect(conflicts.map(({ reason, key }) => [reason, key]).sort()).toEqual([
    ['overlong_name', 'email of git:m'],
    ['overlong_name', 'external_id of x:e'],
    ['overlong_name', 'login of git:l'],
  ]);
});
