-- grain: one row per (change that was rolled back, group)
-- A group (cell) is as fragments/cell.sql says.
select
  concat_ws(chr(31),
    -- @include cell
  ) as cell,
  u.person_id, u.code_source, u.is_assumed, u.confidence, w.basis,
  date_part('epoch', u.rolled_back_at - coalesce(u.shipped_at, u.merged_at)) / 60 as minutes
from survived_unit u
cross join lateral (select u.code_source, u.rollback_basis as basis, u.counted_tools as tools) w
left join lateral unnest(w.tools) as t(tool) on 'tool' = any(:groupBy::text[])
where
  -- @include chosen
  and u.rolled_back_at is not null
order by u.repo_id, u.change_id
