/** Tool use by the authors of changes in `[first commit − 24 h, merged_at]`: evidence of grades 2 and 1, and the line tracker's silence. */
import type { Client } from '../work-list.ts';

/** Window of one change. */
export interface UsageWindow {
  readonly key: string;
  readonly personId: string;
  readonly repoId: number;
  readonly from: Date;
  readonly to: Date;
  /** Local dates of its commits; none where one is dated after the end: what was tracked until then says nothing of it. */
  readonly days: readonly string[];
}

export interface AuthorUsage {
  /** Lines accepted in timestamped events. */
  readonly acceptedLines: number;
  readonly isRepoKnown: boolean;
  readonly acceptedTools: readonly string[];
  readonly activeTools: readonly string[];
  /** A line tracker (grade 4) has a row for every commit day, all without accepted lines. */
  readonly isTrackedHuman: boolean;
}

interface UsageRow {
  key: string;
  accepted_lines: number | null;
  is_repo_known: boolean | null;
  accepted_tools: string[] | null;
  active_tools: string[];
  is_tracked_human: boolean;
}

const USAGE = `
with w as (
  select * from json_to_recordset($1::json) as w(key text, "personId" text, "repoId" integer, "from" timestamptz, "to" timestamptz, days date[]))
select w.key, e.accepted_lines, e.is_repo_known, e.accepted_tools,
  array(select distinct tool from unnest(coalesce(e.tools, '{}') || coalesce(d.tools, '{}')) as tool order by tool) as active_tools,
  coalesce(t.is_tracked_human, false) as is_tracked_human
from w
left join lateral (
  select nullif(least(coalesce(sum(v.accepted_lines) filter (where v.accepted_lines > 0), -1), 2147483647), -1)::integer as accepted_lines,
    bool_and(v.repo_id is not null) filter (where v.accepted_lines > 0) as is_repo_known,
    array_agg(distinct v.tool_id) filter (where v.accepted_lines > 0) as accepted_tools, array_agg(distinct v.tool_id) as tools
  from tool_event v
  where v.person_id = w."personId" and v.at >= w."from" and v.at <= w."to" and (v.repo_id is null or v.repo_id = w."repoId")) e on true
left join lateral (
  select array_agg(distinct v.tool_id) as tools from tool_day v
  where v.person_id = w."personId" and v.day between (w."from" at time zone $2)::date and (w."to" at time zone $2)::date
    and coalesce(v.invocations, v.sessions, 1) > 0) d on true
left join lateral (
  select count(distinct v.day) = cardinality(w.days) and coalesce(sum(v.accepted_lines), 0) = 0 as is_tracked_human
  from tool_day v where v.person_id = w."personId" and v.grade = 4 and v.day = any(w.days)) t on cardinality(w.days) > 0`;

/**
 * SQL: may the window of a change `c` hold something of `s.low` to `s.high`? What `windowsOf` (step.ts) makes of the same rows lies within:
 * whoever marks changes for usage asks this and nothing else.
 */
export const MAY_HOLD = `greatest(c.merged_at, c.closed_at) >= s.low and least(c.first_commit_at, (
  select min(g.authored_at) from git_commit g where g.repo_id = c.repo_id and g.change_key = c.change_key)) - interval '1 day' < s.high`;

/** Usage of the author by change key. Windows without any use are absent. */
export async function loadAuthorUsage(
  client: Client,
  windows: readonly UsageWindow[],
  timeZone: string
): Promise<Map<string, AuthorUsage>> {
  if (windows.length === 0) return new Map();
  const { rows } = await client.query<UsageRow>(USAGE, [JSON.stringify(windows), timeZone]);
  return new Map(
    rows.map((row) => [
      row.key,
      {
        acceptedLines: row.accepted_lines ?? 0,
        isRepoKnown: row.is_repo_known ?? false,
        acceptedTools: row.accepted_tools ?? [],
        activeTools: row.active_tools,
        isTrackedHuman: row.is_tracked_human,
      },
    ])
  );
}
