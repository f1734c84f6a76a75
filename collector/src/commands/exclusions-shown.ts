/** Exclusions in force, what each leaves out, and names in them that nothing has told of. */
import type pg from 'pg';
import { print } from '../terminal/print.ts';

export interface ShownExclusion {
  readonly kind: 'freeze' | 'holiday' | 'bad_data';
  readonly first_day: string;
  readonly last_day: string;
  readonly reason: string;
  readonly declared_by: string | null;
  readonly declared_at: Date;
  /** Teams, services and repositories that it is for; none = everyone. */
  readonly scope: readonly string[];
  /** Of these, those that no source and no other part of the configuration names: they leave nothing out. */
  readonly unknown: readonly string[];
  /** Of bad data, units that count for nothing, by fact; builds are not counted. */
  readonly left_out: Readonly<Record<string, number>>;
  /** It leaves out changes of fewer people than a group must have to be shown. */
  readonly is_of_few: boolean;
}

const READ = `
select e.kind, e.first_day::text, e.last_day::text, e.reason, e.declared_by, e.declared_at, e.teams || e.services || e.repos as scope,
  array(
    select n from unnest(e.teams) n where not exists (select from team t where t.team_id = n)
    union all select n from unnest(e.services) n where not exists (select from service s where s.service_id = n)
      and not exists (select from repo r where coalesce(r.service_id, r.slug) = n) and not exists (select from deployment d where d.service_id = n)
    union all select n from unnest(e.repos) n where not exists (select from repo r where r.slug = n)) as unknown,
  case when e.kind = 'bad_data' then jsonb_strip_nulls(jsonb_build_object(
    'changes', case when 'changes' = any(e.facts) then c.n end,
    'deployments', case when 'deployments' = any(e.facts) then (select count(*) from deployment_fact d
      where d.excluded_reason = e.reason and d.finished_at >= e.started_at and d.finished_at < e.ended_at) end,
    'incidents', case when 'incidents' = any(e.facts) then (select count(*) from incident_link l join incident i using (incident_id)
      where l.excluded_reason = e.reason and i.started_at >= e.started_at and i.started_at < e.ended_at) end)) else '{}' end as left_out,
  coalesce(c.people > 0 and c.people < (select (value #>> '{}')::integer from setting where key = 'k'), false) as is_of_few
from exclusion e
cross join lateral (
  select count(*) as n, count(distinct f.responsible_id) as people from change_fact f
  where e.kind = 'bad_data' and 'changes' = any(e.facts) and f.excluded_reason = e.reason and f.merged_at >= e.started_at and f.merged_at < e.ended_at) c
where e.withdrawn_at is null order by e.started_at, e.ended_at, e.reason`;

export const readExclusions = async (pool: pg.Pool): Promise<ShownExclusion[]> =>
  (await pool.query<ShownExclusion>(READ)).rows;

const KINDS = { freeze: 'freeze', holiday: 'holiday', bad_data: 'bad data' } as const;

export function showExclusions(all: readonly ShownExclusion[]): void {
  for (const one of all) {
    const days = one.first_day === one.last_day ? one.first_day : `${one.first_day} to ${one.last_day}`;
    const counts = Object.entries(one.left_out).map(([fact, n]) => `${n.toLocaleString('en')} ${fact}`);
    const lacks = counts.length === 0 ? '' : `; left out: ${counts.join(', ')}`;
    const by = one.declared_by === null ? '' : `, by ${one.declared_by}`;
    const scope = one.scope.length === 0 ? 'everyone' : one.scope.join(', ');
    print(`Excluded: ${KINDS[one.kind]} ${days} (${scope}): ${one.reason}${by}${lacks}\n`);
    for (const name of one.unknown)
      print(`Excluded: "${name}" of that ${KINDS[one.kind]} is no team, service or repository that anything has told of: it leaves nothing out\n`); // prettier-ignore
    if (one.is_of_few)
      print('Excluded: these are changes of few people: who kept the numbers of before can tell theirs. More days, or everyone, leave out more\n'); // prettier-ignore
  }
}
