/**
 * Step usage: declared usage from marks in git, usage per person and week, landing dates.
 * Marks cannot prove that somebody did not use a tool: a person who committed in the window without a mark has zero *declared* use,
 * and the row says so (basis declared). Somebody without commits, telemetry or heartbeat is unknown, never zero.
 */
import { differs, fingerprintOf } from './inputs.ts';
import type { DeriveSettings } from './settings.ts';
import {
  APPLY_RULE,
  DECLARED,
  DECLARED_TOOLS,
  DROP_STRANGERS,
  FIRST_SEEN,
  INSERT_WEEKS,
  LANDINGS,
  LOAD_DAYS,
  LOAD_LIFE,
  LOAD_PAIRS,
  TOOL_WEEKS,
} from './usage-sql.ts';
import { mark, take, type Client } from './work-list.ts';

const TABLES = [
  'create temp table if not exists derive_person (person_id text primary key) on commit delete rows',
  'create temp table if not exists derive_pair (person_id text, week_start date, is_eligible boolean, primary key (person_id, week_start)) on commit delete rows',
  `create temp table if not exists derive_use (tool_id text, workflow_id text, person_id text, day date, uses integer, accepted integer,
     grade integer, is_declared boolean) on commit delete rows`,
  'create temp table if not exists derive_life (tool_id text, day date, primary key (tool_id, day)) on commit delete rows',
];

/** Counts marked commits anew. Takes `declared`, marks week. */
export async function deriveDeclared(client: Client, settings: DeriveSettings): Promise<void> {
  const items = (await take(client, 'declared')).map(({ item }) => item);
  if (items.length === 0) return;
  for (const sql of TABLES) await client.query(sql);
  await client.query(
    `insert into derive_person select person_id from person where $1 or person_id = any($2::text[])
     union select unnest($2::text[]) union select person_id from declared_day where $1`,
    [items.includes('*'), items.filter((item) => item !== '*')]
  );
  await client.query('analyze derive_person');
  await client.query(DECLARED, [settings.timeZone]);
  await client.query(FIRST_SEEN);
  if (await differs(client, 'declared-tools', await fingerprintOf(client, DECLARED_TOOLS))) {
    await mark(client, 'week', [{ repoId: 0, item: '*/*' }]);
  }
}

/** Counts usage of the weeks on the list anew. Takes `week`. */
export async function deriveWeeks(client: Client, settings: DeriveSettings): Promise<void> {
  const items = (await take(client, 'week')).map(({ item }) => item);
  if (items.length === 0) return;
  for (const sql of TABLES) await client.query(sql);
  const zone = [settings.timeZone];
  await client.query(DROP_STRANGERS, [items.map((item) => item.split('/')[0])]);
  await client.query(LOAD_PAIRS, [settings.timeZone, items]);
  await client.query(
    'delete from usage_week u using derive_pair p where u.person_id = p.person_id and u.week_start = p.week_start'
  );
  await client.query(LOAD_DAYS, zone);
  await client.query(LOAD_LIFE);
  await client.query('create index if not exists derive_use_person on derive_use (person_id, day)');
  for (const table of ['derive_pair', 'derive_use', 'derive_life']) await client.query(`analyze ${table}`);
  await client.query(INSERT_WEEKS, zone);
  await client.query(TOOL_WEEKS);
  await client.query(APPLY_RULE);
}

/** Resolves landing dates; few rows, every time. */
export async function deriveLandings(client: Client, settings: DeriveSettings): Promise<void> {
  await client.query(LANDINGS, [settings.timeZone]);
}
