/** A person is shown all that is held of them and nothing of others; erased, nothing in the store and the home names them, now or later. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import type pg from 'pg';
import { testDatabase, type TestDatabase } from '../../testing/database.ts';
import { sourcesDigest } from '../../testing/demo.ts';
import { runHere } from '../../testing/in-process.ts';
import { endOf, startCli } from '../../testing/run-cli.ts';
import { digest } from '../../testing/server.ts';
import { configSchema } from '../config/schema.ts';
import { deriveAll } from '../derive/derive.ts';
import { facts, foundations, REPOS } from '../derive/fixtures/organisation.ts';
import { derivedRows, difference, ensureRepos, writeFacts } from '../derive/fixtures/write.ts';
import { pseudonyms } from '../store/pseudonym.ts';
import type { HouseRow } from '../store/tables.ts';
import { writePage } from '../store/write-page.ts';
import { openPool, withConnection } from '../store/connection.ts';
import { tablesOf } from './erase.ts';
import { exportPerson } from './export-person.ts';
import { findPerson } from './find-person.ts';
import { bury, readErased, withoutErased } from './tombstones.ts';

const SECRET = 'test';
const { accountId, personId } = pseudonyms(SECRET);
const config = configSchema.parse({ company_domain: 'acme.io', time_zone: 'Europe/Berlin' });

/** Everything that tells who Zofia is. */
const GIT = accountId('git', 'zofia.kowalska@acme.io');
const HOME = accountId('git', 'zofia@home.example');
const FORGE = accountId('github', 'zofia-k');
const PERSON = personId('zofia');
const TRACES = ['zofia.kowalska@acme.io', 'zofia@home.example', 'zofia-k', 'Zofia Kowalska', '5831234', GIT.slice(4), HOME.slice(4), FORGE.slice(7), PERSON]; // prettier-ignore

const row = (table: HouseRow['table'], values: HouseRow['values']): HouseRow => ({ table, values });
const at = (day: number): Date => new Date(Date.UTC(2026, 1, day, 12));

/** What sources told of her, as they would tell it again. */
const TOLD: readonly HouseRow[] = [
  ...['copilot', 'claude-code', 'cursor'].map((tool_id) => row('tool', { tool_id, title: tool_id, nominal_grade: 3 })),
  row('person', { person_id: PERSON, kind: 'human', experience_start: '2015-01-01' }),
  row('account', { account_id: GIT, provider: 'git', email: 'zofia.kowalska@acme.io', display_name: 'Zofia Kowalska' }),
  row('account', { account_id: HOME, provider: 'git', email: 'zofia@home.example', display_name: 'Zofia Kowalska' }),
  row('account', { account_id: FORGE, provider: 'github', login: 'zofia-k', external_id: 'github.com:5831234' }),
  ...[GIT, HOME, FORGE].map((account_id) => row('account_claim', { account_id, person_id: PERSON, source: 'people.csv', valid_from: at(1) })), // prettier-ignore
  row('membership', { person_id: PERSON, team_id: 'a', valid_from: at(1), role: 'lead', extra: { manager_of: 'zofia-k', mail: 'zofia@home.example' } }), // prettier-ignore
  row('person_day', { tool_id: 'cursor', person_id: PERSON, day: '2026-02-03', source: 'csv', grade: 3, invocations: 4, extra: { who: 'Zofia Kowalska' } }), // prettier-ignore
  row('account_day', { account_id: GIT, tool_id: 'cursor', day: '2026-02-04', source: 'cursor', scope: '', grade: 3, invocations: 2 }), // prettier-ignore
  row('account_seat', { account_id: FORGE, tool_id: 'copilot', source: 'copilot', scope: '', valid_from: at(1) }),
  row('seat', { person_id: PERSON, tool_id: 'cursor', valid_from: at(1) }),
  row('tool_event', { tool_id: 'cursor', event_id: 'e1', at: at(3), person_id: PERSON, type: 'tool_invocation' }),
  row('agent_session', { tool_id: 'claude-code', session_id: 's1', account_id: GIT, started_at: at(3), last_at: at(4), grade: 3, source: 'otlp', branch: 'zofia-k/try' }), // prettier-ignore
];
const COMMITTED: readonly HouseRow[] = [
  row('git_commit', { sha: 'a'.repeat(40), change_key: 'z1', parents: [], author_account_id: GIT, committer_account_id: HOME, authored_at: at(5), committed_at: at(6), subject: 'feat: pay (with Zofia Kowalska <zofia@home.example>)', effective_added: 10, effective_deleted: 0, file_kinds: ['code'] }), // prettier-ignore
  row('change', { change_key: 'z1', kind: 'squash', title: 'Pay, by @zofia-k', branch: 'zofia-k/pay', author_account_id: GIT, requester_account_id: null, created_at: at(5), merged_at: at(6), closed_at: at(6), merge_sha: 'a'.repeat(40), source: 'git' }), // prettier-ignore
  row('change_event', { change_key: 'z1', event_id: 'r', at: at(6), account_id: FORGE, kind: 'review', state: 'approved' }), // prettier-ignore
  row('attribution_override', { target: 'z1', ai_share: 0.5, set_at: at(7), set_by: 'zofia-k', reason: 'she said so' }),
];

// Erasing derives everything anew.
jest.setTimeout(300_000);

let db: TestDatabase;
let folder: string;
const home = (...parts: string[]): string => path.join(folder, 'home', ...parts);

/** The organisation with her in it, derived once for all tests. */
async function fill(url: string): Promise<void> {
  const pool = openPool(url);
  try {
    await pool.query(`insert into secret (key, value) values ('person_hmac', $1)`, [SECRET]);
    await writeFacts(pool, [...foundations(), ...facts()], await ensureRepos(pool, REPOS));
    await tell(pool);
    await pool.query(
      `insert into inbox (source, delivery_id, digest, headers, body, state) values ('ingest/x', 'd', 'x', '{}', $1, 'quarantined'), ('ingest/x', 'e', 'x', '{}', $2, 'waiting')`,
      [
        Buffer.from('{"author":{"email":"ZOFIA@home.example"},"other":"ana@acme.io"}'),
        Buffer.from('author=Zofia Kowalska&x=1'),
      ]
    );
    await pool.query(
      `insert into skipped (stream_id, item, reason) values ('import/people.csv', 'zofia-k', 'the address zofia@home.example is none')`
    );
    await deriveAll(pool, { config });
  } finally {
    await pool.end();
  }
}
const here = readFileSync(import.meta.filename, 'utf8');
const filled = { name: `throughline_zofia_${digest([sourcesDigest(), here])}`, fill };

beforeEach(async () => {
  db = await testDatabase({ filled });
  folder = mkdtempSync(path.join(tmpdir(), 'throughline-person-'));
  mkdirSync(home('mirrors', 'm'), { recursive: true });
  writeFileSync(home('mirrors', 'm', 'card.json'), '{"by":"zofia-k","n":1}');
  writeFileSync(
    path.join(folder, 'throughline.yaml'),
    'company_domain: acme.io\ntime_zone: Europe/Berlin\n# zofia-k: left\n'
  );
  writeFileSync(home('kept.log'), 'fetched for zofia@home.example\nfor ana\n');
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await db.close();
});

async function tell(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ repo_id: number }>(`select repo_id from repo where slug = 'acme/shop'`);
  const repoId = rows[0]?.repo_id ?? 0;
  await writePage(pool, { streamId: 'test/told', repoId: null, page: { rows: TOLD, cursor: null } });
  await writePage(pool, { streamId: 'test/commits', repoId, page: { rows: COMMITTED, cursor: null, skips: [{ item: 'mail of zofia-k', reason: 'x' }] } }); // prettier-ignore
}

/** Every place of the store and the home that holds a trace: table.column, or the file. */
async function placesOf(traces: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const { table, columns } of await tablesOf(db.pool)) {
    const counts = [...columns].map(([column, type]) => {
      const value = type === 'bytea' ? `encode(${column}, 'escape')` : `${column}::text`;
      return `bool_or(exists (select from unnest($1::text[]) w where position(lower(w) in lower(${value})) > 0)) as ${column}`;
    });
    const { rows } = await db.pool.query<Record<string, boolean | null>>(`select ${counts.join(', ')} from ${table}`, [traces]); // prettier-ignore
    for (const [column, isFound] of Object.entries(rows[0] ?? {}))
      if (isFound === true) found.push(`${table}.${column}`);
  }
  const files = readdirSync(home(), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const { parentPath, name } of files) {
    const text = readFileSync(path.join(parentPath, name), 'latin1').toLowerCase();
    if (traces.some((trace) => text.includes(trace.toLowerCase()))) found.push(name);
  }
  return found;
}

const throughline = (...args: string[]) => runHere(['person', ...args, '--config', path.join(folder, 'throughline.yaml'), '--home', home()], db); // prettier-ignore
const totals = async (): Promise<unknown> =>
  (await db.pool.query(`select (select count(*) from git_commit) as commits, (select count(*) from change_fact) as changes, (select count(*) from change_event) as events, (select count(distinct author_account_id) from git_commit) as authors`)).rows; // prettier-ignore

test('erased, nobody finds them in any column or file, totals stay, and what is told again does not bring them back', async () => {
  expect((await placesOf(TRACES)).length).toBeGreaterThan(30);
  const before = await totals();
  const done = await throughline('--erase', 'Zofia@Home.example', '--yes');
  expect([done.code, done.stderr]).toEqual([0, '']);
  expect(done.stdout).toContain('remove it by hand: throughline.yaml:3');
  expect(await placesOf(TRACES)).toEqual([]);
  expect(await totals()).toEqual(before);
  expect(readFileSync(home('kept.log'), 'utf8')).toBe('fetched for [erased]\nfor ana\n');
  expect((await db.pool.query(`select encode(body, 'escape') as body from inbox order by delivery_id`)).rows).toEqual([
    { body: '{"author":{"email":"[erased]"},"other":"ana@acme.io"}' },
    { body: 'author=[erased]&x=1' },
  ]);
  const once = await derivedRows(db.pool);
  await deriveAll(db.pool, { config, full: true });
  expect(difference(once, await derivedRows(db.pool))).toEqual([]);

  await tell(db.pool);
  await deriveAll(db.pool, { config: configSchema.parse({ company_domain: 'acme.io', time_zone: 'Europe/Berlin', teams: [{ id: 'a', members: ['zofia@home.example', 'new@acme.io'] }] }) }); // prettier-ignore
  expect(await placesOf(TRACES)).toEqual([]);
  const { rows } = await db.pool.query<{ n: number }>(
    `select count(*)::integer as n from membership where source = 'given' and valid_from = 'epoch'`
  );
  expect(rows).toEqual([{ n: 1 }]);
  expect((await throughline('--erase', 'zofia-k', '--yes')).stdout).toContain('Erased before');
});

test('an erasure that is killed did not happen, and the same command does it', async () => {
  // The inbox is cleaned last: held, it stops the erasure where all else is done.
  const blocker = await db.pool.connect();
  try {
    await blocker.query('begin; lock table inbox in access exclusive mode');
    const child = startCli(['person', '--erase', 'zofia-k', '--yes', '--home', home()], { url: db.url, cwd: folder });
    const ended = endOf(child);
    const isStopped = async (): Promise<boolean> =>
      (await db.pool.query(`select from pg_locks where not granted and relation = 'inbox'::regclass`)).rowCount !== 0;
    while (child.exitCode === null && !(await isStopped())) await sleep(50);
    expect(await isStopped()).toBe(true);
    child.kill('SIGKILL');
    await ended;
    await blocker.query('rollback');
  } finally {
    blocker.release();
  }
  expect((await placesOf(TRACES)).length).toBeGreaterThan(30);
  expect((await throughline('--erase', 'zofia-k', '--yes')).code).toBe(0);
  expect(await placesOf(TRACES)).toEqual([]);
});

test('an export holds what is theirs, in words, and no other person', async () => {
  const text = await withConnection(db.pool, async (client) => JSON.stringify(await exportPerson(client, await findPerson(client, 'zofia-k')))); // prettier-ignore
  const document = JSON.parse(text) as Awaited<ReturnType<typeof exportPerson>>;
  expect(document.accounts).toHaveLength(3);
  const tables = Object.keys(document.held);
  for (const table of ['membership', 'git_commit', 'change', 'change_event', 'person_day', 'account_day', 'account_seat', 'seat', 'tool_event', 'agent_session', 'usage_week', 'person']) expect(tables).toContain(table); // prettier-ignore
  expect(document.held['git_commit']?.rows).toMatchObject([{ repository: 'acme/shop', subject: expect.stringContaining('feat: pay'), is_author_account: true }]); // prettier-ignore
  expect(document.mentions).toMatchObject({ 'inbox.body': 2, 'skipped.item': 2, 'attribution_override.set_by': 1 });
  const { rows: others } = await db.pool.query<{ id: string }>(`select person_id as id from person where person_id <> $1 union select account_id from account where person_id is distinct from $1 union select email from account where person_id is distinct from $1 and email is not null`, [PERSON]); // prettier-ignore
  expect(others.length).toBeGreaterThan(10);
  expect(others.filter(({ id }) => text.includes(`"${id}"`))).toEqual([]);
});

test('without a terminal and without --yes nobody is erased', async () => {
  const refused = await throughline('--erase', 'zofia-k');
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('Say --yes')]);
  expect((await placesOf(TRACES)).length).toBeGreaterThan(30);
});

test('who may be several people is told with their accounts, and nobody is touched', async () => {
  await db.pool.query(`insert into account (account_id, provider, login) values ('gitlab:1', 'gitlab', 'zofia-k')`);
  const { code, stderr } = await throughline('--erase', 'zofia-k', '--yes');
  expect([code, stderr]).toEqual([1, expect.stringContaining('may be 2 people')]);
});

test('names are taken out of texts as words, in any case; what a short login means besides stays', async () => {
  await withConnection(db.pool, (client) => bury(client, [{ kind: 'name', value: 'Zofia Kowalska' }, { kind: 'name', value: 'zofia@home.example' }, { kind: 'word', value: 'max' }])); // prettier-ignore
  const isErased = await readErased(db.pool);
  if (isErased === null) throw new Error('nobody was erased');
  const clean = (text: string): string => withoutErased(text, isErased);
  expect(clean('by ZOFIA kowalska. And Zofia Nowak, <zofia@home.example>; @max: max 3')).toBe('by [erased]. And Zofia Nowak, <[erased]>; [erased]: max 3'); // prettier-ignore
  expect([clean('max'), clean('maximum'), clean('nothing here')]).toEqual(['[erased]', 'maximum', 'nothing here']);
});
