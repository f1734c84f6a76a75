-- Period of u, a unit, with p, its split: before or after it, or the number of its phase, from 1; null = between two phases.
case when :phase_starts::timestamptz[] is not null then (
    select s.nth::text from unnest(:phase_starts::timestamptz[], :phase_ends::timestamptz[]) with ordinality as s (began, ended, nth)
    where coalesce(u.deployed_at, u.merged_at) >= s.began and coalesce(u.deployed_at, u.merged_at) < s.ended)
  when coalesce(u.deployed_at, u.merged_at) < p.split then 'before' else 'after' end
