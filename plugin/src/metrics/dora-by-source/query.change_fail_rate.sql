-- grain: one row per (group), per (group, role, part), per (group, method of linking incidents), and one about the data
-- A group (cell) is its period (current or baseline), the start of its bucket (epoch seconds, absent for none) and its values of groupBy
-- in the order below, joined by chr(31); a part is the values of its changes. A change that the filters leave out keeps its weight, as
-- part chr(30). deployments, people and changes are packed, big-endian and in base64, as deployments.ts reads them.
with
clock as (
  select at, at - link_window as mature_until from data_clock cross join lateral (select least(:to::timestamptz, complete_until) as at) l
),
-- Told apart by source at most, all changes counting alike: then pack.deployment_pack has them, and no change is looked up.
form as materialized (
  select :groupBy::text[] @> '{code_source}' and :groupBy::text[] <@ '{code_source,team,repo,service}' and :weight::text = 'pr'
    and :mode::text <> 'majority' and coalesce(:code_source::text[], :pr_class::text[], :zone::text[], :size::text[]) is null as is_packed
),
deployed as materialized (
  select d.deployment_id, (d.finished_at <= c.mature_until)::integer + 2 * d.is_failed::integer + 4 * (d.cause_change_id is not null)::integer as flags,
         concat_ws(chr(31),
           case when d.finished_at >= :from::timestamptz then 'current' else 'baseline' end,
           case when :bucket::text <> 'none' and d.finished_at >= :from::timestamptz
             then extract(epoch from date_trunc(:bucket::text, d.finished_at at time zone :tz::text) at time zone :tz::text)::bigint end,
           case when 'team' = any(:groupBy::text[]) then d.team end,
           case when 'repo' = any(:groupBy::text[]) then d.repo end,
           case when 'service' = any(:groupBy::text[]) then d.service end) as cell
  from production_deployment d
  cross join clock c
  where d.finished_at >= :from::timestamptz - case when :compare::text = 'baseline_90d' then interval '90 days' else interval '0' end
    and d.finished_at < :to::timestamptz and d.finished_at <= c.at
    and (not :planned_only::boolean or d.kind not in ('rollback', 'hotfix'))
    and (:team::text[] is null or d.team = any(:team::text[]))
    and (:service::text[] is null or d.service = any(:service::text[]))
    and (:repo::text[] is null or d.repo = any(:repo::text[]))
),
changed as (
  select d.cell, u.role, u.deployment_id, u.change_id, u.person_id, u.confidence, u.is_assumed, u.lines,
         case when (:code_source::text[] is null or u.code_source = any(:code_source::text[]))
           and (:pr_class::text[] is null or u.pr_class = any(:pr_class::text[]))
           and (:zone::text[] is null or u.zone = any(:zone::text[]))
           and (:size::text[] is null or u.size = any(:size::text[]))
         then concat_ws(chr(31), case when 'pr_class' = any(:groupBy::text[]) then u.pr_class end,
           case when 'code_source' = any(:groupBy::text[]) then u.code_source end,
           case when 'zone' = any(:groupBy::text[]) then u.zone end, case when 'size' = any(:groupBy::text[]) then u.size end)
         else chr(30) end as part
  from deployed d
  join deployment_unit u using (deployment_id)
  where u.role = 'shipped' and not (select is_packed from form)
    or u.role = 'cause' and :mode::text = 'cause'
),
-- Incidents have a service but no team and no change: only groups by service and filters on it can be told apart.
incident_method as (
  select concat_ws(chr(31), 'current',
           case when :bucket::text <> 'none'
             then extract(epoch from date_trunc(:bucket::text, i.started_at at time zone :tz::text) at time zone :tz::text)::bigint end,
           case when 'service' = any(:groupBy::text[]) then coalesce(i.service_id, 'unknown') end) as cell,
         l.method, count(*)::double precision as incidents
  from incident i
  join incident_link l using (incident_id)
  where :team::text[] is null and :repo::text[] is null and not :groupBy::text[] && '{team,repo}'
    and coalesce(i.environment, 'production') = 'production' and i.started_at >= :from::timestamptz and i.started_at < :to::timestamptz
    and (:service::text[] is null or coalesce(i.service_id, 'unknown') = any(:service::text[]))
  group by 1, 2
)
select cell, null as role, null as part,
       encode(string_agg(int8send(deployment_id) || int4send(flags) || int4send(0) || float8send(0)
         || int4send(case when f.is_packed then length(p.people) else 0 end), ''), 'base64') as deployments,
       encode(string_agg(p.people, '') filter (where f.is_packed), 'base64') as people, null as changes,
       null as method, null::double precision as incidents, null::double precision as complete_until, null::boolean as is_observed, null::boolean as lacks_deployments
from deployed
join pack.deployment_pack p using (deployment_id)
cross join form f
group by cell
union all
select cell, role, part, null, null,
       encode(string_agg(int8send(deployment_id) || int8send(coalesce(hashtextextended(person_id, 0), 0)) || float8send(coalesce(confidence, 'NaN'))
         || int4send(coalesce(lines, 0)) || int4send(coalesce(is_assumed, false)::integer + 2 * (change_id is not null)::integer), ''), 'base64'),
       null, null, null, null, null
from changed
group by cell, role, part
union all
select cell, null, null, null, null, null, method, incidents, null, null, null
from incident_method
union all
select null, null, null, null, null, null, null, null, date_part('epoch', at),
       -- Without any incident, rollback or hotfix in the store nobody reports failures: none is not zero (metrics.md 0.5).
       exists (select from incident where started_at < :to::timestamptz)
         or exists (select from deployment_fact where is_failed or is_rework or kind in ('rollback', 'hotfix')),
       -- Work reached the default branch, and no deployment of it is known at all: nobody reports them.
       not exists (select from production_deployment d where (:team::text[] is null or d.team = any(:team::text[]))
         and (:service::text[] is null or d.service = any(:service::text[])) and (:repo::text[] is null or d.repo = any(:repo::text[])))
         and exists (select from merged_unit u where (:team::text[] is null or u.team = any(:team::text[]))
         and (:service::text[] is null or u.service = any(:service::text[])) and (:repo::text[] is null or u.repo = any(:repo::text[])))
from clock
