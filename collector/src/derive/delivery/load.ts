/** Reads deployments, incidents and what links them for one service. */
import type { Rollout } from './deployments.ts';
import { together } from '../together.ts';
import type { Client } from '../work-list.ts';

export interface IncidentRow {
  readonly incident_id: string;
  readonly external_id: string;
  readonly service_id: string | null;
  readonly environment: string | null;
  readonly title: string;
  readonly started_at: Date;
  readonly resolved_at: Date | null;
  readonly cause_sha: string | null;
  readonly mentions: readonly string[];
  readonly named_deployment: string | null;
  readonly named_sha: string | null;
}

/**
 * Successful rollouts to production. A tag lets guess that something was deployed; from the first deployment on that a tool told of this
 * service, tags count no more: one release would be two deployments.
 */
const ROLLOUTS = `
select deployment_id::text as "deploymentId", external_id as "externalId", environment, repo_id as "repoId", sha, ref,
  started_at as "startedAt", finished_at as "finishedAt", kind, rollback_of as "rollbackOf", is_degraded as "isDegraded"
from deployment d where service_id = $1 and environment = 'production' and result = 'success'
  and (source <> 'git' or not exists (select from deployment t where t.service_id = $1 and t.environment = 'production'
    and t.result = 'success' and t.source <> 'git' and (t.finished_at <= d.finished_at or t.sha = d.sha)))
order by finished_at, external_id, source`;

/** Incidents of the service, and those without a service that name something. */
const INCIDENTS = `
select i.incident_id::text as incident_id, i.external_id, i.service_id, i.environment, i.title, i.started_at, i.resolved_at, i.cause_sha, i.mentions,
  coalesce(o.deployment_external_id, case when o.cause_sha is null then i.cause_deployment end) as named_deployment, o.cause_sha as named_sha
from incident i
left join incident_link_override o on o.incident_source = i.source and o.incident_external_id = i.external_id
where i.service_id = $1 or (i.service_id is null
  and (coalesce(i.cause_sha, i.cause_deployment, o.cause_sha, o.deployment_external_id) is not null or cardinality(i.mentions) > 0))
order by i.started_at, i.source, i.external_id`;

/** Repositories of a service: those its deployments name, and those configured. */
const REPOS = `
select repo_id from repo where coalesce(service_id, slug) = $1
union select repo_id from deployment where service_id = $1 and repo_id is not null order by 1`;

export interface ServiceFacts {
  readonly rollouts: readonly Rollout[];
  readonly incidents: readonly IncidentRow[];
  readonly repos: readonly number[];
}

/** What a service deployed, what went wrong, and where it is made. */
export async function loadService(client: Client, serviceId: string): Promise<ServiceFacts> {
  const { rollouts, incidents, repos } = await together<{
    rollouts: Rollout;
    incidents: IncidentRow;
    repos: { repo_id: number };
  }>(client, { rollouts: ROLLOUTS, incidents: INCIDENTS, repos: REPOS }, [serviceId]);
  return { rollouts, incidents, repos: repos.map((row) => row.repo_id) };
}

/** Full or short shas (7 digits or more) → the one change that holds such a commit. */
export async function changesOfShas(
  client: Client,
  repos: readonly number[],
  shas: readonly string[]
): Promise<Map<string, string>> {
  if (shas.length === 0) return new Map();
  const { rows } = await client.query<{ sha: string; change_id: string }>(
    `select w.sha, min(f.change_id) as change_id from unnest($2::text[]) as w(sha)
     join git_commit g on g.repo_id = any($1::integer[]) and g.sha >= w.sha collate "C" and g.sha < (w.sha || 'g') collate "C"
     join change_fact f on f.repo_id = g.repo_id and f.change_key = g.change_key
     group by 1 having count(distinct f.change_id) = 1`,
    [repos, shas]
  );
  return new Map(rows.map((row) => [row.sha, row.change_id]));
}

/** Pull request numbers → the one change of that number. */
export async function changesOfNumbers(
  client: Client,
  repos: readonly number[],
  keys: readonly string[]
): Promise<Map<string, string>> {
  if (keys.length === 0) return new Map();
  const { rows } = await client.query<{ change_key: string; change_id: string }>(
    `select change_key, min(change_id) as change_id from change_fact
     where repo_id = any($1::integer[]) and change_key = any($2::text[]) group by 1 having count(*) = 1`,
    [repos, keys]
  );
  return new Map(rows.map((row) => [row.change_key, row.change_id]));
}

export interface FixText {
  readonly change_id: string;
  readonly text: string;
}

/** Title, branch and commit subjects of changes merged since an instant: where fixes name their incident. */
export async function loadFixTexts(client: Client, repos: readonly number[], since: Date): Promise<FixText[]> {
  const { rows } = await client.query<FixText>(
    `select f.change_id, concat_ws(' ', f.title, c.branch,
       (select string_agg(g.subject, ' ' order by g.committed_at, g.commit_no) from git_commit g where g.repo_id = f.repo_id and g.change_key = f.change_key)) as text
     from change_fact f join change c on c.repo_id = f.repo_id and c.change_key = f.change_key
     where f.repo_id = any($1::integer[]) and f.merged_at >= $2`,
    [repos, since]
  );
  return rows;
}

/** Effective lines that changes ended, by the change that wrote them. */
export async function loadKilled(client: Client, fixes: readonly string[]): Promise<Map<string, Map<string, number>>> {
  const killed = new Map<string, Map<string, number>>();
  if (fixes.length === 0) return killed;
  const { rows } = await client.query<{ fix: string; origin: string; lines: number }>(
    `select f.change_id as fix, o.change_id as origin, sum(s.effective_lines)::integer as lines
     from change_fact f
     join git_commit k on k.repo_id = f.repo_id and (k.sha = f.merge_sha or k.change_key = f.change_key)
     join line_span s on s.repo_id = f.repo_id and s.died_no = k.commit_no and s.died_no > 0 and s.death_kind <> 'history_rewritten'
     join git_commit g on g.repo_id = s.repo_id and g.commit_no = s.origin_no
     join change_fact o on o.repo_id = g.repo_id and o.change_key = g.change_key
     where f.change_id = any($1::bigint[]) and o.change_id <> f.change_id
     group by 1, 2 having sum(s.effective_lines) > 0 order by 1, 2`,
    [fixes]
  );
  for (const row of rows) {
    const origins = killed.get(row.fix) ?? new Map<string, number>();
    killed.set(row.fix, origins.set(row.origin, row.lines));
  }
  return killed;
}
