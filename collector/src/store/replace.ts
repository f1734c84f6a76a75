/** Takes back rows that a page replaces and does not give again. */
import type pg from 'pg';
import type { Replaced } from '../connector.ts';
import type { Catalog } from './catalog.ts';
import type { HouseRow } from './tables.ts';
import type { Group, Written } from './upsert.ts';

/** Replacements of one table that name the same columns. */
function byShape(replaced: readonly Replaced[]): Replaced[][] {
  const shapes = new Map<string, Replaced[]>();
  for (const one of replaced) {
    const id = JSON.stringify([one.table, Object.keys(one.values).sort()]);
    shapes.set(id, [...(shapes.get(id) ?? []), one]);
  }
  return [...shapes.values()];
}

/** Deletes in the caller's transaction, after the page's rows were written. @returns the deleted rows, for the work list. */
export async function takeBack(
  client: pg.ClientBase,
  { catalog, groups, repoId }: { catalog: Catalog; groups: readonly Group[]; repoId: number | null },
  replaced: readonly Replaced[]
): Promise<Written[]> {
  const taken: Written[] = [];
  for (const shape of byShape(replaced)) {
    const { table, values } = shape[0] as Replaced;
    const key = catalog.get(table)?.key ?? [];
    const given = groups.filter(({ name }) => name === table).flatMap(({ rows }) => rows.map((row) => row.values));
    const same = Object.keys(values).map((column) => `t.${column} = s.${column}`);
    // Of a table without repositories the page names all that it replaces.
    const isOfRepo = catalog.get(table)?.columns.has('repo_id') === true;
    const where = [isOfRepo ? 't.repo_id = $1' : '($1::integer is null or true)', ...same].join(' and ');
    // `not in`: keys hold no null, and a hash is asked once for each row, whatever the planner thinks how many there are.
    const { rows } = await client.query<{ row: HouseRow['values'] }>(
      `delete from ${table} t using json_populate_recordset(null::${table}, $2::json) s
       where ${where} and (${key.map((column) => `t.${column}`).join(', ')}) not in (
         select ${key.map((column) => `g.${column}`).join(', ')} from json_populate_recordset(null::${table}, $3::json) g)
       returning to_jsonb(t) as row`,
      [repoId, JSON.stringify(shape.map((one) => one.values)), JSON.stringify(given)]
    );
    // As JSON days are days: the driver makes instants of them, in its own time zone.
    for (const { row } of rows) taken.push({ row: { table, values: row }, movedFrom: null });
  }
  return taken;
}
