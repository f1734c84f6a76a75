-- Of u, a unit: its values in the order of GROUPS in stages.ts, joined by chr(31).
concat_ws(chr(31),
  case when 'team' = any(:groupBy::text[]) then u.team end,
  case when 'repo' = any(:groupBy::text[]) then u.repo end,
  case when 'service' = any(:groupBy::text[]) then u.service end,
  case when 'pr_class' = any(:groupBy::text[]) then u.pr_class end,
  case when 'code_source' = any(:groupBy::text[]) then
    -- @include source
  end,
  case when 'size' = any(:groupBy::text[]) then u.size end)
