-- Of u, a change: what it is.
(:pr_class::text[] is null or u.pr_class = any(:pr_class::text[]))
and (:code_source::text[] is null or u.code_source = any(:code_source::text[]))
and (:zone::text[] is null or u.zone = any(:zone::text[]))
and (:size::text[] is null or u.size = any(:size::text[]))
