/** Single edits that once left rows as they were: what is derived after each is what a full derivation gives, and other than it was. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '../../testing/database.ts';
import { configSchema, type Config } from '../config/schema.ts';
import type { HouseRow } from '../connector.ts';
import { deriveAll } from './derive.ts';
import { facts, foundations, REPOS, START, type Fact } from './fixtures/organisation.ts';
import { deriveSteps } from './fixtures/stop.ts';
import { allRows, difference, ensureRepos, writeFacts } from './fixtures/write.ts';

const at = (days: number): Date => new Date(START + days * 86_400_000);
const config = (parts: object): Config =>
  configSchema.parse({ company_domain: 'acme.io', time_zone: 'Europe/Berlin', ...parts });
const row = (repo: string | null, table: HouseRow['table'], values: HouseRow['values']): Fact => ({
  repo,
  row: { table, values },
});
const given = facts();

/** A change of the organisation as it was given, with other values. */
function changed(repo: string, key: string, values: HouseRow['values']): Fact {
  const found = given.find(
    (one) => 'row' in one && one.repo === repo && one.row.table === 'change' && one.row.values['change_key'] === key
  );
  if (found === undefined || !('row' in found)) throw new Error(`no change ${key}`);
  return row(repo, 'change', { ...found.row.values, ...values });
}

const observed = (days: number): Fact =>
  row(null, 'repo', {
    slug: 'acme/shop',
    service_id: 'shop',
    owner_team_id: 'a',
    observed_until: at(days),
    known_from: null,
  });

const PLAIN = config({});

let database: TestDatabase;
let repos: Map<string, number>;
beforeAll(async () => {
  database = await testDatabase();
  await database.pool.query(`insert into secret (key, value) values ('person_hmac', 'test')`);
  repos = await ensureRepos(database.pool, REPOS);
  await writeFacts(database.pool, [...foundations(), ...given], repos);
  await deriveAll(database.pool, { config: PLAIN });
});
afterAll(() => database.close());

/** Derives what is edited, and compares it with everything derived anew. @returns rows that went (-) and came (+), a few of each table. */
async function moved(edit: readonly Fact[], wanted: Config = PLAIN): Promise<string[]> {
  const { pool } = database;
  const before = await allRows(pool);
  await writeFacts(pool, edit, repos);
  await deriveAll(pool, { config: wanted });
  const found = await allRows(pool);
  await deriveAll(pool, { config: wanted, full: true });
  expect(difference(found, await allRows(pool))).toEqual([]);
  return difference(before, found);
}

const came = (rows: readonly string[], table: string, text: string): boolean =>
  rows.some((one) => one.startsWith(`+ ${table} `) && one.includes(text));

it('a configured landing date counts although its derivation was stopped behind the first step', async () => {
  const landed = config({ tools: [{ id: 'cursor', landed_at: { default: '2026-02-01' } }] });
  expect(await deriveSteps(database.pool, landed, 1)).toBe('configuration');
  expect(came(await moved([], landed), 'landing', '"basis" : "config"')).toBe(true);
});

it('a day of a tool reaches the change that was begun on it, whenever its request was opened', async () => {
  const day = {
    tool_id: 'cursor',
    person_id: 'person1',
    day: '2026-02-01',
    grade: 4,
    accepted_lines: 0,
    source: 'csv',
  };
  expect(came(await moved([row(null, 'person_day', day)]), 'change_fact', 'acme/api#32')).toBe(true);
});

it('accepted lines reach a change that was begun months before its merge, and of which no request says when', async () => {
  const begun = row('acme/shop', 'git_commit', {
    ...{ sha: 'ab'.repeat(20), change_key: '31', parents: [], subject: 'feat: begun', is_on_default: false },
    ...{
      author_account_id: 'git:1',
      authored_at: at(-100),
      committed_at: at(-100),
      effective_added: 5,
      file_kinds: ['code'],
    },
  });
  await moved([begun, changed('acme/shop', '31', { author_account_id: 'git:1', created_at: null })]);
  const used = {
    ...{ tool_id: 'cursor', event_id: 'old', at: at(-99), person_id: 'person1', type: 'tool_invocation' },
    accepted_lines: 900,
  };
  expect(came(await moved([row(null, 'tool_event', used)]), 'change_fact', 'acme/shop#31')).toBe(true);
});

it('a death behind the end of observation is none, also when the end was later before', async () => {
  expect(came(await moved([observed(122)]), 'change_survival', 'acme/shop#21')).toBe(true);
  expect(came(await moved([observed(120)]), 'change_survival', 'acme/shop#21')).toBe(true);
});

it('lines taken out of history behind the end of observation were watched for longer when the end is later', async () => {
  const origin = Buffer.from('acme/shop1m'.padEnd(20, '.')).toString('hex').slice(0, 40);
  const span = { repo: 'acme/shop', originSha: origin, path: 'src/gone.ts', lineSource: '', diedSha: null, lines: 7 };
  await moved([
    observed(118.5),
    { span: { ...span, deathKind: 'history_rewritten', bornAt: at(0), diedAt: at(121.5) } },
  ]);
  const rows = await moved([observed(120)]);
  expect(came(rows, 'change_death', '"age_days" : 120')).toBe(true);
  expect(came(await moved([observed(124)]), 'change_death', '"age_days" : 121')).toBe(true);
});

it('whoever has a seat has a week more when the newest week is another one, and loses it with it', async () => {
  expect(came(await moved([observed(135)]), 'usage_week', '"week_start" : "2026-05-18"')).toBe(true);
  expect((await moved([observed(120)])).some((one) => one.startsWith('- usage_week '))).toBe(true);
});

it('a revert that is no longer merged takes nothing out of production', async () => {
  const rows = await moved([changed('acme/shop', '11', { merged_at: null, merge_sha: null })]);
  expect(came(rows, 'change_survival', '"rollback_basis" : "merge"')).toBe(true);
});

it('a session that names a commit is proof of its change, whichever came first', async () => {
  const sha = Buffer.from('acme/shop1m'.padEnd(20, '.')).toString('hex').slice(0, 40);
  const told = row(null, 'session_commit', {
    ...{ tool_id: 'codex', session_id: 's1', sha, method: 'telemetry', confidence: 0.95 },
  });
  expect(came(await moved([told]), 'change_fact', '"proven_by" : "session"')).toBe(true);
});
