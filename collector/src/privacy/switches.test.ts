/** What is switched off is written through no door; what was there before is named, and gone when it is removed. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { tmpdir } from 'node:os';
import { jest } from '@jest/globals';
import { testDatabase, type TestDatabase } from '../../testing/database.ts';
import { startSender } from '../../testing/otlp-sender.ts';
import { receive } from '../../testing/receiving.ts';
import { runCli } from '../../testing/run-cli.ts';
import { configSchema, type Config } from '../config/schema.ts';
import { connectors } from '../connectors/registry.generated.ts';
import { deriveAll } from '../derive/derive.ts';
import { facts, foundations, REPOS } from '../derive/fixtures/organisation.ts';
import { derivedRows, difference, ensureRepos, writeFacts } from '../derive/fixtures/write.ts';
import { loadDemo } from '../demo/load.ts';
import { jobsOf } from '../jobs/list.ts';
import { newLogger } from '../logger.ts';
import { copyInto } from '../store/copy.ts';
import { transaction } from '../store/connection.ts';
import { writePage } from '../store/write-page.ts';
import { CATEGORIES, PLACES, type Category, type Place } from './categories.ts';
import { readHeld, removeSwitchedOff } from './remove.ts';
import { applySwitches, readSwitchedOff } from './switches.ts';

// Commands are processes of their own, and derive.
jest.setTimeout(300_000);

const configOf = (off: readonly Category[]): Config =>
  configSchema.parse({
    company_domain: 'acme.io',
    privacy: { collect: Object.fromEntries(off.map((category) => [category, false])) },
  });

const open: TestDatabase[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

/** A store in which these are switched off. */
async function store(off: readonly Category[]): Promise<TestDatabase> {
  const db = await testDatabase();
  open.push(db);
  await db.pool.query(`insert into secret (key, value) values ('person_hmac', 'test')`);
  await applySwitches(db.pool, configOf(off).privacy.collect);
  return db;
}

const conditionOf = ({ columns = [], when = 'true' }: Place): string =>
  columns.length === 0 ? when.replaceAll('new.', '') : columns.map((name) => `${name} is not null`).join(' or ');

/** Rows of each place of the categories. */
async function counted(
  db: TestDatabase,
  categories: readonly Category[] = CATEGORIES
): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const place of categories.flatMap((category) => PLACES[category])) {
    const { rows } = await db.pool.query<{ n: number }>(`select count(*)::integer as n from ${place.table} where ${conditionOf(place)}`); // prettier-ignore
    found[[place.table, ...(place.columns ?? [])].join(' ')] = rows[0]?.n ?? 0;
  }
  return found;
}
const filled = (counts: Readonly<Record<string, number>>): string[] =>
  Object.keys(counts).filter((name) => counts[name] !== 0);

async function organisation(db: TestDatabase, config: Config): Promise<void> {
  await writeFacts(db.pool, [...foundations(), ...facts()], await ensureRepos(db.pool, REPOS));
  await deriveAll(db.pool, { config });
}

test('pages and derivation write nothing of what is switched off, and all of it otherwise', async () => {
  const on = await store([]);
  await organisation(on, configOf([]));
  const off = await store(CATEGORIES);
  await organisation(off, configOf(CATEGORIES));
  expect(filled(await counted(off))).toEqual([]);
  expect(filled(await counted(on)).length).toBeGreaterThan(15);
  const { rows } = await off.pool.query(`select count(*)::integer as n from change_fact`);
  expect(rows).toEqual((await on.pool.query(`select count(*)::integer as n from change_fact`)).rows);
});

const PAIRS: ReadonlyArray<readonly Category[]> = [['usage', 'seniority'], ['lines', 'surveys']]; // prettier-ignore
test.each(PAIRS)(
  '%s and %s switched off later and removed are as if they had never been collected',
  async (...both) => {
    const never = await store(both);
    await organisation(never, configOf(both));
    const later = await store([]);
    await organisation(later, configOf([]));
    await later.pool.query(`insert into survey_answer values ('w', 'q', 't', '', now(), 4)`);
    await applySwitches(later.pool, configOf(both).privacy.collect);
    const held = await readHeld(later.pool);
    expect(held.map((one) => one.category).sort()).toEqual([...both].sort());
    await removeSwitchedOff(later.pool);
    await deriveAll(later.pool, { config: configOf(both) });
    expect(await readHeld(later.pool)).toEqual([]);
    expect(difference(await derivedRows(later.pool), await derivedRows(never.pool))).toEqual([]);
  }
);

test('the demo, COPY and statements by hand meet the same wall, and nothing of it once it is switched on again', async () => {
  const db = await store(CATEGORIES);
  await loadDemo(db.pool, { now: new Date('2026-11-20T12:00:00Z') });
  const event = { table: 'tool_event', columns: ['tool_id', 'event_id', 'at', 'person_id', 'type'], rows: [['t', 'e', new Date(0), 'p', 'tool_invocation']] }; // prettier-ignore
  await transaction(db.pool, (client) => copyInto(client, event));
  await db.pool.query(`insert into survey_answer values ('w', 'q', 't', '', now(), 4)`);
  await db.pool.query(`update person set experience_start = '2020-01-01'`);
  expect(filled(await counted(db))).toEqual([]);
  await applySwitches(db.pool, configOf([]).privacy.collect);
  await transaction(db.pool, (client) => copyInto(client, event));
  expect(await counted(db, ['usage'])).toMatchObject({ tool_event: 1 });
});

test('nobody is stored who is named by what is left out alone', async () => {
  const db = await store(['usage']);
  const account = (id: string) => ({ table: 'account', values: { account_id: id, provider: 'git', email: `${id}@acme.io` } }) as const; // prettier-ignore
  const day = (id: string) => ({ table: 'account_day', values: { account_id: id, tool_id: 't', day: '2026-01-01', source: 's', scope: '', grade: 2 } }) as const; // prettier-ignore
  const event = { table: 'team_account', values: { account_id: 'bo', team_id: 'x', valid_from: new Date(0) } } as const;
  const team = { table: 'team', values: { team_id: 'x', title: 'x' } } as const;
  const rows = [team, account('ana'), account('bo'), account('cy'), day('ana'), day('bo'), event];
  const written = await writePage(db.pool, { streamId: 's', repoId: null, page: { rows, cursor: null } });
  expect(written.notCollected).toEqual(new Map([['usage', 2]]));
  expect((await db.pool.query('select account_id from account order by 1')).rows).toEqual([{ account_id: 'bo' }, { account_id: 'cy' }]); // prettier-ignore
});

test('a sender of telemetry is refused for good, and nothing of its request is kept', async () => {
  const db = await store(['usage']);
  const token = 'otlp-token-that-nobody-may-see';
  const receiving = await receive(db, { otlp: { tokens: [{ token, organisations: ['acme'] }] }, privacy: { collect: { usage: false } } }); // prettier-ignore
  try {
    const heard = await receiving.post('/v1/logs', { resourceLogs: [] }, { authorization: `Bearer ${token}` });
    expect([heard.status, JSON.stringify(heard.body)]).toEqual([403, expect.stringContaining('privacy.collect.usage is false')]); // prettier-ignore
    const sender = startSender({ url: receiving.url, token, wire: 'json' });
    sender.add('claude_code.session.count', 1, { 'user.email': 'ana@acme.io', 'session.id': 's' });
    await sender.flush().catch(() => undefined);
    await sender.close();
    expect((await db.pool.query('select (select count(*) from inbox) + (select count(*) from account) as n')).rows).toEqual([{ n: '0' }]); // prettier-ignore
    expect((await receiving.post('/v1/logs', {}, { authorization: 'Bearer wrong' })).status).toBe(401);
  } finally {
    await receiving.close();
  }
});

test('import says what it left out; status and doctor name what is there from before, and the command that removes it', async () => {
  const db = await store([]);
  const folder = mkdtempSync(path.join(tmpdir(), 'throughline-switches-'));
  const throughline = (...args: string[]) => runCli([...args, '--home', path.join(folder, 'home')], { url: db.url, cwd: folder }); // prettier-ignore
  const usage = (day: string): void => writeFileSync(path.join(folder, 'ai_usage_daily.csv'), `day,tool,email,requests\n${day},cursor,ana@acme.io,3\n`); // prettier-ignore
  const collect = (isOn: boolean): void => writeFileSync(path.join(folder, 'throughline.yaml'), `privacy: { collect: { usage: ${String(isOn)} } }\n`); // prettier-ignore
  try {
    await db.pool.query(
      `insert into person_day (tool_id, person_id, day, grade, source) values ('cursor', 'p', '2026-01-05', 2, 'csv')`
    );
    collect(false);
    usage('2026-01-06');
    const left = await throughline('import', 'ai_usage_daily.csv');
    expect(left.stderr).toContain('1 fact is not collected: privacy.collect.usage is false in throughline.yaml');
    expect((await db.pool.query('select day::text from person_day')).rows).toEqual([{ day: '2026-01-05' }]);
    const words = 'throughline privacy --remove removes';
    expect((await throughline('status')).stdout).toContain(words);
    // Without a file that says so nothing is switched on again, least of all by a command that looks.
    rmSync(path.join(folder, 'throughline.yaml'));
    expect((await throughline('doctor')).stdout).toContain(words);
    expect((await throughline('privacy', '--remove')).stdout).toContain('rows of usage');
    expect(filled(await counted(db, ['usage']))).toEqual([]);
    expect(await readSwitchedOff(db.pool)).toEqual(['usage']);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a source of what is switched off is not asked, and no lines are read', async () => {
  const db = await store([]);
  const ids = async (off: object): Promise<string[]> => {
    const config = configSchema.parse({ copilot: { token: 't'.repeat(20), organisations: ['acme'] }, repositories: [{ url: 'https://x.example/acme/shop.git', slug: 'acme/shop' }], privacy: { collect: off } }); // prettier-ignore
    const context = { session: { pool: db.pool, home: '' }, config, log: newLogger('silent'), cacheDir: tmpdir() };
    return (await jobsOf(context)).map(({ id }) => id);
  };
  const asked = await ids({});
  const less = await ids({ usage: false, lines: false });
  expect(asked.filter((id) => !less.includes(id))).toEqual(['copilot/usage/acme', 'copilot/seats/acme', 'lifetimes/lines/acme/shop']); // prettier-ignore
});

test('a connector that writes rows of a category says so, so that its source is not even asked', () => {
  const words = /reported-day|account_seat|tool_point|survey_answer|agent_session/;
  for (const { id, streams, pushes = [] } of connectors) {
    const folder = path.join(import.meta.dirname, '../connectors', id);
    const text = readFileSync(path.join(folder, 'index.ts'), 'utf8');
    const parts = [...streams, ...pushes];
    const others = parts.map((part) => part.id);
    const source = [text, ...others.map((one) => readIfThere(path.join(folder, `${one}.ts`))), readIfThere(path.join(folder, 'normalize.ts'))].join('\n'); // prettier-ignore
    if (words.test(source)) expect([id, parts.some(({ category }) => category !== undefined)]).toEqual([id, true]);
  }
});

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
