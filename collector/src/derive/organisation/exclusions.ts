/**
 * Exclusions of the configuration, and what they leave out. A row of table `exclusion` is what was said at a time: one that is gone from the
 * configuration is withdrawn, one that comes back is a row of its own.
 */
import type { Config } from '../../config/schema.ts';
import { mark, type Client } from '../work-list.ts';

/** As it is stored: local days of `time_zone`, both of them in it. */
export interface Exclusion {
  readonly kind: 'freeze' | 'holiday' | 'bad_data';
  readonly first_day: string;
  readonly last_day: string;
  /** Of a holiday that of the organisation: its days are those of each team. */
  readonly time_zone: string;
  readonly facts: readonly string[];
  /** With the teams below them. Without a team, service or repository it is for all. */
  readonly teams: readonly string[];
  readonly services: readonly string[];
  readonly repos: readonly string[];
  readonly reason: string;
  readonly declared_by: string | null;
}

/** The teams and all below them; a circle of parents ends where it began. */
function withTeamsBelow(named: readonly string[], teams: Config['teams']): string[] {
  const found = new Set(named);
  for (let before = -1; before !== found.size;) {
    before = found.size;
    for (const { id, parent } of teams) if (parent !== undefined && found.has(parent)) found.add(id);
  }
  return [...found].sort();
}

const sorted = (names: readonly string[]): string[] => [...new Set(names)].sort();

/** In an order that depends on what they say alone; what is written twice is one. */
export function exclusionsOf({ exclusions, teams, time_zone: zone }: Config): Exclusion[] {
  const made = exclusions.map((one): Exclusion => ({
    kind: one.kind,
    first_day: one.from,
    last_day: one.to,
    time_zone: one.time_zone ?? zone,
    facts: sorted(one.facts),
    teams: withTeamsBelow(one.teams, teams),
    services: sorted(one.services),
    repos: sorted(one.repositories),
    reason: one.reason,
    declared_by: one.declared_by ?? null,
  }));
  return [...new Map(made.map((one) => [JSON.stringify(one), one])).entries()]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, one]) => one);
}

const DAY = 86_400_000;

/** Local dates on which a team does not work by them. */
export function holidaysOf(exclusions: readonly Exclusion[], teamId: string): string[] {
  return exclusions.flatMap(({ kind, teams, first_day: first, last_day: last }) => {
    if (kind !== 'holiday' || (teams.length > 0 && !teams.includes(teamId))) return [];
    const days = (Date.parse(last) - Date.parse(first)) / DAY + 1;
    return Array.from({ length: days }, (_one, n) => new Date(Date.parse(first) + n * DAY).toISOString().slice(0, 10));
  });
}

/** SQL: why a unit counts for nothing, null = it counts; `of` = its instant, team, service and repository. Nothing is called where nothing is bad. */
export const excludedReason = (fact: string, of: string): string =>
  `case when (select exists (select from exclusion where kind = 'bad_data' and withdrawn_at is null)) then excluded_reason('${fact}', ${of}) end`;

const COLUMNS = 'kind, first_day, last_day, time_zone, facts, teams, services, repos, reason, declared_by';
const rowOf = (alias: string): string =>
  `row(${COLUMNS.split(', ')
    .map((column) => `${alias}.${column}`)
    .join(', ')})`;

const WRITE = `
with given as (
  select * from jsonb_to_recordset($1::jsonb) as g(kind text, first_day date, last_day date, time_zone text, facts text[], teams text[],
    services text[], repos text[], reason text, declared_by text)),
gone as (
  update exclusion e set withdrawn_at = greatest(now(), declared_at)
  where withdrawn_at is null and not exists (select from given g where ${rowOf('g')} is not distinct from ${rowOf('e')})
  returning e.kind, e.facts, e.started_at, e.ended_at),
come as (
  insert into exclusion (${COLUMNS}, started_at, ended_at)
  select ${COLUMNS}, first_day::timestamp at time zone time_zone, (last_day + 1)::timestamp at time zone time_zone from given g
  where not exists (select from exclusion e where e.withdrawn_at is null and ${rowOf('g')} is not distinct from ${rowOf('e')})
  returning kind, facts, started_at, ended_at)
select facts, started_at, ended_at from gone where kind = 'bad_data' union all select facts, started_at, ended_at from come where kind = 'bad_data'`;

/** $1, $2 the period. Whether a unit is meant is found out where it is derived: here all of the period are looked at again. */
const MARK: Readonly<Record<string, string>> = {
  changes: `insert into dirty (kind, repo_id, item) select 'change', repo_id, change_key from change_fact
    where merged_at >= $1 and merged_at < $2 on conflict do nothing`,
  deployments: `insert into dirty (kind, repo_id, item) select distinct 'delivery', 0, service_id from deployment
    where finished_at >= $1 and finished_at < $2 on conflict do nothing`,
};

/** Brings table `exclusion` to what the configuration says, and marks what is excluded now, or no longer. */
export async function writeExclusions(
  client: Client,
  { exclusions }: { readonly exclusions: readonly Exclusion[] }
): Promise<void> {
  const { rows: changed } = await client.query<{ facts: string[]; started_at: Date; ended_at: Date }>(WRITE, [
    JSON.stringify(exclusions),
  ]);
  for (const { facts, started_at: from, ended_at: to } of changed) {
    for (const fact of facts) {
      const statement = MARK[fact];
      if (statement !== undefined) await client.query(statement, [from, to]);
    }
  }
  if (!changed.some(({ facts }) => facts.includes('incidents'))) return;
  await excludeIncidents(client);
  await mark(client, 'work_unit', [{ repoId: 0, item: 'incident/*' }]);
}

/** An incident has no team and no repository of its own: those that deploy its service have. */
const EXCLUDE_INCIDENTS = `
with judged as (
  select l.incident_id, coalesce(
    excluded_reason('incidents', i.started_at, null, i.service_id, null),
    (select min(excluded_reason('incidents', i.started_at, r.owner_team_id, null, r.slug)) from repo r where coalesce(r.service_id, r.slug) = i.service_id)) as reason
  from incident_link l join incident i using (incident_id))
update incident_link l set excluded_reason = j.reason from judged j
where j.incident_id = l.incident_id and l.excluded_reason is distinct from j.reason`;

/** Judges incidents anew, where any is excluded or may be. */
export async function excludeIncidents(client: Client): Promise<void> {
  const { rows } = await client.query<{ is_needed: boolean }>(
    `select exists (select from exclusion where kind = 'bad_data' and withdrawn_at is null and 'incidents' = any(facts))
       or exists (select from incident_link where excluded_reason is not null) as is_needed`
  );
  if (rows[0]?.is_needed === true) await client.query(EXCLUDE_INCIDENTS);
}
