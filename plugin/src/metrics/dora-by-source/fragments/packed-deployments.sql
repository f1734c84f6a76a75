-- deployed has deployment_id, flags, day (0 = not asked for) and minutes (0 likewise); as deployments.ts reads them.
select cell,
       encode(string_agg(int8send(deployment_id) || int4send(flags) || int4send(day) || float8send(minutes)
         || int4send(case when f.is_packed then length(p.people) else 0 end), ''), 'base64') as deployments,
       encode(string_agg(p.people, '') filter (where f.is_packed), 'base64') as people
from deployed
join pack.deployment_pack p using (deployment_id)
cross join form f
group by cell
