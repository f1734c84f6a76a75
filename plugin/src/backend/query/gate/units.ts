/** The rows that metrics count, as the views of the store name them: their time, the human behind each and what they are grouped and filtered by. */
import type { Dimension, UnitName } from '../../../metrics/define.ts';

/** SQL of one kind of unit: fixed text, nothing of a question is in it. */
export interface UnitSql {
  /** A view as `u`, and which of its rows. */
  readonly from: string;
  /** Instant that places a unit in a range. */
  readonly at: string;
  /** Joined from several tables: read once and kept, where one table is better read twice through its indexes. */
  readonly isJoined?: true;
  /** Human who counts; null = nobody known. */
  readonly person: string;
  readonly dimensions: Partial<Record<Dimension, string>>;
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
  isJoined: true,
  person: 'u.person_id',
  dimensions: named(...OF_CHANGE),
});

export const UNITS: Readonly<Record<UnitName, UnitSql>> = {
  merged: changes('merged_unit', 'u.merged_at'),
  survived: changes('survived_unit', 'u.merged_at'),
  shipped: shipped('true'),
  failed: shipped('u.is_failed'),
  reworked: shipped('u.is_rework'),
  delivered: changes('merged_unit', 'u.deployed_at'),
  completed: {
    from: `completed_unit u where u.status = 'ok'`,
    at: 'u.ended_at',
    person: `nullif(u.person_id, '')`,
    dimensions: named(...OF_CHANGE, 'seniority', 'workflow'),
  },
};
