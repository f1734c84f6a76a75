/** Step delivery: deployments of a service, what they shipped, and which failed. */
import { loadGraph, type CommitGraph } from './commit-graph.ts';
import {
  changesOfNumbers,
  changesOfShas,
  loadFixTexts,
  loadKilled,
  loadService,
  type FixText,
  type IncidentRow,
} from './load.ts';
import { isOfService, touchedServices, type TouchedServices } from './service-folders.ts';
import { writeDelivery } from './write.ts';
import { excludeIncidents } from '../organisation/exclusions.ts';
import { buildDeployments, type Deployment, type Rollout } from './deployments.ts';
import {
  judgeDeployments,
  linkIncidents,
  type Incident,
  type ServiceDeployment,
  type ShippedChange,
} from './failures.ts';
import { mentions } from '../../text/mentions.ts';
import { capped, compilePattern, literal, pattern } from '../../text/pattern.ts';
import type { DeriveSettings } from '../settings.ts';
import { take, type Client } from '../work-list.ts';

const NUMBERS_ONLY = pattern`^\d+$`;

/** Changes that name the incident. A bare number counts only behind the word incident. */
export function fixesOf(externalId: string, texts: readonly FixText[]): string[] {
  const isNumber = NUMBERS_ONLY.test(externalId);
  const id = literal(externalId.slice(0, 200));
  const named = isNumber
    ? compilePattern(`(?i)\\bincident[\\s-]*#?${id}(?:\\D|$)`)
    : compilePattern(`(?i)(?:^|[^\\w-])${id}(?:[^\\w-]|$)`);
  const folded = externalId.toLowerCase();
  return texts
    .filter(({ text }) => text.toLowerCase().includes(folded) && named.test(capped(text)))
    .map((text) => text.change_id);
}

/** The first commit that is known, else the first number. */
function mentionedChange(
  said: ReturnType<typeof mentions> | undefined,
  { bySha, byNumber }: Readonly<Record<'bySha' | 'byNumber', ReadonlyMap<string, string>>>
): string | null {
  const found = [
    ...(said?.shas ?? []).map((sha) => bySha.get(sha)),
    ...(said?.numbers ?? []).map((one) => byNumber.get(one)),
  ];
  return found.find((id) => id !== undefined) ?? null;
}

async function toIncidents(
  client: Client,
  rows: readonly IncidentRow[],
  repos: readonly number[]
): Promise<Incident[]> {
  if (rows.length === 0) return [];
  const named = (row: IncidentRow): string | null => (row.named_sha ?? row.cause_sha)?.toLowerCase() ?? null;
  // What the source kept of a text is words like those of the title.
  const said = new Map(rows.map((row) => [row.incident_id, mentions([row.title, ...row.mentions].join(' '))]));
  const mentioned = [...said.values()];
  const shas = [...mentioned.flatMap((one) => one.shas), ...rows.map((row) => named(row) ?? '')];
  const bySha = await changesOfShas(
    client,
    repos,
    [...new Set(shas)].filter((sha) => sha.length >= 7)
  );
  const byNumber = await changesOfNumbers(client, repos, [...new Set(mentioned.flatMap((one) => one.numbers))]);
  const first = rows.reduce(
    (at, row) => (row.started_at < at ? row.started_at : at),
    rows[0]?.started_at ?? new Date(0)
  );
  const texts = await loadFixTexts(client, repos, first);
  return rows.map((row) => ({
    incidentId: row.incident_id,
    startedAt: row.started_at,
    resolvedAt: row.resolved_at,
    isProduction: row.environment === null || row.environment === 'production',
    hasService: row.service_id !== null,
    namedDeployment: row.named_deployment,
    namedChange: bySha.get(named(row) ?? '') ?? null,
    mentionedChange: mentionedChange(said.get(row.incident_id), { bySha, byNumber }),
    fixes: fixesOf(row.external_id, texts),
  }));
}

/** Merge commit → changes that reached the default branch with it, per repository: a merge of `develop` brings many. */
async function mergesOf(client: Client, repoId: number): Promise<Merges> {
  const { rows } = await client.query<{ merge_sha: string; change_id: string }>(
    'select merge_sha, change_id from change_fact where repo_id = $1 and merge_sha is not null order by change_key',
    [repoId]
  );
  const merges = new Map<string, ShippedChange[]>();
  for (const { merge_sha: sha, change_id: changeId } of rows) {
    const known = merges.get(sha);
    if (known) known.push({ changeId, repoId });
    else merges.set(sha, [{ changeId, repoId }]);
  }
  return merges;
}

type Merges = Map<string, ShippedChange[]>;

interface Repository {
  readonly graph: CommitGraph;
  readonly merges: Merges;
  readonly touched: TouchedServices;
}

/** Graphs and merges of the repositories in use; kept between the services of one run as long as it lasts. */
export class Repositories {
  private readonly client: Client;
  private repoId = -1;
  private last: Repository | null = null;

  constructor(client: Client) {
    this.client = client;
  }
  /** Only the repository used last is held: memory stays that of one graph. */
  async get(repoId: number): Promise<Repository> {
    if (this.last === null || this.repoId !== repoId) {
      this.last = {
        graph: await loadGraph(this.client, repoId),
        merges: await mergesOf(this.client, repoId),
        touched: await touchedServices(this.client, repoId),
      };
      this.repoId = repoId;
    }
    return this.last;
  }
}

interface Loaded {
  readonly graphs: Map<number, CommitGraph>;
  /** By repository, what the service ships of it. */
  readonly merges: Map<number, Merges>;
}

/** Merges with the changes of one service alone. */
function mergesOfService({ merges, touched }: Repository, serviceId: string): Merges {
  if (touched.withFolder.size === 0) return merges;
  return new Map(
    [...merges].map(([sha, changes]) => [sha, changes.filter((one) => isOfService(one.changeId, serviceId, touched))])
  );
}

async function loadRepositories(
  repositories: Repositories,
  serviceId: string,
  rollouts: readonly Rollout[]
): Promise<Loaded> {
  const loaded: Loaded = { graphs: new Map(), merges: new Map() };
  for (const repoId of new Set(rollouts.map((rollout) => rollout.repoId).filter((id) => id !== null))) {
    const repository = await repositories.get(repoId);
    loaded.graphs.set(repoId, repository.graph);
    loaded.merges.set(repoId, mergesOfService(repository, serviceId));
  }
  return loaded;
}

function changesOf(deployment: Deployment, commits: readonly string[], merges: Loaded['merges']): ShippedChange[] {
  const known = deployment.repoId === null ? undefined : merges.get(deployment.repoId);
  return commits.flatMap((sha) => known?.get(sha) ?? []);
}

async function deriveService(
  client: Client,
  serviceId: string,
  at: { settings: DeriveSettings; repositories: Repositories }
): Promise<void> {
  const { rollouts, incidents: rows, repos } = await loadService(client, serviceId);
  const { graphs, merges } = await loadRepositories(at.repositories, serviceId, rollouts);
  const deployments: ServiceDeployment[] = buildDeployments(rollouts, graphs).map((deployment) => ({
    ...deployment,
    changes: changesOf(deployment, deployment.shipped ?? [], merges),
  }));
  const incidents = await toIncidents(client, rows, repos);
  const killed = await loadKilled(client, [...new Set(incidents.flatMap(({ fixes }) => fixes))]);
  const input = { deployments, incidents, killed, linkWindowHours: at.settings.linkWindowHours };
  const links = linkIncidents(input);
  const outcomes = judgeDeployments(input, links);
  const removed = deployments.map((deployment) => changesOf(deployment, deployment.removed, merges));
  const isOwn = new Map(rows.map((row) => [row.incident_id, row.service_id !== null]));
  await writeDelivery(client, { serviceId, repos, deployments, outcomes, removed, links, isOwn });
}

async function servicesOf(client: Client, items: readonly string[]): Promise<string[]> {
  if (!items.includes('*')) return [...new Set(items)].sort();
  const { rows } = await client.query<{ service_id: string }>(
    `select service_id from deployment union select service_id from incident where service_id is not null
     union select service_id from deployment_fact order by 1`
  );
  return rows.map((row) => row.service_id);
}

/** Derives the delivery of the services on the list. Takes `delivery`; marks completion and survival of changes that moved. */
export async function deriveDelivery(client: Client, settings: DeriveSettings): Promise<void> {
  const items = (await take(client, 'delivery')).map(({ item }) => item);
  if (items.length === 0) return;
  const repositories = new Repositories(client);
  for (const serviceId of await servicesOf(client, items))
    await deriveService(client, serviceId, { settings, repositories });
  await client.query(
    `insert into incident_link (incident_id, method) select incident_id, 'unlinked' from incident i
     where i.service_id is null on conflict do nothing`
  );
  await excludeIncidents(client);
}
