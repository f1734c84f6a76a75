-- grain: one row per (group), per (group, failed deployment), per (group, range of lead times), per (group, sampled change) and per (incident link method); column kind tells which
-- A group is its period (current or baseline), the start of its bucket (epoch seconds, absent for none) and its values of groupBy in the
-- order of deployed and of part (deployment first, then change), joined by chr(31).
with
-- Data is complete up to here. Deployments younger than the link window may still get an incident.
clock as (
  select at, at - make_interval(secs => 3600 * coalesce((select (value #>> '{}')::double precision from setting where key = 'link_window_hours'), 24))
    as mature_until
  from (select least(:to::timestamptz, coalesce((select max(watermark) from stream_state), now())) as at) w
),
-- The usual question: weights by changes, by source at most, of all changes. Then pack.deployment_pack has the sources with their changes,
-- and no change is looked up.
form as materialized (
  select :groupBy::text[] @> '{code_source}' and :groupBy::text[] <@ '{code_source,team,repo,service}' and :weight::text = 'pr'
    and :mode::text <> 'majority' and coalesce(:code_source::text[], :pr_class::text[], :zone::text[], :size::text[]) is null as is_usual
),
deployed as materialized (
  select d.deployment_id, p.sources, p.source_changes, p.people, cardinality(p.sources) as source_count,
         (coalesce(p.source_changes[1], 0) + coalesce(p.source_changes[2], 0) + coalesce(p.source_changes[3], 0)
           + coalesce(p.source_changes[4], 0))::double precision as counted, d.finished_at, d.finished_at <= c.mature_until as is_mature, d.is_failed, d.is_rework, d.recovered_at,
         d.cause_repo_id, d.cause_change_id, d.fixed_repo_id, d.fixed_change_id, d.repo_id, c.at,
         case when :metric::text = 'deployment_frequency' then (d.finished_at at time zone :tz::text)::date end as day,
         -- The first branch is the usual query and saves a concatenation per deployment.
         case when :bucket::text = 'none' and :compare::text = 'none' and not :groupBy::text[] && '{team,repo,service}' then 'current'
         else concat_ws(chr(31),
           case when d.finished_at >= :from::timestamptz then 'current' else 'baseline' end,
           case when :bucket::text <> 'none' and d.finished_at >= :from::timestamptz then extract(epoch from
             date_trunc(:bucket::text, d.finished_at at time zone :tz::text) at time zone :tz::text)::bigint end,
           case when 'team' = any(:groupBy::text[]) then d.team_id end,
           case when 'repo' = any(:groupBy::text[]) then coalesce(r.slug, 'unknown') end,
           case when 'service' = any(:groupBy::text[]) then d.service_id end) end as outer_cell
  from deployment_fact d
  join pack.deployment_pack p on p.deployment_id = d.deployment_id
  cross join clock c
  left join repo r on r.repo_id = d.repo_id
  where :metric::text <> 'lead_time' and d.environment = 'production'
    and d.finished_at >= :from::timestamptz - case when :compare::text = 'baseline_90d' then interval '90 days' else interval '0' end
    and d.finished_at < :to::timestamptz and d.finished_at <= c.at
    -- Times to recover are of failed deployments alone, so the people behind them are counted of those.
    and (:metric::text <> 'recovery_time' or d.is_failed)
    and (not :planned_only::boolean or d.kind not in ('rollback', 'hotfix'))
    and (:team::text[] is null or d.team_id = any(:team::text[]))
    and (:service::text[] is null or d.service_id = any(:service::text[]))
    and (:repo::text[] is null or coalesce(r.slug, 'unknown') = any(:repo::text[]))
),
-- The changes of the deployments. One that the filters leave out keeps its weight, under a name (chr(30)) that is dropped later.
shipped as materialized (
  select d.deployment_id, d.outer_cell, f.responsible_id, f.confidence, f.is_assumed,
         case when :weight::text = 'lines' then coalesce(f.effective_added, 0) end as lines,
         case when (:code_source::text[] is null or f.code_source = any(:code_source::text[]))
           and (:pr_class::text[] is null or f.pr_class = any(:pr_class::text[]))
           and (:zone::text[] is null or f.zone = any(:zone::text[]))
           and (:size::text[] is null or f.size = any(:size::text[]))
           then case when :groupBy::text[] <@ '{code_source,team,repo,service}' and :groupBy::text[] @> '{code_source}' then f.code_source
             else concat_ws(chr(31),
               case when 'pr_class' = any(:groupBy::text[]) then f.pr_class end,
               case when 'code_source' = any(:groupBy::text[]) then f.code_source end,
               case when 'zone' = any(:groupBy::text[]) then f.zone end,
               case when 'size' = any(:groupBy::text[]) then f.size end) end
           else chr(30) end as part
  from deployed d
  join deployment_change c on c.deployment_id = d.deployment_id
  join change_fact f on f.repo_id = c.repo_id and f.change_id = c.change_id
  where f.author_kind <> 'automation' and not (select is_usual from form)
),
portion as materialized (
  select deployment_id, part, count(*)::double precision as changes, sum(lines)::double precision as lines
  from shipped
  group by deployment_id, part
),
-- Where no change of a deployment has lines, each change counts alike.
batch as materialized (
  select deployment_id, count(*) as parts, sum(changes) as changes, nullif(sum(lines), 0) as lines,
         coalesce(max(lines) / nullif(sum(lines), 0), max(changes) / sum(changes)) as purity
  from portion
  group by deployment_id
),
-- The part with more than half of the weight, else mixed.
majority as materialized (
  select p.deployment_id,
         coalesce(max(p.part) filter (where coalesce(p.lines / b.lines, p.changes / b.changes) > 0.5),
           case when coalesce(:code_source::text[], :pr_class::text[], :zone::text[], :size::text[]) is null then 'mixed' else chr(30) end) as part
  from portion p
  join batch b using (deployment_id)
  where :mode::text = 'majority'
  group by p.deployment_id
),
-- The usual question: deployments that count alike, counted once. There are some thousand kinds of batches, however many deployments.
alike as materialized (
  select case when :bucket::text = 'none' and :compare::text = 'none' and not :groupBy::text[] && '{team,repo,service}' then 'current' else outer_cell end as outer_cell,
         sources, source_changes, counted, is_mature, is_failed, case when :metric::text = 'deployment_frequency' then day end as day,
         count(*)::double precision as deployments,
         -- Times to recover are of single deployments.
         case when :metric::text = 'recovery_time' then deployment_id end as deployment_id
  from deployed
  where (select is_usual from form)
  group by 1, sources, source_changes, counted, is_mature, is_failed, 7, 9
),
-- What a deployment counts in each group, and how many deployments count so. A deployment without a change (configuration, infrastructure, automation only) is one part
-- of source none.
measured as not materialized (
  select d.deployment_id, d.outer_cell, d.is_mature, d.is_failed, d.day, coalesce(b.parts, 1) = 1 as is_single,
         coalesce(m.part, p.part, n.part) as part, 1::double precision as deployments,
         case when :mode::text = 'cause' then case when b.deployment_id is null then 0 else p.changes end
              when m.deployment_id is not null then 1
              else coalesce(p.lines / b.lines, p.changes / b.changes, 1) end as weight
  from deployed d
  left join batch b on b.deployment_id = d.deployment_id
  left join majority m on :mode::text = 'majority' and m.deployment_id = d.deployment_id
  left join portion p on :mode::text <> 'majority' and p.deployment_id = d.deployment_id
  cross join lateral (
    select case when (:code_source::text[] is null or 'none' = any(:code_source::text[]))
      and (:pr_class::text[] is null or 'none' = any(:pr_class::text[]))
      and (:zone::text[] is null or 'none' = any(:zone::text[]))
      and (:size::text[] is null or 'none' = any(:size::text[]))
      then concat_ws(chr(31),
        case when 'pr_class' = any(:groupBy::text[]) then 'none' end,
        case when 'code_source' = any(:groupBy::text[]) then 'none' end,
        case when 'zone' = any(:groupBy::text[]) then 'none' end,
        case when 'size' = any(:groupBy::text[]) then 'none' end)
      else chr(30) end as part
  ) n
  where (:mode::text <> 'single_source' or coalesce(b.parts, 1) = 1) and not (select is_usual from form)
  union all
  select a.deployment_id, a.outer_cell, a.is_mature, a.is_failed, a.day, cardinality(a.sources) <= 1, coalesce(x.part, 'none'), a.deployments,
         case when :mode::text = 'cause' then coalesce(x.changes, 0) else coalesce(x.changes / a.counted, 1) end
  from alike a
  left join lateral unnest(a.sources, a.source_changes) as x(part, changes) on true
  where :mode::text <> 'single_source' or cardinality(a.sources) <= 1
),
measured_cell as (
  select outer_cell, part, sum(weight * deployments) as all_weight, sum(deployments) as all_deployments,
         coalesce(sum(deployments) filter (where is_mature), 0) as deployments,
         coalesce(sum(weight * deployments) filter (where is_mature), 0) as weight,
         coalesce(sum(weight * deployments) filter (where is_mature and is_failed), 0) as failures,
         coalesce(sum(deployments) filter (where is_single and is_mature), 0) as single_weight,
         coalesce(sum(deployments) filter (where is_single and is_mature and is_failed), 0) as single_failures
  from measured
  where part <> chr(30)
  group by outer_cell, part
),
person_cell as (
  select outer_cell, part, sum(changes)::double precision as changes, count(responsible_id)::double precision as people,
         max(changes) filter (where responsible_id is not null) / sum(changes)::double precision as top_share,
         bool_or(is_assumed) as is_assumed, sum(confidence) / nullif(sum(rated), 0) as confidence
  from (
    select s.outer_cell, coalesce(m.part, s.part) as part, s.responsible_id, count(*)::integer as changes, bool_or(s.is_assumed) as is_assumed,
           sum(s.confidence) as confidence, count(s.confidence)::integer as rated
    from shipped s
    left join majority m on :mode::text = 'majority' and m.deployment_id = s.deployment_id
    where :mode::text <> 'single_source' or s.deployment_id in (select deployment_id from batch where parts = 1)
    group by 1, 2, s.responsible_id
  ) person
  group by outer_cell, part
),
-- The usual question: the people of its deployments as pack.deployment_pack has them, told apart in compute.ts.
people as (
  select outer_cell, encode(string_agg(people, ''), 'base64') as packed
  from deployed
  where (select is_usual from form) and (:mode::text <> 'single_source' or source_count = 1)
  group by outer_cell
),
day_cell as (
  select outer_cell, part, count(*)::double precision as days
  from (select distinct outer_cell, part, day from measured where :metric::text = 'deployment_frequency') d
  group by outer_cell, part
),
-- How much batches mix sources: mean over deployments with changes of their largest share.
purity_cell as (
  select d.outer_cell as cell, avg(b.purity) as purity
  from batch b
  join deployed d using (deployment_id)
  where :groupBy::text[] @> '{code_source}' and not :groupBy::text[] && '{pr_class,zone,size}'
    and coalesce(:code_source::text[], :pr_class::text[], :zone::text[], :size::text[]) is null and not (select is_usual from form)
  group by d.outer_cell
  union all
  select outer_cell, sum(greatest(source_changes[1], source_changes[2], source_changes[3], source_changes[4]) / counted * deployments) / sum(deployments)
  from alike
  where counted > 0
  group by outer_cell
),
-- Whose change failed or was fixed; unknown where that is not known.
blame as (
  select d.deployment_id, d.outer_cell, d.is_mature, b.change_id, x.part
  from deployed d
  cross join lateral (
    select case when :metric::text = 'rework_rate' then d.fixed_repo_id else d.cause_repo_id end as repo_id,
           case when :metric::text = 'rework_rate' then d.fixed_change_id else d.cause_change_id end as change_id) b
  -- By share of a deployment nothing is blamed on a change: then only the count of known causes is wanted.
  left join change_fact f on f.repo_id = b.repo_id and f.change_id = b.change_id and (:metric::text = 'rework_rate' or :mode::text = 'cause')
  cross join lateral (
    select case when (:code_source::text[] is null or coalesce(f.code_source, 'unknown') = any(:code_source::text[]))
             and (:pr_class::text[] is null or coalesce(f.pr_class, 'unknown') = any(:pr_class::text[]))
             and (:zone::text[] is null or coalesce(f.zone, 'unknown') = any(:zone::text[]))
             and (:size::text[] is null or coalesce(f.size, 'unknown') = any(:size::text[]))
      then concat_ws(chr(31),
             case when 'pr_class' = any(:groupBy::text[]) then coalesce(f.pr_class, 'unknown') end,
             case when 'code_source' = any(:groupBy::text[]) then coalesce(f.code_source, 'unknown') end,
             case when 'zone' = any(:groupBy::text[]) then coalesce(f.zone, 'unknown') end,
             case when 'size' = any(:groupBy::text[]) then coalesce(f.size, 'unknown') end)
      else chr(30) end as part
  ) x
  where case when :metric::text = 'rework_rate' then d.is_rework else d.is_failed end
),
blame_cell as (
  select outer_cell || case when part = '' then '' else chr(31) || part end as cell, count(*)::double precision as events,
         count(change_id)::double precision as known
  from blame
  where is_mature and part <> chr(30)
  group by 1
),
failure as (
  select d.outer_cell || case when x.part = '' then '' else chr(31) || x.part end as cell, x.weight, d.recovered_at is null as is_open,
         date_part('epoch', coalesce(d.recovered_at, d.at) - d.finished_at) / 60 as minutes, d.deployment_id
  from deployed d
  join (
    select deployment_id, part, weight from measured where :metric::text = 'recovery_time' and :mode::text <> 'cause'
    union all
    select deployment_id, part, 1 from blame where :metric::text = 'recovery_time' and :mode::text = 'cause'
  ) x using (deployment_id)
  where d.is_failed and x.part <> chr(30)
),
-- Lead time is of changes: none is divided, so mode has no part in it.
lead_change as materialized (
  select f.repo_id, f.change_id, f.service_id, f.responsible_id, f.is_assumed, f.confidence, f.code_source,
         case
           when f.deployed_at <= c.at then 'deployed'
           when f.merged_at > s.first_at then 'undeployed'
           else 'not_measurable'
         end as state,
         date_part('epoch', least(f.deployed_at, c.at) - case :lead_from::text when 'merged_at' then f.merged_at else f.first_commit_at end) / 60
           as minutes,
         case when :bucket::text = 'none' and :compare::text = 'none' and :groupBy::text[] = '{code_source}'
           then 'current' || chr(31) || f.code_source else concat_ws(chr(31),
           case when coalesce(f.deployed_at, f.merged_at) >= :from::timestamptz then 'current' else 'baseline' end,
           case when :bucket::text <> 'none' and coalesce(f.deployed_at, f.merged_at) >= :from::timestamptz then extract(epoch from
             date_trunc(:bucket::text, coalesce(f.deployed_at, f.merged_at) at time zone :tz::text) at time zone :tz::text)::bigint end,
           case when 'team' = any(:groupBy::text[]) then f.team_id end,
           case when 'repo' = any(:groupBy::text[]) then r.slug end,
           case when 'service' = any(:groupBy::text[]) then f.service_id end,
           case when 'pr_class' = any(:groupBy::text[]) then f.pr_class end,
           case when 'code_source' = any(:groupBy::text[]) then f.code_source end,
           case when 'zone' = any(:groupBy::text[]) then f.zone end,
           case when 'size' = any(:groupBy::text[]) then f.size end) end as cell
  from change_fact f
  cross join clock c
  left join repo r on r.repo_id = f.repo_id
  left join (
    select service_id, min(finished_at) as first_at from deployment_fact where environment = 'production' group by service_id
  ) s on s.service_id = f.service_id
  where :metric::text = 'lead_time' and f.author_kind <> 'automation'
    and coalesce(f.deployed_at, f.merged_at) >= :from::timestamptz
      - case when :compare::text = 'baseline_90d' then interval '90 days' else interval '0' end
    and coalesce(f.deployed_at, f.merged_at) < :to::timestamptz
    and (:team::text[] is null or f.team_id = any(:team::text[]))
    and (:service::text[] is null or f.service_id = any(:service::text[]))
    and (:repo::text[] is null or r.slug = any(:repo::text[]))
    and (:pr_class::text[] is null or f.pr_class = any(:pr_class::text[]))
    and (:code_source::text[] is null or f.code_source = any(:code_source::text[]))
    and (:zone::text[] is null or f.zone = any(:zone::text[]))
    and (:size::text[] is null or f.size = any(:size::text[]))
),
lead_cell as materialized (
  select cell, count(*) filter (where state = 'deployed' and minutes >= 0)::double precision as changes,
         percentile_cont(array[0.5, 0.9]) within group (order by minutes) filter (where state = 'deployed' and minutes >= 0) as centre,
         count(distinct service_id)::double precision as services,
         count(*) filter (where state = 'undeployed')::double precision as undeployed,
         count(*) filter (where state = 'not_measurable' or minutes is null)::double precision as not_measurable,
         count(*) filter (where state = 'deployed' and minutes < 0)::double precision as bad_order,
         greatest(100, 4000 / count(*) over ()) as budget
  from lead_change
  group by cell
),
lead_person as (
  select cell, count(responsible_id)::double precision as people,
         max(changes) filter (where responsible_id is not null) / sum(changes)::double precision as top_share, bool_or(is_assumed) as is_assumed,
         sum(confidence) / nullif(sum(rated), 0) as confidence, sum(unknown)::double precision as unknown
  from (
    select cell, responsible_id, count(*) as changes, count(*) filter (where code_source = 'unknown') as unknown, bool_or(is_assumed) as is_assumed, sum(confidence) as confidence, count(confidence) as rated
    from lead_change
    where state = 'deployed'
    group by cell, responsible_id
  ) person
  group by cell
),
-- Ranges of 1 %: enough for the Kaplan–Meier median, and exact where a range holds one time only.
lead_range as (
  select cell, floor(ln(greatest(minutes, 1)) * 100) as range, min(minutes) as first, max(minutes) as last,
         count(*) filter (where state = 'deployed')::double precision as events,
         count(*) filter (where state = 'undeployed')::double precision as censored
  from lead_change
  where state <> 'not_measurable' and minutes >= 0
  group by cell, 2
),
-- Services of one group differ more than their changes do: of many services about twenty are drawn, of their changes as many as the budget
-- allows. By hashes, so that the same query draws the same.
lead_share as materialized (
  select cell, service_share, budget / (changes * service_share) as change_share
  from (
    select cell, changes, budget, case when changes <= budget or services < 20 then 1 else 20 / services end as service_share
    from lead_cell
    where changes > 0
  ) c
),
lead_sample as (
  select l.cell, l.service_id, l.minutes, l.repo_id, l.change_id
  from lead_change l
  join lead_share s using (cell)
  where l.state = 'deployed' and l.minutes >= 0
    and (hashint8extended(l.change_id, 0) & 1048575) < (select max(change_share) from lead_share) * 1048576
    and (hashint8extended(l.change_id, 0) & 1048575) < s.change_share * 1048576
    and (hashtextextended(l.service_id, 0) & 1048575) < s.service_share * 1048576
),
-- Incidents have a service but no team and no change: only groups by service and filters on it can be told apart.
incident_method as (
  select concat_ws(chr(31), 'current',
           case when :bucket::text <> 'none' then extract(epoch from
             date_trunc(:bucket::text, i.started_at at time zone :tz::text) at time zone :tz::text)::bigint end,
           case when 'service' = any(:groupBy::text[]) then coalesce(i.service_id, 'unknown') end) as cell,
         l.method, count(*)::double precision as incidents
  from incident i
  join incident_link l using (incident_id)
  where :metric::text in ('change_fail_rate', 'recovery_time') and :team::text[] is null and :repo::text[] is null
    and not :groupBy::text[] && '{team,repo}'
    and coalesce(i.environment, 'production') = 'production'
    and i.started_at >= :from::timestamptz and i.started_at < :to::timestamptz
    and (:service::text[] is null or coalesce(i.service_id, 'unknown') = any(:service::text[]))
  group by 1, 2
)
select 'deployments' as kind, outer_cell || case when part = '' then '' else chr(31) || part end as cell, deployments as n,
       all_deployments - deployments as immature, all_deployments as n_all, all_weight, weight, failures as events, single_weight, single_failures,
       days, coalesce(changes, 0) as changes, confidence as value, top_share as last, null::text as text, is_assumed as flag,
       coalesce(people, 0) as people
from measured_cell
left join person_cell using (outer_cell, part)
left join day_cell using (outer_cell, part)
union all
select 'packed_people', outer_cell, null, null, null, null, null, null, null, null, null, null, null, null, packed, null, null from people
union all
select 'blame', cell, null, null, null, null, null, events, null, null, null, known, null, null, null, null, null from blame_cell
union all
select 'purity', cell, null, null, null, null, null, null, null, null, null, null, purity, null, null, null, null from purity_cell
union all
(
  select 'failure', cell, null, null, null, null, weight, null, null, null, null, null, minutes, null, null, is_open, null from failure
  order by deployment_id
)
union all
select 'lead', cell, changes, undeployed, not_measurable, services, null, bad_order, null, null, null, null, centre[1], centre[2], null, null, null from lead_cell
union all
select 'people', cell, null, null, null, null, null, null, null, null, null, unknown, confidence, top_share, null, is_assumed, people from lead_person
union all
(
  select 'range', cell, null, censored, null, null, null, events, null, null, null, null, first, last, null, null, null from lead_range
  order by cell, range
)
union all
(
  select 'sample', cell, null, null, null, null, null, null, null, null, null, null, minutes, null, service_id, null, null from lead_sample
  order by cell, repo_id, change_id
)
union all
select 'incidents', cell, incidents, null, null, null, null, null, null, null, null, null, null, null, method, null, null from incident_method
union all
-- Without any incident, rollback or hotfix in the store nobody reports failures: none is not zero (metrics.md 0.5).
select 'clock', null, null, null, null, null, null, null, null, null, null, null, date_part('epoch', at), null, case when exists (select from incident where started_at < :to::timestamptz)
    or exists (select from deployment_fact where is_failed or is_rework or kind in ('rollback', 'hotfix')) then null else 'unobserved' end, null, null from clock
