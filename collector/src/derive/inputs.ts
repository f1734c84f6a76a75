/**
 * Slow inputs (settings, repositories, teams, tools, workflows, rules): their fingerprints are kept in `derive_state`, and a
 * difference marks everything that depends on them. So a changed configuration or rule re-derives, and nothing else does.
 */
import { CLASS_RULES_VERSION } from './change/class-rules.ts';
import type { DeriveSettings } from './settings.ts';
import { mark, markAllRepos, type Client } from './work-list.ts';

/** Raise when the way of deriving changes: everything is derived anew after an update. */
export const DERIVE_VERSION = 2;
/** The same for usage and for deliveries alone. */
const USAGE_VERSION = 2;
const DELIVERY_VERSION = 4;
export const VERSIONS = [USAGE_VERSION, DELIVERY_VERSION] as const;

/** Stores the fingerprint of an input. @returns whether it differs from the last derivation. */
export async function differs(client: Client, key: string, input: unknown): Promise<boolean> {
  const { rowCount } = await client.query(
    `insert into derive_state as s (key, fingerprint) values ($1, md5($2))
     on conflict (key) do update set fingerprint = excluded.fingerprint where s.fingerprint <> excluded.fingerprint`,
    [key, JSON.stringify(input)]
  );
  return (rowCount ?? 0) > 0;
}

/** The one value of a query, as a fingerprint's input. */
export async function fingerprintOf(client: Client, sql: string): Promise<unknown> {
  const { rows } = await client.query<{ value: unknown }>(sql);
  return rows[0]?.value ?? null;
}

/** Repositories with changes whose service, owner, name or known history changed. */
async function changedRepos(client: Client, settings: DeriveSettings): Promise<number[]> {
  const { rows } = await client.query<{ repo_id: number }>(
    `with moved as (
       insert into derive_state as s (key, fingerprint)
       select key, made.fingerprint from (
         select 'repo/' || repo_id as key, md5(row(service_id, owner_team_id, owner_history, slug, known_from, $1::jsonb ->> slug)::text) as fingerprint from repo) made
       left join derive_state old using (key) where old.fingerprint is distinct from made.fingerprint
       on conflict (key) do update set fingerprint = excluded.fingerprint where s.fingerprint <> excluded.fingerprint
       returning substr(key, 6)::integer as repo_id)
     select repo_id from moved m where exists (select from change c where c.repo_id = m.repo_id)
       or exists (select from change_fact f where f.repo_id = m.repo_id)`,
    [JSON.stringify(settings.humanBeforeByRepo)]
  );
  return rows.map((row) => row.repo_id);
}

/** What depends on what a repository is: its changes, which lines count, and who owns what it deploys. */
async function markRepos(client: Client, repos: readonly number[]): Promise<void> {
  if (repos.length === 0) return;
  await client.query(
    `insert into dirty (kind, repo_id, item)
     select kind, repo_id, '*' from unnest($1::integer[]) as r(repo_id), unnest('{change,survival}'::text[]) as kind
     union select 'delivery', 0, service_id from deployment where repo_id = any($1::integer[]) on conflict do nothing`,
    [repos]
  );
}

/** Changes with lines whose last day of observation was not complete, in repositories observed for longer now. */
async function markPending(client: Client): Promise<void> {
  await client.query(
    `with moved as (
       insert into derive_state as s (key, fingerprint)
       select key, made.fingerprint from (select 'observed/' || repo_id as key, coalesce(observed_until::text, '') as fingerprint from repo) made
       left join derive_state old using (key) where old.fingerprint is distinct from made.fingerprint
       on conflict (key) do update set fingerprint = excluded.fingerprint where s.fingerprint <> excluded.fingerprint
       returning substr(key, 10)::integer as repo_id)
     insert into dirty (kind, repo_id, item)
     select 'survival', repo_id, change_id::text from change_survival join moved using (repo_id) where pending > 0
     union all
     select 'survival', repo_id, '*' from moved where not exists (select from change_survival c where c.repo_id = moved.repo_id)
       and exists (select from change_fact f where f.repo_id = moved.repo_id)
     on conflict do nothing`
  );
}

/** All tools have seats: only then the lack of a seat is evidence. */
const SEATED = `select bool_and(exists (select from seat s where s.tool_id = t.tool_id)) as value from tool t`;
const TOOLS = `select json_agg(t order by tool_id) as value from tool t`;
const WORKFLOWS = `select json_build_array((select json_agg(w order by workflow_id, version) from workflow w),
  (select json_agg(t order by workflow_id, tool_id) from workflow_tool t)) as value`;
const ZONES = `select json_agg(json_build_array(team_id, time_zone) order by team_id) as value from team`;

/** Marks what depends on slow inputs that changed since the last derivation. */
export async function markChangedInputs(client: Client, settings: DeriveSettings): Promise<void> {
  const { source, humanBefore, seniorityMonths, timeZone, calendar, identity, linkWindowHours, rewriteThreshold } =
    settings;
  const changes = [DERIVE_VERSION, CLASS_RULES_VERSION, source, humanBefore, seniorityMonths, timeZone];
  if (await differs(client, 'changes', [changes, await fingerprintOf(client, SEATED)])) {
    await markAllRepos(client, ['change']);
  }
  await markRepos(client, await changedRepos(client, settings));
  const workflows = await fingerprintOf(client, WORKFLOWS);
  const zones = await fingerprintOf(client, ZONES);
  if (await differs(client, 'completions', [DERIVE_VERSION, timeZone, calendar, workflows, zones])) {
    await markAllRepos(client, ['completion']);
  }
  if (
    await differs(client, 'usage', [
      DERIVE_VERSION,
      USAGE_VERSION,
      timeZone,
      workflows,
      await fingerprintOf(client, TOOLS),
    ])
  ) {
    await mark(client, 'week', [{ repoId: 0, item: '*/*' }]);
  }
  if (await differs(client, 'declared', [DERIVE_VERSION, timeZone]))
    await mark(client, 'declared', [{ repoId: 0, item: '*' }]);
  if (await differs(client, 'identity', [DERIVE_VERSION, identity]))
    await mark(client, 'identity', [{ repoId: 0, item: '*' }]);
  if (await differs(client, 'delivery', [DERIVE_VERSION, DELIVERY_VERSION, linkWindowHours])) {
    await mark(client, 'delivery', [{ repoId: 0, item: '*' }]);
  }
  if (await differs(client, 'survival', [DERIVE_VERSION, rewriteThreshold])) await markAllRepos(client, ['survival']);
  await markPending(client);
}
