import type { Column } from '../../metrics/define.ts';
import { POINTS, SHORT_DAYS, shownUnit } from './cells.ts';
import { holdsIds, isState, lookOf, looksAgainst, looksOf, reasonOf, REASONS, type Look, type Looks } from './words.ts';

/** Grafana's field config, as far as a column decides it. */
export interface FieldConfig {
  readonly displayNameFromDS?: string;
  readonly description?: string;
  readonly unit?: string;
  readonly decimals?: number;
  readonly min?: number;
  readonly max?: number;
  readonly noValue?: string;
  readonly color?: { readonly mode: 'fixed'; readonly fixedColor: string };
  readonly mappings?: ReadonlyArray<
    | { readonly type: 'value'; readonly options: Readonly<Record<string, Look & { readonly index: number }>> }
    | {
        readonly type: 'range';
        readonly options: {
          /** Null = without end. */
          readonly from: number | null;
          readonly to: number | null;
          readonly result: Look & { readonly index: number };
        };
      }
  >;
  readonly thresholds?: {
    readonly mode: 'absolute';
    readonly steps: ReadonlyArray<{ readonly value: number | null; readonly color: string }>;
  };
  readonly links?: ReadonlyArray<{ readonly title: string; readonly url: string; readonly targetBlank: boolean }>;
  readonly custom?: Readonly<Record<string, unknown>>;
}

const NEVER_NULL = 'never null';

const isProbability = ({ name }: Pick<Column, 'name'>): boolean => ['p', 'p_holm', 'p_permutation'].includes(name);

/** Digits that say something: none of counts, three of a probability, one of times and shares; of days as many as a short one needs. */
function decimalsOf({ name, role, type, unit }: Column): number | undefined {
  if (type !== 'number') return undefined;
  if (role === 'count') return 0;
  if (isProbability({ name })) return 3;
  return unit !== undefined && ['s', 'm', 'h', 'percentunit', POINTS, SHORT_DAYS].includes(unit) ? 1 : undefined;
}

/** A probability is never shown as none. */
const TINY_P = 0.0005;
const tiny: FieldConfig['mappings'] = [
  { type: 'range', options: { from: 0, to: TINY_P, result: { text: '< 0.001', index: 0 } } },
];

/** A share beyond these is of next to nothing: how far beyond says nothing, and its digits are cut in a column. */
const BEYOND = 10;
const absurd: NonNullable<FieldConfig['mappings']> = [
  { type: 'range', options: { from: BEYOND, to: null, result: { text: '>999%', index: 0 } } },
  { type: 'range', options: { from: null, to: -BEYOND, result: { text: '<-999%', index: 1 } } },
];

/** A time below a minute is no number of minutes: beside another such time its digits would be compared. Nothing stays 0. */
const short: NonNullable<FieldConfig['mappings']> = [
  { type: 'range', options: { from: 1e-6, to: 0.95, result: { text: '< 1 min', index: 0 } } },
];
/** Differences of times, which add up. */
const ADDED_UP: readonly string[] = ['delta', 'within', 'mix'];

/** What the column holds, for lists of words, and the group that rows are compared with. */
interface Answer {
  readonly values?: readonly unknown[];
  readonly reference?: string | undefined;
  /** Why hidden rows are hidden, where it is known better than by their status. */
  readonly whyHidden?: string | undefined;
}

/** Lists of values that a column holds are told in the words of each. */
const MOST_LISTS = 200;

const mappingsOf = (column: Column, { values = [], reference }: Answer): FieldConfig['mappings'] => {
  if (isProbability(column)) return tiny;
  const own = reference === undefined ? looksOf(column) : looksAgainst(column, reference);
  const ids = holdsIds(column) ? idsIn(column, values) : undefined;
  const told = ids === undefined ? own : { ...ids, ...own };
  const looks = holdsHidden(column, values) ? { ...told, suppressed_k: HIDDEN_CELL } : told;
  if (looks === undefined) return undefined;
  const lists = [...new Set(values.filter((value) => typeof value === 'string' && value.includes(', ')))] as string[];
  const inWords = (list: string): Look => ({
    text: list
      .split(', ')
      .map((value) => lookOf(column.name, value).text ?? value)
      .join(', '),
  });
  // A group is told by its word; only states are coloured text.
  const shown = Object.entries(looks).map(([value, look]): [string, Look] => [
    value,
    isState(column.name) ? look : look.text === undefined ? {} : { text: look.text },
  ]);
  const all = [...shown, ...lists.slice(0, MOST_LISTS).map((list): [string, Look] => [list, inWords(list)])];
  return [
    { type: 'value', options: Object.fromEntries(all.map(([value, look], index) => [value, { ...look, index }])) },
  ];
};

/** Words of the ids that a column holds; undefined = it holds none. */
function idsIn({ name }: Column, values: readonly unknown[]): Looks | undefined {
  const ids = [...new Set(values)].filter((value): value is string => typeof value === 'string' && value.includes('_'));
  return ids.length === 0
    ? undefined
    : Object.fromEntries(ids.slice(0, MOST_LISTS).map((value) => [value, lookOf(name, value)]));
}

/** In a cell: Grafana measures a row by its cells' values, so a sentence would be cut or lie over the next row. The notice has the whole reason. */
export const HIDDEN_CELL: Look = { ...lookOf('status', 'suppressed_k'), text: 'hidden: small group' };

/** Whether a column of states has rows that are hidden: it then says why. */
const holdsHidden = ({ name }: Column, values: readonly unknown[]): boolean =>
  name === 'status' && values.includes('suppressed_k');

/** Name, description, unit, digits, words, thresholds, link and the text for null of one column. */
export function fieldConfig(column: Column, answer: Answer = {}): FieldConfig {
  const isNullable = column.nullMeaning !== NEVER_NULL;
  const decimals = decimalsOf(column);
  const mappings = mappingsOf(column, answer);
  const { unit, factor } = column.type === 'number' ? shownUnit(column) : { unit: column.unit, factor: 1 };
  const steps = column.thresholds?.map(({ value, color }) => ({
    value: value === null ? null : value * factor,
    color,
  }));
  return {
    displayNameFromDS: column.label,
    description: isNullable ? `${column.help} Empty: ${column.nullMeaning}.` : column.help,
    ...(unit === undefined ? {} : { unit }),
    ...(decimals === undefined ? {} : { decimals }),
    ...(mappings === undefined ? {} : { mappings }),
    // What a panel says without any row is no text for an empty cell. An empty text would be none to Grafana.
    ...(column.type === 'number' ? (isNullable ? { noValue: '–' } : {}) : { noValue: ' ' }),
    ...(steps === undefined ? {} : { thresholds: { mode: 'absolute', steps } }),
    ...(column.link === undefined ? {} : { links: [{ ...column.link, targetBlank: isExternal(column.link.url) }] }),
  };
}

/** Grafana's own least width (150) pushes the last columns out of sight. */
const MIN_WIDTH = 64;
/** Pixels that the values of a column need; others share what is left. */
const WIDTHS: Readonly<Record<string, number>> = {
  verdict: 146,
  same_size_verdict: 170,
  verdict_why: 200,
  ...Object.fromEntries(['workflow', 'tool'].map((name) => [name, 125])),
  ...Object.fromEntries(['grade', 'n', 'n_dev', 'failed'].map((name) => [name, 78])),
  ...Object.fromEntries(['carriers_80', 'deployments'].map((name) => [name, 90])),
  ...Object.fromEntries(['stage', 'method'].map((name) => [name, 158])),
  ...Object.fromEntries(['code_source', 'reference', 'service'].map((name) => [name, 118])),
  ...Object.fromEntries(
    ['base_mean', 'base_p50', 'cur_mean', 'cur_p50', 'p50', 'p90', 'within', 'mix'].map((name) => [name, 92])
  ),
};

/** Sentences: they go on in the next line, where one would end out of sight. */
const SENTENCES: readonly string[] = ['question', 'why', 'reason', 'step', 'opens', 'title', 'excluded_reason', 'says'];

/** In a table its text goes on in the next line: nothing is cut. */
export const wraps = ({ name }: Pick<Column, 'name'>): boolean => SENTENCES.includes(name);

function cellOptionsOf({ name }: Column): object {
  if (isState(name)) return { cellOptions: { type: 'color-text' } };
  return wraps({ name }) ? { wrapText: true } : {};
}

/**
 * The same in a table: states in their colour, columns as wide as their values need. Its role, and what a status means for a row, are for
 * panels that draw rows (the interval panel).
 */
export function cellConfig(column: Column, answer: Answer = {}): FieldConfig {
  const custom = {
    minWidth: MIN_WIDTH,
    role: column.role,
    ...(column.name === 'status' ? { reasons: reasonsIn(answer) } : {}),
    ...cellOptionsOf(column),
    ...(Object.hasOwn(WIDTHS, column.name) ? { width: WIDTHS[column.name] } : {}),
  };
  return { ...fieldConfig(column, answer), ...rangesOf(column), custom };
}

/** Words in place of numbers whose digits say nothing. */
function rangesOf(column: Column): Pick<FieldConfig, 'mappings'> | undefined {
  if (column.type !== 'number') return undefined;
  if (column.unit === 'percentunit') return { mappings: absurd };
  return shownUnit(column).unit === 'm' && !ADDED_UP.includes(column.name) ? { mappings: short } : undefined;
}

/** Reasons of the states that a column holds. */
const reasonsIn = ({ values = [], whyHidden }: Answer): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.keys(REASONS)
      .filter((status) => values.includes(status))
      .map((status) => [status, reasonOf(status, whyHidden) ?? ''])
  );

/** People are counted in steps (gate/people-steps.ts): a number is the lower end of its step, and looks like one. Nobody is nobody. */
export const AT_LEAST: FieldConfig = {
  unit: 'prefix:≥ ',
  mappings: [{ type: 'value', options: { 0: { text: '0', index: 0 } } }],
};

/** A URL that other columns link to: needed in the frame, not worth a column on the screen. */
export function hiddenConfig(column: Column): FieldConfig {
  return { ...fieldConfig(column), custom: { hidden: true, hideFrom: { viz: true, legend: true, tooltip: true } } };
}

/** Name of a series, its colour where it has one, and where its axis begins and ends. */
export interface SeriesLook extends Pick<FieldConfig, 'color' | 'min' | 'max'> {
  readonly name: string;
}

/** The two edges of an interval in the colour of their line, filled in between and kept out of the legend. */
export function bandConfig(
  { name, ...looks }: SeriesLook,
  lower: Column,
  upper: Column
): { lower: FieldConfig; upper: FieldConfig } {
  const lowerName = `${name}: ${lower.label}`;
  const edge = { lineWidth: 0, showPoints: 'never', hideFrom: { viz: false, legend: true, tooltip: false } };
  return {
    lower: { ...fieldConfig(lower), ...looks, displayNameFromDS: lowerName, custom: edge },
    upper: {
      ...fieldConfig(upper),
      ...looks,
      displayNameFromDS: `${name}: ${upper.label}`,
      custom: { ...edge, fillBelowTo: lowerName, fillOpacity: 10 },
    },
  };
}

/** Links within Grafana stay in the tab; a change or deployment opens beside it. */
function isExternal(url: string): boolean {
  // Only boards of this Grafana take a range.
  return !url.includes('${__url_time_range}') && (!url.startsWith('/') || url.startsWith('//'));
}
