/** What is drawn where: the axis, the line of no difference, and columns that fit the width. */
import { axisOf, type Axis } from './scale.ts';
import type { Fields } from './fields.ts';
import type { IntervalOptions } from './options.ts';
import type { IntervalRow, Shown } from './rows.ts';
import { estimateWords, wordsOf } from './sentence.ts';

/** Pixels of each column; a plot always has some. */
export interface Columns {
  /** Two lines a row: words above, plot below. */
  readonly isNarrow: boolean;
  /** The interval stands in words beside its estimate. */
  readonly isWhole: boolean;
  readonly label: number;
  readonly plot: number;
  readonly estimate: number;
  readonly verdict: number;
  readonly n: number;
  readonly beside: number;
}

const LEAST_PLOT = 180;
/** Pixels of a letter, nearly, and of the room around a cell. */
const [LETTER, ROOM] = [6.8, 14];

/** As wide as the longest text, between two ends. */
const widthOf = (texts: readonly string[], least: number, most: number): number => {
  const longest = texts.reduce((long, { length }) => Math.max(long, length), 0);
  return Math.ceil(Math.min(most, Math.max(least, ROOM + LETTER * longest)));
};

/** The widest set of columns that leaves room for a plot: the tooltip has what gives way. */
export function columnsOf(width: number, { rows, names }: Pick<Shown, 'rows' | 'names'>): Columns {
  const label = widthOf(rows.map((row) => row.label), 72, Math.max(120, width * 0.25)); // prettier-ignore
  const whole = widthOf([names.estimate, ...rows.map(estimateWords)], 64, 260);
  const short = widthOf([names.estimate, ...rows.map((row) => row.estimate.text)], 64, 120);
  const verdict =
    names.verdict === null
      ? 0
      : widthOf(
          [
            names.verdict,
            ...rows.filter(({ value, isJudged }) => value !== null || isJudged).map(wordsOf),
            ...rows.map(({ why }) => why ?? ''),
          ],
          64,
          190
        );
  const n = names.n === null ? 0 : widthOf([names.n, ...rows.map((row) => row.n?.text ?? '')], 44, 110);
  const told = rows.flatMap((row) => row.beside.map(({ text }) => text));
  const beside = widthOf([...names.beside, ...told], 56, 120);
  const wanted = [
    { estimate: whole, beside, isWhole: true },
    { estimate: whole, beside: 0, isWhole: true },
    { estimate: short, beside: 0, isWhole: false },
  ].map((one) => ({
    ...one,
    plot: width - label - one.estimate - verdict - n - one.beside * names.beside.length,
  }));
  const fitting = wanted.find(({ plot }) => plot >= LEAST_PLOT);
  return fitting === undefined
    ? { isNarrow: true, isWhole: false, label: width, plot: width, estimate: 0, verdict: 0, n: 0, beside: 0 }
    : { isNarrow: false, label, verdict, n, ...fitting };
}

/** Ratios of two rates say as much at one half as at two. */
const RATIO = /ratio|odds/i;
const isShare = (unit: string | undefined): boolean =>
  unit === 'percentunit' || unit === 'percent' || unit === 'suffix:points';

export function isLogScale(rows: readonly IntervalRow[], fields: Fields, { scale }: IntervalOptions): boolean {
  const { name, config } = fields.value;
  const isRatio =
    !isShare(config.unit) && (RATIO.test(name) || RATIO.test(config.displayName ?? config.displayNameFromDS ?? ''));
  return scale === 'log' || (scale === 'auto' && isRatio && rows.every(({ value }) => value === null || value > 0));
}

/** Null = no line: nothing is compared. */
export function referenceOf(
  rows: readonly IntervalRow[],
  { reference, referenceValue }: IntervalOptions,
  isLog: boolean
): number | null {
  if (reference !== 'auto') {
    return reference === 'none' ? null : referenceValue;
  }
  const isCompared = rows.some(({ verdict, value, lower }) => verdict !== null || (value ?? 0) < 0 || (lower ?? 0) < 0);
  return isLog ? 1 : isCompared ? 0 : null;
}

export function axisFor(
  rows: readonly IntervalRow[],
  fields: Fields,
  given: { isLog: boolean; width: number; reference: number | null }
): Axis {
  const { unit, min, max } = fields.value.config;
  const numbers = rows.flatMap(({ value, lower, upper }) => [value, lower, upper].filter((one) => one !== null));
  const { reference, ...rest } = given;
  return axisOf([...numbers, ...(reference === null ? [] : [reference])], {
    ...rest,
    unit,
    min: min ?? undefined,
    max: max ?? undefined,
  });
}
