/**
 * Is there anything for the step configuration to do? It is a function of the configuration and of small tables, and doing it twice changes nothing:
 * where both are as they were when it was done last, it need not be done. One statement says so, and what waits beside.
 *
 * Accounts, persons, memberships and seats are not small: a page that writes one marks `identity`, and whoever takes that forgets what was seen.
 */
import { createHash } from 'node:crypto';
import type { Config } from '../config/schema.ts';
import { CLASS_RULES_VERSION } from './change/class-rules.ts';
import { DERIVE_VERSION, VERSIONS } from './inputs.ts';
import { settingRows, type DeriveSettings } from './settings.ts';
import { Pending, PENDING, type Client, type PendingRow } from './work-list.ts';

const KEY = 'inputs';

/** What the step reads of the configuration, and the versions of what it decides; $1. Secrets are none of it. */
const given = (config: Config, settings: DeriveSettings): string =>
  createHash('sha256')
    .update(JSON.stringify([DERIVE_VERSION, VERSIONS, CLASS_RULES_VERSION, settings, config.services, config.teams]))
    .digest('hex');

/** Settings that the step writes; $2. */
const keys = (settings: DeriveSettings): string[] => ['configured', ...Object.keys(settingRows(settings))];

const whole = (table: string, order: string): string => `(select json_agg(t order by ${order}) from ${table} t)`;

/** Every small table that the step reads or writes, and $1. */
const SEEN = `md5(json_build_array($1::text,
  ${whole('service', 'service_id')}, ${whole('team', 'team_id')}, ${whole('tool', 'tool_id')}, ${whole('tool_landing', 'tool_id, team_id, workflow_id')},
  ${whole('workflow', 'workflow_id, version')}, ${whole('workflow_tool', 'workflow_id, tool_id')}, ${whole('calendar_event', 'event_no')}, ${whole('exclusion', 'exclusion_id')},
  ${whole('phase', 'phase_no')},
  (select json_agg(json_build_array(key, value) order by key) from setting where key = any($2::text[])),
  (select array_agg(tool_id order by tool_id) from tool t where exists (select from seat s where s.tool_id = t.tool_id)),
  (select string_agg(row(repo_id, slug, service_id, owner_team_id, owner_history, known_from, observed_until)::text, ',' order by repo_id) from repo)
)::text)`;

/** Marks that wait and name a tool that is not in the store yet: the step adds it. */
const NEW_TOOLS = `exists (
  select from dirty d join commit_mark m on m.repo_id = d.repo_id and m.sha = d.item
  where d.kind = 'commit' and m.grade >= 3 and not exists (select from tool t where t.tool_id = m.tool_id))
or exists (
  select from dirty d join commit_mark m on m.repo_id = d.repo_id
  where d.kind in ('change', 'commit') and d.item = '*' and m.grade >= 3 and not exists (select from tool t where t.tool_id = m.tool_id))`;

interface LookRow extends PendingRow {
  readonly is_same: boolean;
}

/** What waits, and whether the step configuration has something to do. */
export async function look(
  client: Client,
  config: Config,
  settings: DeriveSettings
): Promise<{ readonly pending: Pending; readonly isConfigured: boolean }> {
  const { rows } = await client.query<LookRow>(
    `select ${PENDING},
       not (${NEW_TOOLS}) and exists (select from derive_state where key = '${KEY}' and fingerprint = ${SEEN}) as is_same`,
    [given(config, settings), keys(settings)]
  );
  const { kinds = [], has_days: hasDays = false, is_same: isSame = false } = rows[0] ?? {};
  const pending = new Pending(kinds, hasDays);
  return { pending, isConfigured: isSame && !pending.has('identity') };
}

/** Keeps what the step configuration has seen; at its end, in its transaction. */
export async function keepSeen(client: Client, config: Config, settings: DeriveSettings): Promise<void> {
  await client.query(
    `insert into derive_state (key, fingerprint) select '${KEY}', ${SEEN}
     on conflict (key) do update set fingerprint = excluded.fingerprint`,
    [given(config, settings), keys(settings)]
  );
}

/** People changed: the next derivation configures anew. */
export async function forgetSeen(client: Client): Promise<void> {
  await client.query(`delete from derive_state where key = '${KEY}'`);
}
