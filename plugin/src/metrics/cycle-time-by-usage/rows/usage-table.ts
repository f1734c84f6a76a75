/** Usage of a tool by person and week: the weeks of everybody lie in one array. */
import type { Input, Scope, UsageRow } from './read-rows.ts';
import { BLOCK_WEEKS } from './unpack.ts';

/** Usage of everybody in one way of counting. */
export interface UsageTable {
  readonly firstWeek: number;
  /** Weeks of each person. */
  readonly weeks: number;
  /** State of each week of each person. */
  readonly states: Uint8Array;
  readonly people: ReadonlyMap<string, PersonUsage>;
}

/** A person's usage of a tool. */
export interface PersonUsage {
  /** Place of the first week in the table. */
  readonly place: number;
  bases: number;
  /** Rows of blocks with their uses. */
  readonly rows: UsageRow[];
  last: { readonly week: number; readonly used: number } | null;
}

/** What a scope sees of a table. */
export interface ScopeUsage {
  readonly table: UsageTable;
  /** Everybody who completed a unit of the workflow, in the order of units: others are not eligible. */
  readonly people: ReadonlyMap<string, PersonUsage>;
}

/** Tables by their rows: workflows that count alike share one. */
const tables = new WeakMap<readonly UsageRow[], UsageTable>();
const NO_ROWS: readonly UsageRow[] = [];

export function scopeUsage({ usage, units }: Input, { workflow, usageKey }: Scope): ScopeUsage {
  const rows = usage.get(usageKey ?? '') ?? NO_ROWS;
  const table = tables.get(rows) ?? tableOf(rows);
  tables.set(rows, table);
  const people = new Map<string, PersonUsage>();
  for (const { person } of units.get(workflow) ?? []) {
    const own = person === null ? undefined : table.people.get(person);
    if (own !== undefined) {
      people.set(person as string, own);
    }
  }
  return { table, people };
}

function tableOf(rows: readonly UsageRow[]): UsageTable {
  const firstWeek = rows.reduce((first, row) => Math.min(first, row.firstWeek), Infinity);
  const weeks = rows.reduce((last, row) => Math.max(last, row.firstWeek + BLOCK_WEEKS - firstWeek), 0);
  const people = new Map<string, PersonUsage>();
  for (const row of rows) {
    const own = people.get(row.person);
    if (own === undefined) {
      people.set(row.person, { place: people.size * weeks, bases: row.bases, rows: [row], last: row.last });
    } else {
      own.bases |= row.bases;
      own.last = row.last !== null && row.last.week >= (own.last?.week ?? -1) ? row.last : own.last;
      own.rows.push(row);
    }
  }
  const states = new Uint8Array(people.size * weeks);
  for (const own of people.values()) {
    for (const row of own.rows) {
      const start = own.place + row.firstWeek - firstWeek;
      for (let week = 0; week < BLOCK_WEEKS; week += 1) {
        states[start + week] = (states[start + week] as number) | (row.states[row.statesAt + week] as number);
      }
    }
  }
  return { firstWeek, weeks, states, people };
}

/** States of one person from a week on. */
export interface Weeks {
  readonly firstWeek: number;
  readonly states: Uint8Array;
}

export function weeksOf({ firstWeek, weeks, states }: UsageTable, { place }: PersonUsage): Weeks {
  return { firstWeek, states: states.subarray(place, place + weeks) };
}

/** Place of a week of a person in the table; −1 = outside. */
export function placeOf({ firstWeek, weeks }: UsageTable, { place }: PersonUsage, week: number): number {
  const offset = week - firstWeek;
  return offset >= 0 && offset < weeks ? place + offset : -1;
}

export function stateOf(table: UsageTable, own: PersonUsage, week: number): number {
  return table.states[placeOf(table, own, week)] ?? 0;
}
