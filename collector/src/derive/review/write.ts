/** Writes what the review of changes took, and what working beside others cost them: rows that are as they were stay untouched. */
import type { Client } from '../work-list.ts';
import type { ReviewRows } from './rows.ts';

/** Key of a row, and the columns that may become others. */
interface Table {
  readonly name: 'change_review' | 'reviewer_part' | 'change_coordination';
  readonly key: readonly string[];
}

const TABLES = {
  review: { name: 'change_review', key: ['repo_id', 'change_id'] },
  parts: { name: 'reviewer_part', key: ['repo_id', 'change_id', 'person_id'] },
  coordination: { name: 'change_coordination', key: ['repo_id', 'change_id'] },
} as const satisfies Readonly<Record<string, Table>>;

/** $1 repository, $2 keys of changes whose rows are given whole, $3 the rows. */
function replaceSql({ name, key }: Table, columns: readonly string[]): string {
  const values = columns.filter((column) => !key.includes(column));
  const row = (alias: string): string => `row(${values.map((column) => `${alias}.${column}`).join(', ')})`;
  return `with made as materialized (select ${columns.join(', ')} from json_populate_recordset(null::${name}, $3::json)),
    gone as (
      delete from ${name} o where o.repo_id = $1 and o.change_key = any($2::text[])
        and not exists (select from made m where ${key.map((column) => `m.${column} = o.${column}`).join(' and ')}))
    insert into ${name} as o (${columns.join(', ')}) select ${columns.join(', ')} from made
    on conflict (${key.join(', ')}) do update set ${values.map((column) => `${column} = excluded.${column}`).join(', ')}
    where ${row('o')} is distinct from ${row('excluded')}`;
}

type RowsOfChanges = ReadonlyArray<Readonly<Record<string, unknown>>>;

/** All changes that were looked at, and what there is of them: rows of those that are not given are taken away. */
interface Looked<Rows> {
  readonly keys: readonly string[];
  readonly rows: Rows;
}

export const writeCoordination = (client: Client, repoId: number, looked: Looked<RowsOfChanges>): Promise<void> =>
  replace(client, TABLES.coordination, { repoId, ...looked });

export async function writeReviews(
  client: Client,
  repoId: number,
  { keys, rows }: Looked<readonly ReviewRows[]>
): Promise<void> {
  await replace(client, TABLES.review, { repoId, keys, rows: rows.map(({ review }) => review) });
  await replace(client, TABLES.parts, { repoId, keys, rows: rows.flatMap(({ parts }) => parts) });
}

async function replace(
  client: Client,
  table: Table,
  { repoId, keys, rows }: { readonly repoId: number } & Looked<RowsOfChanges>
): Promise<void> {
  const [first] = rows;
  if (first === undefined) {
    await client.query(`delete from ${table.name} where repo_id = $1 and change_key = any($2::text[])`, [repoId, keys]);
    return;
  }
  await client.query(replaceSql(table, Object.keys(first)), [repoId, keys, JSON.stringify(rows)]);
} // prettier-ignore
