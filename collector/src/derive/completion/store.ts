/** Workflows from the store, and completions into it. */
import type { UnitName } from '../../config/workflows.ts';
import { markKinds, type Client } from '../work-list.ts';
import type { WorkflowRow } from './completions.ts';
import type { Row } from './rows.ts';

/** Versions of the workflows that count these units, by workflow. */
export async function loadWorkflows(client: Client, units: readonly UnitName[]): Promise<WorkflowRow[][]> {
  const { rows } = await client.query<WorkflowRow>(
    `select workflow_id, version, valid_from, unit, actor, start_event, start_else, end_event, clock, max_minutes, applies_to
     from workflow where unit = any($1::text[]) order by workflow_id, valid_from, version`,
    [units]
  );
  const byId = new Map<string, WorkflowRow[]>();
  for (const row of rows) byId.set(row.workflow_id, [...(byId.get(row.workflow_id) ?? []), row]);
  return [...byId.values()];
}

/** Which rows are made anew: a condition, with its values from $2 on. */
export interface Which {
  readonly where: string;
  readonly values: readonly unknown[];
}

/**
 * Takes away rows that are not among those made ($1), and names those that stand already: what is as it was leaves usage and packs alone.
 */
const remove = (where: string): string => `
with made as materialized (select * from json_populate_recordset(null::workflow_completion, $1::json)),
old as materialized (select * from workflow_completion where ${where}),
same as materialized (
  select o.workflow_id, o.workflow_version, o.unit_key, o.person_id, o.repo_id from old o
  join made m using (workflow_id, workflow_version, unit_key, person_id, repo_id) where o is not distinct from m),
gone as (
  delete from workflow_completion t using old o
  where t.repo_id = o.repo_id and t.person_id = o.person_id and t.workflow_id = o.workflow_id and t.workflow_version = o.workflow_version
    and t.unit_key = o.unit_key
    and not exists (select from same s where s.workflow_id = t.workflow_id and s.workflow_version = t.workflow_version
      and s.unit_key = t.unit_key and s.person_id = t.person_id and s.repo_id = t.repo_id)
  returning t.*),
marked as (
  insert into dirty (kind, repo_id, item)
  select 'week', 0, person_id || '/' || week_start from gone where person_id <> ''
  union
  select 'units', 0, person_id from gone where person_id <> '' on conflict do nothing)
select false as is_gone, workflow_id, workflow_version, unit_key, person_id, repo_id from same
union all select true, workflow_id, workflow_version, unit_key, person_id, repo_id from gone`;

/** Weeks of uses that name a change ($1 repositories, $2 keys) which is a unit of a workflow now, or is none any more: there they count by it. */
const MARK_USES = `
insert into dirty (kind, repo_id, item)
select distinct 'week', 0, e.person_id || '/' || date_trunc('week', e.at at time zone 'UTC')::date
from unnest($1::integer[], $2::text[]) as w(repo_id, change_key)
join tool_event e on e.repo_id = w.repo_id and e.change_key = w.change_key
where e.person_id <> '' and exists (select from workflow_usage u where u.tool_id = e.tool_id and not u.is_tool_scope)
on conflict do nothing`;

/** A change as a unit of a workflow, whoever's and however often. */
const unitOf = (row: Row): string =>
  JSON.stringify([row['workflow_id'], row['repo_id'], String(row['unit_key']).split('/', 1)[0]]);

async function markUses(client: Client, before: readonly Row[], after: readonly Row[]): Promise<void> {
  const [were, are] = [before, after].map((rows) => new Set(rows.map(unitOf))) as [Set<string>, Set<string>];
  const moved = [...before, ...after].map(unitOf).filter((unit) => were.has(unit) !== are.has(unit));
  if (moved.length === 0) return;
  const parts = [...new Set(moved)].map((unit) => JSON.parse(unit) as [string, number, string]);
  await client.query(MARK_USES, [parts.map(([, repoId]) => repoId), parts.map(([, , key]) => key)]);
}

const KEY = ['workflow_id', 'workflow_version', 'unit_key', 'person_id', 'repo_id'];
const keyOf = (row: Row): string => JSON.stringify(KEY.map((column) => row[column]));

/** Puts rows in the place of those that stand there. Marks week and units of whose are others than before, and weeks of uses that count by them. */
export async function replaceCompletions(
  client: Client,
  made: readonly Row[],
  { where, values }: Which
): Promise<void> {
  const { rows } = await client.query<Row>(remove(where), [JSON.stringify(made), ...values]);
  const same = rows.filter((row) => row['is_gone'] === false);
  const stands = new Set(same.map(keyOf));
  const added = made.filter((row) => !stands.has(keyOf(row)));
  await markUses(client, rows, made);
  if (added.length === 0) return;
  await client.query(
    'insert into workflow_completion select * from json_populate_recordset(null::workflow_completion, $1::json)',
    [JSON.stringify(added)]
  );
  const known = added.filter((row) => row['person_id'] !== '');
  const weeks = new Set(known.map((row) => `${String(row['person_id'])}/${String(row['week_start'])}`));
  const persons = new Set(known.map((row) => String(row['person_id'])));
  await markKinds(client, [
    ...[...weeks].map((item) => ({ kind: 'week' as const, repoId: 0, item })),
    ...[...persons].map((item) => ({ kind: 'units' as const, repoId: 0, item })),
  ]);
}
