/** Numbers, code sources, statuses and verdicts as people say them. */
import { lookOf } from '../../plugin/src/backend/frames/words.ts';
import type { Row } from '../../plugin/src/metrics/define.ts';
import { numberOf, textOf } from './section.ts';

const UNITS: ReadonlyArray<readonly [least: number, minutes: number, name: string]> = [
  [2 * 1440, 1440, 'd'],
  [120, 60, 'h'],
  [0, 1, 'min'],
];

const oneDecimal = (value: number): string => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(1));

/** 475 → `7.9 h`. */
export function minutes(value: number | null): string {
  if (value === null) {
    return '–';
  }
  const [, size, name] = UNITS.find(([least]) => Math.abs(value) >= least) ?? [0, 1, 'min'];
  return `${oneDecimal(value / size)} ${name}`;
}

export const percent = (value: number | null): string => (value === null ? '–' : `${(100 * value).toFixed(1)} %`);
export const count = (value: number | null): string => (value === null ? '–' : value.toLocaleString('en'));
/** 1 change, 2 changes. */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

/** Signed, as a difference is said. */
export const signed = (value: number, text: (value: number) => string): string =>
  `${value < 0 ? '−' : '+'}${text(Math.abs(value))}`;
/** 0.058 → `+5.8`: percentage points. */
export const points = (value: number): string => signed(value, (size) => (100 * size).toFixed(1));

/** `[7.9, 10.5] h`: both ends in the words of the value, the unit once where they share it; '' = there is no interval. */
export function interval(row: Row | undefined, text: (value: number) => string): string {
  const [lo, hi] = [numberOf(row, 'lo'), numberOf(row, 'hi')];
  if (lo === null || hi === null) {
    return '';
  }
  const [[low, unit = ''], [high, same = '']] = [text(lo).split(' '), text(hi).split(' ')] as [string[], string[]];
  return unit === same ? `[${low ?? ''}, ${high ?? ''}]${unit === '' ? '' : ` ${unit}`}` : `[${text(lo)}, ${text(hi)}]`;
}

/** `12.6 % [9.4, 16.7]`: a value with its interval; a unit that all share stands once, behind the value. */
export function estimate(row: Row | undefined, text: (value: number) => string): string {
  const value = numberOf(row, 'value');
  const said = value === null ? '–' : text(value);
  const [ends, unit] = [interval(row, text), said.split(' ')[1] ?? ''];
  const bare = unit !== '' && ends.endsWith(`] ${unit}`) ? ends.slice(0, -unit.length - 1) : ends;
  return bare === '' ? said : `${said} ${bare}`;
}

/** Whether a share says anything: one whose interval goes from nothing to all does not. */
export const isTold = (row: Row | undefined): boolean =>
  numberOf(row, 'value') !== null && !((numberOf(row, 'lo') ?? 1) <= 0 && (numberOf(row, 'hi') ?? 0) >= 1);
/** A share as a cell; where it has none, or one that says nothing, why. */
export const share = (row: Row | undefined): string =>
  numberOf(row, 'value') === null ? status(row) : isTold(row) ? percent(numberOf(row, 'value')) : 'too few to tell';

/** Code source as a label, in the words of the boards; unknown as what others are compared with. */
export const source = (id: string): string => lookOf('reference', id).text ?? id;

/** Code source as what is said of lines and changes. */
export const marked = (id: string): string => (isAi(id) ? `marked ${source(id)}` : source(id));

/** In the order in which they are read: what is compared first, what it is compared with last. */
const ORDER: readonly string[] = ['ai', 'ai_heavy', 'ai_assisted', 'human', 'unknown'];
export const bySource = (rows: readonly Row[]): Row[] =>
  ORDER.flatMap((id) => rows.filter((row) => row['code_source'] === id));
export const isAi = (id: string): boolean => id === 'ai' || id === 'ai_heavy' || id === 'ai_assisted';
/** All of them are hidden, for the same reason. */
export const HIDDEN =
  'The groups that would be compared are hidden: fewer than five people, or one person with most of the work, are behind them.';

const STATUSES: Readonly<Record<string, string>> = {
  ok: '',
  partial: 'part of the range',
  low_n: 'too few',
  suppressed_k: 'hidden: few people',
  immature: 'too young',
  stale: 'no recent data',
  no_baseline: 'nothing to compare',
  no_telemetry: 'not reported',
  not_asked: 'not asked',
  no_start: 'start unknown',
  no_deployment: 'no deployment',
  undefined: 'nothing there',
  bad_config: 'faulty configuration',
};
/** Why a row has no number; '' = it has one. */
export const status = (row: Row | undefined): string => {
  const id = textOf(row, 'status');
  return STATUSES[id] ?? id;
};

const JUDGEMENTS: Readonly<Record<string, string>> = {
  no_clear_change: 'no clear difference',
  no_clear_difference: 'no clear difference',
  too_early: 'too early to say',
  insufficient_data: 'not enough for a verdict',
  not_judged: 'not judged: its source is unknown',
};
/** A verdict in the words of what is compared, e.g. better = 'lasts longer'. */
export const verdict = (row: Row | undefined, [better, worse]: readonly [string, string]): string => {
  const id = textOf(row, 'verdict');
  return ['improved', 'better'].includes(id)
    ? better
    : ['regressed', 'worse'].includes(id)
      ? worse
      : (JUDGEMENTS[id] ?? id);
};

/** In which direction a comparison with code that nothing says anything about is wrong; a difference is spoken of only where one is judged. */
export const unmarkedBias = (compared: readonly Row[]): string =>
  compared.some((row) => ['better', 'worse'].includes(textOf(row, 'verdict')))
    ? 'Unmarked code may contain AI that nobody marked, so a real difference is at least as large as the one shown.'
    : 'Unmarked code may contain AI that nobody marked, which would hide part of a difference.';
