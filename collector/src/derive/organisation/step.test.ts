/** What the configuration owns in the store, and what it leaves to others. */
import { configSchema, type Config } from '../../config/schema.ts';
import { deriveAll } from '../derive.ts';
import { writePage } from '../../store/write-page.ts';
import { testDatabase, type TestDatabase } from '../../../testing/database.ts';

let db: TestDatabase;
beforeEach(async () => {
  db = await testDatabase();
});
afterEach(() => db.close());

async function apply(given: object): Promise<void> {
  const config: Config = configSchema.parse(given);
  await deriveAll(db.pool, { config });
}

const all = async (sql: string): Promise<unknown[]> =>
  (await db.pool.query<Record<string, unknown>>(sql)).rows.map((row) => Object.values(row).join(' '));
const services = (): Promise<unknown[]> => all('select service_id, title from service order by 1');
const teams = (): Promise<unknown[]> => all('select team_id, title, parent_team_id, time_zone from team order by 1');

const store = (rows: Parameters<typeof writePage>[1]['page']['rows']): Promise<unknown> =>
  writePage(db.pool, { streamId: 'test', repoId: null, page: { rows, cursor: null } });

test('titles of services and teams, parents and zones are those of the configuration, whatever a source calls them', async () => {
  await apply({
    services: [{ id: 'shop', title: 'The shop' }, { id: 'cart' }],
    teams: [{ id: 'checkout', title: 'Checkout', parent: 'commerce', time_zone: 'Europe/Berlin' }],
  });
  await store([
    { table: 'service', values: { service_id: 'shop', title: 'shop' } },
    { table: 'team', values: { team_id: 'checkout', title: 'checkout' } },
  ]);
  expect(await services()).toEqual(['cart cart', 'shop The shop']);
  expect(await teams()).toEqual(['checkout Checkout commerce Europe/Berlin', 'commerce commerce  ']);
});

test('what leaves the configuration leaves the store, except what another source names', async () => {
  await store([{ table: 'service', values: { service_id: 'other', title: 'Of the CSV' } }]);
  await store([{ table: 'repo', values: { slug: 'acme/shop', service_id: null } }]);
  await apply({
    services: [
      { id: 'shop', title: 'The shop' },
      { id: 'cart', title: 'The cart' },
    ],
    teams: [{ id: 'checkout' }, { id: 'search' }],
    tools: [
      {
        id: 'claude-code',
        landed_at: { default: '2026-02-02', 'team.checkout': '2026-01-12' },
        usage: { low_min: 5, high_min: 9 },
      },
    ],
    workflows: [{ id: 'refactor', tools: [{ id: 'cursor', landed_at: { default: '2026-03-03' } }] }],
  });
  await db.pool.query(`update repo set service_id = 'cart', owner_team_id = 'search'`);
  const landings = (): Promise<unknown[]> =>
    all('select tool_id, team_id, workflow_id from tool_landing order by 1, 2, 3');
  expect(await landings()).toEqual(['claude-code  ', 'claude-code checkout ', 'cursor  refactor']);
  expect(await all('select workflow_id from workflow')).toEqual(['refactor']);

  await apply({ tools: [{ id: 'claude-code', landed_at: { default: '2026-02-09' } }] });
  expect(await services()).toEqual(['cart cart', 'other Of the CSV']);
  expect(await teams()).toEqual(['search search  ']);
  expect(await landings()).toEqual(['claude-code  ']);
  expect(await all('select workflow_id from workflow')).toEqual(['change']);
  expect(await all(`select workflow_id, tool_id from workflow_tool where workflow_id <> 'change'`)).toEqual([]);

  await apply({});
  expect(await landings()).toEqual([]);
  const { rows } = await db.pool.query(`select low_min, high_min from tool where tool_id = 'claude-code'`);
  await db.pool.query(`insert into tool (tool_id, title) values ('fresh', 'Fresh')`);
  expect(rows).toEqual((await db.pool.query(`select low_min, high_min from tool where tool_id = 'fresh'`)).rows);
});

test('members belong to their team from the beginning, unless people.csv knows their history', async () => {
  const members = (): Promise<unknown[]> => all('select team_id, count(*) from membership group by 1 order by 1');
  const team = (...addresses: string[]): object => ({ teams: [{ id: 'checkout', members: addresses }] });
  await store([
    { table: 'team', values: { team_id: 'core', title: 'core', source: 'csv' } },
    { table: 'person', values: { person_id: 'p1', kind: 'human' } },
    { table: 'membership', values: { person_id: 'p1', team_id: 'core', valid_from: '2026-01-01T00:00:00Z' } },
    {
      table: 'account',
      values: {
        account_id: 'git:1',
        provider: 'git',
        email: 'bo@acme.io',
        kind: 'human',
      },
    },
    {
      table: 'account_claim',
      values: { account_id: 'git:1', person_id: 'p1', source: 'people.csv', valid_from: '2026-01-01T00:00:00Z' },
    },
  ]);
  await apply(team('Ana@acme.io', 'bo@acme.io', 'cy@acme.io'));
  expect(await members()).toEqual(['checkout 2', 'core 1']);
  await apply(team('ana@acme.io'));
  expect(await members()).toEqual(['checkout 1', 'core 1']);
  await apply({});
  expect(await members()).toEqual(['core 1']);
  expect(await teams()).toEqual(['core core  ']);
});

test('whether tools sign what they write is said by repository, else for all others, and unknown where nobody says it', async () => {
  for (const slug of ['acme/shop', 'acme/api']) await store([{ table: 'repo', values: { slug } }]);
  const marking = (): Promise<unknown[]> => all('select slug, marking from repo order by 1');
  await apply({ ai: { marking: { 'acme/shop': 'forbidden', '*': 'off' } } });
  expect(await marking()).toEqual(['acme/api off', 'acme/shop forbidden']);
  await apply({});
  expect(await marking()).toEqual(['acme/api ', 'acme/shop ']);
});
