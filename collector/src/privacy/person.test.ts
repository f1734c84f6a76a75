/** A person is shown all that is held of them and nothing of others; erased, nothing in the store and the home names them, now or later. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { testDatabase, type TestDatabase } from '../../testing/database.ts';
import { runHere } from '../../testing/in-process.ts';
import { endOf, startCli } from '../../testing/run-cli.ts';
import { configSchema } from '../config/schema.ts';
import { deriveAll } from '../derive/derive.ts';
import { derivedRows, difference } from '../derive/fixtures/write.ts';
import { withConnection } from '../store/connection.ts';
import { exportPerson } from './export-person.ts';
import { findPerson } from './find-person.ts';
import { columnsWith, config, filled, PERSON, tell, TRACES } from './fixtures/zofia.ts';
import { withoutErased } from './texts.ts';
import { bury, readErased } from './tombstones.ts';

// Erasing derives everything anew.
jest.setTimeout(300_000);

let db: TestDatabase;
let folder: string;
const home = (...parts: string[]): string => path.join(folder, 'home', ...parts);

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

/** Every place of the store and the home that holds a trace: table.column, or the file. */
async function placesOf(traces: readonly string[]): Promise<string[]> {
  const found = await columnsWith(db.pool, traces);
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
