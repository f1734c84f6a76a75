import { readFileSync } from 'node:fs';
import path from 'node:path';
import { testDatabase, type TestDatabase } from './database.ts';
import { dumpSchema } from './dump-schema.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());

test('schema.sql is what the migrations make; write it anew with: npm run schema', async () => {
  const written = readFileSync(path.join(import.meta.dirname, '..', 'schema.sql'), 'utf8');
  expect(await dumpSchema(db.pool)).toBe(written);
});

test('every table, every view and every column of a table says what it is', async () => {
  const { rows } = await db.pool.query<{ name: string }>(
    `select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm') and obj_description(c.oid, 'pg_class') is null
     union all
     select c.relname || '.' || a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and col_description(c.oid, a.attnum) is null order by 1`
  );
  expect(rows.map(({ name }) => name)).toEqual([]);
});

test('large tables carry the repository in their key', async () => {
  const large = [
    'git_commit',
    'change',
    'change_event',
    'commit_mark',
    'line_attestation',
    'line_span',
    'live_file',
    'path',
    'change_fact',
  ];
  const { rows } = await db.pool.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_index i on i.indrelid = c.oid and i.indisprimary
     join pg_attribute a on a.attrelid = c.oid and a.attname = 'repo_id' and a.attnum = any(i.indkey::int2[])
     where c.relname = any($1) order by 1`,
    [large]
  );
  expect(rows.map(({ name }) => name)).toEqual([...large].sort());
});

test('the reader can read no secret, no e-mail address, no cursor and nothing that a file says of people besides, and write nothing', async () => {
  const { rows } = await db.pool.query<{ column: string }>(
    `select table_name || '.' || column_name as column from information_schema.columns
     where table_schema = 'public' and (table_name in ('secret', 'dirty', 'live_file') or (table_name, column_name) in (('account', 'email'), ('account', 'login'), ('account', 'display_name'), ('stream_state', 'cursor'), ('membership', 'extra'), ('tool_day', 'extra')))
       and has_column_privilege('throughline_reader', table_name::regclass, column_name, 'select')`
  );
  expect(rows).toEqual([]);
  const { rows: writable } = await db.pool.query(
    `select table_name from information_schema.role_table_grants where grantee = 'throughline_reader' and privilege_type <> 'SELECT'`
  );
  expect(writable).toEqual([]);
});
