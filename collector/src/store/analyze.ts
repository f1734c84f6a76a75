/** Statistics of tables that much was written to: a question that is asked right after a first derivation is planned as if they were empty, and may take a hundred times as long. */
import type pg from 'pg';

/** Fewer rows than that are read quickly however they are planned. */
const MANY_ROWS = 500;

/** The rule of autovacuum (`autovacuum_analyze_scale_factor`), which comes within a minute at best. */
const SHARE = 0.1;

/** Only who may: others get a warning for each table. */
const MOVED = `select format('%I.%I', s.schemaname, s.relname) as name
  from pg_stat_user_tables s join pg_class c on c.oid = s.relid
  where s.schemaname in ('public', 'pack') and s.n_mod_since_analyze > greatest($1, $2 * c.reltuples)
    and pg_has_role(c.relowner, 'usage')
  order by 1`;

/** Analyzes tables of which a tenth or more of the rows changed since that was done last. @returns their names. Outside of a transaction. */
export async function analyzeMoved(client: pg.ClientBase): Promise<string[]> {
  // A connection tells what it wrote once a second; what it wrote last counts too.
  await client.query('select pg_stat_force_next_flush()');
  const { rows } = await client.query<{ name: string }>(MOVED, [MANY_ROWS, SHARE]);
  const names = rows.map(({ name }) => name);
  if (names.length > 0) await client.query(`analyze ${names.join(', ')}`);
  return names;
}
