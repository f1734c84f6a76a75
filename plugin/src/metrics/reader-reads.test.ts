// The role that panels read with may read what the SQL of metrics and of the engine names, and nothing else.
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { testDatabase, type TestDatabase } from '../../../collector/testing/database.ts';

const root = path.join(import.meta.dirname, '..');
const texts = globSync('{metrics,backend}/**/*.{sql,ts}', { cwd: root })
  .filter((name) => !/example\.sql$|\.test\.ts$|fixtures|\.generated\.ts$/.test(name))
  .map((name) => readFileSync(path.join(root, name), 'utf8'));

/** Others than panels build on it: docs/sql.md. */
const CONTRACT = ['cell_week'];

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const isRead = (name: string): boolean =>
  texts.some((text) => new RegExp(`\\b(?:from|join) (?:pack\\.)?${name}\\b|'${name}'|\`${name} u where`).test(text));
const isNamed = (name: string): boolean => texts.some((text) => new RegExp(`\\b${name}\\b`).test(text));

test('it reads no relation that no panel reads, and no column of a narrowed one that no panel names', async () => {
  const { rows } = await database.pool.query<{ name: string; is_whole: boolean; columns: string[] }>(
    `select c.relname as name, has_table_privilege('throughline_reader', c.oid, 'select') as is_whole,
            array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum > 0
                  and has_column_privilege('throughline_reader', c.oid, a.attnum, 'select')) as columns
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname in ('public', 'pack') and c.relkind in ('r', 'v', 'm', 'p')`
  );
  const readable = rows.filter(({ columns }) => columns.length > 0);
  expect(readable.length).toBeGreaterThan(20);
  const idle = readable.filter(({ name }) => !CONTRACT.includes(name) && !isRead(name)).map(({ name }) => name);
  const columns = readable.flatMap((table) =>
    table.is_whole ? [] : table.columns.filter((column) => !isNamed(column)).map((column) => `${table.name}.${column}`)
  );
  expect({ idle, columns }).toEqual({ idle: [], columns: [] });
});
