-- Of u, a change: its values of groupBy, joined by chr(31).
case when 'pr_class' = any(:groupBy::text[]) then u.pr_class end,
case when 'code_source' = any(:groupBy::text[]) then
  -- @include source
end,
case when 'zone' = any(:groupBy::text[]) then u.zone end,
case when 'size' = any(:groupBy::text[]) then u.size end
