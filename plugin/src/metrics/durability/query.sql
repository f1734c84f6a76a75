-- grain: one row per (group), per (group, age of changes younger than 90 days), per (group, age of death), per (group, sampled change) and,
--   of packed changes, two per (group): packed_people and packed_ends as table pack.survival_pack has them; column kind tells which
-- A group (cell) is as fragments/cell.sql says.
-- No unions below member and joins that a constant switches off: so the planner keeps one flat, parallel scan of change_survival.
with
member as not materialized (
  select
    -- The first branch is the usual query and saves a concatenation per change.
    case when :bucket::text = 'none' and :groupBy::text[] = '{code_source}' and :by::text = 'pr_class_source' then
      -- @include source
    else concat_ws(chr(31),
      -- @include cell
    ) end as cell,
    u.repo_id, u.change_id, b.line_source, u.merged_at, u.born_at, u.observed_until, w.code_source as source, w.basis, w.lines, w.alive, u.person_id, u.is_assumed, u.confidence,
    greatest(floor(date_part('epoch', u.observed_until - u.born_at) / 86400), 0) as seen
  from survived_unit u
  -- by = line_source: an attested line is all AI (a share of 1 is ai_heavy) or all human, the others keep the class of their change.
  left join (
    select l.*, l.effective_lines - coalesce((
        select sum(d.effective_lines) from change_death d
        where d.repo_id = l.repo_id and d.change_id = l.change_id and d.line_source = l.line_source), 0)::integer as alive
    from change_line l
  ) b on :by::text = 'line_source' and b.repo_id = u.repo_id and b.change_id = u.change_id
  cross join lateral (
    select
      case when :by::text = 'pr_class_source' or b.line_source = '' then u.code_source
           when b.line_source = 'human' then 'human' else 'ai_heavy' end as code_source,
      case when :by::text = 'pr_class_source' or b.line_source = '' then 'pr' else 'line' end as basis,
      case when :by::text = 'pr_class_source' then u.effective_lines else b.effective_lines end as lines,
      case when :by::text = 'pr_class_source' then u.effective_lines - u.lost - u.censored else b.alive end as alive,
      case when :by::text = 'line_source' and b.line_source like 'ai:%' then array[substr(b.line_source, 4)]
           when :by::text = 'line_source' and b.line_source = 'human' then '{none}'
           else u.counted_tools end as tools
  ) w
  -- A change counts for each of its tools: groups by tool never add up to the whole.
  left join lateral unnest(w.tools) as t(tool) on 'tool' = any(:groupBy::text[])
  where
    -- @include chosen
    and w.lines > 0
),
-- The usual question is answered from the packs by UTC day; of it only the days that the range cuts are read change by change.
pack as not materialized (
  select u.*,
    -- @include source
    as cell
  from pack.survival_pack u
  where :is_usual::boolean
    and u.merged_on >= ((:from::timestamptz at time zone 'UTC') + interval '1 day' - interval '1 microsecond')::date and u.merged_on < (:to::timestamptz at time zone 'UTC')::date
    and (:code_source::text[] is null or u.code_source = any(:code_source::text[]))
),
unpacked as not materialized (
  select *
  from member m
  where not :is_usual::boolean
    or m.merged_at < ((:from::timestamptz at time zone 'UTC') + interval '1 day' - interval '1 microsecond')::date::timestamp at time zone 'UTC'
    or m.merged_at >= (:to::timestamptz at time zone 'UTC')::date::timestamp at time zone 'UTC'
),
person as materialized (
  select cell, person_id, count(*)::integer as changes, sum(lines) as lines,
         sum(lines) filter (where basis = 'line') as attested_lines,
         sum(lines) filter (where source = 'unknown') as unknown_lines,
         bool_or(is_assumed) as is_assumed,
         sum(confidence * lines) as confidence_lines, sum(lines) filter (where confidence is not null) as rated_lines
  from unpacked
  group by cell, person_id
),
-- Of packed changes, people and most_lines come from the rows of kind people.
cell as materialized (
  select cell, sum(changes)::double precision as changes, sum(lines)::double precision as lines,
         count(person_id)::integer as people,
         (max(lines) filter (where person_id is not null))::double precision as most_lines,
         coalesce(sum(attested_lines), 0)::double precision as attested_lines,
         coalesce(sum(unknown_lines), 0)::double precision as unknown_lines,
         bool_or(is_assumed) as is_assumed, sum(confidence_lines) / nullif(sum(rated_lines), 0)::double precision as confidence,
         -- Enough clusters for a stable interval; many groups share a budget so that the bootstrap stays quick.
         least(2000, greatest(100, 2000 / count(*) over ())) / sum(changes)::double precision as sample_share
  from (
    select cell, person_id, changes, lines, attested_lines, unknown_lines, is_assumed, confidence_lines, rated_lines
    from person
    union all
    select cell, null, changes, lines, 0, case when code_source = 'unknown' then lines else 0 end, is_assumed, confidence_lines, rated_lines
    from pack
  ) p
  group by cell
),
young as (
  select cell, seen::integer as age, count(*)::double precision as changes, sum(lines)::double precision as lines,
         sum(alive)::double precision as alive
  from member
  -- The second condition follows from the first and spares most joins where every repository is up to date.
  where not :only_people::boolean and born_at > observed_until - interval '90 days' and born_at > (select min(observed_until) - interval '90 days' from repo)
  group by cell, seen
),
death as (
  select cell, age_days as age,
         sum(case when is_end then effective_lines else 0 end)::double precision as events,
         sum(case when is_end then 0 else effective_lines end)::double precision as censored
  from (
    select m.cell, d.age_days, d.effective_lines,
           d.death_kind <> 'history_rewritten' and not (d.death_kind = 'file_deleted' and :exclude_file_deleted::boolean) as is_end
    from unpacked m
    join change_death d using (repo_id, change_id)
    where not :is_usual::boolean and not :only_people::boolean
      and d.age_days <= 90 and (m.line_source is null or d.line_source = m.line_source)
    union all
    select m.cell, d.age_days, d.effective_lines,
           d.death_kind <> 'history_rewritten' and not (d.death_kind = 'file_deleted' and :exclude_file_deleted::boolean)
    from unpacked m
    -- Few changes: looked up one by one.
    cross join lateral (
      select * from change_death d where d.repo_id = m.repo_id and d.change_id = m.change_id and d.age_days <= 90 offset 0
    ) d
    where :is_usual::boolean and not :only_people::boolean
  ) ends
  group by cell, age_days
),
-- Drawn by a hash of the change, so that the same query draws the same changes.
sampled as (
  select m.cell, m.repo_id, m.change_id, m.line_source, m.lines, m.alive, m.seen
  from member m
  join cell c using (cell)
  where not :only_people::boolean and (hashint8extended(m.change_id, 0) & 1048575) <= (select ceil(max(sample_share) * 1048576)::bigint from cell)
    and (hashint8extended(m.change_id, 0) & 1048575) < c.sample_share * 1048576
)
select 'cell' as kind, cell, changes, lines, people, most_lines, attested_lines, unknown_lines, is_assumed, confidence,
       null::integer as age, null::double precision as events, null::double precision as censored, null::text as ends,
       null::text as packed_people, null::text as packed_ends
from cell
union all
select 'young', cell, changes, lines, null, null, null, null, null, null, age, null, alive, null, null, null
from young
union all
select 'death', cell, null, null, null, null, null, null, null, null, age, events, censored, null, null, null
from death
union all
select 'people', cell, null, null, null, null, null, null, null, null, null, null, null, null, encode(string_agg(people, ''), 'base64'), null
from (
  select cell, people
  from pack
  union all
  select cell, int8send(hashtextextended(person_id, 0)) || int8send(lines)
  from person
  where person_id is not null and :is_usual::boolean
) p
group by cell
union all
select 'ends', cell, null, null, null, null, null, null, null, null, null, null, null, null, null, encode(string_agg(ends, ''), 'base64')
from pack
group by cell
union all
(
  select 'change', s.cell, 1, s.lines, null, null, null, null, null, null, s.seen::integer, null, s.alive, d.ends, null, null
  from sampled s
  cross join lateral (
    select string_agg(concat_ws(' ', d.age_days,
        case when d.death_kind = 'history_rewritten' or d.death_kind = 'file_deleted' and :exclude_file_deleted::boolean
          then 'c' else 'e' end, d.effective_lines), ',') as ends
    from change_death d
    where d.repo_id = s.repo_id and d.change_id = s.change_id and d.age_days <= 90
      and (s.line_source is null or d.line_source = s.line_source)
  ) d
  order by s.cell, s.repo_id, s.change_id, s.line_source
)
