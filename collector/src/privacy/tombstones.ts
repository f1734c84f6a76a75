/**
 * What keeps an erased person away: keyed digests of every address, login, name and pseudonym. They tell that somebody is meant who was
 * erased, and not who.
 */
import { createHmac } from 'node:crypto';
import type pg from 'pg';
import { installSecret, secretOf } from '../store/pseudonym.ts';

/** What stands in texts for somebody who was erased. */
export const ERASED = '[erased]';

/** Says of an identifier, in any case, whether it is of somebody who was erased. */
export type IsErased = (kind: Identifier['kind'], value: string) => boolean;

/** Something that tells who somebody is. `word` = one that may mean something else in a text: it counts after @ and alone. */
export interface Identifier {
  readonly kind: 'id' | 'name' | 'word';
  readonly value: string;
  /** It is a pseudonym: when the key of these is replaced, nothing can be told of it any more. Default false. */
  readonly isPseudonym?: boolean;
}

const fold = (value: string): string => value.trim().replace(/\s+/g, ' ').toLowerCase();

const digestOf = (secret: string, { kind, value }: Pick<Identifier, 'kind' | 'value'>): string =>
  createHmac('sha256', secret)
    .update(`erased:${kind}:${fold(value)}`)
    .digest('hex')
    .slice(0, 32);

/** A login or name that nothing else is called like: long, of several words, or with a digit or sign in it. */
export function nameOf(value: string): Identifier {
  return { kind: value.length >= 8 || /[^\p{L}]/u.test(value.trim()) ? 'name' : 'word', value };
}

/** Writes what was erased. The caller holds the table, so that no page is half-way through a door that did not know. */
export async function bury(client: pg.ClientBase, identifiers: readonly Identifier[]): Promise<void> {
  const secret = await secretOf(client, 'erased_hmac');
  const ofPseudonyms = await installSecret(client);
  await client.query(`insert into erased (digest) select distinct d from unnest($1::text[]) d on conflict do nothing`, [
    identifiers.map((one) => digestOf(one.isPseudonym === true ? ofPseudonyms : secret, one)),
  ]);
}

/** Who was erased, as of now; null = nobody was. Reading it keeps an erasure waiting until the transaction ends. */
export async function readErased(client: pg.ClientBase | pg.Pool): Promise<IsErased | null> {
  const { rows } = await client.query<{ digest: string }>('select digest from erased');
  if (rows.length === 0) return null;
  const digests = new Set(rows.map(({ digest }) => digest));
  const secrets = [await secretOf(client, 'erased_hmac'), await installSecret(client)];
  const known = new Map<string, boolean>();
  return (kind, value) => {
    const key = `${kind}:${fold(value)}`;
    const found = known.get(key) ?? secrets.some((secret) => digests.has(digestOf(secret, { kind, value })));
    if (known.size < 100_000) known.set(key, found);
    return found;
  };
}

/** An address, which ends where no sign of one follows; words with the signs that logins have; and what stands between. */
const PART =
  /[\p{L}\p{N}+][\p{L}\p{N}.%+_'-]{0,127}@[\p{L}\p{N}](?:[\p{L}\p{N}._-]{0,253}[\p{L}\p{N}])?|@?[\p{L}\p{N}][\p{L}\p{N}._'-]*|[^]/gu;
const WORD = /[\p{L}\p{N}]/u;
/** Words of the longest name that is looked for. */
const MOST_WORDS = 4;

/** A word as it stands, and without the signs that belong to the sentence: the longest first. */
const readings = (word: string): string[] => [
  ...new Set([word, word.replace(/[.'-]+$/u, ''), word.replace(/(?:'s|[.'_-])+$/iu, '')]),
];

/** The length in parts, and what is kept behind it, of a name that begins at a part; null = none does. */
function nameAt(
  parts: readonly string[],
  from: number,
  isErased: IsErased
): { readonly parts: number; readonly rest: string } | null {
  let found: { readonly parts: number; readonly rest: string } | null = null;
  let words = 0;
  let text = '';
  for (let at = from; at < parts.length && words < MOST_WORDS; at++) {
    const part = parts[at] ?? '';
    if (!WORD.test(part)) {
      if (!/\s/.test(part)) break;
      text += part;
      continue;
    }
    words += 1;
    const before = text;
    const isFirst = words === 1;
    const read = readings(part).find(
      (word) =>
        isErased('name', (before + word).replace(/^@/, '')) ||
        (isFirst && word.startsWith('@') && isErased('word', word.slice(1)))
    );
    if (read !== undefined) found = { parts: at - from + 1, rest: part.slice(read.length) };
    text += part;
  }
  return found;
}

/** A text without those who were erased. */
export function withoutErased(text: string, isErased: IsErased): string {
  if (isErased('word', text) || isErased('name', text)) return ERASED;
  const parts = text.match(PART) ?? [];
  let clean = '';
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at] ?? '';
    const found = WORD.test(part) ? nameAt(parts, at, isErased) : null;
    clean += found === null ? part : `${ERASED}${found.rest}`;
    if (found !== null) at += found.parts - 1;
  }
  return clean;
}

/** The same for what a column holds: texts, lists and documents. */
export function cleaned<T>(value: T, isErased: IsErased): T {
  if (typeof value === 'string') return withoutErased(value, isErased) as T;
  if (Array.isArray(value)) return value.map((one: unknown) => cleaned(one, isErased)) as T;
  if (typeof value !== 'object' || value === null || value instanceof Date || Buffer.isBuffer(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [withoutErased(key, inKeys(isErased)), cleaned(one as unknown, isErased)])
  ) as T;
}

/** A word that may mean something else is, as a key, the name of a field. */
const inKeys =
  (isErased: IsErased): IsErased =>
  (kind, key) =>
    kind !== 'word' && isErased(kind, key);

/** A text of JSON, and whether it is a key. */
const STRING = /("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?/g;

/** A body in JSON stays JSON, and all but the texts that name somebody stays as it was sent, long numbers too; another text is cleaned as that. */
export function cleanBody(text: string, isErased: IsErased): string {
  try {
    JSON.parse(text);
  } catch {
    return withoutErased(text, isErased);
  }
  return text.replace(STRING, (whole: string, token: string, colon: string | undefined) => {
    const value = JSON.parse(token) as string;
    const clean = withoutErased(value, colon === undefined ? isErased : inKeys(isErased));
    return clean === value ? whole : `${JSON.stringify(clean)}${colon ?? ''}`;
  });
}
