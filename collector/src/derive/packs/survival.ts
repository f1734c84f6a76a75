/** Packs by day: what changes brought, and when it was lost, added up by UTC day of merge and code source. */
import type { Client } from '../work-list.ts';

/** $1 repository, $2 change ids. Notes what the changes add to (1) or take away from (-1) pack.survival_day; a change without deaths notes its day. */
const noteDays = (sign: 1 | -1): string => `
insert into pack.survival_delta
select (s.merged_at at time zone 'UTC')::date, s.code_source, coalesce(x.age_days, 0),
  ${String(sign)} * coalesce(sum(x.effective_lines) filter (where x.death_kind <> 'history_rewritten'), 0),
  ${String(sign)} * coalesce(sum(x.effective_lines) filter (where x.death_kind = 'file_deleted'), 0),
  ${String(sign)} * coalesce(sum(x.effective_lines) filter (where x.death_kind = 'history_rewritten'), 0)
from change_survival s left join change_death x using (repo_id, change_id)
where s.repo_id = $1 and s.change_id = any($2::bigint[]) and s.author_kind <> 'automation'
group by 1, 2, 3`;

/** What changes of a repository add to their days. */
export const ADD_DAYS = noteDays(1);
/** Before they are derived anew it is taken away. */
export const TAKE_DAYS = noteDays(-1);

/** Takes the notes into pack.survival_day. Tells their days. */
const SUM_DAYS = `
with taken as (delete from pack.survival_delta returning *),
summed as (
  insert into pack.survival_day as d (merged_on, code_source, age_days, lost, file_deleted, censored)
  select merged_on, code_source, age_days, sum(lost), sum(file_deleted), sum(censored) from taken group by 1, 2, 3
  having sum(lost) <> 0 or sum(file_deleted) <> 0 or sum(censored) <> 0
  on conflict (merged_on, code_source, age_days) do update
  set lost = d.lost + excluded.lost, file_deleted = d.file_deleted + excluded.file_deleted, censored = d.censored + excluded.censored)
select array(select distinct merged_on::text from taken) as days`;

/** Sums that come back to nothing have no row; the days ($1) are packed anew. */
const PACK_DAYS = [
  `delete from pack.survival_day where merged_on = any($1::date[]) and lost = 0 and file_deleted = 0 and censored = 0`,
  `delete from pack.survival_pack where merged_on = any($1::date[])`,
  `insert into pack.survival_pack select * from pack.survival_packing where merged_on = any($1::date[])`,
];

/** Takes what the repositories changed into the packs; once at the end of a derivation. */
export async function packDays(client: Client): Promise<void> {
  const { rows } = await client.query<{ days: string[] }>(SUM_DAYS);
  const days = rows[0]?.days ?? [];
  if (days.length === 0) return;
  for (const sql of PACK_DAYS) await client.query(sql, [days]);
}
