/** Against a local server that behaves as GitHub's documents of Copilot metrics say. */
import { testDatabase, type TestDatabase } from '../../../testing/database.ts';
import { hashStore } from '../../../testing/hash-store.ts';
import { newWorld, seatOf, serveCopilot, userLine, type CopilotServer, type World } from '../../../testing/vendors/copilot.ts'; // prettier-ignore
import { pass } from '../../../testing/vendors/pass.ts';
import { broken, tooMany } from '../../../testing/vendors/serve.ts';
import { configSchema } from '../../config/schema.ts';
import { deriveAll } from '../../derive/derive.ts';

const TOKEN = 'copilot-token-never-shown';
const ANA = { id: 9001, login: 'ana' };
const BEN = { id: 9002, login: 'ben' };
const FACTS = ['account', 'account_day', 'heartbeat', 'tool', 'tool_day', 'person'];

let db: TestDatabase;
let world: World;
let server: CopilotServer;

beforeEach(async () => {
  db = await testDatabase();
  world = newWorld(TOKEN);
  server = await serveCopilot(world);
});
afterEach(async () => {
  server.close();
  await db.close();
});

const at = (day: string): Date => new Date(`${day}T12:00:00Z`);
const section = (more: object = {}): object => ({
  copilot: { token: TOKEN, organisations: ['acme'], url: server.api.url, report_hosts: ['127.0.0.1'], since_days: 6, ...more }, // prettier-ignore
});
const run = (day: string, more: object = {}, only = 'copilot/usage'): Promise<void> =>
  pass(db.pool, section(more), { now: at(day), only });
const derive = (full = false): Promise<void> => deriveAll(db.pool, { config: configSchema.parse(section()), full });
const query = async <Row extends object>(sql: string): Promise<Row[]> => (await db.pool.query<Row>(sql)).rows;
const days = (): Promise<object[]> =>
  query(
    `select a.login, t.day::text, t.invocations as uses, t.accepted_lines as lines, t.grade, t.source from tool_day t join account a using (person_id) order by 2, 1`
  );
const askedDays = (): Array<string | null> =>
  server.api.asked.filter(({ url }) => url.pathname.includes('users-1-day')).map(({ url }) => url.searchParams.get('day')); // prettier-ignore

test('a day becomes rows of its people; the report is fetched without the token; tokens of the command line alone are not those of the tool', async () => {
  world.days.set('acme/2026-11-17', [
    userLine(ANA, '2026-11-17', { totals_by_cli: { session_count: 2, prompt_count: 9, token_usage: { output_tokens_sum: 8000 } } }), // prettier-ignore
    userLine(BEN, '2026-11-17', { user_initiated_interaction_count: 0, code_acceptance_activity_count: 0 }),
  ]);
  await run('2026-11-18');
  await derive();
  const rest = { day: '2026-11-17', lines: 61, grade: 2, source: 'copilot' };
  expect(await days()).toEqual([
    { login: 'ana', uses: 16, ...rest },
    { login: 'ben', uses: 0, ...rest },
  ]);
  expect(await query('select sessions, input_tokens, cost_usd from account_day limit 1')).toEqual([
    { sessions: null, input_tokens: null, cost_usd: null },
  ]);
  expect(server.reports.asked).toHaveLength(1);
  expect(server.reports.asked[0]?.headers.authorization).toBeUndefined();
  expect(await query('select source, day::text from heartbeat')).toEqual([
    { source: 'tool:copilot', day: '2026-11-17' },
  ]);
});

test('an empty day, in both of its shapes, is no telemetry: no zero, no sign of life', async () => {
  world.withoutLinks.add('acme/2026-11-16');
  world.days.set('acme/2026-11-15', []);
  await run('2026-11-18');
  await derive();
  expect(askedDays()).toHaveLength(6);
  expect(await query('select from heartbeat')).toHaveLength(0);
  expect(await days()).toEqual([]);
});

test('days that are not final are read again, and once more when they are; what was read late is the same as what was read at once', async () => {
  const reported = (day: string, uses: number, users = [ANA, BEN]): void =>
    void world.days.set(`acme/${day}`, users.map((user) => userLine(user, day, { user_initiated_interaction_count: uses }))); // prettier-ignore
  reported('2026-11-14', 1);
  reported('2026-11-17', 1);
  await run('2026-11-18');
  await derive();
  // Ben's row is taken back, Ana's corrected; the 13th is final and is not asked for any more.
  reported('2026-11-17', 8, [ANA]);
  reported('2026-11-18', 2);
  server.api.asked.length = 0;
  await run('2026-11-19');
  await derive();
  expect(askedDays()).toEqual(['2026-11-15', '2026-11-16', '2026-11-17', '2026-11-18']);
  expect((await days()).filter((row) => 'day' in row && row.day === '2026-11-17')).toEqual([
    expect.objectContaining({ login: 'ana', uses: 12 }),
  ]);
  await run('2026-11-19');
  await derive();
  const incremental = await hashStore(db.pool, FACTS);
  await derive(true);
  expect(await hashStore(db.pool, FACTS)).toEqual(incremental);
  await db.pool.query(
    `delete from stream_state; delete from account_day where day > '2026-11-13'; delete from tool_day`
  );
  await run('2026-11-19');
  await derive(true);
  expect(await hashStore(db.pool, FACTS)).toEqual(incremental);
});

test('a collector that was away goes on at the first day that was not final', async () => {
  await run('2026-11-10');
  server.api.asked.length = 0;
  await run('2026-11-20');
  expect([askedDays()[0], askedDays().at(-1)]).toEqual(['2026-11-07', '2026-11-19']);
});

test('a link that has expired is asked for anew; one that stays refused ends the run in one line without the signature', async () => {
  world.days.set('acme/2026-11-17', [userLine(ANA, '2026-11-17')]);
  world.expiring = 2;
  await run('2026-11-18');
  expect(await query('select from account_day')).toHaveLength(1);
  world.expiring = 100;
  await expect(run('2026-11-18')).rejects.toMatchObject({ code: 'source_forbidden', message: expect.stringContaining('signed link has expired') }); // prettier-ignore
  const [state] = await query<{ last_error: string }>('select last_error from stream_state');
  expect(state?.last_error).not.toContain('never-shown');
});

test('a link to a host that is not allowed is not followed', async () => {
  world.days.set('acme/2026-11-17', [userLine(ANA, '2026-11-17')]);
  world.elsewhere = 'http://localhost:1';
  await expect(run('2026-11-18')).rejects.toMatchObject({ code: 'source_redirect' });
  expect(server.reports.asked).toHaveLength(0);
});

test('used-up rates are waited for, trouble and a report that breaks off are asked again: nothing comes twice', async () => {
  world.days.set('acme/2026-11-17', Array.from({ length: 50 }, (_none, id) => userLine({ id: id + 1, login: `u${String(id)}` }, '2026-11-17'))); // prettier-ignore
  server.api.faults.push(tooMany(1), broken);
  server.reports.faults.push(
    { status: 200, body: `${JSON.stringify(userLine(ANA, '2026-11-17'))}\n`.repeat(40), isCutOff: true },
    broken
  );
  await run('2026-11-18');
  expect(await query('select from account_day')).toHaveLength(50);
});

test('one bad line is named, the others count', async () => {
  world.days.set('acme/2026-11-17', [
    '{"day":"2026-11-17",',
    userLine(ANA, '2026-11-17', { loc_added_sum: -4 }),
    userLine(ANA, '2026-11-16'),
    userLine(BEN, '2026-11-17', { constructor: 1, a_new_field: [] }),
  ]);
  await run('2026-11-18');
  expect(await query('select a.login from account_day join account a using (account_id)')).toEqual([{ login: 'ben' }]);
  expect(await query('select item from skipped order by 1')).toHaveLength(3);
});

test('a person of two organisations is counted in both, however often they are read; an enterprise is not added to its organisations', async () => {
  const lines = [userLine(ANA, '2026-11-17')];
  for (const owner of ['acme', 'beta', 'big']) world.days.set(`${owner}/2026-11-17`, lines);
  for (let times = 0; times < 2; times++) {
    await run('2026-11-18', { organisations: ['acme', 'beta'] });
    await derive();
    expect(await days()).toEqual([expect.objectContaining({ login: 'ana', uses: 14, lines: 122 })]);
  }
  await db.pool.query('delete from stream_state; delete from account_day; delete from tool_day');
  await run('2026-11-18', { organisations: ['acme', 'beta'], enterprise: 'big' });
  await derive();
  expect(await days()).toEqual([expect.objectContaining({ login: 'ana', uses: 7 })]);
});

test('seats: pages, people who are listed twice, cancellation, and an end that only a missing entry tells', async () => {
  const many = Array.from({ length: 230 }, (_none, id) => seatOf({ id: id + 1, login: `u${String(id)}` }, '2026-01-05T08:00:00Z')); // prettier-ignore
  world.seats.set('acme', [...many, seatOf(ANA, '2026-02-01T00:00:00Z', { pending_cancellation_date: '2026-12-01' })]);
  world.seats.set('big', [seatOf(ANA, '2026-02-01T00:00:00Z'), seatOf(ANA, '2026-03-01T00:00:00Z')]);
  const both = { enterprise: 'big' };
  await run('2026-11-18', both, 'copilot/seats');
  await derive();
  const held = (): Promise<object[]> =>
    query(`select valid_from, valid_to from seat join account a using (person_id) where a.login = 'ana'`);
  expect(await held()).toEqual([{ valid_from: new Date('2026-02-01T00:00:00Z'), valid_to: null }]);
  expect(await query('select from seat')).toHaveLength(231);
  world.seats.set('big', []);
  world.seats.set('acme', [...many.slice(1), seatOf(ANA, '2026-02-01T00:00:00Z', { pending_cancellation_date: '2026-12-01' })]); // prettier-ignore
  await run('2026-11-19', both, 'copilot/seats');
  await derive();
  expect(await held()).toEqual([{ valid_from: new Date('2026-02-01T00:00:00Z'), valid_to: new Date('2026-12-01T00:00:00Z') }]); // prettier-ignore
  expect(await query(`select valid_to from seat where valid_to < '2026-12-01'`)).toEqual([
    { valid_to: at('2026-11-19') },
  ]);
});

test('AI credits of all organisations are one amount of a month', async () => {
  world.credits.set('acme/2026-10', 12.5).set('beta/2026-10', 7.5).set('acme/2026-11', 1);
  const more = { organisations: ['acme', 'beta'], costs: true };
  for (let times = 0; times < 2; times++) await run('2026-11-18', more, 'copilot/costs');
  expect(await query('select month::text, category, tool_id, amount::float8, currency from cost order by 1')).toEqual([
    { month: '2026-10-01', category: 'tool_usage', tool_id: 'copilot', amount: 20, currency: 'USD' },
    { month: '2026-11-01', category: 'tool_usage', tool_id: 'copilot', amount: 1, currency: 'USD' },
  ]);
});

test('a login that somebody mapped takes what was reported and its seat along, and gives them back', async () => {
  world.days.set('acme/2026-11-17', [userLine(ANA, '2026-11-17')]);
  world.seats.set('acme', [seatOf(ANA, '2026-02-01T00:00:00Z')]);
  await run('2026-11-18', {}, 'copilot');
  await derive();
  const owners = (): Promise<object[]> =>
    query('select t.person_id, s.person_id as holder from tool_day t cross join seat s');
  const [before] = await owners();
  const changed = `insert into dirty (kind, repo_id, item) select 'identity', 0, account_id from account`;
  await db.pool.query(
    `insert into person (person_id, kind) values ('mapped', 'human');
     insert into account_claim (account_id, person_id, source, valid_from) select account_id, 'mapped', 'people.csv', '2024-01-01' from account;
     ${changed}`
  );
  await derive();
  expect(await owners()).toEqual([{ person_id: 'mapped', holder: 'mapped' }]);
  expect(await query('select person_id from person')).toEqual([{ person_id: 'mapped' }]);
  await db.pool.query(`delete from account_claim; ${changed}`);
  await derive();
  expect(await owners()).toEqual([before]);
});

test.each([
  ['a token that is not accepted', { token: 'another-never-shown' }, 'source_login', 'copilot.token'],
  ['an organisation without Copilot', { organisations: ['gone'] }, 'source_not_found', 'read:org'],
])('%s is one clear line without the token', async (...[, more, code, words]) => {
  world.missing.add('gone');
  await expect(run('2026-11-18', more)).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
  const [state] = await query<{ last_error: string }>('select last_error from stream_state');
  expect(state?.last_error).not.toContain('never-shown');
});

test('a day of 5,000 people is stored and counted in less than a minute', async () => {
  const users = Array.from({ length: 5_000 }, (_none, id) => ({ id: id + 1, login: `user-${String(id)}` }));
  const detail = Array.from({ length: 40 }, (_none, n) => ({ language: `l${String(n)}`, model: 'gpt-5', loc_added_sum: n })); // prettier-ignore
  const day = (more: number): object[] => users.map((user) => userLine(user, '2026-11-17', { totals_by_language_model: detail, loc_added_sum: more })); // prettier-ignore
  world.days.set('acme/2026-11-17', day(10));
  const started = performance.now();
  await run('2026-11-18');
  await derive();
  const first = performance.now() - started;
  world.days.set('acme/2026-11-17', day(11).slice(1));
  await run('2026-11-18');
  await derive();
  const again = performance.now() - started - first;
  expect(await query('select from tool_day')).toHaveLength(4_999);
  process.stderr.write(`copilot: 5,000 people in ${String(Math.round(first))} ms, all of them corrected in ${String(Math.round(again))} ms\n`); // prettier-ignore
  expect(first).toBeLessThan(60_000);
  expect(again).toBeLessThan(60_000);
}, 180_000);
