/** Rows of a metric → Grafana frames. Everything a panel needs (units, names, links, thresholds) comes from the metric's columns. */
import type { Cell, Column, Format, Metric, Notice, ParamValues, Row } from '../metrics/define.ts';
import { columnsOf } from '../metrics/query.ts';
import { BackendError } from './errors.ts';
import { bandConfig, fieldConfig, hiddenConfig, type FieldConfig } from './field-config.ts';
import { statusNotices } from './notices.ts';

/** Times are milliseconds since 1970 (UTC). */
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
  readonly refId: string;
  readonly rows: readonly Row[];
  /** Rows that the query had before it was cut; equal to rows.length when it was not. */
  readonly totalRows: number;
  readonly notices: readonly Notice[];
  /** The query comes from an alert rule: no partial buckets, null unless ok, no frames when there is nothing. */
  readonly isAlert: boolean;
  readonly sql: string;
}

/** More series than this help nobody: panels get the first ones with a notice, alert rules an error. */
export const MAX_SERIES = 1000;

/**
 * Builds the frames of one query.
 * @throws BackendError `bad_value` for a table in an alert rule, `too_many_series` for an alert rule beyond MAX_SERIES.
 */
export function buildFrames(input: FrameInput): Frame[] {
  if (input.isAlert && input.format === 'table') {
    throw new BackendError({
      code: 'bad_value',
      status: 400,
      message: `${input.metric.id}: format "table" cannot be alerted on. Choose format "numeric" (one number per group) or "timeseries" with a reduce expression.`,
    });
  }
  const columns = columnsOf(input.metric, input.params);
  const notices = [...cutNotice(input), ...statusNotices(input.rows, columns), ...input.notices];
  if (input.rows.length === 0) {
    return input.isAlert ? [] : [emptyFrame(input, columns, notices)];
  }
  return input.format === 'table' ? [tableFrame(input, columns, notices)] : seriesFrames(input, columns, notices);
}

function cutNotice(input: FrameInput): Notice[] {
  const shown = input.rows.length;
  return input.totalRows <= shown
    ? []
    : [{ severity: 'warning', text: `Showing ${shown} of ${input.totalRows} rows: narrow the filters or the range.` }];
}

function tableFrame(input: FrameInput, columns: readonly Column[], notices: readonly Notice[]): Frame {
  const fields = columns.map((column): FrameField => {
    const values = input.rows.map((row) => cellOf(row[column.name], column));
    return {
      name: column.name,
      type: column.type,
      config: column.role === 'link' ? hiddenConfig(column) : fieldConfig(column),
      values,
    };
  });
  // A time that is null is no time: such rows (whole-range rows of a bucketed metric) lose the column, not the row.
  const usable = fields.filter((field) => field.type !== 'time' || !field.values.includes(null));
  return frameOf(input, { type: 'table', fields: usable, notices, isFirst: true });
}

function emptyFrame(input: FrameInput, columns: readonly Column[], notices: readonly Notice[]): Frame {
  const type = frameType(input.format);
  const { value, time } = seriesColumns(input.metric, columns);
  const chosen =
    input.format === 'table'
      ? columns
      : [...(input.format === 'timeseries' && time !== undefined ? [time] : []), value];
  const fields = chosen.map((column): FrameField => ({
    name: column.name,
    type: column.type,
    config: fieldConfig(column),
    values: [],
  }));
  return frameOf(input, { type, fields, notices, isFirst: true });
}

interface SeriesColumns {
  readonly time: Column | undefined;
  readonly value: Column;
  readonly lower: Column | undefined;
  readonly upper: Column | undefined;
  readonly labels: readonly Column[];
}

/** The first value column is the number that series and alerts show; the others belong to tables. */
function seriesColumns(metric: Metric, columns: readonly Column[]): SeriesColumns {
  const value = columns.find((column) => column.role === 'value') ?? columns.find((column) => column.role === 'count');
  if (value === undefined) {
    throw new BackendError({
      code: 'bad_value',
      status: 400,
      message: `${metric.id} has no number to draw as a series: choose format "table".`,
    });
  }
  return {
    time: columns.find((column) => column.role === 'time'),
    value,
    lower: columns.find((column) => column.role === 'lower'),
    upper: columns.find((column) => column.role === 'upper'),
    labels: columns.filter((column) => column.role === 'label'),
  };
}

interface Series {
  readonly labels: Record<string, string>;
  readonly rows: Row[];
}

function seriesFrames(input: FrameInput, columns: readonly Column[], notices: readonly Notice[]): Frame[] {
  const chosen = seriesColumns(input.metric, columns);
  const isTimeSeries = input.format === 'timeseries';
  const rows =
    isTimeSeries && chosen.time !== undefined
      ? input.rows.filter((row) => row[chosen.time?.name ?? ''] instanceof Date)
      : input.rows;
  const usable = input.isAlert ? rows.filter((row) => row['status'] !== 'partial') : rows;
  const all = groupByLabels(usable, chosen.labels);
  if (input.isAlert && all.length > MAX_SERIES) {
    throw new BackendError({
      code: 'too_many_series',
      status: 400,
      message: `${input.metric.id}: ${all.length} groups are too many for an alert rule (at most ${MAX_SERIES}): group by fewer dimensions or filter.`,
    });
  }
  if (isTimeSeries && chosen.time === undefined) {
    throw new BackendError({
      code: 'bad_value',
      status: 400,
      message: `${input.metric.id} has no time column here: choose format "numeric" or "table".`,
    });
  }
  const shown = all.slice(0, MAX_SERIES);
  const texts: Notice[] = all.length > MAX_SERIES
    ? [...notices, { severity: 'warning', text: `Showing ${MAX_SERIES} of ${all.length} series: group by fewer dimensions or filter.` }]
    : [...notices]; // prettier-ignore
  const frames = shown.flatMap((series) =>
    isTimeSeries ? timeFrames(input, chosen, series) : [numberFrame(input, chosen, series)]
  );
  if (frames.length === 0) {
    return input.isAlert ? [] : [emptyFrame(input, columns, texts)];
  }
  return frames.map((fields, index) =>
    frameOf(input, { type: frameType(input.format), fields, notices: index === 0 ? texts : [], isFirst: index === 0 })
  );
}

function groupByLabels(rows: readonly Row[], labels: readonly Column[]): Series[] {
  const groups = new Map<string, Series>();
  for (const row of rows) {
    let key = '';
    for (const column of labels) {
      key += `${String(row[column.name])}\u0000`;
    }
    let series = groups.get(key);
    if (series === undefined) {
      const given = labels.flatMap((column): Array<[string, string]> => {
        const cell = row[column.name];
        return cell === null || cell === undefined ? [] : [[column.name, textOf(cell)]];
      });
      series = { labels: Object.fromEntries(given), rows: [] };
      groups.set(key, series);
    }
    series.rows.push(row);
  }
  return [...groups.values()];
}

/** Value, and where the metric gives an interval and `ci` is on, a band below and above it (never for alerts). */
function timeFrames(input: FrameInput, columns: SeriesColumns, series: Series): FrameField[][] {
  const timeName = columns.time?.name ?? '';
  const rows = inTimeOrder(series.rows, timeName);
  const times = rows.map((row) => (row[timeName] as Date).getTime());
  const time: FrameField = {
    name: timeName,
    type: 'time',
    config: columns.time === undefined ? {} : fieldConfig(columns.time),
    values: times,
  };
  const field = (column: Column, config: FieldConfig): FrameField[] => [
    time,
    {
      name: column.name,
      type: 'number',
      labels: series.labels,
      config,
      values: rows.map((row) => numberOf(row, column, input.isAlert)),
    },
  ];
  const name = displayName(series, columns.value);
  const main = field(columns.value, { ...fieldConfig(columns.value), displayNameFromDS: name });
  const { lower, upper } = columns;
  if (
    input.isAlert ||
    input.params['ci'] !== true ||
    lower === undefined ||
    upper === undefined ||
    !hasNumbers(rows, lower)
  ) {
    return [main];
  }
  const bands = bandConfig(name, lower, upper);
  return [main, field(lower, bands.lower), field(upper, bands.upper)];
}

/** One number a group: the only row, or of several buckets the latest whole one. */
function numberFrame(input: FrameInput, columns: SeriesColumns, series: Series): FrameField[] {
  const ordered = columns.time === undefined ? series.rows : inTimeOrder(series.rows, columns.time.name);
  const row = ordered.findLast((candidate) => candidate['status'] !== 'partial') ?? ordered[ordered.length - 1];
  const config = { ...fieldConfig(columns.value), displayNameFromDS: displayName(series, columns.value) };
  const value = row === undefined ? null : numberOf(row, columns.value, input.isAlert);
  return [{ name: columns.value.name, type: 'number', labels: series.labels, config, values: [value] }];
}

function inTimeOrder(rows: readonly Row[], timeName: string): readonly Row[] {
  const at = (row: Row) => (row[timeName] instanceof Date ? row[timeName].getTime() : Number.NEGATIVE_INFINITY);
  const isOrdered = rows.every((row, index) => index === 0 || at(rows[index - 1] as Row) <= at(row));
  return isOrdered ? rows : [...rows].sort((a, b) => at(a) - at(b));
}

function hasNumbers(rows: readonly Row[], column: Column): boolean {
  return rows.some((row) => typeof row[column.name] === 'number');
}

function numberOf(row: Row, column: Column, isAlert: boolean): number | null {
  const status = row['status'];
  if (isAlert && status !== undefined && status !== null && status !== 'ok') {
    return null;
  }
  const cell = cellOf(row[column.name], column);
  return typeof cell === 'number' ? cell : null;
}

function displayName(series: Series, value: Column): string {
  const values = Object.values(series.labels);
  return values.length === 0 ? value.label : values.join(', ');
}

/** A cell in the column's type; NaN and infinities never leave the backend. */
function cellOf(cell: Cell | undefined, column: Column): number | string | null {
  if (cell === null || cell === undefined) {
    return null;
  }
  if (column.type === 'string') {
    return textOf(cell);
  }
  const number = cell instanceof Date ? cell.getTime() : Number(cell);
  return Number.isFinite(number) ? number : null;
}

function textOf(cell: Exclude<Cell, null>): string {
  return cell instanceof Date ? cell.toISOString() : String(cell);
}

function frameType(format: Format): FrameMeta['type'] {
  return format === 'table' ? 'table' : format === 'numeric' ? 'numeric-multi' : 'timeseries-multi';
}

interface FrameParts {
  readonly type: FrameMeta['type'];
  readonly fields: readonly FrameField[];
  readonly notices: readonly Notice[];
  readonly isFirst: boolean;
}

function frameOf(input: FrameInput, parts: FrameParts): Frame {
  return {
    name: input.metric.id,
    refId: input.refId,
    fields: parts.fields,
    meta: {
      type: parts.type,
      typeVersion: [0, 1],
      preferredVisualisationType: input.format === 'timeseries' ? 'graph' : 'table',
      ...(parts.notices.length > 0 ? { notices: parts.notices } : {}),
      ...(parts.isFirst ? { executedQueryString: input.sql } : {}),
    },
  };
}
