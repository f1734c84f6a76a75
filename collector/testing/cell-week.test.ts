/** View cell_week as the reader sees it: what a cell says, and when it says nothing. */
import pg from 'pg';
import { testDatabase, type TestDatabase } from './database.ts';

let db: TestDatabase;
let reader: pg.Client;
beforeAll(async () => {
  db = await testDatabase();
  reader = new pg.Client({ connectionString: db.readerUrl });
  await reader.connect();
  await db.pool.query(`
    insert into tool (tool_id, title) values ('x', 'X');
    insert into workflow (workflow_id, version, valid_from, unit, actor, start_event, end_event) values
      ('change', 1, '2026-01-01', 'pr', 'author', 'first_commit', 'merged');
    insert into workflow_tool (workflow_id, tool_id) values ('change', 'x');`);
});
afterAll(async () => {
  await reader.end();
  await db.close();
});
beforeEach(() => db.pool.query('truncate workflow_completion, usage_week, setting'));

interface Person {
  readonly team: string;
  /** Minutes of each of the units. */
  readonly minutes: readonly number[];
  /** Null = nothing is known. */
  readonly uses: number | null;
}

const week = '2026-03-02';
const people = (count: number, person: Person): Person[] => Array.from({ length: count }, () => person);
const everyone = (team: string, count: number): Person[] => people(count, { team, minutes: [60, 120], uses: 3 });

async function fill(persons: readonly Person[]): Promise<void> {
  for (const [index, { team, minutes, uses }] of persons.entries()) {
    const id = `p${String(index)}`;
    await db.pool.query(
      `insert into workflow_completion (workflow_id, workflow_version, unit_key, person_id, repo_id, ended_at, minutes, business_minutes, status,
         pr_class, code_source, zone, size, team_id, seniority, week_start)
       select 'change', 1, $1 || n, $1, 1, $3::date + 1, m, m / 2, 'ok', 'feature', 'unknown', 'unknown', 'S', $2, 'unknown', $3
       from unnest($4::float8[]) with ordinality as u(m, n)`,
      [id, team, week, minutes]
    );
    await db.pool.query(
      `insert into usage_week (tool_id, person_id, week_start, uses, active_days, accepted_lines, uses_30d, active_days_30d, accepted_lines_30d,
         uses_prior_30d, active_days_prior_30d, accepted_lines_prior_30d, coverage, prior_coverage, is_seated, basis, team_id)
       values ('x', $1, $2, $3, 0, 0, 0, 0, 0, 0, 0, 0, $4, 0, true, 'event', $5)`,
      [id, week, uses ?? 0, uses === null ? 1 : 3, team]
    );
  }
}

async function cells(): Promise<unknown[]> {
  const { rows } = await reader.query<Record<string, unknown>>(
    `select team_id, unit_people, units, median_minutes, p90_minutes, median_business_minutes, usage_people, users, uses, is_hidden
     from cell_week where workflow_id = 'change' and tool_id = 'x' and week_start = $1 order by team_id`,
    [week]
  );
  return rows.map((row) => Object.values(row));
}

const shown = (team: string): unknown[] => [team, 5, 10, 90, 120, 45, 5, 5, 15, false];
const hidden = (team: string): unknown[] => [team, null, null, null, null, null, null, null, null, true];

test('a cell of five people says what they did, one of four says nothing', async () => {
  await fill(everyone('five', 5));
  expect(await cells()).toEqual([shown('five')]);
  await db.pool.query('truncate workflow_completion, usage_week');
  await fill(everyone('four', 4));
  expect(await cells()).toEqual([hidden('four')]);
});

test('where a single team is hidden, the smallest other one is too: a total would tell', async () => {
  await fill([...everyone('four', 4), ...everyone('a-five', 5), ...everyone('six', 6)]);
  expect(await cells()).toEqual([hidden('a-five'), hidden('four'), ['six', 6, 12, 90, 120, 45, 6, 6, 18, false]]);
});

test('a larger k of the settings hides five; a smaller one than five shows four only with the written decision', async () => {
  await fill([...everyone('five', 5), ...everyone('seven', 7)]);
  const set = (key: string, value: unknown) =>
    db.pool.query(`insert into setting (key, value) values ($1, $2) on conflict (key) do update set value = $2`, [
      key,
      JSON.stringify(value),
    ]);
  await set('usage_k', 8);
  expect(await cells()).toEqual([hidden('five'), hidden('seven')]);
  await set('usage_k', 1);
  await set('k', 1);
  await set('k_agreement', null);
  expect(await cells()).toEqual([shown('five'), ['seven', 7, 14, 90, 120, 45, 7, 7, 21, false]]);
  await db.pool.query('truncate workflow_completion, usage_week');
  await fill(everyone('four', 4));
  expect(await cells()).toEqual([hidden('four')]);
  await set('k_agreement', { smallest_group: 4, agreed_on: '2026-01-01', agreed_by: 'us' });
  expect(await cells()).toEqual([['four', 4, 8, 90, 120, 45, 4, 4, 12, false]]);
});

test('what one person holds most of is hidden, units and uses each by themselves', async () => {
  await fill([...people(4, { team: 'core', minutes: [60], uses: 1 }), { team: 'core', minutes: [60], uses: 17 }]);
  expect(await cells()).toEqual([['core', 5, 5, 60, 60, 30, null, null, null, true]]);
});

test('usage that is not known counts for nobody, and nothing known at all is no cell of usage', async () => {
  await fill([...people(5, { team: 'core', minutes: [60], uses: null })]);
  expect(await cells()).toEqual([['core', 5, 5, 60, 60, 30, null, null, null, false]]);
});
