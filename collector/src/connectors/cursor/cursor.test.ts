/** Against a local server that behaves as Cursor's documents of the Admin API say, and as users report. */
import { testDatabase, type TestDatabase } from '../../../testing/database.ts';
import { hashStore } from '../../../testing/hash-store.ts';
import { memberOf, newWorld, serveCursor, usageEvent, WORKED, type World } from '../../../testing/vendors/cursor.ts'; // prettier-ignore
import { pass } from '../../../testing/vendors/pass.ts';
import { broken, tooMany, type Vendor } from '../../../testing/vendors/serve.ts';
import { configSchema } from '../../config/schema.ts';
import { deriveAll } from '../../derive/derive.ts';

const FACTS = [
  'account',
  'account_day',
  'account_seat',
  'heartbeat',
  'tool',
  'tool_day',
  'tool_point',
  'person',
  'seat',
];
const ANA = memberOf('Ana@acme.io');
const BEN = memberOf('ben@acme.io');

let db: TestDatabase;
let world: World;
let server: Vendor;

beforeEach(async () => {
  db = await testDatabase();
  world = newWorld();
  world.members = [ANA, BEN];
  server = await serveCursor(world);
});
afterEach(async () => {
  server.close();
  await db.close();
});

const section = (more: object = {}): object => ({
  cursor: { api_key: world.key, url: server.url, since_days: 6, ...more },
});
/** The rate of a minute is not waited for. */
async function run(day: string, only: string, more: object = {}): Promise<void> {
  await db.pool.query('delete from rate_budget');
  await pass(db.pool, section(more), { now: new Date(`${day}T12:00:00Z`), only: `cursor/${only}` });
}
const derive = (full = false): Promise<void> => deriveAll(db.pool, { config: configSchema.parse(section()), full });
const query = async <Row extends object>(sql: string): Promise<Row[]> => (await db.pool.query<Row>(sql)).rows;
const worked = (day: string, email: string, more: object = {}): void =>
  void world.days.set(`${day} ${email}`, { ...WORKED, ...more });
const days = (): Promise<object[]> =>
  query(`select a.email, t.day::text, t.invocations as uses, t.accepted_lines as lines, t.grade, t.source
    from tool_day t join account a using (person_id) where t.tool_id = 'cursor' order by 2, 1`);
const skips = async (): Promise<string[]> =>
  (await query<{ text: string }>(`select item || ': ' || reason as text from skipped order by 1`)).map(({ text }) => text); // prettier-ignore

test('a day becomes rows of its members: requests and accepted completions are uses, zeros are observed, active without a count is activity', async () => {
  const eve = memberOf('eve@acme.io');
  world.members.push(eve);
  worked('2026-11-17', ANA.email);
  worked('2026-11-17', eve.email, { totalTabsAccepted: 0, agentRequests: 0, acceptedLinesAdded: 0 });
  await run('2026-11-18', 'usage');
  await derive();
  const rest = { day: '2026-11-17', grade: 2, source: 'cursor' };
  expect(await days()).toEqual([
    { email: 'ana@acme.io', uses: 16, lines: 61, ...rest },
    { email: 'ben@acme.io', uses: 0, lines: 0, ...rest },
    { email: 'eve@acme.io', uses: null, lines: 0, ...rest },
  ]);
  expect(await query('select source, day::text from heartbeat')).toEqual([
    { source: 'tool:cursor', day: '2026-11-17' },
  ]);
  const [asked] = server.asked;
  expect(JSON.parse(asked?.body ?? '')).toEqual({ startDate: Date.UTC(2026, 10, 12), endDate: Date.UTC(2026, 10, 18) - 1, page: 1, pageSize: 500 }); // prettier-ignore
});

test('an empty day, in both of its shapes, is no telemetry: no zero, no sign of life', async () => {
  worked('2026-11-17', ANA.email);
  world.without.add('2026-11-16');
  await run('2026-11-18', 'usage');
  await derive();
  expect(await query('select distinct day::text from account_day')).toEqual([{ day: '2026-11-17' }]);
  expect(await query('select from heartbeat')).toHaveLength(1);
});

test('days that are not settled are read again; what was read late is the same as what was read at once', async () => {
  for (const day of ['2026-11-14', '2026-11-16']) for (const { email } of [ANA, BEN]) worked(day, email);
  await run('2026-11-17', 'usage');
  await derive();
  worked('2026-11-14', ANA.email, { agentRequests: 500 });
  worked('2026-11-16', ANA.email, { agentRequests: 90 });
  worked('2026-11-17', BEN.email);
  await run('2026-11-18', 'usage');
  await run('2026-11-18', 'usage');
  await derive();
  expect((await days()).map((row) => Object.values(row).slice(0, 3) as unknown[])).toEqual([
    ['ana@acme.io', '2026-11-14', 16],
    ['ben@acme.io', '2026-11-14', 16],
    ['ana@acme.io', '2026-11-16', 94],
    ['ben@acme.io', '2026-11-16', 16],
    ['ana@acme.io', '2026-11-17', 0],
    ['ben@acme.io', '2026-11-17', 16],
  ]);
  const incremental = await hashStore(db.pool, FACTS);
  await derive(true);
  expect(await hashStore(db.pool, FACTS)).toEqual(incremental);
  await db.pool.query(
    `delete from stream_state; delete from account_day where day > '2026-11-14'; delete from tool_day`
  );
  worked('2026-11-14', ANA.email);
  await run('2026-11-18', 'usage');
  await derive(true);
  expect(await hashStore(db.pool, FACTS)).toEqual(incremental);
});

test('whoever was removed keeps the days that were read; before, nobody takes their silence for a zero', async () => {
  for (const day of ['2026-11-08', '2026-11-17']) for (const { email } of [ANA, BEN]) worked(day, email);
  await run('2026-11-18', 'usage');
  world.removed.add(BEN.email);
  world.days.delete(`2026-11-17 ${ANA.email}`);
  worked('2026-11-17', ANA.email, { agentRequests: 1 });
  await run('2026-11-19', 'usage');
  await derive();
  expect((await days()).map((row) => Object.values(row).slice(0, 3) as unknown[])).toEqual([
    ['ana@acme.io', '2026-11-17', 5],
    ['ben@acme.io', '2026-11-17', 16],
  ]);
  await db.pool.query('delete from stream_state; delete from heartbeat');
  await run('2026-11-19', 'usage', { since_days: 12 });
  expect(await query('select day::text from heartbeat order by 1')).toEqual([{ day: '2026-11-17' }]);
  expect(await query(`select from account_day where day = '2026-11-08'`)).toHaveLength(1);
});

test('a person who comes on two pages is one; two users with one address, in another case, add up', async () => {
  world.members = [ANA, { ...ANA }, { ...memberOf('ana@ACME.io'), id: 'user_other' }];
  worked('2026-11-17', ANA.email);
  worked('2026-11-17', 'ana@ACME.io');
  await run('2026-11-18', 'usage');
  await derive();
  expect(await days()).toEqual([expect.objectContaining({ email: 'ana@acme.io', uses: 32, lines: 122 })]);
});

test('windows of more than 30 days are never asked for; pages are read to the end, through trouble and waits', async () => {
  world.members = Array.from({ length: 1_200 }, (_none, n) => memberOf(`u${String(n)}@acme.io`));
  for (const { email } of world.members) worked('2026-11-17', email);
  server.faults.push(tooMany(1), broken, { status: 200, body: '{"data":[]}', isCutOff: true });
  await run('2026-11-18', 'usage');
  expect(await query('select from account_day')).toHaveLength(1_200);
  await run('2026-11-19', 'usage', { since_days: 90 });
  const spans = server.asked.map(({ body }) => JSON.parse(body) as { startDate: number; endDate: number });
  expect(Math.max(...spans.map(({ startDate, endDate }) => endDate - startDate))).toBeLessThan(30 * 86_400_000);
});

test('an answer with fewer than it announces is named, and so is a row that is none; the others count', async () => {
  worked('2026-11-17', BEN.email);
  world.lost = 6;
  world.days.set(`2026-11-16 ${BEN.email}`, { ...WORKED, agentRequests: -4 });
  await run('2026-11-18', 'usage');
  expect(await query('select a.email, d.invocations from account_day d join account a using (account_id)')).toEqual([{ email: 'ben@acme.io', invocations: 16 }]); // prettier-ignore
  expect(await skips()).toEqual([
    expect.stringMatching(/^cursor daily use 2026-11-12 page 1 row .*agentRequests/),
    'cursor daily use 2026-11-12 to 2026-11-17 is not whole: 1 of 2 people came',
  ]);
});

test('uses: cents become dollars, tokens add up, one that comes on two pages is one, later corrections of it too', async () => {
  worked('2026-11-17', ANA.email);
  const uses = Array.from({ length: 1_100 }, (_none, n) => usageEvent(new Date(Date.UTC(2026, 10, 17, 8) + n * 1000).toISOString(), 'ana@acme.io')); // prettier-ignore
  world.events.push(...uses, new Map(uses[0]));
  world.events.push(usageEvent('2026-11-17T23:59:59.999Z', 'BEN@acme.io', { chargedCents: 250, isHeadless: true, tokenUsage: undefined })); // prettier-ignore
  server.faults.push(tooMany(1), broken);
  await run('2026-11-18', 'usage');
  await run('2026-11-18', 'events');
  const sums = (): Promise<object[]> =>
    query(`select a.email, d.input_tokens::int as input, d.output_tokens::int as output, d.cost_usd::float8 as usd, d.invocations, d.grade
      from account_day d join account a using (account_id) where scope = 'events' order by 1`);
  expect(await sums()).toEqual([
    { email: 'ana@acme.io', input: 138_600, output: 495_000, usd: 222.00552, invocations: null, grade: 3 },
    { email: 'ben@acme.io', input: null, output: null, usd: 2.5, invocations: null, grade: 3 },
  ]);
  expect(await query('select from tool_point')).toHaveLength(1_101);
  uses[0]?.set('chargedCents', 0 as unknown as object);
  world.events.splice(1_100, 1);
  await run('2026-11-18', 'events');
  expect((await sums())[0]).toMatchObject({ usd: 221.803697, input: 138_600 });
  await derive();
  expect(await query(`select feature, count(*)::int as n from tool_event where person_id <> '' group by 1 order by 1`)).toEqual([{ feature: 'headless', n: 1 }, { feature: null, n: 1_100 }]); // prettier-ignore
});

test('uses of people who were removed are counted and name nobody; what was read of them stays; a program is nobody', async () => {
  world.events.push(
    usageEvent('2026-11-17T10:00:00Z', 'ben@acme.io'),
    usageEvent('2026-11-17T11:00:00Z', 'ana@acme.io')
  );
  world.events.push(usageEvent('2026-11-17T12:00:00Z', '', { serviceAccountId: 'sa_1' }));
  await run('2026-11-18', 'events');
  world.removed.add('ben@acme.io');
  await run('2026-11-18', 'events');
  expect(await query(`select coalesce(a.email, a.kind) as who, d.input_tokens::int as input from account_day d join account a using (account_id) order by 1`)).toEqual([
    { who: 'ana@acme.io', input: 126 },
    { who: 'automation', input: 126 },
    { who: 'ben@acme.io', input: 126 },
  ]); // prettier-ignore
  expect(await skips()).toEqual([
    'cursor uses 2026-11-17 without an address: 1 of people who were removed from the team, or of nobody',
  ]);
});

test('absurd uses, and a list that is shorter than announced, are named; the others count', async () => {
  world.events.push(usageEvent('2026-11-17T11:00:00Z', 'ana@acme.io'), usageEvent('2026-11-17T10:00:00Z', 'ben@acme.io', { tokenUsage: { inputTokens: -1 } })); // prettier-ignore
  world.events.push(usageEvent('2026-11-17T12:00:00Z', 'ana@acme.io', { model: 'gpt-5' }));
  world.lost = 1;
  await run('2026-11-18', 'events');
  expect(await query('select from account_day')).toHaveLength(1);
  expect(await skips()).toEqual([
    expect.stringMatching(/^cursor uses 2026-11-17 are not whole: 2 of 3 came/),
    expect.stringMatching(/^cursor uses 2026-11-17 page 1 event .*inputTokens/),
  ]);
});

test('seats begin when they are seen and end when they are missing; owners without one hold none; a list that is not whole ends none', async () => {
  world.members.push(memberOf('boss@acme.io', { role: 'free-owner' }), memberOf('BEN@acme.io', { role: 'owner' }));
  await run('2026-11-18', 'seats');
  const held = (): Promise<object[]> =>
    query(`select a.email, s.valid_from, s.valid_to from seat s join account a using (person_id) order by 1`);
  await derive();
  const from = new Date('2026-11-18T12:00:00Z');
  expect(await held()).toEqual([
    { email: 'ana@acme.io', valid_from: from, valid_to: null },
    { email: 'ben@acme.io', valid_from: from, valid_to: null },
  ]);
  world.members = [ANA, { id: 'x', email: 'y' }];
  await run('2026-11-19', 'seats');
  expect(await skips()).toHaveLength(2);
  world.members = [];
  await run('2026-11-20', 'seats');
  world.members = [ANA, BEN];
  world.removed.add(BEN.email);
  await run('2026-11-21', 'seats');
  await derive();
  expect(await held()).toEqual([
    { email: 'ana@acme.io', valid_from: from, valid_to: null },
    { email: 'ben@acme.io', valid_from: from, valid_to: new Date('2026-11-21T12:00:00Z') },
  ]);
});

test.each([
  ['a key that is not accepted', { api_key: 'sk-ant-api03-never-shown' }, 'enterprise', 'source_login', 'Admin API key'],
  ['a plan without the API', {}, 'none', 'source_forbidden', 'need Enterprise'],
] as const)('%s is one clear line without the key', async (...[, more, plan, code, words]) => {
  world.plan = plan;
  await expect(run('2026-11-18', 'usage', more)).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
  const [state] = await query<{ last_error: string }>('select last_error from stream_state');
  expect(state?.last_error).not.toContain('never-shown');
}); // prettier-ignore

test('a day of 5,000 people, each with a use, is stored and counted in less than a minute', async () => {
  world.members = Array.from({ length: 5_000 }, (_none, n) => memberOf(`user-${String(n)}@acme.io`));
  for (const { email } of world.members) {
    worked('2026-11-17', email);
    world.events.push(usageEvent('2026-11-17T09:00:00Z', email));
  }
  const timed = async (work: () => Promise<void>): Promise<number> => {
    const started = performance.now();
    await work();
    return Math.round(performance.now() - started);
  };
  const read = (only: string): Promise<number> => timed(() => run('2026-11-18', only, { since_days: 1 }));
  const [days, uses, counted] = [await read('usage'), await read('events'), await timed(derive)];
  expect(await query('select from tool_day')).toHaveLength(5_000);
  for (const { email } of world.members.slice(1)) worked('2026-11-17', email, { acceptedLinesAdded: 62 });
  const again = await read('usage');
  process.stderr.write(`cursor: days of 5,000 people in ${String(days)} ms, 5,000 uses in ${String(uses)} ms, counted in ${String(counted)} ms, corrected in ${String(again)} ms\n`); // prettier-ignore
  expect(days + uses + counted).toBeLessThan(60_000);
  expect(again).toBeLessThan(60_000);
}, 180_000);
