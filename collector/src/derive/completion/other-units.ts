/** Units of workflows that are no changes: issues, incidents in production, runs of agents. */
import { ownerAt, type Owned } from '../../text/owner-history.ts';
import { classOfIssue } from '../change/classify.ts';
import type { StepContext } from '../change/step.ts';
import type { Directory } from '../identity/directory.ts';
import { take, type Client } from '../work-list.ts';
import { applies, timed, versionAt, type Timed, type WorkflowRow } from './completions.ts';
import { Rows, type Row } from './rows.ts';
import { loadWorkflows, replaceCompletions } from './store.ts';

type OtherUnit = 'issue' | 'incident' | 'agent_run';

interface Found extends Owned {
  readonly unit_key: string;
  /** Null = no repository is known, or several are. */
  readonly repo_id: number | null;
  readonly slug: string | null;
  readonly account_id: string | null;
  readonly person_id: string | null;
  readonly type: string | null;
  readonly labels: readonly string[];
  readonly created: Date | null;
  readonly ready: Date | null;
  readonly started: Date | null;
  readonly detected: Date | null;
  readonly acknowledged: Date | null;
  readonly done: Date | null;
  readonly cancelled: Date | null;
  /** Its times contradict each other: it is counted and never timed. */
  readonly is_disordered: boolean;
}

/** Whether an instant lies in the UTC week of an item <person>/<Monday>, whose * is any. */
const inWeek = (instant: string): string => `case split_part(w.item, '/', 2) when '*' then true
    else ${instant} >= split_part(w.item, '/', 2)::timestamp at time zone 'UTC'
      and ${instant} < (split_part(w.item, '/', 2)::date + 7)::timestamp at time zone 'UTC' end`;
const isOf = (person: string): string => `split_part(w.item, '/', 1) in ('*', ${person})`;

const NO_INSTANTS =
  'null::timestamptz as created, null::timestamptz as ready, null::timestamptz as cancelled, false as is_disordered';

/** $1 all of them, $2 which. */
const FOUND: Readonly<Record<OtherUnit, string>> = {
  issue: `
select 'issue:' || md5(i.source || '/' || i.external_id) as unit_key, r.repo_id, r.slug, r.owner_team_id, r.owner_history, i.assignee_account_id as account_id,
  null as person_id, i.type, i.labels, i.created_at as created, f.ready_at as ready, f.started_at as started, null::timestamptz as detected,
  null::timestamptz as acknowledged, f.done_at as done, f.cancelled_at as cancelled, f.bad_order_count > 0 as is_disordered
from issue i join issue_fact f using (source, external_id) left join repo r on r.slug = split_part(i.external_id, '#', 1)
where i.kind = 'issue' and i.deleted_at is null and ($1 or i.external_id = any($2::text[]))`,
  incident: `
select 'incident:' || md5(i.source || '/' || i.external_id) as unit_key, r.repo_id, r.slug, r.owner_team_id, r.owner_history,
  i.responder_account_id as account_id, null as person_id, null as type, '{}'::text[] as labels, ${NO_INSTANTS}, i.started_at as started, i.detected_at as detected,
  i.acknowledged_at as acknowledged, i.resolved_at as done
from incident i left join lateral (
  select (array_agg(r.repo_id))[1] as repo_id from repo r where coalesce(r.service_id, r.slug) = i.service_id having count(*) = 1) sole on true
left join repo r on r.repo_id = sole.repo_id
where coalesce(i.environment, 'production') = 'production' and not exists (
    select from incident_link l where l.incident_id = i.incident_id and l.excluded_reason is not null) and ($1 or i.service_id = any($2::text[]))`,
  agent_run: `
select 'agent_run:' || md5(e.tool_id || '/' || e.event_id || '/' || extract(epoch from e.at) || '/' || e.person_id) as unit_key, r.repo_id, r.slug, r.owner_team_id, r.owner_history,
  null as account_id, case when p.kind = 'human' then e.person_id end as person_id, null as type, '{}'::text[] as labels, ${NO_INSTANTS},
  e.started_at as started, null::timestamptz as detected, null::timestamptz as acknowledged, e.at as done
from tool_event e left join person p using (person_id) left join repo r using (repo_id)
where e.type = 'agent_run' and ($1 or exists (select from unnest($2::text[]) as w(item)
  where (${isOf('e.person_id')} or p.kind is distinct from 'human') and ${inWeek('e.at')}))`,
};

/** Rows of workflow_completion that stand for them: $2 all, $3 keys of units, $4 items. Runs are found by person and week, those of nobody with each: who is no human any more has left some there. */
const STANDING = `change_id is null and unit_key like $5 and ($2 or unit_key = any($3::text[]) or exists (select from unnest($4::text[]) as w(item)
  where (${isOf('person_id')} or person_id = '') and ${inWeek('ended_at')}))`;

function happened(found: Found, unit: OtherUnit): (name: string) => Date | null {
  const ends: Readonly<Record<OtherUnit, string>> = { issue: 'done', incident: 'resolved', agent_run: 'ended' };
  const { created, ready, started, detected, acknowledged, done } = found;
  const byName: Readonly<Record<string, Date | null>> = { created, ready, started, detected, acknowledged, [ends[unit]]: done }; // prettier-ignore
  return (name) => byName[name] ?? null;
}

/** Human who counts; null = nobody is known. `isProgram` = a program did it: no completion (0.17). */
function whoseOf(
  found: Found,
  directory: Directory
): { readonly personId: string | null; readonly isProgram: boolean } {
  if (found.account_id === null) return { personId: found.person_id, isProgram: false };
  const { kind, personId } = directory.actor(found.account_id, found.done ?? found.cancelled);
  return { personId: kind === 'human' ? personId : null, isProgram: kind === 'automation' };
}

/** What became of it by a definition; null = it has not ended. */
function endedBy(workflow: WorkflowRow, found: Found, unit: OtherUnit): Timed | null {
  const done = timed(workflow, happened(found, unit));
  if (done !== null) return found.is_disordered ? { ...done, status: 'bad_order' } : done;
  return found.cancelled === null ? null : { startedAt: null, endedAt: found.cancelled, status: 'abandoned' };
}

interface Deriving {
  readonly unit: OtherUnit;
  readonly workflows: readonly WorkflowRow[][];
  readonly rows: Rows;
}

function rowsOf(found: Found, { unit, workflows, rows }: Deriving): Row[] {
  const { personId, isProgram } = whoseOf(found, rows.directory);
  if (isProgram) return [];
  const prClass = unit === 'issue' ? classOfIssue(found) : 'unknown';
  const like = { slug: found.slug ?? '', prClass, labels: found.labels, lines: null };
  return workflows.flatMap((versions): Row[] => {
    const [any] = versions;
    const end = any === undefined ? null : (endedBy(any, found, unit)?.endedAt ?? null);
    const workflow = end === null ? undefined : versionAt(versions, end);
    const done = workflow === undefined || !applies(workflow, like) ? null : endedBy(workflow, found, unit);
    if (done === null || workflow === undefined) return [];
    const subject = {
      personId,
      ownerTeamId: ownerAt(found, done.endedAt),
      repoId: found.repo_id ?? 0,
      changeId: null,
      ...{ prClass, codeSource: 'unknown', zone: 'unknown', size: 'unknown' },
    };
    return [rows.row({ unitKey: found.unit_key, ...done, workflow }, subject)];
  });
}

/** Items of one unit: `*`, or which. */
async function deriveUnit(client: Client, items: readonly string[], deriving: Deriving): Promise<void> {
  const { unit, workflows, rows } = deriving;
  const isAll = items.includes('*');
  const which = unit === 'agent_run' ? items.filter((item) => item.includes('/')) : items;
  const { rows: found } =
    workflows.length === 0 ? { rows: [] } : await client.query<Found>(FOUND[unit], [isAll, which]);
  await rows.directory.know(client, {
    accounts: found.map((one) => one.account_id),
    persons: found.flatMap((one) => one.person_id ?? []),
  });
  const made = found.flatMap((one) => rowsOf(one, deriving));
  const [keys, runs] = unit === 'agent_run' ? [[], which] : [found.map((one) => one.unit_key), []];
  await replaceCompletions(client, made, { where: STANDING, values: [isAll, keys, runs, `${unit.replace('_', '\\_')}:%`] }); // prettier-ignore
}

const OTHER_UNITS: readonly OtherUnit[] = ['issue', 'incident', 'agent_run'];

/** Derives completions of units that are no changes. Takes `work_unit`, marks week and units. */
export async function deriveOtherUnits(client: Client, context: StepContext): Promise<void> {
  const items = (await take(client, 'work_unit')).map(({ item }) => item);
  const rows = new Rows(context);
  for (const unit of OTHER_UNITS) {
    const own = items.flatMap((item) =>
      item === '*' ? ['*'] : item.startsWith(`${unit}/`) ? [item.slice(unit.length + 1)] : []
    );
    if (own.length > 0) await deriveUnit(client, own, { unit, workflows: await loadWorkflows(client, [unit]), rows });
  }
}
