-- grain: one row per (group)
with person as (
  -- @include proven
)
-- @include proven-groups
