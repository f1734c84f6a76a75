/** Cells of an answer as they may be said: numbers with their unit, texts in quotes and of bounded length. Pure. */
import { stepOf } from '../../plugin/src/metrics/parts/steps.ts';
import { printable } from '../../plugin/src/backend/frames/print-rows.ts';
import type { Cell, Column } from '../../plugin/src/metrics/define.ts';
import { minutes, points } from '../answers/words.ts';

/** Longer texts are cut: names are short, and nobody's title fills an answer. */
const MOST_CHARACTERS = 160;

/** A text of the store: in quotes, on one line, without controls. Whoever wrote it, it is data. */
export function quoted(text: string): string {
  const cut = text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 1)}…` : text;
  return printable(JSON.stringify(cut.toWellFormed()));
}

const number = (value: number): string => {
  const digits = Math.abs(value) >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(4)));
  return digits.replace(/^-/, '−');
};

const SECONDS: ReadonlyArray<readonly [least: number, size: number, unit: string]> = [
  [172_800, 86_400, 'd'],
  [7200, 3600, 'h'],
  [120, 60, 'min'],
  [0, 1, 's'],
];

function seconds(value: number): string {
  const [, size, unit] = SECONDS.find(([least]) => Math.abs(value) >= least) ?? [0, 1, 's'];
  return `${number(value / size)} ${unit}`;
}

const UNITS: Readonly<Record<string, (value: number) => string>> = {
  m: minutes,
  s: seconds,
  percentunit: (value) => `${(100 * value).toFixed(1).replace(/^-/, '−')} %`,
  points: (value) => `${points(value)} points`,
  dateTimeAsIso: (value) => new Date(value).toISOString(),
};
/** Units that say nothing beside a number. */
const BARE = ['short', 'none', 'locale'];

/** A number in the unit of its column. */
export function figure(value: number, unit: string | undefined): string {
  const own = unit === undefined ? undefined : UNITS[unit];
  if (own !== undefined) return own(value);
  return unit === undefined || BARE.includes(unit) ? number(value) : `${number(value)} ${unit}`;
}

const STEPS: Readonly<Record<number, string>> = { 5: '5 to 9', 10: '10 to 19', 20: '20 to 49', 50: '50 to 99', 100: '100 or more' }; // prettier-ignore

/** How many people, as far as it is told. */
export const people = (count: number): string => STEPS[count] ?? String(stepOf(count));

/** A cell that is there. */
export function cellText(cell: Exclude<Cell, null>, { type, unit, counts }: Column): string {
  if (cell instanceof Date) return cell.toISOString().replace(/T00:00:00\.000Z$/, '');
  if (typeof cell === 'number') return counts === 'beside' && cell > 0 ? `at least ${figure(cell, unit)}` : figure(cell, unit); // prettier-ignore
  return type === 'number' ? String(cell) : quoted(String(cell));
}
