/**
 * Slow inputs (settings, repositories, teams, tools, workflows, rules): their fingerprints are kept in `derive_state`, and a
 * difference marks everything that depends on them. So a changed configuration or rule re-derives, and nothing else does.
 */
import { CLASS_RULES_VERSION } from './change/class-rules.ts';
import type { DeriveSettings } from './settings.ts';
import { MARK_NEWEST } from './usage/statements.ts';
import { mark, markAllRepos, type Client } from './work-list.ts';

/** Raise when the way of deriving changes: everything is derived anew after an update. */
export const DERIVE_VERSION = 5;
/** The same for usage, for deliveries and for issues alone. */
const USAGE_VERSION = 4;
const DELIVERY_VERSION = 4;
const ISSUES_VERSION = 1;
export const VERSIONS = [USAGE_VERSION, DELIVERY_VERSION, ISSUES_VERSION] as const;

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

/**
 * Changes whose lines look otherwise where a repository is observed until another instant. Later: those with a death on the last day, which
 * was not complete, or with lines taken out of history at the end or behind it. Earlier (a force push to an older commit): any may have
 * deaths behind the end.
 */
async function markObserved(client: Client): Promise<void> {
  await client.query(
    `with moved as (
       select r.repo_id, nullif(old.fingerprint, '')::timestamptz as was, r.observed_until as now from repo r
       left join derive_state old on old.key = 'observed/' || r.repo_id
       where old.fingerprint is null or nullif(old.fingerprint, '')::timestamptz is distinct from r.observed_until),
     kept as (
       insert into derive_state as s (key, fingerprint) select 'observed/' || repo_id, coalesce(now::text, '') from moved
       on conflict (key) do update set fingerprint = excluded.fingerprint)
     insert into dirty (kind, repo_id, item)
     select 'survival', repo_id, s.change_id::text from moved join change_survival s using (repo_id)
     where was <= now and (s.pending > 0 or (s.censored > 0 and exists (
       select from change_death d where d.repo_id = s.repo_id and d.change_id = s.change_id and d.death_kind = 'history_rewritten'
         and d.age_days >= floor(extract(epoch from was - s.born_at) / 86400))))
     union all
     select 'survival', repo_id, '*' from moved where (was <= now) is not true
       and (exists (select from change_fact f where f.repo_id = moved.repo_id) or exists (select from change_survival s where s.repo_id = moved.repo_id))
     on conflict do nothing`
  );
}

/** All tools have seats: only then the lack of a seat is evidence. */
const SEATED = `select bool_and(exists (select from seat s where s.tool_id = t.tool_id)) as value from tool t`;
const TOOLS = `select json_agg(t order by tool_id) as value from tool t`;
const WORKFLOWS = `select json_build_array((select json_agg(w order by workflow_id, version) from workflow w),
  (select json_agg(t order by workflow_id, tool_id) from workflow_tool t)) as value`;
const ZONES = `select json_agg(json_build_array(team_id, time_zone) order by team_id) as value from team`;

const OTHER_WORKFLOWS = `select json_agg(w order by workflow_id, version) as value from workflow w where unit not in ('pr', 'pr_reviewer')`;
/** Where a repository stands, and whose it is, by which incidents and issues find theirs. */
const PLACES = `select md5(string_agg(row(repo_id, slug, service_id, owner_team_id, owner_history)::text, ',' order by repo_id)) as value from repo`;

/** Units that are no changes; who counts none of them pays nothing. */
async function markWorkUnits(client: Client, others: readonly unknown[]): Promise<void> {
  const workflows = await fingerprintOf(client, OTHER_WORKFLOWS);
  const input = workflows === null ? null : [workflows, ...others, await fingerprintOf(client, PLACES)];
  if (await differs(client, 'work-units', input)) await mark(client, 'work_unit', [{ repoId: 0, item: '*' }]);
}

/** Marks what depends on slow inputs that changed since the last derivation. */
export async function markChangedInputs(client: Client, settings: DeriveSettings): Promise<void> {
  const { source, humanBefore, seniorityMonths, timeZone, calendar, identity, linkWindowHours, rewriteThreshold } =
    settings;
  const holidays = settings.exclusions.filter(({ kind }) => kind === 'holiday');
  const changes = [DERIVE_VERSION, CLASS_RULES_VERSION, source, humanBefore, seniorityMonths, timeZone];
  if (await differs(client, 'changes', [changes, await fingerprintOf(client, SEATED)])) {
    await markAllRepos(client, ['change']);
  }
  await markRepos(client, await changedRepos(client, settings));
  const workflows = await fingerprintOf(client, WORKFLOWS);
  const zones = await fingerprintOf(client, ZONES);
  if (await differs(client, 'completions', [DERIVE_VERSION, timeZone, calendar, holidays, workflows, zones])) {
    await markAllRepos(client, ['completion']);
  }
  await markWorkUnits(client, [
    DERIVE_VERSION,
    CLASS_RULES_VERSION,
    timeZone,
    calendar,
    holidays,
    zones,
    seniorityMonths,
  ]);
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
  // Local days of telemetry, and whose they are.
  if (await differs(client, 'reported', [DERIVE_VERSION, USAGE_VERSION, timeZone])) {
    await mark(client, 'telemetry', [{ repoId: 0, item: '*' }]);
    await mark(client, 'reported', [{ repoId: 0, item: '*' }]);
  }
  if (await differs(client, 'declared', [DERIVE_VERSION, timeZone]))
    await mark(client, 'declared', [{ repoId: 0, item: '*' }]);
  if (await differs(client, 'identity', [DERIVE_VERSION, identity]))
    await mark(client, 'identity', [{ repoId: 0, item: '*' }]);
  if (await differs(client, 'delivery', [DERIVE_VERSION, DELIVERY_VERSION, linkWindowHours])) {
    await mark(client, 'delivery', [{ repoId: 0, item: '*' }]);
  }
  if (await differs(client, 'issues', [DERIVE_VERSION, ISSUES_VERSION]))
    await mark(client, 'issue', [{ repoId: 0, item: '*' }]);
  if (await differs(client, 'survival', [DERIVE_VERSION, rewriteThreshold])) await markAllRepos(client, ['survival']);
  await markObserved(client);
  await client.query(MARK_NEWEST, [timeZone]);
  // Teams, tools and landing dates decide all of them, and there are few.
  await mark(client, 'landing', [{ repoId: 0, item: '*' }]);
}
