/** Writes the delivery of one service: its rows are replaced as a whole. */
import type { IncidentLink, Outcome, ServiceDeployment, ShippedChange } from './failures.ts';
import { excludedReason } from '../organisation/exclusions.ts';
import { packDeployments } from '../packs/deployments.ts';
import type { Client } from '../work-list.ts';

export interface Delivery {
  readonly serviceId: string;
  readonly repos: readonly number[];
  readonly deployments: readonly ServiceDeployment[];
  readonly outcomes: readonly Outcome[];
  /** Changes each deployment took out. */
  readonly removed: ReadonlyArray<readonly ShippedChange[]>;
  readonly links: readonly IncidentLink[];
  /** The incident names this service; others link only explicitly. */
  readonly isOwn: ReadonlyMap<string, boolean>;
}

/** Rows of the service ($1) and of the incidents ($2) that it links. What was taken out is looked at anew by survival. */
const REMOVE_OLD = `
with gone as (delete from deployment_fact where service_id = $1 returning deployment_id),
others as (delete from deployment_fact where deployment_id in (select deployment_id from deployment where service_id = $1) returning deployment_id),
ids as (select deployment_id from gone union select deployment_id from others),
shipped as (delete from deployment_change where deployment_id in (select deployment_id from ids)),
taken as (delete from deployment_removed where deployment_id in (select deployment_id from ids) returning repo_id, change_id),
marked as (insert into dirty (kind, repo_id, item) select distinct 'survival', repo_id, change_id::text from taken on conflict do nothing),
packs as (delete from pack.deployment_pack where deployment_id in (select deployment_id from ids))
delete from incident_link where deployment_id in (select deployment_id from ids) or incident_id = any($2::bigint[])`;

const linksToWrite = ({ links, isOwn }: Delivery): IncidentLink[] =>
  links.filter((link) => isOwn.get(link.incidentId) === true || link.deployment !== null);

function factRow(delivery: Delivery, index: number): Record<string, unknown> {
  const deployment = delivery.deployments[index];
  const outcome = delivery.outcomes[index];
  return {
    deployment_id: deployment?.deploymentId,
    service_id: delivery.serviceId,
    environment: deployment?.environment,
    repo_id: deployment?.repoId ?? delivery.repos[0] ?? null,
    finished_at: deployment?.finishedAt,
    kind: deployment?.kind,
    is_first_of_service: deployment?.isFirst,
    is_failed: (outcome?.failureMethods.length ?? 0) > 0,
    failure_methods: outcome?.failureMethods,
    is_rework: outcome?.isRework,
    recovered_at: outcome?.recoveredAt,
    recovery_basis: outcome?.recoveryBasis,
    cause_change_id: outcome?.cause?.changeId ?? null,
    cause_method: outcome?.cause?.method ?? null,
    fixed_change_id: outcome?.fixedChangeId ?? null,
    change_count: deployment?.changes.length,
  };
}

/** Repository of a change, which is one of the service's ($2). */
const REPO_OF = (changeId: string): string =>
  `(select f.repo_id from change_fact f where f.repo_id = any($2::integer[]) and f.change_id = ${changeId})`;

/** Team that owned r when d finished, see text/owner-history.ts. */
const OWNER_AT = `case when r.owner_history is null then r.owner_team_id else (select o.value #>> '{}' from jsonb_each(r.owner_history) o
  where o.key::timestamptz <= d.finished_at order by o.key::timestamptz desc limit 1) end`;

async function insertFacts(client: Client, delivery: Delivery): Promise<void> {
  const rows = delivery.deployments.map((_deployment, index) => factRow(delivery, index));
  if (rows.length === 0) return;
  await client.query(
    `insert into deployment_fact (deployment_id, service_id, environment, repo_id, team_id, finished_at, kind, is_first_of_service, is_failed,
       failure_methods, is_rework, recovered_at, recovery_basis, cause_repo_id, cause_change_id,
       cause_method, fixed_repo_id, fixed_change_id, change_count, sources, excluded_reason)
     select d.deployment_id, d.service_id, d.environment, d.repo_id, coalesce(${OWNER_AT}, 'unknown'), d.finished_at, d.kind,
       d.is_first_of_service, d.is_failed, d.failure_methods, d.is_rework, d.recovered_at, d.recovery_basis, ${REPO_OF('d.cause_change_id')}, d.cause_change_id,
       d.cause_method, ${REPO_OF('d.fixed_change_id')}, d.fixed_change_id, d.change_count,
       array(
         select distinct f.code_source from deployment_change c join change_fact f on f.repo_id = c.repo_id and f.change_id = c.change_id
         where c.deployment_id = d.deployment_id and f.author_kind <> 'automation' order by 1),
       ${excludedReason('deployments', `d.finished_at, coalesce(${OWNER_AT}, 'unknown'), d.service_id, r.slug`)}
     from json_populate_recordset(null::deployment_fact, $1::json) d left join repo r using (repo_id)`,
    [JSON.stringify(rows), delivery.repos]
  );
}

type ChangeSets = ReadonlyArray<readonly [string, readonly ShippedChange[]]>;

async function insertSets(
  client: Client,
  table: 'deployment_change' | 'deployment_removed',
  sets: ChangeSets
): Promise<void> {
  const rows = sets.flatMap(([deploymentId, changes]) => changes.map((change) => ({ deploymentId, ...change })));
  if (rows.length === 0) return;
  await client.query(
    `insert into ${table} (deployment_id, repo_id, change_id) select * from unnest($1::bigint[], $2::integer[], $3::bigint[])`,
    [rows.map((row) => row.deploymentId), rows.map((row) => row.repoId), rows.map((row) => row.changeId)]
  );
}

async function insertLinks(client: Client, delivery: Delivery): Promise<void> {
  const { deployments, repos } = delivery;
  const rows = linksToWrite(delivery).map((link) => ({
    incident_id: link.incidentId,
    deployment_id: link.deployment === null ? null : deployments[link.deployment]?.deploymentId,
    change_id: link.cause?.changeId ?? null,
    method: link.method,
    confidence: link.confidence,
    cause_method: link.cause?.method ?? null,
    cause_confidence: link.cause?.confidence ?? null,
  }));
  if (rows.length === 0) return;
  await client.query(
    `insert into incident_link (incident_id, deployment_id, repo_id, change_id, method, confidence, cause_method, cause_confidence)
     select d.incident_id, d.deployment_id, ${REPO_OF('d.change_id')}, d.change_id, d.method, d.confidence, d.cause_method, d.cause_confidence
     from json_populate_recordset(null::incident_link, $1::json) d`,
    [JSON.stringify(rows), repos]
  );
}

/** First deployment of each change of the repositories; marks changes that moved, and those whose revert moved. */
async function placeChanges(client: Client, repos: readonly number[]): Promise<void> {
  await client.query(
    `with first as (
       select distinct on (c.repo_id, c.change_id) c.repo_id, c.change_id, d.deployment_id, d.finished_at
       from deployment_change c join deployment_fact d using (deployment_id) join deployment n using (deployment_id)
       where c.repo_id = any($1::integer[]) order by c.repo_id, c.change_id, d.finished_at, n.source, n.external_id),
     moved as (
       update change_fact f set deployment_id = first.deployment_id, deployed_at = first.finished_at
       from change_fact o left join first using (repo_id, change_id)
       where o.repo_id = any($1::integer[]) and f.repo_id = o.repo_id and f.change_id = o.change_id
         and row(f.deployment_id, f.deployed_at) is distinct from row(first.deployment_id, first.finished_at)
       returning f.repo_id, f.change_id, f.change_key),
     marked as (insert into dirty (kind, repo_id, item) select 'completion', repo_id, change_key from moved on conflict do nothing)
     insert into dirty (kind, repo_id, item)
     select 'survival', repo_id, change_id::text from moved
     union select 'survival', o.repo_id, o.change_id::text from moved m
       join revert v on v.repo_id = m.repo_id and v.revert_change_key = m.change_key
       join change_fact o on o.repo_id = v.repo_id and o.change_key = v.change_key
     on conflict do nothing`,
    [repos]
  );
}

/** Rollbacks take changes out of production: their survival looks at it. */
async function markRemoved(client: Client, removed: Delivery['removed']): Promise<void> {
  const rows = removed.flat();
  if (rows.length === 0) return;
  await client.query(
    `insert into dirty (kind, repo_id, item) select distinct 'survival', repo_id, change_id::text
     from unnest($1::integer[], $2::bigint[]) as w(repo_id, change_id) on conflict do nothing`,
    [rows.map((row) => row.repoId), rows.map((row) => row.changeId)]
  );
}

/** Replaces the rows of the service. */
export async function writeDelivery(client: Client, delivery: Delivery): Promise<void> {
  const ids = delivery.deployments.map(({ deploymentId }) => deploymentId);
  const incidents = linksToWrite(delivery).map((link) => link.incidentId);
  await client.query(REMOVE_OLD, [delivery.serviceId, incidents]);
  await insertSets(
    client,
    'deployment_change',
    delivery.deployments.map(({ deploymentId, changes }) => [deploymentId, changes])
  );
  await insertSets(
    client,
    'deployment_removed',
    delivery.removed.map((changes, index) => [ids[index] ?? '', changes])
  );
  await insertFacts(client, delivery);
  await packDeployments(client, ids);
  await insertLinks(client, delivery);
  await placeChanges(client, delivery.repos);
  await markRemoved(client, delivery.removed);
}
