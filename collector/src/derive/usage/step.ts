/**
 * Step usage: declared usage from marks in git, usage per person and week, landing dates.
 * Marks cannot prove that somebody did not use a tool: a person who committed in the window without a mark has zero *declared* use,
 * and the row says so (basis declared). Somebody without commits, telemetry or heartbeat is unknown, never zero.
 */
import { copyInto } from '../../store/write-page.ts';
import type { StepContext } from '../change/step.ts';
import { differs, fingerprintOf } from '../inputs.ts';
import { packWeeks } from '../packs/persons.ts';
import { loadPeople, loadShared, type Shared } from './load.ts';
import { Sums, type AddedUp } from './added-up.ts';
import {
  ADDED_UP,
  APPLY_RULE,
  DECLARED,
  DECLARED_TOOLS,
  DROP_STRANGERS,
  FIRST_SEEN,
  KEEP_MONDAY,
  LANDINGS,
  SEATED_FROM,
  TOOL_WEEKS,
} from './statements.ts';
import { eligibleWeeks, usageWeeks, type PersonUsage, type UsageWeek } from './weeks.ts';
import { mark, take, type Client } from '../work-list.ts';

const DAY = 86_400_000;
/** Rows from which on statistics are taken anew. */
const MANY_ROWS = 1_000;
/** Days of one person from which on all of them are counted. */
const MANY_DAYS = 20;
const CHUNK = 200;
/** Most that a column of a week holds: days may add up to more. */
const MOST = 2_147_483_647;
const dateOf = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10);

/** Days to count anew: of everybody ($1), or of persons ($2): all days, or a UTC day with the local ones that begin or end in it. */
const DECLARED_DAYS = `
insert into derive_person
select person_id, date '-infinity', date 'infinity' from (
  select person_id from person where $1 union select person_id from declared_day where $1
  union select item from unnest($2::text[]) as item where strpos(item, '/') = 0) whole
union
select split_part(item, '/', 1), split_part(item, '/', 2)::date - 1, split_part(item, '/', 2)::date + 1
from unnest($2::text[]) as item where strpos(item, '/') > 0`;

/** Items without the days of persons of whom there are many. */
function daysToCount(items: readonly string[]): string[] {
  const byPerson = new Map<string, string[]>();
  for (const item of items) {
    const [person = ''] = item.split('/');
    const own = byPerson.get(person) ?? [];
    byPerson.set(person, own);
    own.push(item);
  }
  return [...byPerson].flatMap(([person, own]) => (own.length > MANY_DAYS || own.includes(person) ? [person] : own));
}

/** Counts marked commits anew. Takes `declared`, marks week. */
export async function deriveDeclared(client: Client, timeZone: string): Promise<void> {
  const items = (await take(client, 'declared')).map(({ item }) => item);
  if (items.length === 0) return;
  await client.query(
    'create temp table if not exists derive_person (person_id text, low date, high date) on commit delete rows'
  );
  const days = daysToCount(items.filter((item) => item !== '*'));
  await client.query(DECLARED_DAYS, [items.includes('*'), days]);
  if (days.length > MANY_DAYS || items.includes('*')) await client.query('analyze derive_person');
  const { rowCount } = await client.query(DECLARED, [timeZone]);
  await client.query(FIRST_SEEN);
  if ((rowCount ?? 0) === 0) return;
  if (await differs(client, 'declared-tools', await fingerprintOf(client, DECLARED_TOOLS))) {
    await mark(client, 'week', [{ repoId: 0, item: '*/*' }]);
  }
}

/** Weeks to count anew, by person; `*` = everybody. Signs of one week count in the windows of the following ones. */
class Wanted {
  private readonly ranges = new Map<string, Array<readonly [number, number]>>();

  constructor(items: readonly string[]) {
    for (const item of items) {
      const [person = '*', monday = '*'] = item.split('/');
      const day = monday === '*' ? null : Math.floor(Date.parse(monday) / DAY);
      const range = day === null ? ([-100_000, 100_000] as const) : ([day - 7, day + 42] as const);
      this.ranges.set(person, [...(this.ranges.get(person) ?? []), range]);
    }
  }
  /** All weeks of the persons from a Monday on. */
  addFrom(monday: number, persons: readonly string[]): void {
    for (const person of persons) this.ranges.set(person, [...(this.ranges.get(person) ?? []), [monday, 100_000]]);
  }
  get persons(): string[] {
    return [...this.ranges.keys()];
  }
  of(person: string): ReadonlyArray<readonly [number, number]> {
    return [...(this.ranges.get('*') ?? []), ...(this.ranges.get(person) ?? [])];
  }
}

/** Takes away what the persons had in the weeks. */
async function deleteOld(client: Client, persons: readonly string[], wanted: Wanted): Promise<AddedUp[]> {
  const rows = persons.flatMap((person) =>
    wanted.of(person).map(([low, high]) => ({ person, low: dateOf(low), high: dateOf(high) }))
  );
  const deleted = await client.query<AddedUp>(
    `with gone as (
       delete from usage_week u using unnest($1::text[], $2::date[], $3::date[]) as w(person_id, low, high)
       where u.person_id = w.person_id and u.week_start between w.low and w.high returning u.*)
     select ${ADDED_UP} from gone`,
    [rows.map((row) => row.person), rows.map((row) => row.low), rows.map((row) => row.high)]
  );
  return deleted.rows;
}

const COLUMNS = [
  'tool_id',
  'workflow_id',
  'person_id',
  'week_start',
  'uses',
  'active_days',
  'accepted_lines',
  'uses_30d',
  'active_days_30d',
  'accepted_lines_30d',
  'uses_prior_30d',
  'active_days_prior_30d',
  'accepted_lines_prior_30d',
  'coverage',
  'prior_coverage',
  'own_coverage',
  'own_prior_coverage',
  'is_seated',
  'basis',
  'team_id',
];

function values(personId: string, row: UsageWeek, teamId: string): unknown[] {
  const { scope, week, trailing, prior } = row;
  return [
    ...[scope.toolId, scope.workflowId, personId, dateOf(row.monday)],
    ...[week, trailing, prior].flatMap((sums) => [Math.min(sums.uses, MOST), sums.days, Math.min(sums.accepted, MOST)]),
    ...[trailing.coverage, prior.coverage, trailing.coverage, prior.coverage, row.isSeated, trailing.basis, teamId],
  ];
}

const addedUp = (row: readonly unknown[]): AddedUp =>
  Object.fromEntries(COLUMNS.map((column, index) => [column, row[index]])) as unknown as AddedUp;

interface PersonWeeks {
  readonly personId: string;
  readonly usage: PersonUsage;
  readonly wanted: Wanted;
}

function rowsOf({ personId, usage, wanted }: PersonWeeks, shared: Shared, { directory }: StepContext): unknown[][] {
  const ranges = wanted.of(personId);
  const weeks = eligibleWeeks(usage, shared.last).filter((monday) =>
    ranges.some(([low, high]) => low <= monday && monday <= high)
  );
  return usageWeeks(usage, weeks, shared).map((row) => {
    // The team at the last instant of the week; the zone matters for a few hours only.
    const team = directory.teamAt(personId, new Date((row.monday + 7) * DAY - 1));
    return values(personId, row, team ?? 'unknown');
  });
}

interface People {
  readonly strangers: readonly string[];
  readonly humans: readonly string[];
  readonly gone: readonly AddedUp[];
}

/** Where another week is the newest than when it was counted last, whoever has a seat has weeks more or less. */
async function followNewest(client: Client, wanted: Wanted, { last, knownLast }: Shared): Promise<void> {
  if (last === knownLast) return;
  await client.query(KEEP_MONDAY, [String(last)]);
  const from = Math.min(last, knownLast ?? last);
  const { rows } = await client.query<{ person_id: string }>(SEATED_FROM, [from]);
  wanted.addFrom(
    from,
    rows.map((row) => row.person_id)
  );
}

/** Counts usage of the weeks on the list anew. Takes `week`. @returns whether somebody used a tool in another week than before. */
export async function deriveWeeks(client: Client, context: StepContext): Promise<boolean> {
  const items = (await take(client, 'week')).map(({ item }) => item);
  if (items.length === 0) return false;
  const wanted = new Wanted(items);
  const shared = await loadShared(client, context.settings.timeZone);
  await followNewest(client, wanted, shared);
  const found = await client.query<People>(DROP_STRANGERS, [wanted.persons]);
  const { strangers, humans, gone } = found.rows[0] ?? { strangers: [], humans: [], gone: [] };
  const sums = new Sums();
  for (const row of gone) sums.add(row, -1);
  let written = 0;
  for (let from = 0; from < humans.length; from += CHUNK) {
    const persons = humans.slice(from, from + CHUNK);
    for (const row of await deleteOld(client, persons, wanted)) sums.add(row, -1);
    await context.directory.know(client, { persons });
    const people = await loadPeople(client, persons, context.settings.timeZone);
    const rows = persons.flatMap((personId) => rowsOf({ personId, usage: people(personId), wanted }, shared, context));
    for (const row of rows) sums.add(addedUp(row), 1);
    if (rows.length > 0) await copyInto(client, { table: 'usage_week', columns: COLUMNS, rows });
    written += rows.length;
  }
  // Autovacuum may have looked while everything was forgotten: planned for an empty table, what follows takes minutes.
  if (written > MANY_ROWS) await client.query('analyze usage_week');
  const counted = [...strangers, ...humans];
  const ruled = await applyRule(client, counted, sums);
  await packWeeks(client, [...new Set([...counted, ...ruled])].sort());
  return sums.hasMovedUses();
}

/** @returns persons whose grade of coverage is another one now. */
async function applyRule(client: Client, counted: readonly string[], sums: Sums): Promise<string[]> {
  if (sums.weeks.size === 0) return [];
  const weeks = sums.seatWeeks();
  const shares = weeks.length === 0 ? [] : (await client.query<{ monday: string }>(TOOL_WEEKS, [weeks])).rows;
  const { rows } = await client.query<{ person_id: string }>(APPLY_RULE, [
    shares.map(({ monday }) => monday),
    counted,
    [...sums.weeks],
  ]);
  return rows.map((row) => row.person_id);
}

/** Resolves landing dates: where somebody used a tool in another week than before, or the step configuration was done. Takes `landing`. */
export async function deriveLandings(client: Client, timeZone: string): Promise<void> {
  await client.query(LANDINGS, [timeZone]);
}
