-- Of u, w and t: merged in the range, and what the filters choose.
u.merged_at >= :from::timestamptz and u.merged_at < :to::timestamptz
and
-- @include place-filter
and (:pr_class::text[] is null or u.pr_class = any(:pr_class::text[]))
and (:code_source::text[] is null or w.code_source = any(:code_source::text[]))
and (:tool::text[] is null or w.tools && :tool::text[] and coalesce(t.tool = any(:tool::text[]), true))
and (:seniority::text[] is null or u.seniority = any(:seniority::text[]))
and (:zone::text[] is null or u.zone = any(:zone::text[]))
and (:size::text[] is null or u.size = any(:size::text[]))
and (:basis::text[] is null or w.basis = any(:basis::text[]))
