/** SQL of step survival, one statement per piece. Parameters: $1 repository, $2 change ids. */
import { TAKE_DAYS } from '../packs/survival.ts';

/** Spans of the changes with their ages; emptied at the end of each transaction. */
export const CREATE_SPANS = `
create temp table if not exists derive_span (
  change_id bigint, line_source text, death_kind text, died_at timestamptz, age_days integer, is_pending boolean, born_at timestamptz, lines integer
) on commit delete rows`;

/**
 * Ages count from the birth of the change's last line. A death in the last, incomplete day of observation is pending: the lines that
 * survive that day are not yet at risk in it, so counting it would bias the hazard. Only lines born after the known history counts.
 * A change of several commits on the default branch is one: a line that one of them wrote and another of them ended never was its result.
 */
export const LOAD_SPANS = `
with own as (
  select f.change_id, f.change_key, g.commit_no from change_fact f
  join git_commit g on g.repo_id = f.repo_id and g.change_key = f.change_key
  where f.repo_id = $1 and f.change_id = any($2::bigint[]) and f.excluded_reason is null),
spans as (
  select o.change_id, s.line_source, s.death_kind, s.died_at, s.born_at, sum(s.effective_lines)::integer as lines
  from own o join line_span s on s.repo_id = $1 and s.origin_no = o.commit_no join repo r on r.repo_id = $1
  left join git_commit e on e.repo_id = $1 and e.commit_no = s.died_no
  where s.effective_lines <> 0 and e.change_key is distinct from o.change_key and (r.known_from is null or s.born_at > r.known_from)
  group by 1, 2, 3, 4, 5),
aged as (
  select s.*, max(born_at) over (partition by change_id) as born from spans s),
days as (
  select a.*, greatest(floor(extract(epoch from r.observed_until - a.born) / 86400), 0)::integer as observed,
    case when death_kind = 'history_rewritten' then greatest(floor(extract(epoch from died_at - a.born) / 86400), 0)
         else greatest(ceil(extract(epoch from died_at - a.born) / 86400), 1) end::integer as age
  from aged a join repo r on r.repo_id = $1)
insert into derive_span
select change_id, line_source, death_kind, died_at,
  case when death_kind = 'history_rewritten' then least(age, observed) else age end,
  death_kind not in ('', 'history_rewritten') and age > observed, born, sum(lines)::integer
from days group by 1, 2, 3, 4, 5, 6, 7 having sum(lines) <> 0`;

/** What the changes were, also in the sums of their days. */
export const REMOVE_OLD = `
with noted as (${TAKE_DAYS}),
survival as (delete from change_survival where repo_id = $1 and change_id = any($2::bigint[])),
lines as (delete from change_line where repo_id = $1 and change_id = any($2::bigint[]))
delete from change_death where repo_id = $1 and change_id = any($2::bigint[])`;

/** Lines of the changes, and when they ended. */
export const INSERT_SPANS = `
with lines as (
  insert into change_line select $1, change_id, line_source, sum(lines) from derive_span
  where change_id = any($2::bigint[]) group by 2, 3 having sum(lines) > 0)
insert into change_death select $1, change_id, line_source, age_days, death_kind, sum(lines) from derive_span
where change_id = any($2::bigint[]) and death_kind <> '' and not is_pending group by 2, 3, 4, 5`;

/** $3 = share of its lines that a rewritten change has lost. */
export const INSERT_SURVIVAL = `
with totals as (
  select change_id, max(born_at) as born_at, sum(lines) as lines,
    sum(lines) filter (where death_kind not in ('', 'history_rewritten') and not is_pending and age_days <= 14) as lost_14,
    sum(lines) filter (where death_kind not in ('', 'history_rewritten') and not is_pending and age_days <= 30) as lost_30,
    sum(lines) filter (where death_kind not in ('', 'history_rewritten') and not is_pending and age_days <= 60) as lost_60,
    sum(lines) filter (where death_kind not in ('', 'history_rewritten') and not is_pending and age_days <= 90) as lost_90,
    sum(lines) filter (where death_kind not in ('', 'history_rewritten') and not is_pending) as lost,
    sum(lines) filter (where death_kind = 'history_rewritten') as censored,
    sum(lines) filter (where is_pending) as pending
  from derive_span group by 1),
ended as (
  select change_id, died_at, sum(sum(lines)) over (partition by change_id order by died_at) as lost
  from derive_span where death_kind in ('modified', 'deleted', 'reverted') group by 1, 2),
rewritten as (
  select e.change_id, min(e.died_at) as at from ended e join totals t using (change_id) where e.lost >= $3::float8 * t.lines group by 1)
insert into change_survival
select f.repo_id, f.change_id, f.merged_at, coalesce(t.born_at, f.merged_at), f.service_id, f.team_id, f.author_kind, f.responsible_id,
  f.pr_class, f.code_source, f.tools, f.seniority, f.size, f.zone, f.is_assumed, f.confidence,
  coalesce(t.lines, 0), coalesce(t.lost_14, 0), coalesce(t.lost_30, 0), coalesce(t.lost_60, 0), coalesce(t.lost_90, 0),
  coalesce(t.lost, 0), coalesce(t.censored, 0), coalesce(t.pending, 0),
  f.reverted_at, f.is_reapplied,
  (select min(v.reverted_at) from revert v
   where v.repo_id = f.repo_id and v.change_key = f.change_key and coalesce(v.line_share, 1) >= 0.5),
  w.at, f.deployed_at, coalesce(least(out.at, fix.at), f.reverted_at),
  case when out.at <= fix.at or (out.at is not null and fix.at is null) then 'rollback'
       when fix.at is not null then 'deployment' when f.reverted_at is not null then 'merge' end,
  f.effective_added, f.effective_deleted
from change_fact f
join repo r using (repo_id)
left join totals t using (change_id)
left join rewritten w using (change_id)
left join lateral (
  select min(d.finished_at) as at from deployment_removed m join deployment_fact d using (deployment_id)
  where m.repo_id = f.repo_id and m.change_id = f.change_id and d.kind = 'rollback' and d.finished_at >= f.deployed_at) out on true
left join lateral (
  select min(b.deployed_at) as at from revert v join change_fact b on b.repo_id = v.repo_id and b.change_key = v.revert_change_key
  where v.repo_id = f.repo_id and v.change_key = f.change_key) fix on true
where f.repo_id = $1 and f.change_id = any($2::bigint[]) and f.excluded_reason is null and r.observed_until is not null
  and (r.known_from is null or f.merged_at > r.known_from)`;
