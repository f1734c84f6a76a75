-- Units on the configured clock, told apart by team at most: pack.completion_pack has them.
(:clock::text = 'configured' and :groupBy::text[] <@ '{team}'
 and coalesce(:repo::text[], :service::text[], :pr_class::text[], :code_source::text[], :seniority::text[], :zone::text[], :size::text[]) is null)
