-- Work reached the default branch, and no deployment of it is known at all: nobody reports them.
not exists (
  select from production_deployment u
  where
    -- @include place-filter
) and exists (
  select from merged_unit u
  where
    -- @include place-filter
)
