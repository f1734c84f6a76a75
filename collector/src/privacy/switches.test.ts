/** What is switched off is written through no door; what was there before is named, and gone when it is removed. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { tmpdir } from 'node:os';
import { jest } from '@jest/globals';
import type pg from 'pg';
import { testDatabase, type TestDatabase } from '../../testing/database.ts';
import { startSender } from '../../testing/otlp-sender.ts';
import { receive } from '../../testing/receiving.ts';
import { sourcesDigest } from '../../testing/demo.ts';
import { runHere } from '../../testing/in-process.ts';
import { configSchema, type Config } from '../config/schema.ts';
import { connectors } from '../connectors/registry.generated.ts';
import { deriveAll } from '../derive/derive.ts';
import { facts, foundations, REPOS } from '../derive/fixtures/organisation.ts';
import { derivedRows, difference, ensureRepos, writeFacts } from '../derive/fixtures/write.ts';
import { jobsOf } from '../jobs/list.ts';
import { newLogger } from '../logger.ts';
import { copyInto } from '../store/copy.ts';
import { openPool, transaction } from '../store/connection.ts';
import { writePage } from '../store/write-page.ts';
import { CATEGORIES, PLACES, type Category, type Place } from './categories.ts';
import { tablesOf } from './erase.ts';
import { readHeld, removeSwitchedOff } from './remove.ts';
import { applySwitches, readSwitchedOff } from './switches.ts';

// Each derives a whole organisation.
jest.setTimeout(300_000);

const SECRET = `insert into secret (key, value) values ('person_hmac', 'test')`;

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
  await db.pool.query(SECRET);
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

/** Everything of the organisation, collected and derived once for all tests. */
const collected = (): Promise<TestDatabase> =>
  testDatabase({ filled: { name: `throughline_collected_${sourcesDigest()}`, fill: fillCollected } });

async function fillCollected(url: string): Promise<void> {
  const pool = openPool(url);
  try {
    await pool.query(SECRET);
    await organisation(pool, configOf([]));
  } finally {
    await pool.end();
  }
}

async function organisation(pool: pg.Pool, config: Config): Promise<void> {
  await writeFacts(pool, [...foundations(), ...facts()], await ensureRepos(pool, REPOS));
  await deriveAll(pool, { config });
}

const PAIRS: ReadonlyArray<readonly Category[]> = [['usage', 'seniority'], ['lines', 'surveys']]; // prettier-ignore
test.each(PAIRS)(
  'nothing of %s and %s is written while they are off; switched off later and removed they are as if they had never been collected',
  async (...both) => {
    const never = await store(both);
    await organisation(never.pool, configOf(both));
    expect(filled(await counted(never, both))).toEqual([]);
    const later = await collected();
    open.push(later);
    expect(filled(await counted(later, both)).length).toBeGreaterThan(3);
    const changes = `select count(*)::integer as n from change_fact`;
    expect((await never.pool.query(changes)).rows).toEqual((await later.pool.query(changes)).rows);
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

/** A value that a column of the type takes. */
function someValue(type: string): unknown {
  if (/\[\]$/.test(type)) return [];
  if (/int|numeric|double|real/.test(type)) return 1;
  if (/^time/.test(type)) return new Date(0);
  if (type === 'date') return '2026-01-01';
  if (type === 'boolean') return true;
  if (/json/.test(type)) return {};
  if (type === 'bytea') return Buffer.from('x');
  return 'x';
}

test('COPY and statements by hand meet the same wall on every table, and nothing of it once it is switched on again', async () => {
  const db = await store(CATEGORIES);
  const tables = await tablesOf(db.pool);
  const wholes = CATEGORIES.flatMap((category) => PLACES[category]).filter(({ columns, when }) => !columns && !when);
  for (const { table } of wholes) {
    const columns = tables.find((one) => one.table === table)?.columns ?? new Map<string, string>();
    const copy = { table, columns: [...columns.keys()], rows: [[...columns.values()].map(someValue)] };
    await transaction(db.pool, (client) => copyInto(client, copy));
  }
  const event = { table: 'tool_event', columns: ['tool_id', 'event_id', 'at', 'person_id', 'type'], rows: [['t', 'e', new Date(0), 'p', 'tool_invocation']] }; // prettier-ignore
  await db.pool.query(`insert into survey_answer values ('w', 'q', 't', '', now(), 4)`);
  await db.pool.query(`insert into person (person_id, kind, experience_start) values ('p', 'human', '2020-01-01')`);
  await db.pool.query(`update person set experience_start = '2020-01-01'`);
  await db.pool.query(`insert into heartbeat values ('tool:t', '2026-01-01', now()), ('s', '2026-01-01', now())`);
  expect(filled(await counted(db))).toEqual([]);
  expect((await db.pool.query('select source from heartbeat')).rows).toEqual([{ source: 's' }]);
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
  const file = path.join(folder, 'throughline.yaml');
  const throughline = (...args: string[]) => runHere([...args, ...(existsSync(file) ? ['--config', file] : []), '--home', path.join(folder, 'home')], db); // prettier-ignore
  const usage = (day: string): void => writeFileSync(path.join(folder, 'ai_usage_daily.csv'), `day,tool,email,requests\n${day},cursor,ana@acme.io,3\n`); // prettier-ignore
  const collect = (isOn: boolean): void => writeFileSync(file, `privacy: { collect: { usage: ${String(isOn)} } }\n`); // prettier-ignore
  try {
    await db.pool.query(
      `insert into person_day (tool_id, person_id, day, grade, source) values ('cursor', 'p', '2026-01-05', 2, 'csv')`
    );
    collect(false);
    usage('2026-01-06');
    const left = await throughline('import', path.join(folder, 'ai_usage_daily.csv'));
    expect(left.stderr).toContain('1 fact is not collected: privacy.collect.usage is false in throughline.yaml');
    expect((await db.pool.query('select day::text from person_day')).rows).toEqual([{ day: '2026-01-05' }]);
    const words = 'throughline privacy --remove removes';
    expect((await throughline('status')).stdout).toContain(words);
    // Without a file that says so nothing is switched on again, least of all by a command that looks.
    rmSync(file);
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

/** What writes use of tools and licences as its own rows. */
const WRITES_USAGE = /reportedDay\(|['"](?:account_seat|tool_point|agent_session)['"]/;

test('what writes use of tools says so, so that its source is not even asked', () => {
  const silent: string[] = [];
  for (const { id, streams, pushes = [] } of connectors) {
    const folder = path.join(import.meta.dirname, '../connectors', id);
    const names = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
    const texts = names.map((name) => readFileSync(path.join(folder, name), 'utf8'));
    const parts = [...streams, ...pushes];
    if (texts.some((text) => WRITES_USAGE.test(text)) && !parts.some(({ category }) => category !== undefined))
      silent.push(id);
    for (const text of texts.filter((one) => WRITES_USAGE.test(one)))
      for (const part of parts)
        if (part.category === undefined && text.includes(`id: '${part.id}'`)) silent.push(`${id}/${part.id}`);
  }
  expect(silent).toEqual([]);
});
