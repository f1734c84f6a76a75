/** Monorepos: which services a change touches, by the folders that are named like them. */
import type { Client } from '../work-list.ts';

export interface TouchedServices {
  /** Services that have a folder: changes are told apart for them alone. */
  readonly withFolder: ReadonlySet<string>;
  /** Change → services whose folders it touches; a change that is not here touches none, and ships with every service. */
  readonly byChange: ReadonlyMap<string, ReadonlySet<string>>;
}

const NONE: TouchedServices = { withFolder: new Set(), byChange: new Map() };

/** Production services of a repository, where there are several. */
async function servicesOf(client: Client, repoId: number): Promise<string[]> {
  const { rows } = await client.query<{ service_id: string }>(
    `select distinct service_id from deployment where repo_id = $1 and environment = 'production' order by 1`,
    [repoId]
  );
  return rows.length < 2 ? [] : rows.map((row) => row.service_id);
}

/**
 * Services by change. A folder belongs to a service when it is called like it, wherever it lies (`web/`, `apps/web/`); a service without
 * such a folder ships all changes. Lines say which files a change touched, so a repository that was not analysed has none.
 */
export async function touchedServices(client: Client, repoId: number): Promise<TouchedServices> {
  const services = await servicesOf(client, repoId);
  if (services.length === 0) return NONE;
  const { rows } = await client.query<{ change_id: string; services: string[] }>(
    `with folder as (
       select s.service, p.path_id from unnest($2::text[], $3::text[]) as s(service, folder)
       join path p on p.repo_id = $1 and (starts_with(p.path, s.folder || '/') or strpos(p.path, '/' || s.folder || '/') > 0)),
     touched as (
       select f.service, s.origin_no as commit_no from folder f join line_span s on s.repo_id = $1 and s.path_id = f.path_id
       union
       select f.service, s.died_no from folder f join line_span s on s.repo_id = $1 and s.path_id = f.path_id
       where s.died_no > 0 and s.death_kind <> 'history_rewritten')
     select c.change_id, array_agg(distinct t.service) as services
     from touched t
     join git_commit g on g.repo_id = $1 and g.commit_no = t.commit_no
     join change_fact c on c.repo_id = $1 and (c.change_key = g.change_key or c.merge_sha = g.sha)
     group by 1`,
    [repoId, services, services.map((service) => service.split('/').at(-1) ?? service)]
  );
  return {
    withFolder: new Set(rows.flatMap((row) => row.services)),
    byChange: new Map(rows.map((row) => [row.change_id, new Set(row.services)])),
  };
}

/** The change ships with a deployment of the service: it touches its folder, or no service's. */
export function isOfService(changeId: string, serviceId: string, { withFolder, byChange }: TouchedServices): boolean {
  if (!withFolder.has(serviceId)) return true;
  return byChange.get(changeId)?.has(serviceId) ?? true;
}
