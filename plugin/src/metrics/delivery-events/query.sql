-- grain: one row per (event)
with event as (
  -- One landing per tool and date: teams that got it on the same day share a line.
  select landed_at as time, landed_at as time_end, t.title || ' lands' as title,
         -- A first use is somebody's: the teams of it are counted, not named.
         case when bool_or(l.basis = 'inferred')
             then count(distinct l.team_id) || case when count(distinct l.team_id) = 1 then ' team' else ' teams' end || ' (inferred from the first use)'
           when count(distinct l.team_id) > 3 then count(distinct l.team_id) || ' teams'
           else string_agg(distinct l.team_id, ', ') end as text,
         'tool,' || l.tool_id as tags
  from landing l
  join tool t on t.tool_id = l.tool_id
  where :kind::text = 'landings' and l.team_id <> 'unknown'
    and (:team::text[] is null or l.team_id = any(:team::text[]))
    and (:tool::text[] is null or l.tool_id = any(:tool::text[]))
    and l.landed_at >= :from::timestamptz and l.landed_at < :to::timestamptz
  group by l.tool_id, t.title, l.landed_at
  union all
  select u.finished_at, u.finished_at, u.service_id || case when u.is_failed then ' deployment failed' else ' deployed' end,
         -- Not how many changes it brought: added up they are a number of people's work, which may be of few.
         u.kind, 'deployment,' || u.service_id
  from production_deployment u
  where :kind::text in ('deployments', 'failed_deployments')
    and (:kind::text = 'deployments' or u.is_failed)
    and u.finished_at >= :from::timestamptz and u.finished_at < :to::timestamptz
    and
    -- @include place-filter
  union all
  select i.started_at, coalesce(i.resolved_at, :to::timestamptz), coalesce(i.severity || ' ', '') || i.title,
         case when i.resolved_at is null then 'still open' else 'resolved' end || coalesce(', linked by ' || nullif(l.method, 'unlinked'), ', not linked'),
         'incident,' || coalesce(i.service_id, 'unknown')
  from incident i
  left join incident_link l on l.incident_id = i.incident_id
  where :kind::text = 'incidents' and (:service::text[] is null or i.service_id = any(:service::text[]))
    and i.started_at < :to::timestamptz and coalesce(i.resolved_at, :to::timestamptz) >= :from::timestamptz
  union all
  -- An experiment without an end still runs; a policy holds from its first day on.
  select e.started_at, coalesce(e.ended_at, case e.kind when 'experiment' then :to::timestamptz else e.started_at end), e.title,
         coalesce(e.description || ', ', '') || coalesce(e.team_id, 'all teams'), e.kind || ',' || coalesce(e.team_id, 'all')
  from calendar_event e
  where e.kind = case :kind::text when 'policies' then 'policy' when 'experiments' then 'experiment' end
    and (:team::text[] is null or e.team_id is null or e.team_id = any(:team::text[]))
    and e.started_at < :to::timestamptz
    and coalesce(e.ended_at, case e.kind when 'experiment' then :to::timestamptz else e.started_at end) >= :from::timestamptz
  union all
  -- A phase is an instant, when it begins: a span to the next one would colour the whole panel.
  select p.started_at, p.started_at, p.title || ' begins', coalesce(p.team_id, 'all teams'), 'phase,' || p.phase_id
  from phase p
  where :kind::text = 'phases' and (:team::text[] is null or p.team_id is null or p.team_id = any(:team::text[]))
    and p.started_at >= :from::timestamptz and p.started_at < :to::timestamptz
  union all
  -- What does not count: of a period that is for services or repositories alone no team is told.
  select e.started_at, e.ended_at, case e.kind when 'bad_data' then 'Bad data' when 'freeze' then 'Freeze' else 'Holiday' end || ': ' || e.reason,
         concat_ws(', ', nullif(array_to_string(e.facts, ', '), ''), case when e.is_everywhere then 'everyone' else array_to_string(e.teams || e.services || e.repos, ', ') end),
         e.kind
  from exclusion e
  where :kind::text = 'exclusions' and e.withdrawn_at is null and e.started_at < :to::timestamptz and e.ended_at > :from::timestamptz
    and (e.is_everywhere or (:team::text[] is null or e.teams && :team::text[]) and (:service::text[] is null or e.services && :service::text[])
      and (:repo::text[] is null or e.repos && :repo::text[]))
  union all
  select w.valid_from, w.valid_from, 'Workflow ' || w.workflow_id || ' version ' || w.version, 'The definition changed; do not compare across this line',
         'workflow,' || w.workflow_id
  from workflow w
  where :kind::text = 'definitions' and w.version > 1 and w.valid_from >= :from::timestamptz and w.valid_from < :to::timestamptz
)
select *, 'ok' as status
from (
  select *, count(*) over ()::double precision as total
  from event
  order by time desc, title desc
  limit 1000
) newest
order by time, title
