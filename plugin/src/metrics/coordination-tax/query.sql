-- grain: one row per (group)
-- People of a group are packed, big-endian and in base64: their changes and what these add up to (seconds, or how many), int4 each.
with
unit as (
  select concat_ws(chr(31),
           -- @include change-cell
         ) as cell, u.person_id, u.look_minutes,
         case :metric::text
           when 'conflicts' then (u.conflict_count > 0)::integer
           when 'conflict_hours' then 60 * u.conflict_minutes
           when 'ejections' then u.ejection_count
         end as top
  from coordination_unit u
  where
    -- @include merged-in-range
  offset 0
),
-- @include taxed
