-- grain: one row per (group)
with
unit as (
  select concat_ws(chr(31),
           -- @include change-cell
         ) as cell, u.person_id, coalesce(u.reverted_at <= x.until, false) as is_reverted, coalesce(u.rewritten_at <= x.until, false) as is_rewritten,
         coalesce(u.failed_at <= x.until, false) as has_failed, coalesce(u.reopened_at <= x.until, false) as is_reopened
  from change_outcome u
  cross join lateral (select u.merged_at + interval '30 days' as until) x
  -- Mature: what becomes of younger ones is known for the early ones alone.
  where u.merged_at <= (select complete_until from data_clock) - interval '30 days' and
    -- @include merged-in-range
  offset 0
),
p as (
  select cell, person_id, count(*) as n, count(*) filter (where not (is_reverted or is_rewritten or has_failed or is_reopened)) as hits,
         count(*) filter (where is_reverted) as reverted, count(*) filter (where is_rewritten) as rewritten,
         count(*) filter (where has_failed) as failed, count(*) filter (where is_reopened) as reopened
  from unit group by cell, person_id
)
select cell, sum(p.hits)::double precision as hits, sum(p.reverted)::double precision as reverted, sum(p.rewritten)::double precision as rewritten,
       sum(p.failed)::double precision as failed, sum(p.reopened)::double precision as reopened,
       -- What nothing tells of is not known, and no zero.
       exists (select from survived_unit) as knows_lines, exists (select from incident_unit) as knows_incidents,
       (select has_issue_states from data_clock) as knows_issues,
       -- @include people-of-changes
from p group by cell
