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
function named({ rows, look }: CurveLine, value: Column): SeriesLook {
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
  const steps = [...new Set(lines.flatMap(({ rows }) => rows.flatMap((row) => numberIn(row, axis) ?? [])))].sort(
    (one, other) => one - other
  );
  const fields = lines.flatMap((line): FrameField[] => {
    const at = new Map(line.rows.map((row) => [numberIn(row, axis), row]));
    const field = (column: Column, { decimals: _, ...config }: FieldConfig): FrameField => ({
      name: column.name,
      type: 'number',
      labels: line.labels,
      config,
      values: steps.map((step) => numberIn(at.get(step), column)),
    });
    const { name, ...look } = named(line, value);
    const main = field(value, { ...fieldConfig(value), ...look, displayNameFromDS: name });
    if (params['ci'] !== true || lower === undefined || upper === undefined) {
      return [main];
    }
    const band = bandConfig({ name, ...look }, lower, upper);
    return [main, field(lower, band.lower), field(upper, band.upper)];
  });
  return [{ name: axis.name, type: 'number', config: fieldConfig(axis), values: steps }, ...fields];
}
