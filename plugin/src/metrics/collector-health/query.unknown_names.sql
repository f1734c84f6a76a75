-- grain: one row per (kind, tool, name) of which something came in the range
select
  u.kind,
  nullif(u.tool, '') as tool,
  nullif(u.name, '') as name,
  sum(u.entries)::double precision as value,
  max(u.version) as version,
  case when min(u.first_at) >= :from::timestamptz then 'new' else 'old' end as state,
  string_agg(nullif(array_to_string(u.attributes, ', '), ''), ', ') as attributes,
  -- Days: an instant may be somebody's.
  1000 * extract(epoch from date_trunc('day', min(u.first_at), 'UTC'))::double precision as first_at,
  1000 * extract(epoch from date_trunc('day', max(u.last_at), 'UTC'))::double precision as last_at,
  'ok' as status
from unknown_name u
where u.last_at >= :from::timestamptz and u.first_at < :to::timestamptz
  and (:stream::text is null or starts_with(u.stream_id, :stream::text))
group by u.kind, u.tool, u.name
order by value desc, u.kind, u.tool, u.name
