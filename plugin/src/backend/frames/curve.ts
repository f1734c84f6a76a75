/** Series over a step instead of time (an age): one frame with the steps and, for each series, its value and the two ends of its band. */
import type { Column, Row } from '../../metrics/define.ts';
import { shownCell } from './cells.ts';
import { bandConfig, fieldConfig, type FieldConfig, type SeriesLook } from './field-config.ts';
import type { FrameField, FrameInput } from './frame-types.ts';
import { lookOf } from './words.ts';

/** Columns of a curve. */
export interface CurveColumns {
  readonly axis: Column;
  readonly value: Column;
  readonly lower: Column | undefined;
  readonly upper: Column | undefined;
}

/** One line: who it is about, its rows and how it looks. */
export interface CurveLine {
  readonly labels: Readonly<Record<string, string>>;
  readonly rows: readonly Row[];
  readonly look: SeriesLook;
}

const numberIn = (row: Row | undefined, column: Column): number | null => {
  const cell = row === undefined ? null : shownCell(row[column.name], column);
  return typeof cell === 'number' ? cell : null;
};

/** A line without a number says why where its name stands. */
export function named({ rows, look }: Pick<CurveLine, 'rows' | 'look'>, value: Column): SeriesLook {
  const status = rows.map((row) => row['status']).find((one) => one !== 'ok' && typeof one === 'string');
  const isDrawn = rows.some((row) => numberIn(row, value) !== null);
  return isDrawn || typeof status !== 'string'
    ? look
    : { ...look, name: `${look.name} (${lookOf('status', status).text ?? status})` };
}

/** What a trend or an XY chart draws as it is. */
export function curveFields(
  { params }: Pick<FrameInput, 'params'>,
  { axis, value, lower, upper }: CurveColumns,
  lines: readonly CurveLine[]
): FrameField[] {
  const steps = [...new Set(lines.flatMap(({ rows }) => rows.flatMap((row) => stepIn(row, axis, value) ?? [])))].sort(
    (one, other) => one - other
  );
  const drawn =
    axis.even === undefined ? lines : lines.filter(({ rows }) => rows.some((row) => numberIn(row, value) !== null));
  if (drawn.length === 0) return [];
  const fields = drawn.flatMap((line): FrameField[] => {
    const at = new Map(line.rows.map((row) => [numberIn(row, axis), row]));
    const field = (column: Column, { decimals: _, ...config }: FieldConfig): FrameField => ({
      name: column.name,
      type: 'number',
      labels: line.labels,
      config,
      values: steps.map((step) => numberIn(at.get(step), column)),
    });
    const { name: own, ...look } = named(line, value);
    const name = axis.even === undefined ? own : `${own}, known at ${pointsOf(line, value)}`;
    const ofLine =
      axis.even === undefined
        ? {}
        : { ...WHOLE, custom: { show: 'points+lines', pointSize: { fixed: 8 }, axisLabel: value.label } };
    const main = field(value, { ...fieldConfig(value), ...look, ...ofLine, displayNameFromDS: name });
    if (params['ci'] !== true || lower === undefined || upper === undefined) {
      return [main];
    }
    const band = bandConfig({ name, ...look }, lower, upper);
    return [main, field(lower, band.lower), field(upper, band.upper)];
  });
  const straight = axis.even === undefined ? [] : [evenField(axis, steps)];
  const ends = axis.even === undefined ? {} : { ...BEYOND, decimals: 0, custom: { axisLabel: axis.label } };
  return [
    { name: axis.name, type: 'number', config: { ...fieldConfig(axis), ...ends }, values: steps },
    ...fields,
    ...straight,
  ];
}

/** Points between nothing and all. */
function pointsOf({ rows }: CurveLine, value: Column): string {
  const count = rows.filter((row) => numberIn(row, value) !== null).length - ENDS;
  return count === 1 ? '1 point' : `${count} points`;
}

const ENDS = 2;
const WHOLE = { min: 0, max: 1 } as const;
/** The axis goes a little on: Grafana cuts a mark that stands at its end. */
const BEYOND = { min: 0, max: 1.05 } as const;

/** Where a line has a number. An XY chart draws a place without one at zero: shares have no other places. */
const stepIn = (row: Row, axis: Column, value: Column): number | null =>
  axis.even !== undefined && numberIn(row, value) === null ? null : numberIn(row, axis);

/** What the lines would be if all had the same: thin and dashed. */
const evenField = (axis: Column, steps: readonly number[]): FrameField => ({
  name: 'even',
  type: 'number',
  config: {
    ...(axis.unit === undefined ? {} : { unit: axis.unit }),
    ...WHOLE,
    decimals: 0,
    displayNameFromDS: axis.even ?? '',
    color: { mode: 'fixed', fixedColor: '#8e8e8e' },
    custom: { show: 'lines', lineWidth: 1, lineStyle: { fill: 'dash', dash: [6, 6] } },
  },
  values: steps,
});
