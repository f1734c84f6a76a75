/** Against a local server that behaves as Anthropic's documents of both APIs say. */
import { testDatabase, type TestDatabase } from '../../../testing/database.ts';
import { hashStore } from '../../../testing/hash-store.ts';
import { consoleRow, enterpriseRow, newWorld, serveClaude, user, type World } from '../../../testing/vendors/claude.ts';
import { pass } from '../../../testing/vendors/pass.ts';
import { broken, tooMany, type Vendor } from '../../../testing/vendors/serve.ts';
import { configSchema } from '../../config/schema.ts';
import { deriveAll } from '../../derive/derive.ts';

const FACTS = ['account', 'account_day', 'heartbeat', 'tool', 'tool_day', 'person'];
const ANA = user('Ana@acme.io');

let db: TestDatabase;
let world: World;
let server: Vendor;

beforeEach(async () => {
  db = await testDatabase();
  world = newWorld();
  server = await serveClaude(world);
});
afterEach(async () => {
  server.close();
  await db.close();
});

const section = (more: object = {}): object => ({
  claude: { admin_key: world.adminKey, analytics_key: world.analyticsKey, url: server.url, since_days: 8, ...more },
});
const run = (day: string, only: string, more: object = {}): Promise<void> =>
  pass(db.pool, section(more), { now: new Date(`${day}T12:00:00Z`), only: `claude/${only}` });
const derive = (full = false): Promise<void> => deriveAll(db.pool, { config: configSchema.parse(section()), full });
const query = async <Row extends object>(sql: string): Promise<Row[]> => (await db.pool.query<Row>(sql)).rows;
const days = (): Promise<object[]> =>
  query(
    `select a.email, t.day::text, t.sessions, t.invocations, t.accepted_lines as lines, t.input_tokens::int as input, t.cost_usd::float8 as usd
     from tool_day t join account a using (person_id) order by 2, 1`
  );

test('rows of one user add up over terminals and pages; cents become dollars; a key is nobody', async () => {
  const counts = { sessions: 4, added: 52, cents: 186 };
  const others = Array.from({ length: 1_400 }, (_none, n) => consoleRow('2026-11-17', user(`u${String(n)}@acme.io`), counts)); // prettier-ignore
  world.console.set('2026-11-17', [
    consoleRow('2026-11-17', ANA, counts),
    consoleRow('2026-11-17', { type: 'api_actor', api_key_name: 'ci-key' }, counts),
    ...others,
    consoleRow('2026-11-17', user('ana@acme.io'), { ...counts, terminal_type: 'iTerm.app', customer_type: 'api' }),
  ]);
  server.faults.push(tooMany(1), broken);
  await run('2026-11-18', 'console');
  await derive();
  const all = await days();
  expect(all).toHaveLength(1_401);
  expect(all[0]).toEqual({ email: 'ana@acme.io', day: '2026-11-17', sessions: 8, invocations: null, lines: 104, input: 200, usd: 3.72 }); // prettier-ignore
  expect(await query(`select sessions, cost_usd::float8 as usd from account_day join account using (account_id) where kind = 'automation'`)).toEqual([{ sessions: 4, usd: 1.86 }]); // prettier-ignore
  expect(await query('select day::text from heartbeat')).toEqual([{ day: '2026-11-17' }]);
});

test('days that are corrected late are the same as when they are read at once; a user who is gone from one is taken back', async () => {
  const set = (day: string, sessions: number, emails: readonly string[]): void =>
    void world.enterprise.set(
      day,
      emails.map((email) => enterpriseRow(email, sessions, 10))
    );
  world.notBefore = '2026-11-16';
  set('2026-11-11', 1, ['ana@acme.io', 'ben@acme.io']);
  set('2026-11-15', 1, ['ana@acme.io', 'ben@acme.io']);
  await run('2026-11-18', 'enterprise');
  await derive();
  expect(await days()).toHaveLength(4);
  world.notBefore = '2026-11-19';
  set('2026-11-15', 3, ['ana@acme.io']);
  set('2026-11-17', 0, ['ben@acme.io']);
  server.asked.length = 0;
  await run('2026-11-21', 'enterprise');
  await derive();
  expect(server.asked.map(({ url }) => url.searchParams.get('date'))).toEqual(
    ['12', '13', '14', '15', '16', '17', '18', '19', '20'].map((day) => `2026-11-${day}`)
  );
  const incremental = await hashStore(db.pool, FACTS);
  expect((await days()).slice(2)).toEqual([
    expect.objectContaining({ email: 'ana@acme.io', day: '2026-11-15', sessions: 3 }),
    expect.objectContaining({ email: 'ben@acme.io', day: '2026-11-17', sessions: 0 }),
  ]);
  await db.pool.query('delete from stream_state; delete from account_day; delete from tool_day; delete from heartbeat');
  await run('2026-11-21', 'enterprise', { since_days: 12 });
  await derive(true);
  expect(await hashStore(db.pool, FACTS)).toEqual(incremental);
});

test('a user without Claude Code, and a day with nobody, say nothing', async () => {
  world.enterprise.set('2026-11-14', [{ user: { id: 'u', email_address: 'eve@acme.io' }, chat_metrics: {} }]);
  await run('2026-11-18', 'enterprise');
  await run('2026-11-18', 'console');
  await derive();
  expect(await query('select from account_day')).toHaveLength(0);
  expect(await query('select from heartbeat')).toHaveLength(0);
});

test('the same person in the Console and in the Enterprise plan adds up; absurd counts are named, not stored', async () => {
  world.console.set('2026-11-14', [
    consoleRow('2026-11-14', ANA, { sessions: 2, added: 5, cents: 10 }),
    consoleRow('2026-11-14', user('bad@acme.io'), { sessions: -2, added: 5, cents: 10 }),
    consoleRow('2026-11-14', { type: 'some_new_actor' }, { sessions: 2, added: 5, cents: 10 }),
  ]);
  world.enterprise.set('2026-11-14', [enterpriseRow('ana@acme.io', 3, 7)]);
  for (let times = 0; times < 2; times++) {
    await run('2026-11-18', '');
    await derive();
    expect(await days()).toEqual([expect.objectContaining({ email: 'ana@acme.io', sessions: 5, lines: 12, usd: 0.1 })]);
  }
  expect(await query('select item from skipped')).toHaveLength(2);
});

test.each([
  ['a key that is not accepted', 'console', { admin_key: 'sk-ant-other-never-shown' }, 'source_login', 'sk-ant-admin'],
  ['a key of the other kind', 'enterprise', { analytics_key: 'sk-ant-admin-never-shown' }, 'source_forbidden', 'read:analytics'],
  ['a plan without the API', 'console', {}, 'source_forbidden', 'Team plans have no API'],
] as const)('%s is one clear line without the key', async (...[what, stream, more, code, words]) => {
  world.hasPlan = !what.startsWith('a plan');
  await expect(run('2026-11-18', stream, more)).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
  const [state] = await query<{ last_error: string }>('select last_error from stream_state');
  expect(state?.last_error).not.toContain('never-shown');
}); // prettier-ignore
