-- Told apart by source at most, all changes counting alike: then pack.deployment_pack has them, and no change is looked up.
select (:groupBy::text[] @> '{code_source}' or :mode::text = 'single_source') and :groupBy::text[] <@ '{code_source,team,repo,service}' and :weight::text = 'pr'
  and :mode::text <> 'majority' and coalesce(:code_source::text[], :pr_class::text[], :zone::text[], :size::text[]) is null as is_packed
