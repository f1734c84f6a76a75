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

/** One form of what is written in several: case, spaces, composed letters. */
const fold = (value: string): string =>
  value.normalize('NFKC').trim().replace(/\s*,\s*/g, ', ').replace(/\s+/g, ' ').toLowerCase(); // prettier-ignore

const digestOf = (secret: string, { kind, value }: Pick<Identifier, 'kind' | 'value'>): string =>
  createHmac('sha256', secret)
    .update(`erased:${kind}:${fold(value)}`)
    .digest('hex')
    .slice(0, 32);

/** A login or name that nothing else is called like: long, of several words, or with a digit or sign in it. */
export function nameOf(value: string): Identifier {
  return { kind: value.length >= 8 || /[^\p{L}]/u.test(value.trim()) ? 'name' : 'word', value };
}

/** Words of the longest name that is looked for. */
export const MOST_WORDS = 4;

/** A name of several words in all of its orders: `Ana Maria Nowak`, `Nowak, Ana Maria`, `Nowak Ana Maria`; other identifiers as they are. */
export function formsOf(one: Identifier): Identifier[] {
  const [behind = '', ...before] = one.value.split(',');
  const words = [...before, behind].join(' ').trim().split(/\s+/);
  if (one.kind !== 'name' || one.value.includes('@') || words.length < 2 || words.length > MOST_WORDS) return [one];
  const all = words.flatMap((_word, at) => {
    const [first, last] = [words.slice(at).join(' '), words.slice(0, at).join(' ')];
    return at === 0 ? [first] : [`${first}, ${last}`, `${first} ${last}`];
  });
  return [one, ...all.filter((value) => value !== one.value).map((value) => ({ ...one, value }))];
}

/** Writes what was erased. The caller holds the table, so that no page is half-way through a door that did not know. */
export async function bury(client: pg.ClientBase, identifiers: readonly Identifier[]): Promise<void> {
  const secret = await secretOf(client, 'erased_hmac');
  const ofPseudonyms = await installSecret(client);
  await client.query(`insert into erased (digest) select distinct d from unnest($1::text[]) d on conflict do nothing`, [
    identifiers.flatMap(formsOf).map((one) => digestOf(one.isPseudonym === true ? ofPseudonyms : secret, one)),
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
