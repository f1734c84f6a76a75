/** The role that panels read with: what it may not do is tried, all of it. */
import pg from 'pg';
import { testDatabase, type TestDatabase } from '../../testing/database.ts';

let db: TestDatabase;
let reader: pg.Client;
beforeAll(async () => {
  db = await testDatabase();
  reader = new pg.Client({ connectionString: db.readerUrl });
  await reader.connect();
});
afterAll(async () => {
  await reader.end();
  await db.close();
});

/** Why the reader may not; null = it may. Whoever holds its password may also end the read-only default of its sessions. */
async function refusal(sql: string): Promise<string | null> {
  await reader.query('set session characteristics as transaction read write');
  await reader.query('begin read write');
  try {
    await reader.query(sql);
    return null;
  } catch (error) {
    return (error as pg.DatabaseError).message;
  } finally {
    await reader.query('rollback');
  }
}

it.each([
  'create temp table t (a integer)',
  'create table t (a integer)',
  'create schema s',
  'create view v as select 1',
  'create function f() returns integer language sql as $$select 1$$',
  'select lo_create(0)',
  'select lo_creat(-1)',
  `select lo_from_bytea(0, 'x')`,
  'select lo_open(1, 131072)',
  'select pg_advisory_lock(1)',
  'select pg_try_advisory_lock(1, 2)',
  'select pg_advisory_xact_lock_shared(1)',
  'select pg_advisory_unlock_all()',
  `select pg_notify('x', 'y')`,
  `select pg_logical_emit_message(false, 'x', 'y')`,
  'select pg_terminate_backend(pg_backend_pid())',
  `select pg_read_file('/etc/passwd')`,
  `select pg_ls_dir('.')`,
  `copy team to '/tmp/x'`,
  `copy team to program 'id'`,
  'set role postgres',
  'alter role throughline_reader superuser',
  'create role other',
  `alter system set work_mem = '1GB'`,
  'lock table team in access exclusive mode',
  'select * from team for update',
  'truncate team',
  'delete from change',
  `insert into team values ('x', 'x')`,
  'update setting set value = value',
  'create index on team (title)',
  'comment on table team is $$x$$',
  'vacuum team',
  'refresh materialized view team',
  'alter table team add column x text',
  'drop table team',
  'create extension dblink',
])('it may not: %s', async (sql) => {
  expect(await refusal(sql)).toMatch(
    /permission denied|must be owner|must be superuser|not allowed|cannot be executed|cannot run inside|is not a materialized view/
  );
});

it.each([
  'secret',
  'survey_answer',
  'seat',
  'cost',
  'git_commit',
  'commit_mark',
  'line_attestation',
  'line_span',
  'live_file',
  'path',
  'revert',
  'attribution_override',
  'issue',
  'change_event',
  'tool_landing',
  'dirty',
  'derive_state',
  'build',
  'skipped',
  'usage_day',
  'person_day',
  'account_day',
  'account_seat',
  'tool_point',
  'agent_session',
  'declared_day',
  'tool_week',
  'change_survival',
])('it may not read %s', async (table) => {
  expect(await refusal(`select from ${table}`)).toMatch(/permission denied/);
});

it.each([
  'account (email)',
  'account (login)',
  'account (display_name)',
  'membership (extra)',
  'tool_day (cost_usd)',
  'person (experience_start)',
  'stream_state (cursor)',
  'change (merge_sha)',
  'change (head_sha)',
  'change (title)',
  'change (change_key)',
  'tool_day (sessions)',
  'account (method)',
  'incident (responder_account_id)',
  'incident (extra)',
  'deployment (extra)',
  'repo (web_url)',
])('it may not read the column %s', async (named) => {
  const [table = '', column = ''] = named.replace(')', '').split(' (');
  expect(await refusal(`select ${column} from ${table}`)).toMatch(/permission denied/);
});

it('begins every session read-only, in which not even its own password can be changed', async () => {
  const fresh = new pg.Client({ connectionString: db.readerUrl });
  await fresh.connect();
  await expect(fresh.query(`alter role throughline_reader password 'x'`)).rejects.toThrow(/read-only transaction/);
  await fresh.end();
});

it('may read a relation only where a panel does, and never writes', async () => {
  const { rows } = await db.pool.query<{ name: string }>(
    `select table_schema || '.' || table_name || ' ' || privilege_type as name from information_schema.role_table_grants
     where grantee = 'throughline_reader' and privilege_type <> 'SELECT'`
  );
  expect(rows).toEqual([]);
});
