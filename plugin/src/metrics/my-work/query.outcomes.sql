-- grain: one row per (time, code_source)
select date_trunc(:bucket::text, f.merged_at at time zone :tz::text) at time zone :tz::text as time, f.code_source,
  count(*)::double precision as value,
  percentile_cont(0.5) within group (order by extract(epoch from f.merged_at - f.first_commit_at) / 3600)
    filter (where f.first_commit_at <= f.merged_at) as median_hours,
  (count(*) filter (where f.reverted_at is not null))::double precision as taken_back
from change_fact f
where f.responsible_id = :me::text and f.author_kind <> 'automation' and f.merged_at >= :from::timestamptz and f.merged_at < :to::timestamptz
group by 1, 2
order by 1, 2
