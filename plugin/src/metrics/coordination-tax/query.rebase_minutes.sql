-- grain: one row per (group)
-- As query.sql packs them.
with
unit as (
  select concat_ws(chr(31),
           -- @include change-cell
         ) as cell, u.person_id, null::double precision as look_minutes, u.base_seconds as top
  from rebase_unit u
  where
    -- @include merged-in-range
  offset 0
),
-- @include taxed
