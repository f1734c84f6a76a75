-- Five changes of 20 lines by AI and five by hand, merged by five people; what was lost of them, by age in days.
insert into repo (repo_id, slug, observed_until) overriding system value values (1, 'acme/shop', '2026-06-01');
insert into person (person_id, kind) select 'p' || i, 'human' from generate_series(1, 5) i;
insert into change_survival (repo_id, change_id, merged_at, born_at, service_id, team_id, author_kind, responsible_id, pr_class, code_source,
  seniority, size, zone, is_assumed, confidence, effective_lines, lost_14, lost_30, lost_60, lost_90, lost, censored, pending, is_reapplied)
select 1, i, '2026-01-10', '2026-01-10', 'shop', 'web', 'human', 'p' || (1 + i % 5), 'feature', case when i <= 5 then 'ai_heavy' else 'human' end,
  'unknown', 'S', 'unknown', false, 0.8, 20, 0, 0, 0, 0, 0, 0, 0, false
from generate_series(1, 10) i;
insert into change_line (repo_id, change_id, line_source, effective_lines) select repo_id, change_id, '', 20 from change_survival;
insert into change_death (repo_id, change_id, line_source, age_days, death_kind, effective_lines) values
  (1, 1, '', 10, 'modified', 10),
  (1, 2, '', 40, 'deleted', 12),
  (1, 3, '', 70, 'modified', 20),
  (1, 6, '', 20, 'modified', 8),
  (1, 7, '', 80, 'file_deleted', 16);
-- The columns and the rollups that the collector derives from these deaths. Change 7 lost its lines with a whole file: no rewrite.
update change_survival s
set lost_14 = d.lost_14, lost_30 = d.lost_30, lost_60 = d.lost_60, lost_90 = d.lost, lost = d.lost,
    rewritten_at = case when d.lost >= 10 and s.change_id <> 7 then s.merged_at + make_interval(days => d.age) end
from (
  select change_id, max(age_days) as age, sum(effective_lines) as lost,
         sum(case when age_days <= 14 then effective_lines else 0 end) as lost_14,
         sum(case when age_days <= 30 then effective_lines else 0 end) as lost_30,
         sum(case when age_days <= 60 then effective_lines else 0 end) as lost_60
  from change_death
  group by change_id
) d
where d.change_id = s.change_id;
insert into pack.survival_day (merged_on, code_source, age_days, lost, file_deleted, censored)
select (s.merged_at at time zone 'UTC')::date, s.code_source, d.age_days, sum(d.effective_lines),
       sum(case when d.death_kind = 'file_deleted' then d.effective_lines else 0 end), 0
from change_death d
join change_survival s using (repo_id, change_id)
group by 1, 2, 3;
insert into pack.survival_pack select * from pack.survival_packing;
