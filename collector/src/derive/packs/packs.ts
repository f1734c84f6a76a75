/** Rollups by person: sixty weeks of usage_week in one row for each configured way of counting, and of completed units. */
import type { Client } from '../work-list.ts';

const CHUNK = 500;

/** Blocks of persons ($1). */
const BLOCKS = `
with counting as (
  select distinct tool_id, usage_workflow_id as workflow_id, measure, usage_window, high_min,
    array_position('{trailing_30d,same_week,prior_30d}', usage_window) * 10 + array_position('{invocations,active_days,accepted_lines}', measure) as way
  from workflow_usage),
week as (
  select n.tool_id, n.workflow_id, n.measure, n.usage_window, n.high_min, w.no / 60 * 60 as first_week, u.person_id, w.no % 60 as place, u.uses,
    32 | case when v.coverage >= 2 then 1 else 0 end | case when v.coverage >= 3 then 2 else 0 end | case when v.used > 0 then 4 else 0 end
      | case when v.used >= n.high_min then 8 else 0 end | case when u.is_seated then 16 else 0 end
      | (array_position('{none,seat,activity,event,observed_zero,declared}', u.basis) << 6) as state
  from usage_week u
  join counting n using (tool_id, workflow_id)
  cross join lateral (select (u.week_start - date '2000-01-03') / 7 as no) w
  cross join lateral (
    select case when n.way >= 30 then u.prior_coverage else u.coverage end as coverage,
      case n.way
        when 11 then u.uses_30d when 12 then u.active_days_30d when 13 then u.accepted_lines_30d
        when 21 then u.uses when 22 then u.active_days when 23 then u.accepted_lines
        when 31 then u.uses_prior_30d when 32 then u.active_days_prior_30d else u.accepted_lines_prior_30d end as used) v
  where u.person_id = any($1::text[]))
insert into usage_block (tool_id, workflow_id, measure, usage_window, high_min, first_week, person_id, states, uses)
select tool_id, workflow_id, measure, usage_window, high_min, first_week, person_id,
  string_agg(int4send(place << 24 | state), '' order by place),
  coalesce(string_agg(int4send(place << 24 | least(uses, 16777215)), '' order by place) filter (where uses > 0), '')
from week
group by 1, 2, 3, 4, 5, 6, 7`;

/** Packs the weeks of persons anew; who has none any more has no block. */
export async function packWeeks(client: Client, persons: readonly string[]): Promise<void> {
  for (let from = 0; from < persons.length; from += CHUNK) {
    const chunk = [persons.slice(from, from + CHUNK)];
    await client.query('delete from usage_block where person_id = any($1::text[])', chunk);
    await client.query(BLOCKS, chunk);
  }
}

/** Packs the completed units of persons anew. */
export async function packUnits(client: Client, persons: readonly string[]): Promise<void> {
  for (let from = 0; from < persons.length; from += CHUNK) {
    const chunk = [persons.slice(from, from + CHUNK)];
    await client.query('delete from completion_block where person_id = any($1::text[])', chunk);
    await client.query(
      'insert into completion_block select * from completion_packing where person_id = any($1::text[])',
      chunk
    );
  }
}
