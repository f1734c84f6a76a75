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

const UNITS = config({
  workflows: [
    { id: 'fixing', unit: 'issue', applies_to: { pr_class: ['bugfix'] } },
    { id: 'on-call', unit: 'incident', start: { event: 'acknowledged', else: 'started' } },
    { id: 'runs', unit: 'agent_run', tools: [{ id: 'cursor', usage: { features: ['code'] } }] },
  ],
});

it('issues, incidents and runs of agents are units, of whoever had, answered or started them', async () => {
  await moved([], UNITS);
  const { rows } = await database.pool.query<object>(
    `select workflow_id, person_id <> '' as has_person, team_id as team, repo_id > 0 as has_repo, pr_class, status, round(minutes)::integer as minutes,
       count(*)::integer as n
     from workflow_completion where change_id is null group by 1, 2, 3, 4, 5, 6, 7 order by 1, 2, 3, 4, 5, 6, 7`
  );
  const of = (workflow_id: string): object[] =>
    rows.filter((one) => 'workflow_id' in one && one.workflow_id === workflow_id);
  const bug = { workflow_id: 'fixing', pr_class: 'bugfix', status: 'ok', minutes: 2880, n: 1 };
  // Of six issues two are features, one of these is open; nobody has the first. Who has no team works for the owner of the repository.
  expect(of('fixing')).toEqual([
    { ...bug, has_person: false, team: 'unknown', has_repo: false },
    { ...bug, has_person: true, team: 'a', has_repo: true },
    { ...bug, has_person: true, team: 'b', has_repo: true },
    { ...bug, has_person: true, team: 'unknown', has_repo: false },
  ]);
  // INC-2 is open; of INC-4 nobody knows who answered, nor the service.
  const incident = { workflow_id: 'on-call', pr_class: 'unknown', status: 'ok', n: 1 };
  expect(of('on-call')).toEqual([
    { ...incident, has_person: false, team: 'unknown', has_repo: false, minutes: 1440 },
    { ...incident, has_person: true, team: 'a', has_repo: true, minutes: 288 },
    { ...incident, has_person: true, team: 'a', has_repo: true, minutes: 1152 },
  ]);
  expect(of('runs').map((one) => ('has_person' in one ? [one.has_person, 'n' in one && one.n] : []))).toEqual([[false, 5], [true, 10], [true, 5]]); // prettier-ignore
});

it('a person who answers, an issue that is done later, a run that comes late: their units follow', async () => {
  await moved([], UNITS);
  const incident = given.find((one) => 'row' in one && one.row.values['external_id'] === 'INC-3');
  const answered = 'row' in incident! ? incident.row.values : {};
  const rows = await moved([row(null, 'incident', { ...answered, responder_account_id: 'git:2' })], UNITS);
  expect(came(rows, 'workflow_completion', 'on-call')).toBe(true);
  const issue = { source: 'github', external_id: 'acme/shop#6', type: 'bug', labels: [], created_at: at(60), done_at: at(63), assignee_account_id: 'git:0' }; // prettier-ignore
  expect(came(await moved([row(null, 'issue', issue)], UNITS), 'workflow_completion', 'fixing')).toBe(true);
  const run = { tool_id: 'cursor', series_id: 'late', at: at(33), start_at: at(32.5), measure: 'use', value: 1, is_cumulative: false, type: 'agent_run', feature: 'code', repo_id: null }; // prettier-ignore
  for (const account_id of ['otlp:0', '']) {
    expect(came(await moved([row(null, 'tool_point', { account_id, ...run })], UNITS), 'workflow_completion', 'runs')).toBe(true); // prettier-ignore
  }
  const handed = { account_id: 'git:5', person_id: 'person3', source: 'people.csv', valid_from: at(-400), valid_to: null }; // prettier-ignore
  await moved([row(null, 'account_claim', handed)], UNITS);
  const { rowCount } = await database.pool.query(
    `select from workflow_completion where workflow_id = 'fixing' and person_id = 'person3'`
  );
  expect(rowCount).toBe(1);
});

it('a use that names its feature or its change counts in the workflow that lists the one or has the other, as soon as it has it', async () => {
  const wanted = config({
    workflows: [{ id: 'late', unit: 'pr', tools: [{ id: 'cursor', usage: { features: ['none'] } }] }],
  });
  await moved([], wanted);
  const { rows: open } = await database.pool.query<{ repo_id: number; change_key: string; author: string }>(
    `select c.repo_id, c.change_key, a.person_id as author from change c join account a on a.account_id = c.author_account_id
     join workflow_completion w on w.change_id = c.change_id and w.workflow_id = 'late' and w.person_id = a.person_id and w.status = 'ok' order by 1, 2 limit 1`
  );
  const [one] = open;
  expect(one).toBeDefined();
  const slug = [...repos].find(([, id]) => id === one?.repo_id)?.[0] ?? '';
  const event = { tool_id: 'cursor', event_id: 'named', person_id: one?.author ?? '', at: at(30), type: 'tool_invocation', feature: null, workflow_id: null, change_key: one?.change_key ?? '', accepted_lines: null }; // prettier-ignore
  // Not merged any more, then merged again: the use of weeks before follows each time.
  await moved([changed(slug, one?.change_key ?? '', { merged_at: null, closed_at: null, merge_sha: null })], wanted);
  const use = await moved([row(slug, 'tool_event', event)], wanted);
  expect(came(use, 'usage_week', 'late')).toBe(false);
  const merged = await moved([changed(slug, one?.change_key ?? '', {})], wanted);
  expect(came(merged, 'usage_week', 'late')).toBe(true);
});
