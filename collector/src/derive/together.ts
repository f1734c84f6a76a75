/** Several questions in one round trip: what a derivation of little takes is the way there and back. */
import type { Client } from './work-list.ts';

type Row = Record<string, unknown>;

const isInstant = (name: string): boolean => name === 'at' || name.endsWith('_at') || name.endsWith('At');

/** JSON has no dates; columns named like instants become some. Digits behind the milliseconds are cut, as `pg` does. */
function withDates(row: Row): Row {
  for (const [name, value] of Object.entries(row)) {
    if (typeof value === 'string' && isInstant(name)) row[name] = new Date(value);
  }
  return row;
}

/**
 * Rows of queries that share their parameters, by name. They come as JSON: bigint must be cast to text; `at`, `*_at` and `*At` are instants.
 * `Answers` says what the SQL gives.
 */
export async function together<Answers extends Readonly<Record<string, object>>>(
  client: Client,
  queries: Readonly<Record<keyof Answers & string, string>>,
  parameters: readonly unknown[]
): Promise<{ readonly [Name in keyof Answers]: Answers[Name][] }> {
  const columns = Object.entries(queries).map(
    ([name, sql]) => `(select coalesce(json_agg(t), '[]') from (${sql}) t) as "${name}"`
  );
  const { rows } = await client.query<Record<string, Row[]>>(`select ${columns.join(',\n')}`, [...parameters]);
  const [answers = {}] = rows;
  for (const each of Object.values(answers)) each.forEach(withDates);
  return answers as unknown as { readonly [Name in keyof Answers]: Answers[Name][] };
}
