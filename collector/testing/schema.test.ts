import { readFileSync } from 'node:fs';
import path from 'node:path';
import { testDatabase, type TestDatabase } from './database.ts';
import { dumpSchema } from './dump-schema.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());

/** Up to Postgres 15 a view is written with the relation of each column, also where there is one relation only. */
const withoutRelations = (sql: string): string => sql.replaceAll(/\b[a-z_]+\.(?=[a-z_])/g, '');

test('schema.sql is what the migrations make; write it anew with: npm run schema', async () => {
  const written = readFileSync(path.join(import.meta.dirname, '..', 'schema.sql'), 'utf8');
  const { rows } = await db.pool.query<{ is_old: boolean }>(
    `select current_setting('server_version_num')::integer < 160000 as is_old`
  );
  const comparable = rows[0]?.is_old === true ? withoutRelations : (sql: string): string => sql;
  expect(comparable(await dumpSchema(db.pool))).toBe(comparable(written));
});

test('every table, every view and every column of a table says what it is', async () => {
  const { rows } = await db.pool.query<{ name: string }>(
    `select c.relname as name from pg_class c where c.relnamespace in ('public'::regnamespace, 'pack'::regnamespace) and c.relkind in ('r', 'p', 'v', 'm') and obj_description(c.oid, 'pg_class') is null
     union all
     select c.relname || '.' || a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relnamespace in ('public'::regnamespace, 'pack'::regnamespace) and c.relkind in ('r', 'p') and col_description(c.oid, a.attnum) is null order by 1`
  );
  expect(rows.map(({ name }) => name)).toEqual([]);
});

test('every table and every view begins with its grain', async () => {
  const { rows } = await db.pool.query<{ name: string }>(
    `select oid::regclass::text as name from pg_class where relnamespace in ('public'::regnamespace, 'pack'::regnamespace)
       and relkind in ('r', 'p', 'v', 'm') and obj_description(oid, 'pg_class') !~ '^One row per ' order by 1`
  );
  expect(rows.map(({ name }) => name)).toEqual([]);
});

/**
 * Where the rows of a table lie in a store that is spread over several servers: with their repository, with their person, or on each
 * of them. Code and usage grow without end; the rest is small beside them, and joined with both.
 */
const families: Readonly<Record<'repository' | 'person' | 'everywhere', readonly string[]>> = {
  repository: [
    ...[
      'git_commit',
      'change',
      'change_event',
      'change_watch',
      'revert',
      'commit_mark',
      'line_attestation',
      'attribution_override',
    ],
    ...[
      'path',
      'line_span',
      'live_file',
      'change_fact',
      'change_review',
      'reviewer_part',
      'change_coordination',
      'deployment_change',
      'deployment_removed',
    ],
    ...['change_survival', 'change_line', 'change_death', 'build', 'issue_mention'],
  ],
  person: [
    ...['tool_event', 'tool_day', 'person_day', 'declared_day', 'usage_week', 'workflow_completion'],
    ...['pack.usage_pack', 'pack.completion_pack', 'pack.tool_event_month'],
  ],
  everywhere: [
    ...[
      'throughline_migration',
      'setting',
      'secret',
      'stream_state',
      'skipped',
      'unknown_name',
      'rate_budget',
      'found_scope',
      'inbox',
      'dirty',
      'derive_state',
      'erased',
      'evidence_opening',
    ],
    ...[
      'person',
      'account',
      'account_claim',
      'account_join',
      'team',
      'membership',
      'team_account',
      'service',
      'repo',
      'calendar_event',
      'exclusion',
      'phase',
    ],
    ...[
      'issue',
      'issue_key',
      'issue_event',
      'issue_reference',
      'issue_cycle',
      'issue_fact',
      'issue_stage',
      'tracker_project',
      'cycle',
    ],
    ...['deployment', 'incident', 'incident_link_override', 'deployment_fact', 'incident_link'],
    ...[
      'tool',
      'tool_landing',
      'seat',
      'heartbeat',
      'account_day',
      'account_seat',
      'agent_session',
      'tool_point',
      'session_commit',
      'cost',
      'survey_answer',
      'workflow',
      'workflow_tool',
      'landing',
      'tool_week',
      'tool_match',
    ],
    ...['pack.survival_day', 'pack.survival_delta', 'pack.survival_pack', 'pack.deployment_pack'],
  ],
};

describe('a store can be spread over servers', () => {
  test('every table belongs to one family', async () => {
    const { rows } = await db.pool.query<{ name: string }>(
      `select oid::regclass::text as name from pg_class where relkind in ('r', 'p') and relnamespace in ('public'::regnamespace, 'pack'::regnamespace)`
    );
    expect(Object.values(families).flat().sort()).toEqual(rows.map(({ name }) => name).sort());
  });

  test.each([
    ['repository', 'repo_id'],
    ['person', 'person_id'],
  ] as const)('by %s: each primary, unique and foreign key carries %s, which is never null', async (family, column) => {
    const { rows } = await db.pool.query<{ fault: string }>(
      `with t as (select name, name::regclass as oid from unnest($1::text[]) as name),
       a as (select t.name, t.oid, a.attnum from t left join pg_attribute a on a.attrelid = t.oid and a.attname = $2 and a.attnotnull)
       select name || ' lacks the column, or it may be null' as fault from a where attnum is null
       union all
       select name || ' has no primary key' from a where not exists (select from pg_index i where i.indrelid = a.oid and i.indisprimary)
       union all
       select name || ': ' || pg_get_indexdef(i.indexrelid) from a join pg_index i on i.indrelid = a.oid and i.indisunique
       where not a.attnum = any(i.indkey::int2[])
       union all
       select name || ': ' || pg_get_constraintdef(c.oid) from a join pg_constraint c on c.conrelid = a.oid and c.contype = 'f'
       where not a.attnum = any(c.conkey) and c.confrelid <> all ($3::text[]::regclass[])
       union all
       select name || '.' || g.attname || ' is an identity' from a join pg_attribute g on g.attrelid = a.oid and g.attidentity <> ''
       order by 1`,
      [families[family], column, families.everywhere]
    );
    expect(rows.map(({ fault }) => fault)).toEqual([]);
  });

  test('a table that lies everywhere refers to none that is spread', async () => {
    const { rows } = await db.pool.query<{ fault: string }>(
      `select conrelid::regclass || ': ' || pg_get_constraintdef(oid) as fault from pg_constraint
       where contype = 'f' and conrelid = any($1::text[]::regclass[]) and confrelid <> all ($1::text[]::regclass[])`,
      [families.everywhere]
    );
    expect(rows.map(({ fault }) => fault)).toEqual([]);
  });

  test('usage and completions lie by person: their primary keys begin with it', async () => {
    const { rows } = await db.pool.query<{ name: string }>(
      `select i.indrelid::regclass::text as name from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
       where i.indisprimary and i.indrelid = any($1::text[]::regclass[]) and a.attname <> 'person_id'`,
      [families.person.filter((name) => !name.startsWith('pack.'))]
    );
    expect(rows).toEqual([]);
  });
});

test('the reader can read no secret, no e-mail address, no cursor and nothing that a file says of people besides, and write nothing', async () => {
  const { rows } = await db.pool.query<{ column: string }>(
    `select table_name || '.' || column_name as column from information_schema.columns
     where table_schema in ('public', 'pack') and (table_name in ('secret', 'dirty', 'account_claim', 'account_join', 'account_person', 'live_file', 'survival_day', 'survival_delta', 'person_day', 'account_day', 'tool_point') or (table_name, column_name) in (('account', 'email'), ('account', 'login'), ('account', 'display_name'), ('account', 'external_id'), ('build', 'account_id'), ('stream_state', 'cursor'), ('membership', 'extra')))
       and has_column_privilege('throughline_reader', format('%I.%I', table_schema, table_name)::regclass, column_name, 'select')`
  );
  expect(rows).toEqual([]);
  const { rows: writable } = await db.pool.query(
    `select table_name from information_schema.role_table_grants where grantee = 'throughline_reader' and privilege_type <> 'SELECT'`
  );
  expect(writable).toEqual([]);
});
