/**
 * Pseudonyms: people and accounts are keyed by HMAC-SHA256 with a secret of this install (metrics.md 15.5). The secret may be replaced
 * (privacy/rotate.ts), so whoever brings rows names people as their source does, and the store makes the pseudonyms as it writes a page.
 */
import { createHmac } from 'node:crypto';
import type pg from 'pg';
import { CollectorError } from '../errors.ts';
import type { Db } from './connection.ts';
import { someText } from './json-texts.ts';
import type { HouseRow } from './tables.ts';

export interface Pseudonyms {
  /** person_id of a person key (from people.csv, or a folded address). */
  readonly personId: (key: string) => string;
  /** account_id of an address or login at a provider; case is folded. */
  readonly accountId: (provider: string, key: string) => string;
}

const fold = (key: string): string => key.trim().toLowerCase();

const digest = (secret: string, text: string): string =>
  createHmac('sha256', secret).update(text).digest('hex').slice(0, 16);

/** Pseudonyms under a given secret. */
export function pseudonyms(secret: string): Pseudonyms {
  return {
    personId: (key) => digest(secret, `person:${fold(key)}`),
    accountId: (provider, key) => `${provider}:${digest(secret, `${provider}:${fold(key)}`)}`,
  };
}

/** Begins what stands for a pseudonym in rows that are not written yet. No column can hold it: one that was forgotten is never stored. */
const UNMADE = '\0';

/** Names of people and accounts as their sources have them; `makePseudonyms` makes pseudonyms of them. */
export const sourceNames: Pseudonyms = {
  personId: (key) => `${UNMADE}person${UNMADE}${fold(key)}`,
  accountId: (provider, key) => `${UNMADE}account${UNMADE}${provider}${UNMADE}${fold(key)}`,
};

type SecretName = 'person_hmac' | 'erased_hmac';

/** Made by the server, of 244 random bits: a key that is sent to it can stand in its log. */
const RANDOM = `replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '')`;

/** Makes a new value of a secret; what the old one keyed means nothing from then on. */
export async function makeSecret(client: pg.ClientBase, name: SecretName): Promise<void> {
  await client.query(
    `insert into secret as s (key, value) values ($1, ${RANDOM}) on conflict (key) do update set value = excluded.value`,
    [name]
  );
}

/** A secret, made at first use; two processes that start at once agree on one. */
export async function secretOf(db: Db, name: SecretName): Promise<string> {
  const read = async (): Promise<string | undefined> =>
    (await db.query<{ value: string }>('select value from secret where key = $1', [name])).rows[0]?.value;
  const known = await read();
  if (known !== undefined) return known;
  await db.query(`insert into secret (key, value) values ($1, ${RANDOM}) on conflict (key) do nothing`, [name]);
  return (await read()) ?? secretOf(db, name);
}

/** The key of pseudonyms. Within a transaction it holds until that ends: who replaces it waits. */
export const installSecret = (db: Db): Promise<string> => secretOf(db, 'person_hmac');

interface Made {
  readonly id: string;
  readonly provider: string | null;
  readonly sourceKey: string;
}

function make(text: string, { personId, accountId }: Pseudonyms): Made {
  const [, kind, first = '', second = ''] = text.split(UNMADE);
  return kind === 'person'
    ? { id: personId(first), provider: null, sourceKey: first }
    : { id: accountId(first, second), provider: first, sourceKey: second };
}

/** Whether it stands for a pseudonym that is not made yet. */
export const isUnmade = (value: unknown): value is string => typeof value === 'string' && value.startsWith(UNMADE);

const NAME = /\0(?:person|account)\0[^]*$/;

/** Whether it ends with a name that stands for a pseudonym: keys of cursors have a place before it. */
export const isNamed = (text: string): boolean => NAME.test(text);

/** The text with the pseudonym in place of the name. */
export const pseudonymIn = (text: string, under: Pseudonyms): string =>
  text.replace(NAME, (name) => make(name, under).id);

/** The text without the name, for a log. */
export const withoutNames = (text: string): string => text.replace(NAME, '[name]');

/** By which table a name is kept beside its pseudonym. */
const KEPT = { account: 'account_id', person: 'person_id' } as const;
const isKept = (table: string): table is keyof typeof KEPT => Object.hasOwn(KEPT, table);

/**
 * Rows with pseudonyms under the key of now, in the transaction in which they are written; rows that have them already pass as they are.
 * @throws CollectorError `bad_row` where an account says another provider than its name was given for, or a name stands inside a list.
 */
export async function makePseudonyms<T extends Pick<HouseRow, 'values'> & { readonly table: string }>(
  client: pg.ClientBase,
  rows: readonly T[]
): Promise<readonly T[]> {
  if (rows.some(({ values }) => Object.values(values).some((value) => !isUnmade(value) && someText(value, isNamed)))) {
    throw new CollectorError({
      code: 'bad_row',
      message: 'The name of somebody stands where no pseudonym is made. Nothing of the page was kept.',
      fault: 'collector',
    });
  }
  if (!rows.some(({ values }) => Object.values(values).some(isUnmade))) return rows;
  const under = pseudonyms(await installSecret(client));
  const made = new Map<string, Made>();
  const madeOf = (text: string): Made => {
    const one = made.get(text) ?? make(text, under);
    made.set(text, one);
    return one;
  };
  return rows.map((row) => {
    const unmade = Object.entries(row.values).filter((entry): entry is [string, string] => isUnmade(entry[1]));
    if (unmade.length === 0) return row;
    const values: Record<string, HouseRow['values'][string]> = { ...row.values };
    for (const [column, text] of unmade) {
      const { id, provider, sourceKey } = madeOf(text);
      values[column] = id;
      if (!isKept(row.table) || KEPT[row.table] !== column) continue;
      if (provider !== null && provider !== values['provider']) {
        throw new CollectorError({
          code: 'bad_row',
          message: `An account of another provider is named as one of ${provider}. Nothing of the page was kept.`,
          fault: 'collector',
        });
      }
      values['source_key'] = sourceKey;
    }
    return { ...row, values };
  });
}
