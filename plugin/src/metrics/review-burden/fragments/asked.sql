-- Of u, a change or a review of one: what is asked for.
u.merged_at >= :from::timestamptz and u.merged_at < :to::timestamptz
and
-- @include place-filter
and
-- @include change-filter
