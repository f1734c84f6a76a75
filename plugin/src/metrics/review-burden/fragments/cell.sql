-- Of u, a change or a review of one: its group. The start of its bucket (epoch seconds, absent for none), then its values in the order of GROUPS in metric.ts; joined by chr(31).
concat_ws(chr(31),
  case when :bucket::text <> 'none'
    then date_part('epoch', date_trunc(:bucket::text, u.merged_at at time zone :tz::text) at time zone :tz::text)::bigint end,
  case when 'team' = any(:groupBy::text[]) then u.team end,
  case when 'repo' = any(:groupBy::text[]) then u.repo end,
  case when 'service' = any(:groupBy::text[]) then u.service end,
  case when 'pr_class' = any(:groupBy::text[]) then u.pr_class end,
  case when 'code_source' = any(:groupBy::text[]) then
    -- @include source
  end,
  case when 'size' = any(:groupBy::text[]) then u.size end)
