-- Of person, rows of proven.sql: a row by group, with the numbers of each person beside each other.
select
  team, repo, service, tool,
  json_agg(json_build_array(changes, marked, ai, ai_marked, human, human_unmarked) order by changes, marked, ai, ai_marked, human, human_unmarked)::text as people,
  sum(lost_by_squash)::double precision as lost_by_squash,
  sum(switched_off)::double precision as switched_off,
  count(person_id)::double precision as n_dev,
  (max(changes) filter (where person_id is not null) / sum(changes))::double precision as one_person_share,
  -- Null = there is none.
  nullif(count(person_id) filter (where ai > 0), 0)::double precision as ai_dev,
  (max(ai) filter (where person_id is not null) / nullif(sum(ai), 0))::double precision as ai_one_share,
  nullif(count(person_id) filter (where human > 0), 0)::double precision as human_dev,
  (max(human) filter (where person_id is not null) / nullif(sum(human), 0))::double precision as human_one_share
from person
group by team, repo, service, tool
order by team, repo, service, tool
