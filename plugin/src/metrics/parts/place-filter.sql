-- Of u, a unit or a deployment: where it belongs.
(:team::text[] is null or u.team = any(:team::text[]))
and (:service::text[] is null or u.service = any(:service::text[]))
and (:repo::text[] is null or u.repo = any(:repo::text[]))
