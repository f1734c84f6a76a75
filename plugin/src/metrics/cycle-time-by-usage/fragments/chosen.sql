-- Of u, a unit: what the filters choose.
-- @include place-filter
and
-- @include change-filter
and (:seniority::text[] is null or u.seniority = any(:seniority::text[]))
