import type { DataQuery } from '@grafana/schema';
import type { Dimension } from '../../metrics/define.ts';

/** A query as Grafana stores it: its own fields beside ours. Any of ours may be missing or hand-edited. */
export interface ThroughlineQuery extends DataQuery {
  /** Declared params of the metric by name, and `format`. Absent = default. Texts may hold template variables. */
  params?: Record<string, unknown>;
  /** Absent in queries from before `params`. */
  version?: number;
  /** IANA zone of the viewer; written when the query is sent, never stored. */
  tz?: string;
  /** Ad-hoc filters of the dashboard; written when the query is sent. */
  adhocFilters?: unknown[];
}

/** Chosen values by dimension, as stored: a value may be a template variable. Absent or empty = all. */
export type StoredFilters = Partial<Record<Dimension, string[]>>;

/** The stored query of a template variable: the values of one dimension, narrowed by values of others. */
export interface VariableQuery extends DataQuery {
  dimension?: Dimension | undefined;
  filters?: StoredFilters;
}

/** One value of a dimension: `text` is shown, `value` is stored. */
export interface DimensionValue {
  readonly text: string;
  readonly value: string;
}
