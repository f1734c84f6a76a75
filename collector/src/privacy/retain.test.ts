/** What is older than its age goes, what was added up from it stays, and a full derivation afterwards is the one before. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { jest } from '@jest/globals';
import { testDatabase, type TestDatabase } from '../../testing/database.ts';
import { sourcesDigest } from '../../testing/demo.ts';
import { runHere } from '../../testing/in-process.ts';
import { configSchema } from '../config/schema.ts';
import { deriveAll } from '../derive/derive.ts';
import { facts, foundations, REPOS, START } from '../derive/fixtures/organisation.ts';
import { derivedRows, difference, ensureRepos, writeFacts } from '../derive/fixtures/write.ts';
import { DERIVE_ID } from '../jobs/derive.ts';
import { retainJob } from '../jobs/retain.ts';
import { newLogger } from '../logger.ts';
import { openPool } from '../store/connection.ts';
import type { HouseRow } from '../store/tables.ts';
import { writePage } from '../store/write-page.ts';
import { progressOn } from '../terminal/progress.ts';
import { DEFAULT_AGES, type Ages } from './ages.ts';
import { clearOld } from './leavers.ts';
import { retain } from './retain.ts';

// Each derives a whole organisation.
jest.setTimeout(300_000);

const config = configSchema.parse({ company_domain: 'acme.io', time_zone: 'Europe/Berlin' });
const DAY = 86_400_000;
const at = (days: number): Date => new Date(START + days * DAY);
/** Everything is kept, but for what a test says. */
const ages = (some: Partial<Ages>): Ages => ({
  deliveries: 9e3,
  openings: 9e3,
  points: 9e3,
  events: 9e3,
  sessions: 9e3,
  seats: 9e3,
  ...some,
});

async function fill(url: string): Promise<void> {
  const pool = openPool(url);
  try {
    await pool.query(`insert into secret (key, value) values ('person_hmac', 'test')`);
    await writeFacts(pool, [...foundations(), ...facts()], await ensureRepos(pool, REPOS));
    await deriveAll(pool, { config });
  } finally {
    await pool.end();
  }
}

let db: TestDatabase;
beforeEach(async () => {
  db = await testDatabase({ filled: { name: `throughline_retained_${sourcesDigest()}`, fill } });
});
afterEach(() => db.close());

const number = async (sql: string, values: readonly unknown[] = []): Promise<number> =>
  (await db.pool.query<{ n: number }>(`select count(*)::integer as n from ${sql}`, [...values])).rows[0]?.n ?? 0;
const page = (...rows: HouseRow[]) => writePage(db.pool, { streamId: 'test/late', repoId: null, page: { rows, cursor: null } }); // prettier-ignore
const point = (values: HouseRow['values']): HouseRow => ({ table: 'tool_point', values: { account_id: 'otlp:0', tool_id: 'cursor', start_at: null, is_cumulative: false, type: null, feature: null, repo_id: null, value: 1, ...values } }); // prettier-ignore

/** As the next run derives, and as everything anew is. */
async function isStable(): Promise<Record<string, string[]>> {
  await deriveAll(db.pool, { config });
  const once = await derivedRows(db.pool);
  await deriveAll(db.pool, { config, full: true });
  expect(difference(once, await derivedRows(db.pool))).toEqual([]);
  return once;
}

test('points go but the last of each counter, sums of days and uses stay; what comes late and an account that changes hands fare the same', async () => {
  const before = await derivedRows(db.pool);
  const now = at(100);
  const removed = await retain(db.pool, ages({ points: 65 }), now);
  expect([...removed.keys()]).toEqual(['points']);
  // The days were of 18 to 54, the first open one is 35 and three more are kept.
  expect(await number(`tool_point where at < $1 and measure <> 'use'`, [at(32)])).toBe(3);
  expect(await number(`tool_point where at < $1 and measure = 'use'`, [at(32)])).toBeGreaterThan(3);
  expect(difference(before, await isStable())).toEqual([]);

  // The counter goes on from its last point, a late point of a settled day does not count, and its use does.
  const lines = async (): Promise<unknown> => (await db.pool.query(`select sum(accepted_lines)::integer as lines, sum(invocations)::integer as uses from account_day where account_id = 'otlp:0' and source = 'otlp'`)).rows[0]; // prettier-ignore
  const had = (await lines()) as { lines: number; uses: number };
  await page(
    point({
      series_id: 'lines-0',
      at: at(60),
      start_at: at(17),
      measure: 'accepted_lines',
      value: 150,
      is_cumulative: true,
    }),
    point({ series_id: 'late', at: at(20), measure: 'use', type: 'tool_invocation' })
  );
  await isStable();
  const { rows } = await db.pool.query<{ last: number }>(`select max(value)::integer as last from tool_point where series_id = 'lines-0' and at < $1`, [at(60)]); // prettier-ignore
  expect(await lines()).toEqual({ lines: had.lines + 150 - (rows[0]?.last ?? 0), uses: had.uses });
  expect(await number(`tool_event where event_id = 'late'`)).toBe(1);

  // Old uses find the one whose account it is.
  await page({
    table: 'account',
    values: { account_id: 'otlp:0', provider: 'otlp', email: 'p3@acme.io', kind: 'human' },
  });
  await isStable();
  expect(await number(`tool_event e join account a on a.account_id = 'otlp:0' and e.person_id = a.person_id where e.event_id = 'late'`)).toBe(1); // prettier-ignore

  expect([...(await retain(db.pool, ages({ points: 65 }), now)).keys()]).toEqual([]);
});

test('uses, sessions, licences and bodies go by their own ages, and the weeks of uses rest on the sums of days', async () => {
  await db.pool.query(`insert into inbox (source, delivery_id, digest, body, state, worked_at) values ('ingest/x', 'old', 'x', 'x', 'quarantined', $1), ('ingest/x', 'new', 'x', 'x', 'quarantined', $2)`, [at(1), at(99)]); // prettier-ignore
  const days = await number(`tool_day`);
  const now = at(100);
  const removed = await retain(db.pool, ages({ deliveries: 90, points: 20, events: 50, sessions: 60, seats: 30 }), now);
  expect([...removed.keys()].sort()).toEqual(['deliveries', 'events', 'points', 'seats', 'sessions']);
  const month = new Date(at(50)).toISOString().slice(0, 7);
  for (const table of ['tool_event', `tool_point`]) {
    const counters = table === 'tool_point' ? ` and not is_cumulative` : '';
    expect(await number(`${table} where at < $1${counters}`, [`${month}-01T00:00:00Z`])).toBe(0);
  }
  expect(await number(`agent_session where last_at < $1`, [at(40)])).toBe(0);
  expect(await number(`agent_session`)).toBeGreaterThan(0);
  expect(await number(`account_seat where valid_to is not null`)).toBe(0);
  expect(await number(`inbox where delivery_id in ('old', 'new')`)).toBe(1);
  await isStable();
  expect(await number(`tool_day`)).toBe(days);
  expect(await number(`usage_week where uses > 0 and week_start < $1`, [`${month}-01`])).toBeGreaterThan(0);
});

test('who left is erased where the house says so, and nobody else', async () => {
  await db.pool.query(`update account_claim set valid_to = $1 where person_id = 'person2'`, [at(20)]);
  await db.pool.query(`update membership set valid_to = $1 where person_id = 'person2'`, [at(20)]);
  await db.pool.query(`update account_claim set valid_to = $1 where person_id = 'person1'`, [at(95)]);
  await deriveAll(db.pool, { config });
  const people = async (): Promise<string[]> => (await db.pool.query<{ id: string }>(`select distinct person_id as id from account_claim where source <> 'erased' order by 1`)).rows.map(({ id }) => id); // prettier-ignore
  const known = await people();
  expect(known).toEqual(expect.arrayContaining(['person1', 'person2']));
  const session = { pool: db.pool, home: mkdtempSync(path.join(tmpdir(), 'throughline-leavers-')) };
  try {
    expect(await clearOld(session, ages({}), at(100))).toEqual({
      removed: new Map(),
      erased: 0,
      unclear: [],
      failed: [],
    });
    expect(await clearOld(session, { ...ages({}), leavers: 60 }, at(100))).toMatchObject({ erased: 1, unclear: [] });
    expect(await people()).toEqual(known.filter((id) => id !== 'person2'));
    expect(await clearOld(session, { ...ages({}), leavers: 60 }, at(100))).toMatchObject({ erased: 0, unclear: [] });
  } finally {
    rmSync(session.home, { recursive: true, force: true });
  }
  await isStable();
});

test('points that wait to be derived are not taken away', async () => {
  await page(point({ series_id: 'waits', at: at(20), measure: 'use', type: 'tool_invocation' }));
  expect([...(await retain(db.pool, ages({ points: 20 }), at(100))).keys()]).toEqual([]);
  await deriveAll(db.pool, { config });
  expect([...(await retain(db.pool, ages({ points: 20 }), at(100))).keys()]).toEqual(['points']);
});

test('the command and the job of the scheduler do what the configuration says, and derive', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'throughline-retain-'));
  const file = path.join(folder, 'throughline.yaml');
  // The uses of the fixture are younger than the least ages by the clock: its sessions are put far back.
  await db.pool.query(
    `update agent_session set last_at = timestamptz '2020-01-01', started_at = timestamptz '2020-01-01'`
  );
  const sessions = await number('agent_session');
  try {
    writeFileSync(file, 'company_domain: acme.io\ntime_zone: Europe/Berlin\nprivacy: { retain: { points: 36500, events: 36500, sessions: 36500 } }\n'); // prettier-ignore
    const command = () => runHere(['privacy', '--retain', '--config', file, '--home', path.join(folder, 'home')], db);
    expect((await command()).stdout).toContain('Nothing is older than privacy.retain');
    expect(await number('agent_session')).toBe(sessions);
    writeFileSync(file, 'company_domain: acme.io\ntime_zone: Europe/Berlin\nprivacy: { retain: { points: 36500, events: 36500 } }\n'); // prettier-ignore
    expect((await command()).stdout).toContain(
      `Removed: ${String(sessions)} rows older than 800 days: sessions of tools`
    );
    expect(await number('agent_session')).toBe(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  await db.pool.query(`insert into inbox (source, delivery_id, digest, body, state, worked_at) values ('ingest/x', 'old', 'x', 'x', 'quarantined', '2020-01-01')`); // prettier-ignore
  const context = { session: { pool: db.pool, home: folder }, config: { ...config, privacy: { ...config.privacy, retain: ages({}) } }, log: newLogger('silent'), cacheDir: folder, now: () => at(9_100) }; // prettier-ignore
  const job = retainJob(context);
  const line = progressOn(null).start(job.title);
  expect(await job.run(new AbortController().signal, line)).toContain('removed');
  expect(job.then).toEqual([DERIVE_ID]);
  expect(await number('inbox')).toBe(0);
});

test('ages have defaults, and one that is too short for what rests on it is refused', () => {
  expect(config.privacy.retain).toEqual(DEFAULT_AGES);
  const given = (retained: object) => configSchema.safeParse({ privacy: { retain: retained } });
  expect(given({ points: 3 }).error?.issues[0]?.message).toContain('the least is 7');
  expect(given({ points: 400, events: 100 }).error?.issues[0]?.message).toContain('shorter than points');
});
