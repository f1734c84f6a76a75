-- Of u, a change: merged in the range, and what the filters leave.
u.merged_at >= :from::timestamptz and u.merged_at < :to::timestamptz
and
-- @include place-filter
and
-- @include change-filter
