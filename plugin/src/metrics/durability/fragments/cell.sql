-- Of u and of w, what its lines count as: start of the bucket (epoch seconds, absent for none), then the values of groupBy; joined by chr(31).
case when :bucket::text <> 'none' then date_part('epoch',
  date_trunc(:bucket::text, u.merged_at at time zone :tz::text) at time zone :tz::text)::bigint end,
case when 'team' = any(:groupBy::text[]) then u.team end,
case when 'repo' = any(:groupBy::text[]) then u.repo end,
case when 'service' = any(:groupBy::text[]) then u.service end,
case when 'pr_class' = any(:groupBy::text[]) then u.pr_class end,
case when 'code_source' = any(:groupBy::text[]) then
  case when :one_ai::boolean and w.code_source in ('ai_assisted', 'ai_heavy') then 'ai' else w.code_source end
end,
case when 'tool' = any(:groupBy::text[]) then t.tool end,
case when 'seniority' = any(:groupBy::text[]) then u.seniority end,
case when 'zone' = any(:groupBy::text[]) then u.zone end,
case when 'size' = any(:groupBy::text[]) then u.size end,
case when 'basis' = any(:groupBy::text[]) then w.basis end
