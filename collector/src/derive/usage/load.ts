/** Reads what step usage looks at: of some persons, and of everybody. */
import { COMMITS, COMPLETION_WEEKS, DAYS, KNOWN_MONDAY, LAST_MONDAY, LIFE, SCOPES, SEATS } from './statements.ts';
import { Life, scopeKey, type DayUse, type PersonUsage, type Scope } from './weeks.ts';
import { together } from '../together.ts';
import type { Client } from '../work-list.ts';

export interface Shared {
  readonly scopes: readonly Scope[];
  readonly life: Life;
  /** Newest Monday. */
  readonly last: number;
  /** The same when weeks were counted last; null = never. */
  readonly knownLast: number | null;
}

/** Tools, heartbeats and the newest week. */
export async function loadShared(client: Client, timeZone: string): Promise<Shared> {
  const { scopes, signs, last, known } = await together<{
    scopes: Scope;
    signs: { toolId: string; day: number };
    last: { day: number | null };
    known: { day: number };
  }>(client, { scopes: SCOPES, signs: LIFE, last: LAST_MONDAY, known: KNOWN_MONDAY }, [timeZone]);
  const days = new Map<string, Set<number>>();
  for (const { toolId, day } of signs) days.set(toolId, (days.get(toolId) ?? new Set()).add(day));
  return { scopes, life: new Life(days), last: last[0]?.day ?? 0, knownLast: known[0]?.day ?? null };
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
  const { days, commits, seats, weeks } = await together<{
    days: DayUse & { personId: string; toolId: string; workflowId: string };
    commits: { personId: string; day: number };
    seats: { personId: string; toolId: string; from: number; to: number };
    weeks: { personId: string; day: number };
  }>(client, { days: DAYS, commits: COMMITS, seats: SEATS, weeks: COMPLETION_WEEKS }, [timeZone, persons]);
  for (const row of days) {
    const uses = of(row.personId).uses;
    const key = scopeKey(row);
    const known = uses.get(key);
    if (known) known.push(row);
    else uses.set(key, [row]);
  }
  for (const { personId, day } of commits) of(personId).commitDays.push(day);
  for (const { personId, toolId, from, to } of seats) {
    const held = of(personId).seats;
    held.set(toolId, [...(held.get(toolId) ?? []), { from, to }]);
  }
  for (const { personId, day } of weeks) of(personId).completionWeeks.add(day);
  return of;
}
