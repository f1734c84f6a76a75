/** Reads what step usage looks at: of some persons, and of everybody. */
import { COMMITS, COMPLETION_WEEKS, DAYS, LAST_MONDAY, LIFE, SCOPES, SEATS } from './statements.ts';
import { Life, scopeKey, type DayUse, type PersonUsage, type Scope } from './weeks.ts';
import type { Client } from '../work-list.ts';

export interface Shared {
  readonly scopes: readonly Scope[];
  readonly life: Life;
  /** Newest Monday. */
  readonly last: number;
}

/** Tools, heartbeats and the newest week. */
export async function loadShared(client: Client, timeZone: string): Promise<Shared> {
  const scopes = await client.query<Scope>(SCOPES);
  const signs = await client.query<{ toolId: string; day: number }>(LIFE);
  const days = new Map<string, Set<number>>();
  for (const { toolId, day } of signs.rows) days.set(toolId, (days.get(toolId) ?? new Set()).add(day));
  const last = await client.query<{ day: number | null }>(LAST_MONDAY, [timeZone]);
  return { scopes: scopes.rows, life: new Life(days), last: last.rows[0]?.day ?? 0 };
}

interface Growing {
  readonly uses: Map<string, DayUse[]>;
  readonly commitDays: number[];
  readonly seats: Map<string, Array<{ from: number; to: number }>>;
  readonly completionWeeks: Set<number>;
}

/** Usage of persons, by person; somebody without any has an empty one. */
export async function loadPeople(
  client: Client,
  persons: readonly string[],
  timeZone: string
): Promise<(personId: string) => PersonUsage> {
  const people = new Map<string, Growing>();
  const of = (personId: string): Growing => {
    const known = people.get(personId) ?? {
      uses: new Map(),
      commitDays: [],
      seats: new Map(),
      completionWeeks: new Set(),
    };
    people.set(personId, known);
    return known;
  };
  const days = await client.query<DayUse & { personId: string; toolId: string; workflowId: string }>(DAYS, [
    timeZone,
    persons,
  ]);
  for (const row of days.rows) {
    const uses = of(row.personId).uses;
    const key = scopeKey(row);
    const known = uses.get(key);
    if (known) known.push(row);
    else uses.set(key, [row]);
  }
  const commits = await client.query<{ personId: string; day: number }>(COMMITS, [timeZone, persons]);
  for (const { personId, day } of commits.rows) of(personId).commitDays.push(day);
  const seats = await client.query<{ personId: string; toolId: string; from: number; to: number }>(SEATS, [
    timeZone,
    persons,
  ]);
  for (const { personId, toolId, from, to } of seats.rows) {
    const held = of(personId).seats;
    held.set(toolId, [...(held.get(toolId) ?? []), { from, to }]);
  }
  const weeks = await client.query<{ personId: string; day: number }>(COMPLETION_WEEKS, [persons]);
  for (const { personId, day } of weeks.rows) of(personId).completionWeeks.add(day);
  return of;
}
