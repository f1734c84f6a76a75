/** Texts, documents and bodies without those who were erased. What names them is found in whichever encoding, and the rest stays as it was. */
import { replaceSpans, viewsOf, type Span } from '../encodings/views.ts';
import { mapTexts } from '../store/json-texts.ts';
import { ERASED, MOST_WORDS, type IsErased } from './tombstones.ts';

/** An address, which ends where no sign of one follows; words with the signs that logins have; and what stands between. */
const PART =
  /[\p{L}\p{M}\p{N}+][\p{L}\p{M}\p{N}.%+_'-]{0,127}@[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}._-]{0,253}[\p{L}\p{M}\p{N}])?|@?[\p{L}\p{N}][\p{L}\p{M}\p{N}._'-]*|[^]/gu;
const WORD = /[\p{L}\p{N}]/u;
/** Between the words of a name: `Ana Maria`, `Nowak, Ana`. */
const BETWEEN = /[\s,]/u;
/** Before and behind a word that is all of a value: `by=ana&`, `"ana"`, `by: ana`. */
const BEFORE = /(?:^|[=:"'<([]) *$/u;
const BEHIND = /^(?:$|[&"'>),;\]\r\n])/u;

/** Where texts stand, as far as it matters for a word that may mean something else: alone it counts, and after @; in a delivery as all of a value too. */
export interface Where {
  readonly isDelivery?: boolean;
}

/** A word as it stands, and without the signs that belong to the sentence, the longest first; an address also without what is after its +. */
const readings = (word: string): ReadonlyArray<readonly [read: string, length: number]> => [
  ...[...new Set([word, word.replace(/[.'-]+$/u, ''), word.replace(/(?:'s|[.'_-])+$/iu, '')])].map((one) => [one, one.length] as const),
  ...(word.includes('+') && word.includes('@') ? [[word.replace(/\+[^@]*@/u, '@'), word.length] as const] : []),
]; // prettier-ignore

interface Looking extends Where {
  readonly parts: readonly string[];
  readonly isErased: IsErased;
}

function isValue({ parts, isDelivery = false }: Looking, at: number): boolean {
  return isDelivery && BEFORE.test(parts.slice(Math.max(0, at - 3), at).join('')) && BEHIND.test(parts[at + 1] ?? '');
}

/** How many parts, and how many signs of the last of them, are a name that begins at a part; null = none does. */
function nameAt(looking: Looking, from: number): { readonly parts: number; readonly length: number } | null {
  const { parts, isErased } = looking;
  let found: { readonly parts: number; readonly length: number } | null = null;
  let words = 0;
  let text = '';
  for (let at = from; at < parts.length && words < MOST_WORDS; at++) {
    const part = parts[at] ?? '';
    if (!WORD.test(part)) {
      if (!BETWEEN.test(part)) break;
      text += part;
      continue;
    }
    words += 1;
    const before = text;
    const read = readings(part).find(
      ([word]) =>
        isErased('name', (before + word).replace(/^@/, '')) ||
        (words === 1 && word.startsWith('@') && isErased('word', word.slice(1))) ||
        (words === 1 && isValue(looking, at) && isErased('word', word))
    );
    if (read !== undefined) found = { parts: at - from + 1, length: read[1] };
    text += part;
  }
  return found;
}

/** Places of a text that name somebody who was erased. */
function spansIn(text: string, isErased: IsErased, where: Where): Span[] {
  if (isErased('word', text) || isErased('name', text)) return [[0, text.length]];
  const spans: Span[] = [];
  const looking = { ...where, parts: text.match(PART) ?? [], isErased };
  let place = 0;
  for (let at = 0; at < looking.parts.length;) {
    const part = looking.parts[at] ?? '';
    const found = WORD.test(part) ? nameAt(looking, at) : null;
    const taken = looking.parts.slice(at, at + (found?.parts ?? 1));
    const length = taken.reduce((sum, one) => sum + one.length, 0);
    if (found !== null) spans.push([place, place + length - (taken.at(-1) ?? '').length + found.length]);
    place += length;
    at += taken.length;
  }
  return spans;
}

/** A text without those who were erased. */
export function withoutErased(text: string, isErased: IsErased, where: Where = {}): string {
  const spans: Span[] = [];
  for (const view of viewsOf(text)) {
    for (const [from, to] of spansIn(view.text, isErased, where)) if (to > from) spans.push(view.placeOf(from, to));
  }
  return spans.length === 0 ? text : replaceSpans(text, spans, ERASED);
}

/** The same for what a column holds: texts, lists and documents. */
export function cleaned<T>(value: T, isErased: IsErased): T {
  return mapTexts(
    value,
    (text) => withoutErased(text, isErased),
    (key) => withoutErased(key, inKeys(isErased))
  ) as T;
}

/** A word that may mean something else is, as a key, the name of a field. */
const inKeys =
  (isErased: IsErased): IsErased =>
  (kind, key) =>
    kind !== 'word' && isErased(kind, key);

/** A text of JSON, and whether it is a key. */
const STRING = /("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?/g;

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** A body in JSON, or of lines of JSON, stays that, and all but the texts that name somebody stays as it was sent, long numbers too; another text is cleaned as that. */
export function cleanBody(text: string, isErased: IsErased, where: Where = {}): string {
  if (!isJson(text)) {
    const lines = text.split('\n');
    const areJson = lines.length > 1 && /^\s*[[{]/.test(text) && lines.some(isJson);
    return areJson
      ? lines.map((line) => cleanBody(line, isErased, where)).join('\n')
      : withoutErased(text, isErased, where);
  }
  return text.replace(STRING, (whole: string, token: string, colon: string | undefined) => {
    const value = JSON.parse(token) as string;
    const clean = withoutErased(value, colon === undefined ? isErased : inKeys(isErased), where);
    return clean === value ? whole : `${JSON.stringify(clean)}${colon ?? ''}`;
  });
}

/** A delivery as it was sent. */
export const cleanDelivery = (body: Buffer, isErased: IsErased): Buffer => {
  const text = body.toString('utf8');
  const clean = cleanBody(text, isErased, { isDelivery: true });
  return clean === text ? body : Buffer.from(clean);
};

/** Whether a part of a cursor is of somebody who was erased: a text that names them, or a list with one in it. */
const isOf = (value: unknown, isErased: IsErased): boolean =>
  typeof value === 'string'
    ? withoutErased(value, isErased) !== value
    : Array.isArray(value) && value.some((one) => isOf(one, isErased));

/** A cursor without them: of its lists the entries that are theirs are gone, and what else names them does so no more. A stream reads again what it does not find. */
export function cleanCursor(value: unknown, isErased: IsErased): unknown {
  if (typeof value === 'string') return withoutErased(value, isErased);
  if (Array.isArray(value)) {
    return value.filter((one) => !isOf(one, isErased)).map((one: unknown) => cleanCursor(one, isErased));
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => !isOf(key, inKeys(isErased)));
  return Object.fromEntries(entries.map(([key, one]) => [key, cleanCursor(one, isErased)]));
}
