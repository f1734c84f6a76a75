/**
 * People in cursors: a stream that remembers whom it saw last has their names as its source gives them, the store has pseudonyms in their
 * place, as in every row. Names are given back when a run begins, so they hold whatever key was used since.
 */
import type pg from 'pg';
import { mapTexts, someText } from './json-texts.ts';
import { installSecret, isNamed, pseudonymIn, pseudonyms, sourceNames, withoutNames } from './pseudonym.ts';

/** A cursor as the store keeps it: pseudonyms, made under the key of now. */
export async function storedCursor(client: pg.ClientBase, cursor: unknown): Promise<unknown> {
  if (!someText(cursor, isNamed)) return cursor;
  const under = pseudonyms(await installSecret(client));
  return mapTexts(cursor, (text) => pseudonymIn(text, under));
}

/** An account at the end of a text, alone or behind a place: `github:0123456789abcdef`, `acme/web/github:0123456789abcdef`. */
const ACCOUNT = /(?<=^|\/)[^/]+:[0-9a-f]{16}$/;

/** A stored cursor as its stream gave it. Who is not known any more (erased) keeps the pseudonym. */
export async function namedCursor(db: Pick<pg.Pool, 'query'>, cursor: unknown): Promise<unknown> {
  const found = new Set<string>();
  mapTexts(cursor, (text) => {
    const [account] = ACCOUNT.exec(text) ?? [];
    if (account !== undefined) found.add(account);
    return text;
  });
  if (found.size === 0) return cursor;
  const { rows } = await db.query<{ account_id: string; provider: string; source_key: string }>(
    'select account_id, provider, source_key from account where account_id = any($1::text[]) and source_key is not null',
    [[...found]]
  );
  const names = new Map(rows.map((row) => [row.account_id, sourceNames.accountId(row.provider, row.source_key)]));
  return mapTexts(cursor, (text) => text.replace(ACCOUNT, (account) => names.get(account) ?? account));
}

/** A cursor for a log. */
export const unnamedCursor = (cursor: unknown): unknown =>
  someText(cursor, isNamed) ? mapTexts(cursor, withoutNames) : cursor;
