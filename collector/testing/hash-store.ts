import { createHash } from 'node:crypto';
import type pg from 'pg';

/**
 * A digest of every row of every table, for "a second time changes nothing". Columns that say when the collector last looked are left out,
 * and which derivation was the last.
 */
export async function hashStore(pool: pg.Pool, tables?: readonly string[]): Promise<Record<string, string>> {
  const { rows } = await pool.query<{ name: string }>(
    `select oid::regclass::text as name from pg_class where relnamespace in ('public'::regnamespace, 'pack'::regnamespace) and relkind in ('r', 'p') order by 1`
  );
  const hashes: Record<string, string> = {};
  for (const { name } of rows.filter((row) => tables?.includes(row.name) ?? true)) {
    const { rows: lines } = await pool.query<{ line: string }>(
      `select (to_jsonb(t) - array['last_run_at', 'last_ok_at', 'updated_at', 'applied_at', 'since', 'until'])::text as line from ${name} t ${name === 'setting' ? `where key <> 'facts_derived'` : ''} order by 1`
    );
    hashes[name] = `${String(lines.length)} ${createHash('sha256')
      .update(lines.map(({ line }) => line).join('\n'))
      .digest('hex')
      .slice(0, 16)}`;
  }
  return hashes;
}
