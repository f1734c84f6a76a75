/**
 * The form of a name that a program gives what it measures. Where somebody's words, an address, a path, an id or a key stands in its place,
 * that has another form and is not repeated.
 */
import { pattern } from './pattern.ts';

/** Longest name in characters. */
const LONGEST = 100;
/** At most four words: letters, and at most three digits behind them. */
const PART = '[A-Za-z]{1,24}[0-9]{0,3}(?:[_-][A-Za-z]{1,24}[0-9]{0,3}){0,3}';
const NAME = pattern`^${PART}(?:\.${PART}){0,5}$`;
const VERSION = pattern`^v?[0-9]{1,8}(?:\.[0-9]{1,8}){0,3}(?:-[a-z]{1,12}(?:\.[0-9]{1,8})?)?$`;

/** The name, as it is; null = it has not the form of one. */
export const nameIn = (text: string | null): string | null =>
  text !== null && text.length <= LONGEST && NAME.test(text) ? text : null;

/** The version of a program, as it is; null = it has not the form of one. */
export const versionIn = (text: string | null): string | null => (text !== null && VERSION.test(text) ? text : null);
