/** The rows that metrics count, as the views of the store name them: their time, the human behind each and what they are grouped and filtered by. */
import type { Dimension, UnitName } from '../../../metrics/define.ts';

/** When there were units of which group: fixed text, nothing of a question is in it. */
export interface OutlineSql {
  /** A view as `u`, and which of its rows. */
  readonly from: string;
  /** Instant that places a unit in a range. */
  readonly at: string;
  readonly dimensions: Partial<Record<Dimension, string>>;
}

/** SQL of one kind of unit. */
export interface UnitSql extends OutlineSql {
  /** Human who counts; null = nobody known. */
  readonly person: string;
  /** A row for each of the units' instants and groups, quicker to read than the units: for questions about its dimensions alone. */
  readonly outline?: OutlineSql;
  /** A list of values a unit. */
  readonly lists?: Partial<Record<Dimension, string>>;
}

/** Columns of a view that are named as the dimension is. */
const named = (...dimensions: readonly Dimension[]): Partial<Record<Dimension, string>> =>
  Object.fromEntries(dimensions.map((name) => [name, `u.${name}`]));

const PLACE = ['team', 'repo', 'service'] as const;
const OF_CHANGE = [...PLACE, 'pr_class', 'code_source', 'zone', 'size'] as const;

const changes = (view: string, at: string): UnitSql => ({
  from: `${view} u where true`,
  at,
  person: 'u.person_id',
  dimensions: named(...OF_CHANGE, 'seniority'),
  lists: { tool: 'u.counted_tools' },
});

const shipped = (which: string): UnitSql => ({
  from: `shipped_unit u where ${which}`,
  at: 'u.finished_at',
  person: 'u.person_id',
  dimensions: named(...OF_CHANGE),
  outline: {
    from: `production_deployment u cross join lateral unnest(u.sources) as s(code_source) where ${which}`,
    at: 'u.finished_at',
    dimensions: { ...named(...PLACE), code_source: 's.code_source' },
  },
});

export const UNITS: Readonly<Record<UnitName, UnitSql>> = {
  merged: changes('merged_unit', 'u.merged_at'),
  survived: changes('survived_unit', 'u.merged_at'),
  shipped: shipped('true'),
  failed: shipped('u.is_failed'),
  reworked: shipped('u.is_rework'),
  // Written as the index has it.
  delivered: {
    ...changes('merged_unit', 'coalesce(u.deployed_at, u.merged_at)'),
    from: 'merged_unit u where u.deployed_at is not null',
  },
  completed: {
    from: `completed_unit u where u.status = 'ok'`,
    at: 'u.ended_at',
    person: `nullif(u.person_id, '')`,
    dimensions: named(...OF_CHANGE, 'seniority', 'workflow'),
  },
};
