/** What is known of pseudonyms whose key was replaced. */
import type pg from 'pg';

/** When the key was replaced last; no row in `setting` = it is the first. */
export const ROTATED = 'pseudonyms_since';

/** Whether a text could be a pseudonym. */
export const looksLikePseudonym = (text: string): boolean => /^(?:[\w.-]+:)?[0-9a-f]{16}$/i.test(text.trim());

/** When the key was replaced last, as a day; null = it is the first. */
export async function rotatedOn(client: pg.ClientBase | pg.Pool): Promise<string | null> {
  const { rows } = await client.query<{ day: string }>(
    `select left(value #>> '{}', 10) as day from setting where key = '${ROTATED}'`
  );
  return rows[0]?.day ?? null;
}
