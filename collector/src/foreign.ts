/** What strangers send, before anything of ours looks at it. */

/** What a table of ours says of a stranger's word: its own entries alone, never what every object inherits (`constructor`). */
export const entryOf = <Value>(table: Readonly<Record<string, Value>>, word: string): Value | undefined =>
  Object.hasOwn(table, word) ? table[word] : undefined;

/** An object whose keys are strangers' words: it inherits nothing, and `__proto__` is a key like others. */
export const keyed = <Value>(entries: Readonly<Record<string, Value>> = {}): Record<string, Value> =>
  Object.assign(Object.create(null) as Record<string, Value>, entries);

/** Texts that no store holds: with NUL, or halves of characters. */
const BAD = /\0|\p{Surrogate}/u;
const isBad = (text: string): boolean => BAD.test(text);
/** Escapes may hold any of it. */
const mayBeBad = (json: string): boolean => json.includes('\\u') || json.includes('__proto__') || isBad(json);
/** Documents are not nested deeper; what is would take the stack. */
const MOST_LEVELS = 200;
export const TOO_DEEP = `nested deeper than ${String(MOST_LEVELS)} levels`;

/** NUL is written as the four characters `\x00`, half of a surrogate pair as U+FFFD. */
export const usableText = (text: string): string =>
  isBad(text) ? text.replaceAll('\0', '\\x00').replace(/\p{Surrogate}/gu, '\uFFFD') : text;

function usable(value: unknown, level: number): unknown {
  if (typeof value === 'string') return usableText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (level > MOST_LEVELS) return `(${TOO_DEEP})`;
  if (Array.isArray(value)) return value.map((one) => usable(one, level + 1));
  const entries = Object.entries(value).filter(([key]) => key !== '__proto__');
  return Object.fromEntries(entries.map(([key, one]) => [usableText(key), usable(one, level + 1)]));
}

/** A parsed document that can be written again: every text such that a store can hold it, and words in place of what is nested too deep. */
export const writable = (document: unknown): unknown => usable(document, 0);

/** JSON of a stranger with every text such that a store can hold it. @throws SyntaxError */
export function foreignJson(text: string): unknown {
  const value = JSON.parse(text) as unknown;
  return mayBeBad(text) ? writable(value) : value;
}

const NOT_HELD = 'holds NUL or half of a character (an unpaired surrogate), which no store can hold';
/** Of a place that is deep in a document, where it begins. */
const placeOf = (path: string): string => (path.length > 100 ? `${path.slice(0, 100)}…` : path);

/** What of a document no store holds, as `commits.0.ref: holds NUL …`; null = nothing. */
export function unusableIn(value: unknown, path = '', level = 0): string | null {
  if (typeof value === 'string') return isBad(value) ? `${placeOf(path)}: ${NOT_HELD}` : null;
  if (typeof value !== 'object' || value === null) return null;
  if (level > MOST_LEVELS) return `${placeOf(path)}: is ${TOO_DEEP}`;
  for (const [key, one] of Object.entries(value)) {
    const at = path === '' ? key : `${path}.${key}`;
    const found = isBad(key) ? `${placeOf(usableText(at))}: ${NOT_HELD}` : unusableIn(one, at, level + 1);
    if (found !== null) return found;
  }
  return null;
}
