/**
 * The form of a name that a program gives what it measures. Where somebody's words, an address, a path, an id or a key stands in its place,
 * that has another form and is not repeated.
 */
import { redact } from '../errors.ts';
import { pattern } from './pattern.ts';

/** Longest name in characters. */
const LONGEST = 64;
/** Letters, and at most three digits behind them. */
const WORD = '[A-Za-z]{1,20}[0-9]{0,3}';
const PART = `${WORD}(?:[_-]${WORD}){0,3}`;
const NAME = pattern`^${PART}(?:\.${PART}){0,4}$`;
/** In one part and in all. Names of OpenTelemetry and of the tools say more in dots than in words: sentences do not. */
const MOST_WORDS = { last: 4, part: 3, all: 8 };
/** Keys of many vendors begin so, and are letters otherwise. */
const KEY = pattern`(?i)(?:^|[._-])[prs]k[_-]`;
const VERSION = pattern`^v?[0-9]{1,8}(?:\.[0-9]{1,8}){0,3}(?:-[a-z]{1,12}(?:\.[0-9]{1,8})?)?$`;

/** The name, as it is; null = it has not the form of one, or what looks like a secret stands in it. */
export const nameIn = (text: string | null): string | null =>
  text !== null && text.length <= LONGEST && NAME.test(text) && isBrief(text) && !KEY.test(text) && redact(text) === text ? text : null; // prettier-ignore

/** One part of three words or more, and four only where it is the last of three parts or more (`gen_ai.client.operation.time_to_first_chunk`). */
function isBrief(name: string): boolean {
  const words = name.split('.').map((part) => part.replaceAll('-', '_').split('_').length);
  const all = words.reduce((sum, count) => sum + count, 0);
  const isLong = (count: number, at: number): boolean =>
    count > (at >= 2 && at === words.length - 1 ? MOST_WORDS.last : MOST_WORDS.part);
  return all <= MOST_WORDS.all && words.filter((count) => count >= MOST_WORDS.part).length <= 1 && !words.some(isLong);
}

/** The version of a program, as it is; null = it has not the form of one. */
export const versionIn = (text: string | null): string | null => (text !== null && VERSION.test(text) ? text : null);
