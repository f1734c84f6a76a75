import type { AnswerFacts, ColumnChoice, Format, Metric, Notice, ParamValues, Row } from '../../metrics/define.ts';
import type { FieldConfig } from './field-config.ts';

/** One field. Times are milliseconds since 1970 (UTC) and never null. */
export interface FrameField {
  readonly name: string;
  readonly type: 'time' | 'number' | 'string';
  readonly labels?: Readonly<Record<string, string>>;
  readonly config: FieldConfig;
  readonly values: ReadonlyArray<number | string | null>;
}

export interface FrameMeta {
  readonly type: 'timeseries-multi' | 'numeric-multi' | 'table';
  readonly typeVersion: readonly [number, number];
  readonly preferredVisualisationType: 'graph' | 'table';
  readonly notices?: readonly Notice[];
  readonly executedQueryString?: string;
  readonly custom?: AnswerFacts;
}

export interface Frame {
  readonly name: string;
  readonly refId: string;
  readonly meta: FrameMeta;
  readonly fields: readonly FrameField[];
}

/** A finished result and how it is to be shown. */
export interface FrameInput {
  readonly metric: Metric;
  readonly params: ParamValues;
  readonly format: Format;
  /** Of a table. Default: all. */
  readonly columns?: ColumnChoice;
  readonly refId: string;
  readonly rows: readonly Row[];
  /** Rows that the query had before it was cut; equal to rows.length when it was not. */
  readonly totalRows: number;
  readonly notices: readonly Notice[];
  /** Why hidden rows are hidden. Default: few people are behind them. */
  readonly whyHidden?: string;
  /** A line goes on to here without a value: Grafana's "Zoom to data" ends at the last time of a frame. Default: it ends at its last point. */
  readonly zoomTo?: Date;
  /** What the browser is told of the answer. Default: nothing. */
  readonly facts?: AnswerFacts;
  /** The query comes from an alert rule: no partial buckets, null unless ok, no field when there is nothing. */
  readonly isAlert: boolean;
  /** Statement for the query inspector. */
  readonly sql: string;
}

/** Data-plane type of a format. */
export function frameType(format: Format): FrameMeta['type'] {
  return format === 'table' ? 'table' : format === 'numeric' ? 'numeric-multi' : 'timeseries-multi';
}

/** A frame of a query; `notices` and the statement belong to its first frame only. */
export function frameOf(input: FrameInput, fields: readonly FrameField[], notices: readonly Notice[] | null): Frame {
  return {
    name: input.metric.id,
    refId: input.refId,
    fields,
    meta: {
      type: frameType(input.format),
      typeVersion: [0, 1],
      preferredVisualisationType: input.format === 'timeseries' ? 'graph' : 'table',
      ...(notices !== null && notices.length > 0 ? { notices } : {}),
      ...(notices === null ? {} : { executedQueryString: input.sql }),
      ...(input.facts === undefined ? {} : { custom: input.facts }),
    },
  };
}
