/** Rows of a metric → Grafana frames. Everything a panel needs (units, names, links, thresholds) comes from the metric's columns. */
import type { Column, Notice } from '../../metrics/define.ts';
import { columnsOf, tableColumns } from '../../metrics/query.ts';
import { peopleColumns } from '../../metrics/people-columns.ts';
import { inShort, shownCell } from './cells.ts';
import { BackendError } from '../errors.ts';
import { AT_LEAST, cellConfig, fieldConfig, hiddenConfig } from './field-config.ts';
import { frameOf, type Frame, type FrameField, type FrameInput } from './frame-types.ts';
import { cutNotices, statusNotices } from './notices.ts';
import { seriesColumns, seriesFields } from './series.ts';
import { finish, type Steps } from './steps.ts';
import { referenceOf } from './words.ts';

/** More series than this help nobody: panels get the first ones with a notice, alert rules an error. */
export const MAX_SERIES = 1000;

const NO_NUMBER: Notice = { severity: 'info', text: 'No group has a number that a rule could judge.' };

/**
 * Builds the frames of one query.
 * @throws BackendError `bad_value` for a table in an alert rule, `too_many_series` for an alert rule beyond MAX_SERIES.
 */
export function buildFrames(input: FrameInput): Frame[] {
  return finish(frameSteps(input));
}

/** The same in steps. */
export function* frameSteps(input: FrameInput): Steps<Frame[]> {
  if (input.isAlert && input.format === 'table') {
    throw new BackendError({
      code: 'bad_value',
      status: 400,
      message: `${input.metric.id}: format "table" cannot be alerted on. Choose format "numeric" (one number per group) or "timeseries" with a reduce expression.`,
    });
  }
  const columns = columnsOf(input.metric, input.params);
  const notices = [
    ...cutNotices(input.rows.length, input.totalRows),
    ...statusNotices(input.rows, columns, input.whyHidden),
    ...input.notices,
  ];
  yield;
  if (input.rows.length === 0) {
    return nothing(input, columns, notices);
  }
  return input.format === 'table'
    ? [yield* tableFrame(input, tableColumns(input.metric, columns, input.columns ?? 'all'), notices)]
    : yield* seriesFrames(input, columns, notices);
}

function* tableFrame(input: FrameInput, columns: readonly Column[], notices: readonly Notice[]): Steps<Frame> {
  const fields: FrameField[] = [];
  const reference = referenceOf(input.rows);
  const { whyHidden } = input;
  const stepped = new Set(peopleColumns(input.metric, input.params));
  for (const given of columns) {
    const cells = input.rows.map((row) => row[given.name]);
    const column = inShort(given, cells);
    const values = cells.map((cell) => shownCell(cell, column));
    const config =
      column.role === 'link'
        ? hiddenConfig(column)
        : { ...cellConfig(column, { values, reference, whyHidden }), ...(stepped.has(column.name) ? AT_LEAST : {}) };
    // A time that is null is no time: rows over the whole range lose the column, not the row.
    if (column.type !== 'time' || !values.includes(null)) {
      fields.push({ name: column.name, type: column.type, config, values });
    }
    yield;
  }
  return frameOf(input, fields, notices);
}

function* seriesFrames(input: FrameInput, columns: readonly Column[], notices: readonly Notice[]): Steps<Frame[]> {
  const found = yield* seriesFields(input, columns, MAX_SERIES);
  const { metric, isAlert } = input;
  const isCut = found.seriesCount > MAX_SERIES;
  if (isCut && isAlert) {
    throw new BackendError({
      code: 'too_many_series',
      status: 400,
      message: `${metric.id}: ${found.seriesCount} groups are too many for an alert rule (at most ${MAX_SERIES}): group by fewer dimensions or filter.`,
    });
  }
  const cut: Notice[] = isCut
    ? [
        {
          severity: 'warning',
          text: `Showing ${MAX_SERIES} of ${found.seriesCount} series: group by fewer dimensions or filter.`,
        },
      ]
    : [];
  if (found.frames.length === 0) {
    return nothing(input, columns, notices);
  }
  // Without time it is a table, whatever draws it.
  const shape = found.isCurve ? { ...input, format: 'table' as const } : input;
  return found.frames.map((fields, index) => frameOf(shape, fields, index === 0 ? [...notices, ...cut] : null));
}

/**
 * No rows: a panel gets its fields and the reason. An alert gets a frame without a field, which is NoData and never a silent all-clear, and whose
 * notices a preview of the rule shows.
 */
function nothing(input: FrameInput, columns: readonly Column[], notices: readonly Notice[]): Frame[] {
  if (input.isAlert) {
    const isUntold = input.rows.length > 0 && notices.length === 0;
    return [frameOf(input, [], isUntold ? [NO_NUMBER] : notices)];
  }
  const { time, axis, value } = input.format === 'table' ? {} : seriesColumns(input.metric, columns);
  const shown =
    input.format === 'table'
      ? tableColumns(input.metric, columns, input.columns ?? 'all')
      : [...(input.format === 'timeseries' ? [time ?? axis] : []), value];
  const fields = shown.flatMap((column): FrameField[] =>
    column === undefined ? [] : [{ name: column.name, type: column.type, config: fieldConfig(column), values: [] }]
  );
  return [frameOf(input, fields, notices)];
}
