-- grain: one row per (issue)
-- Issues that reached production in the range, and those that were done in it and did not.
with delivered as materialized (
  select * from delivered_issue
), found as (
  select
    coalesce(d.deployed_at, u.done_at) as time,
    coalesce(u.type, u.kind) as kind,
    d.repo,
    coalesce(u.issue_key, u.external_id) as ref,
    null::text as title,
    coalesce(d.team, 'unknown') as team,
    case
      when d.required_basis = 'ready' or d.required_basis is null and u.ready_at is not null then 'ready by ' || u.ready_basis
      when d.required_basis = 'started' or d.required_basis is null and u.started_at is not null then 'started by ' || u.started_basis
      when d.required_basis is not null then 'first commit'
    end as method,
    u.changes::double precision as changes,
    case when u.reopened_count > 0 then 'reopened' when d.external_id is not null then 'deployed' else 'done' end as outcome,
    case
      when u.bad_order_count > 0 then 'a change of its state lies before the one before it'
      when d.excluded_reason is not null then 'bad data: ' || d.excluded_reason
      when d.is_whole then null
      when d.external_id is not null then 'a stage has no known end'
      when u.changes = 0 then 'no change is linked to it'
      when u.deployed_at is null then 'one of its changes is not in production'
      else 'its largest change is of automation'
    end as excluded_reason,
    nullif(array_to_string(u.unmapped_states, ', '), '') as unmapped_states,
    u.web_url as link,
    d.service, d.pr_class, d.code_source, d.size
  from (
    select f.source, f.external_id from issue_fact f where f.done_at >= :from::timestamptz and f.done_at < :to::timestamptz
  ) f
  full join delivered d on d.source = f.source and d.external_id = f.external_id
  -- One issue at a time: else the planner looks at all of them for each.
  cross join lateral (select u.* from issue_unit u where u.source = coalesce(d.source, f.source) and u.external_id = coalesce(d.external_id, f.external_id) offset 0) u
  where (d.external_id is null or d.deployed_at >= :from::timestamptz and d.deployed_at < :to::timestamptz)
    and u.kind <> 'epic' and (u.kind = 'issue' or d.external_id is not null) and u.deleted_at is null
), narrowed as (
  select time, kind, repo, ref, title, team, method, changes, outcome, excluded_reason, unmapped_states, link
  from found u
  where time >= :from::timestamptz and time < :to::timestamptz
    and (:team::text[] is null or u.team = any(:team::text[]))
    and (:repo::text[] is null or u.repo = any(:repo::text[]))
    and (:service::text[] is null or u.service = any(:service::text[]))
    and (:pr_class::text[] is null or u.pr_class = any(:pr_class::text[]))
    and (:code_source::text[] is null or u.code_source = any(:code_source::text[]))
    and (:size::text[] is null or u.size = any(:size::text[]))
    and case :only::text
      when 'failed' then outcome = 'reopened'
      when 'excluded' then excluded_reason is not null
      else true
    end
)
select *, 'ok' as status, count(*) over ()::double precision as total
from narrowed
order by time desc, repo, ref
limit :limit::double precision::integer
