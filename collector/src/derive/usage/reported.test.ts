/** Which source of a day counts, and whose it is. */
import { testDatabase, type TestDatabase } from '../../../testing/database.ts';
import { configSchema, type Config } from '../../config/schema.ts';
import type { HouseRow, Replaced } from '../../connector.ts';
import { writePage } from '../../store/write-page.ts';
import { deriveAll } from '../derive.ts';

const config = (parts: object = {}): Config =>
  configSchema.parse({ company_domain: 'acme.io', time_zone: 'Europe/Berlin', ...parts });
const PLAIN = config();
const DAY = '2026-03-10';

let db: TestDatabase;
beforeEach(async () => {
  db = await testDatabase();
  await db.pool.query(`insert into tool (tool_id, title) values ('bot', 'Bot')`);
});
afterEach(() => db.close());

const row = (table: HouseRow['table'], values: HouseRow['values']): HouseRow => ({ table, values });
const person = (id: string): HouseRow => row('person', { person_id: id, kind: 'human' });
const account = (id: string, email: string): HouseRow =>
  row('account', { account_id: id, provider: 'bot', email, kind: 'human' });
const claim = (accountId: string, personId: string, [from, to]: readonly [string, string?]): HouseRow =>
  row('account_claim', {
    ...{ account_id: accountId, person_id: personId, source: 'people.csv' },
    ...{ valid_from: new Date(from), valid_to: to === undefined ? null : new Date(to) },
  });
const given = (personId: string, values: HouseRow['values']): HouseRow =>
  row('person_day', { tool_id: 'bot', person_id: personId, day: DAY, source: 'csv', grade: 2, ...values });
const reported = (accountId: string, values: HouseRow['values'], source = 'vendor'): HouseRow =>
  row('account_day', { account_id: accountId, tool_id: 'bot', day: DAY, source, scope: '', grade: 2, ...values });
const use = (accountId: string, at: string): HouseRow =>
  row('tool_point', {
    ...{ account_id: accountId, tool_id: 'bot', series_id: at, at: new Date(at), start_at: null, measure: 'use' },
    ...{ value: 1, is_cumulative: false, type: 'tool_invocation', feature: null, repo_id: null },
  });

async function write(rows: readonly HouseRow[], replaced: readonly Replaced[] = []): Promise<void> {
  await writePage(db.pool, { streamId: 'test', repoId: null, page: { rows, cursor: null, replaced } });
}

async function days(): Promise<object[]> {
  const { rows } = await db.pool.query<object>(
    `select person_id as who, day::text, source, invocations as uses, accepted_lines as lines from tool_day order by 1, 2`
  );
  return rows;
}

/** What is derived of the rows; everything derived anew gives the same. */
async function derived(wanted: Config = PLAIN): Promise<object[]> {
  await deriveAll(db.pool, { config: wanted });
  const found = await days();
  await deriveAll(db.pool, { config: wanted, full: true });
  expect(await days()).toEqual(found);
  return found;
}

test('the source that knows best counts as a whole, and when it goes the next one is there again', async () => {
  const who = { who: 'ana', day: DAY };
  await write([person('ana'), account('a1', 'ana@acme.io'), account('a2', 'ana+2@acme.io')]);
  await write([claim('a1', 'ana', ['2020-01-01'])]);
  await write([reported('a1', { invocations: 4, accepted_lines: 7 }), reported('a2', { invocations: 1 })]);
  // Accounts of one source add up; what one of them does not give is not zero.
  expect(await derived()).toEqual([{ ...who, source: 'vendor', uses: 5, lines: 7 }]);
  // Of two that know as well a file counts: somebody gave it on purpose.
  await write([given('ana', { invocations: 3, accepted_lines: null })]);
  expect(await derived()).toEqual([{ ...who, source: 'csv', uses: 3, lines: null }]);
  await write([use('a1', `${DAY}T10:00:00Z`), use('a1', `${DAY}T11:00:00Z`)]);
  expect(await derived()).toEqual([{ ...who, source: 'otlp', uses: 2, lines: null }]);
  await write([reported('a1', { grade: 4, invocations: 9 }), reported('a1', { grade: 4, invocations: 8 }, 'earlier')]);
  expect(await derived()).toEqual([{ ...who, source: 'earlier', uses: 8, lines: null }]);
  const of = (source: string): Replaced => ({ table: 'account_day', values: { source } });
  await write([], [of('earlier')]);
  expect(await derived()).toEqual([expect.objectContaining({ source: 'vendor', uses: 10 })]);
  await write([], [of('vendor')]);
  expect(await derived()).toEqual([expect.objectContaining({ source: 'otlp', uses: 2 })]);
  await db.pool.query(
    `with gone as (delete from tool_point returning account_id)
     insert into dirty (kind, repo_id, item) select distinct 'telemetry', 0, account_id || '/*' from gone`
  );
  expect(await derived()).toEqual([{ ...who, source: 'csv', uses: 3, lines: null }]);
});

test('an account that several use is nobody’s, by whatever way it is used, and its days do not vanish', async () => {
  await write([account('pair', 'pair@acme.io'), use('pair', `${DAY}T10:00:00Z`)]);
  const shared = config({ identity: { shared: ['pair@acme.io'] } });
  expect(await derived(shared)).toEqual([{ who: '', day: DAY, source: 'otlp', uses: 1, lines: null }]);
  await write([account('mob', 'mob@acme.io'), reported('mob', { invocations: 2 })]);
  const both = config({ identity: { shared: ['pair@acme.io', 'mob@acme.io'] } });
  expect(await derived(both)).toEqual([{ who: '', day: DAY, source: 'otlp', uses: 1, lines: null }]);
  const [one, ...others] = await derived(PLAIN);
  expect([one, others.length]).toEqual([expect.objectContaining({ who: expect.stringMatching(/./) }), 1]);
  expect(await derived(shared)).toContainEqual(expect.objectContaining({ who: '', source: 'otlp' }));
});

const OF_EVENTS = `select person_id as who, to_char(at at time zone 'UTC', 'DD HH24') as at from tool_event order by at`;
const events = async (): Promise<object[]> => (await db.pool.query<object>(OF_EVENTS)).rows;
const months = async (): Promise<object[]> =>
  (await db.pool.query<object>('select person_id as who, uses from pack.tool_event_month order by 1')).rows;

test('an address that is given anew: uses are whose it was at the instant; undone they are back', async () => {
  await write([
    ...[person('ana'), person('ben'), account('t1', 'desk@acme.io')],
    ...['08T10', '10T09', '10T15', '12T10'].map((at) => use('t1', `2026-03-${at}:00:00Z`)),
    reported('t1', { day: '2026-03-08', invocations: 6, source: 'a-vendor', grade: 4 }),
    reported('t1', { day: '2026-03-12', invocations: 7, source: 'a-vendor', grade: 4 }),
    row('account_seat', { account_id: 't1', tool_id: 'bot', source: 'vendor', scope: '', valid_from: new Date('2026-01-01'), valid_to: null }), // prettier-ignore
    row('agent_session', { tool_id: 'bot', session_id: 's', account_id: 't1', started_at: new Date(`${DAY}T14:00:00Z`), last_at: new Date(`${DAY}T16:00:00Z`), grade: 3, source: 'otlp' }), // prettier-ignore
    claim('t1', 'ana', ['2025-01-01']),
  ]);
  const before = await derived();
  expect(before.map((one) => (one as { who: string }).who)).toEqual(['ana', 'ana', 'ana']);
  const handed = '2026-03-10T12:00:00Z';
  await write([claim('t1', 'ana', ['2025-01-01', handed]), claim('t1', 'ben', [handed])]);
  expect(await derived()).toEqual([
    { who: 'ana', day: '2026-03-08', source: 'a-vendor', uses: 6, lines: null },
    { who: 'ana', day: DAY, source: 'otlp', uses: 1, lines: null },
    { who: 'ben', day: DAY, source: 'otlp', uses: 1, lines: null },
    { who: 'ben', day: '2026-03-12', source: 'a-vendor', uses: 7, lines: null },
  ]);
  expect((await events()).map((one) => (one as { who: string }).who)).toEqual(['ana', 'ana', 'ben', 'ben']);
  expect(await months()).toEqual([
    { who: 'ana', uses: 2 },
    { who: 'ben', uses: 2 },
  ]);
  const { rows: seats } = await db.pool.query(
    `select person_id as who, valid_from = $1 or valid_to = $1 as at from seat order by 1`,
    [handed]
  );
  expect(seats).toEqual([{ who: 'ana', at: true }, { who: 'ben', at: true }]); // prettier-ignore
  expect((await db.pool.query('select person_id from agent_session')).rows).toEqual([{ person_id: 'ben' }]);

  await db.pool.query(
    `delete from account_claim where person_id = 'ben'; insert into dirty (kind, repo_id, item) values ('identity', 0, 't1')`
  );
  await write([claim('t1', 'ana', ['2025-01-01'])]);
  expect(await derived()).toEqual(before);
  expect(await months()).toEqual([{ who: 'ana', uses: 4 }]);
  expect((await db.pool.query('select person_id from agent_session')).rows).toEqual([{ person_id: 'ana' }]);
});

test('sums beyond what a column holds stand at its limit and stop nothing', async () => {
  const most = 2_147_483_647;
  await write([person('ana'), account('a1', 'ana@acme.io'), account('a2', 'ana+2@acme.io')]);
  await write([claim('a1', 'ana', ['2020-01-01'])]);
  await write([reported('a1', { invocations: most }), reported('a2', { invocations: most, accepted_lines: 1 })]);
  expect(await derived()).toEqual([{ who: 'ana', day: DAY, source: 'vendor', uses: most, lines: 1 }]);
  const event = (id: string): HouseRow =>
    row('tool_event', { tool_id: 'bot', event_id: id, at: new Date(`${DAY}T08:00:00Z`), person_id: 'ana', type: 'ai_commit', accepted_lines: most }); // prettier-ignore
  await write([event('1'), event('2'), reported('a1', { day: '2026-03-11', invocations: most, accepted_lines: most })]);
  await derived();
  const { rows } = await db.pool.query(
    `select uses, accepted_lines as lines from usage_week where week_start = '2026-03-09'`
  );
  expect(rows).toEqual([{ uses: most, lines: most }]);
});
