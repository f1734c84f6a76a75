/** Rows → one series per set of labels. The first value column is the number that series and alerts show; the others belong to tables. */
import type { Column, ColumnChoice, Metric, Row } from '../../metrics/define.ts';
import { unitsOf } from '../../metrics/parts/columns.ts';
import { toldIn } from '../../metrics/parts/told-in.ts';
import { cellOf, shownCell, textOf } from './cells.ts';
import { curveFields, named } from './curve.ts';
import { BackendError } from '../errors.ts';
import { bandConfig, fieldConfig, type FieldConfig, type SeriesLook } from './field-config.ts';
import type { FrameField, FrameInput } from './frame-types.ts';
import { endsOf, measureName, namesOf } from './series-names.ts';
import type { Steps } from './steps.ts';
import { lookOf, looksAgainst, reasonOf, referenceOf } from './words.ts';

/** Columns by the part they play in a series. */
export interface SeriesColumns {
  readonly time: Column | undefined;
  /** What its rows are told apart by where there is no time. */
  readonly axis: Column | undefined;
  readonly value: Column;
  readonly lower: Column | undefined;
  readonly upper: Column | undefined;
  readonly labels: readonly Column[];
}

interface Series {
  readonly labels: Record<string, string>;
  readonly rows: Row[];
}

interface Shown {
  readonly series: Series;
  readonly look: SeriesLook;
}

const ROWS_PER_STEP = 20_000;

/** @throws BackendError `bad_value` when the metric has no number in these columns. */
export function seriesColumns(metric: Metric, columns: readonly Column[], choice?: ColumnChoice): SeriesColumns {
  const count = unitsOf(columns.filter(({ isAxis }) => isAxis !== true));
  const ofRow = columns.find(({ role, isAxis }) => role === 'value' && isAxis !== true);
  const value = choice === 'count' ? count : (ofRow ?? columns.find(({ role }) => role === 'count'));
  if (value === undefined) {
    throw refused(metric, 'has no number to draw as a series: choose format "table"');
  }
  return {
    time: columns.find(({ role }) => role === 'time'),
    axis: columns.find(({ isAxis }) => isAxis === true),
    value,
    lower: columns.find(({ role }) => role === 'lower'),
    upper: columns.find(({ role }) => role === 'upper'),
    labels: columns.filter(({ role }) => role === 'label'),
  };
}

/** Fields of each frame (`timeseries` or `numeric`) of the first `limit` series, and how many series there are. */
export function* seriesFields(
  input: FrameInput,
  columns: readonly Column[],
  limit: number
): Steps<{ frames: FrameField[][]; seriesCount: number; isCurve: boolean }> {
  const chosen = seriesColumns(input.metric, columns, input.columns);
  const isTimeSeries = input.format === 'timeseries';
  const { time, axis } = chosen;
  // An alert rule needs time, or one number.
  const isCurve = isTimeSeries && time === undefined && axis !== undefined && !input.isAlert;
  if (isTimeSeries && time === undefined && !isCurve) {
    throw refused(input.metric, 'has no time here: choose a bucket, or format "numeric" or "table"');
  }
  // What a bucket cut by the range or the end of the data holds is not what it will hold: no point of a line.
  const isUsable = (row: Row) =>
    !((input.isAlert || isTimeSeries) && row['status'] === 'partial') &&
    !(isTimeSeries && !isCurve && !(row[time?.name ?? ''] instanceof Date));
  const all = yield* groupByLabels(input.rows, chosen.labels, isUsable);
  const told = input.isAlert ? all.filter((series) => isTold(series, input, chosen)) : all;
  const shown = told.slice(0, limit);
  const alone = measureName(input.metric, input.params, chosen.value);
  const names = namesOf(
    shown.map(({ labels }) => labels),
    alone
  );
  const ends = endsOf(input.rows, chosen.value);
  const lookAt = (index: number): SeriesLook => ({ ...names[index], name: names[index]?.name ?? alone, ...ends }); // prettier-ignore
  if (isCurve) {
    const lines = shown.map((series, index) => {
      const look = lookAt(index);
      const [row] = axis.even === undefined ? [] : series.rows;
      return {
        ...series,
        look: row === undefined ? look : { ...look, name: `${look.name}${judgementOf(row, input)}` },
      };
    });
    return { frames: [curveFields(input, { ...chosen, axis }, lines)], seriesCount: told.length, isCurve };
  }
  const longest = isTimeSeries && chosen.value.unit === 'm' ? longestOf(input.rows, chosen.value) : 0;
  const frames: FrameField[][] = [];
  for (const [index, series] of shown.entries()) {
    const look = lookAt(index);
    frames.push(
      ...(isTimeSeries
        ? timeFrames(input, { ...chosen, longest }, { series, look })
        : [numberFrame(input, chosen, { series, look })])
    );
    yield;
  }
  return { frames, seriesCount: told.length, isCurve };
}

function* groupByLabels(
  rows: readonly Row[],
  labels: readonly Column[],
  isUsable: (row: Row) => boolean
): Steps<Series[]> {
  const groups = new Map<string, Series>();
  let series: Series | undefined;
  let first: Row | undefined;
  for (const [index, row] of rows.entries()) {
    if (index % ROWS_PER_STEP === 0) {
      yield;
    }
    if (!isUsable(row)) {
      continue;
    }
    // Rows of a series mostly follow one another: comparing is cheaper than looking up.
    if (series === undefined || first === undefined || !haveSameLabels(row, first, labels)) {
      series = seriesOf(groups, row, labels);
      first = row;
    }
    series.rows.push(row);
  }
  return [...groups.values()];
}

function haveSameLabels(row: Row, other: Row, labels: readonly Column[]): boolean {
  for (const { name } of labels) {
    if (row[name] !== other[name]) {
      return false;
    }
  }
  return true;
}

function seriesOf(groups: Map<string, Series>, row: Row, labels: readonly Column[]): Series {
  let key = '';
  for (const column of labels) {
    key += `${String(row[column.name])}\u0000`;
  }
  const known = groups.get(key);
  if (known !== undefined) {
    return known;
  }
  const series = { labels: labelsOf(row, labels), rows: [] };
  groups.set(key, series);
  return series;
}

function labelsOf(row: Row, labels: readonly Column[]): Record<string, string> {
  const given = labels.flatMap((column): Array<[string, string]> => {
    const cell = row[column.name];
    return cell === null || cell === undefined ? [] : [[column.name, textOf(cell)]];
  });
  return Object.fromEntries(given);
}

/** Value, and where the metric gives an interval and `ci` is on, a band below and above it (never for alerts). */
function timeFrames(
  input: FrameInput,
  columns: SeriesColumns & { readonly longest: number },
  { series, look: own }: Shown
): FrameField[][] {
  const { time: timeColumn, value, lower, upper } = columns;
  const look = input.isAlert ? own : named({ rows: series.rows, look: own }, value);
  const timeName = timeColumn?.name ?? '';
  const rows = upTo(input.zoomTo, inTimeOrder(series.rows, timeName), timeName);
  const time: FrameField = {
    name: timeName,
    type: 'time',
    config: timeColumn === undefined ? {} : fieldConfig(timeColumn),
    values: rows.map((row) => (row[timeName] as Date).getTime()),
  };
  const frame = (column: Column, config: FieldConfig): FrameField[] => {
    const values = rows.map((row) => numberOf(row, column, input.isAlert));
    const drawn = input.isAlert ? { config, values } : onAxis(config, values, columns.longest);
    return [time, { name: column.name, type: 'number', labels: series.labels, ...drawn }];
  };
  const main = frame(value, { ...fieldConfig(value), ...configOf(look), ...whyNoValue(series.rows, input) });
  const hasBand =
    !input.isAlert && input.params['ci'] === true && rows.some((row) => typeof row[lower?.name ?? ''] === 'number');
  if (!hasBand || lower === undefined || upper === undefined) {
    return [main];
  }
  const bands = bandConfig(look, lower, upper);
  return [main, frame(lower, bands.lower), frame(upper, bands.upper)];
}

/** With a last row that has a time alone. */
function upTo(end: Date | undefined, rows: readonly Row[], timeName: string): readonly Row[] {
  const last = rows.at(-1)?.[timeName];
  return end !== undefined && last instanceof Date && last < end ? [...rows, { [timeName]: end }] : rows;
}

/** Whether a rule has a number to compare: to Grafana a group that only holds null is one that may fire, a missing one is none. */
function isTold({ rows }: Series, { format, isAlert }: FrameInput, { time, value }: SeriesColumns): boolean {
  const asked = format === 'timeseries' ? rows : [shownRow(rows, time)];
  return asked.some((row) => row !== undefined && numberOf(row, value, isAlert) !== null);
}

/** The only row, or of several buckets the latest whole one. */
function shownRow(rows: readonly Row[], time: Column | undefined): Row | undefined {
  const ordered = time === undefined ? rows : inTimeOrder(rows, time.name);
  return ordered.findLast((candidate) => candidate['status'] !== 'partial') ?? ordered.at(-1);
}

/** One number a group. */
function numberFrame(input: FrameInput, columns: SeriesColumns, { series, look }: Shown): FrameField[] {
  const row = shownRow(series.rows, columns.time);
  const judged = input.isAlert || row === undefined ? '' : judgementOf(row, input);
  const why = whyNoValue(row === undefined ? [] : [row], input);
  // What is hidden says so in the place of its number.
  const isSaid = input.isAlert || row === undefined || judged !== '' || why.noValue !== undefined;
  const shown = isSaid ? { ...look, name: `${look.name}${judged}` } : named({ rows: [row], look }, columns.value);
  const config = { ...fieldConfig(columns.value), ...configOf(shown), ...why };
  const value = row === undefined ? null : numberOf(row, columns.value, input.isAlert);
  return [{ name: columns.value.name, type: 'number', labels: series.labels, config, values: [value] }];
}

/** What stands in the place of a number where all of a series is hidden: why; beside others one word, as a sentence would take their bars and be cut. */
function whyNoValue(series: readonly Row[], { whyHidden, isAlert, rows }: FrameInput): Pick<FieldConfig, 'noValue'> {
  const isHidden = !isAlert && series.length > 0 && series.every(({ status }) => status === 'suppressed_k');
  const word = lookOf('status', 'suppressed_k').text ?? 'hidden';
  return isHidden ? { noValue: rows.length > 1 ? word : (reasonOf('suppressed_k', whyHidden) ?? word) } : {};
}

function inTimeOrder(rows: readonly Row[], timeName: string): readonly Row[] {
  const at = (row: Row) => {
    const time = row[timeName];
    return time instanceof Date ? time.getTime() : Number.NEGATIVE_INFINITY;
  };
  let last = Number.NEGATIVE_INFINITY;
  for (const row of rows) {
    const time = at(row);
    if (time < last) {
      return [...rows].sort((a, b) => at(a) - at(b));
    }
    last = time;
  }
  return rows;
}

function numberOf(row: Row, column: Column, isAlert: boolean): number | null {
  const status = row['status'];
  if (isAlert && status !== undefined && status !== null && status !== 'ok') {
    return null;
  }
  // A rule compares with a number that it holds: shares stay of 0..1 there.
  const cell = (isAlert ? cellOf : shownCell)(row[column.name], column);
  return typeof cell === 'number' ? cell : null;
}

/** A time is drawn in the unit of the longest. An axis chooses its own digits. */
function onAxis(
  { decimals: _, ...config }: FieldConfig,
  values: ReadonlyArray<number | null>,
  longest: number
): Pick<FrameField, 'config' | 'values'> {
  const told = toldIn(longest);
  return config.unit === 'm'
    ? {
        config: {
          ...config,
          unit: told.unit,
          description: `${config.description ?? ''} Drawn in ${told.name}.`.trim(),
        },
        values: values.map((value) => (value === null ? null : value / told.minutes)),
      }
    : { config, values };
}

/** Longest time of an answer as panels show it. */
const longestOf = (rows: readonly Row[], column: Column): number =>
  rows.reduce((most, row) => Math.max(most, Math.abs(Number(shownCell(row[column.name], column) ?? 0))), 0);

/** No number of a comparison stands without its verdict and how many are behind it. */
function judgementOf(row: Row, { metric, rows }: FrameInput): string {
  if (!rows.some((one) => typeof one['verdict'] === 'string')) return '';
  const [verdict, reference] = [row['verdict'], referenceOf(rows)];
  const looks = looksAgainst({ name: 'verdict', type: 'string' }, reference ?? 'reference') ?? {};
  const said = typeof verdict === 'string' ? [looks[verdict]?.text ?? verdict] : [];
  const counted = unitsOf(metric.columns.filter(({ counts }) => counts === 'row'));
  const n = row[counted?.name ?? ''];
  const behind = typeof n === 'number' ? [`n = ${n.toLocaleString('en')}`] : [];
  const all = [...said, ...behind];
  return all.length === 0 ? '' : ` (${all.join(', ')})`;
}

const configOf = ({ name, ...look }: SeriesLook): FieldConfig => ({ ...look, displayNameFromDS: name });

function refused(metric: Metric, what: string): BackendError {
  return new BackendError({ code: 'bad_value', status: 400, message: `${metric.id} ${what}.` });
}
