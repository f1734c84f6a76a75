-- grain: one row per (group), and one about the data
-- A group (cell) is its period (current or baseline), the start of its bucket (epoch seconds, absent for none) and its values of groupBy
-- in the order below, joined by chr(31). units packs its changes, big-endian and in base64, as units.ts reads them.
with
clock as (
  select least(:to::timestamptz, complete_until) as at from data_clock
),
service_start as (
  select service_id, min(finished_at) as first_at from deployment_fact where environment = 'production' group by service_id
),
unit as (
  select u.person_id, u.service, u.deployed_at, u.is_assumed, u.confidence, u.code_source,
         -- The letters are those of units.ts: d deployed, u undeployed, n not measurable.
         case when u.deployed_at <= c.at then 'd' when u.merged_at > s.first_at then 'u' else 'n' end as state,
         date_part('epoch', least(u.deployed_at, c.at) - case :lead_from::text when 'merged_at' then u.merged_at else u.first_commit_at end) / 60
           as minutes,
         concat_ws(chr(31),
           case when x.at >= :from::timestamptz then 'current' else 'baseline' end,
           case when :bucket::text <> 'none' and x.at >= :from::timestamptz
             then extract(epoch from date_trunc(:bucket::text, x.at at time zone :tz::text) at time zone :tz::text)::bigint end,
           case when 'team' = any(:groupBy::text[]) then u.team end,
           case when 'repo' = any(:groupBy::text[]) then u.repo end,
           case when 'service' = any(:groupBy::text[]) then u.service end,
           case when 'pr_class' = any(:groupBy::text[]) then u.pr_class end,
           case when 'code_source' = any(:groupBy::text[]) then u.code_source end,
           case when 'zone' = any(:groupBy::text[]) then u.zone end,
           case when 'size' = any(:groupBy::text[]) then u.size end) as cell
  from merged_unit u
  cross join clock c
  cross join lateral (select coalesce(u.deployed_at, u.merged_at) as at) x
  left join service_start s on s.service_id = u.service
  where x.at >= :from::timestamptz - case when :compare::text = 'baseline_90d' then interval '90 days' else interval '0' end
    and x.at < :to::timestamptz
    and (:team::text[] is null or u.team = any(:team::text[]))
    and (:service::text[] is null or u.service = any(:service::text[]))
    and (:repo::text[] is null or u.repo = any(:repo::text[]))
    and (:pr_class::text[] is null or u.pr_class = any(:pr_class::text[]))
    and (:code_source::text[] is null or u.code_source = any(:code_source::text[]))
    and (:zone::text[] is null or u.zone = any(:zone::text[]))
    and (:size::text[] is null or u.size = any(:size::text[]))
)
select cell, null::double precision as complete_until,
       encode(string_agg(convert_to(state, 'UTF8') || float8send(coalesce(minutes, 'NaN'))
         || int8send(coalesce(hashtextextended(person_id, 0), 0)), ''), 'base64') as units,
       -- What the interval is over: the service and the deployment, which is told by its time.
       case when :ci::boolean then encode(string_agg(int8send(coalesce(hashtextextended(service, 0), 0))
         || int8send(coalesce(date_part('epoch', deployed_at)::bigint, 0)), ''), 'base64') end as places,
       -- Of the changes that the number is of: deployed, with a time.
       (count(*) filter (where state = 'd' and minutes >= 0 and code_source = 'unknown'))::double precision as unknown,
       bool_or(is_assumed) filter (where state = 'd' and minutes >= 0) as is_assumed,
       avg(confidence) filter (where state = 'd' and minutes >= 0) as confidence, null::boolean as lacks_deployments
from unit
group by cell
union all
select null, date_part('epoch', at), null, null, null, null, null,
       -- Work reached the default branch, and no deployment of it is known at all: nobody reports them.
       not exists (select from production_deployment d where (:team::text[] is null or d.team = any(:team::text[]))
         and (:service::text[] is null or d.service = any(:service::text[])) and (:repo::text[] is null or d.repo = any(:repo::text[])))
         and exists (select from merged_unit u where (:team::text[] is null or u.team = any(:team::text[]))
         and (:service::text[] is null or u.service = any(:service::text[])) and (:repo::text[] is null or u.repo = any(:repo::text[])))
from clock
