/** The kinds of columns that durability has. */
import type { Column } from '../define.ts';
import * as kinds from '../parts/columns.ts';

/** A dimension of the changes. */
export const label = (name: string, title: string, help: string): Column =>
  kinds.label(name, [title, help], { nullMeaning: 'never null; "unknown" is a value of its own' });

/** `value`, `lo` and `hi` in one unit, present under a condition. */
export const estimate = (unit: string, when: Record<string, readonly string[]>, help: string): Column[] => [
  {
    name: 'value',
    role: 'value',
    type: 'number',
    unit,
    label: 'Value',
    help,
    nullMeaning: 'not enough to say; status tells why',
    when,
  },
  {
    name: 'lo',
    role: 'lower',
    type: 'number',
    unit,
    label: 'Low',
    help: 'Lower end of the 95 % interval.',
    nullMeaning: 'no interval',
    when,
  },
  {
    name: 'hi',
    role: 'upper',
    type: 'number',
    unit,
    label: 'High',
    help: 'Upper end of the 95 % interval.',
    nullMeaning: 'no interval',
    when,
  },
];

/** A count, in the modes named. */
export const count = (name: string, words: readonly [string, string], modes?: readonly string[]): Column =>
  kinds.counts('suppressed, or not recorded in the store')(name, words, modes === undefined ? {} : { modes });

/** What the row leaves out, in the modes named. */
export const beside = (...words: Parameters<typeof count>): Column => ({ ...count(...words), counts: 'beside' });

/** A number that belongs to tables only. */
export const extra = (
  name: string,
  unit: string,
  parts: { label: string; help: string; nullMeaning: string; modes: readonly string[] }
): Column => ({
  name,
  role: 'value',
  type: 'number',
  unit,
  ...parts,
});
