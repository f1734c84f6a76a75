/** Reverts between changes that git concluded from single commits, told between those that a forge gave the commits to. */
import type { Client } from '../work-list.ts';

const ADOPT = `
with told as (
  select v.*, coalesce(a.change_key, v.change_key) as to_key, coalesce(b.change_key, v.revert_change_key) as by_key
  from revert v
  left join git_commit a on a.repo_id = v.repo_id and a.sha = v.change_key and a.request_number is not null
  left join git_commit b on b.repo_id = v.repo_id and b.sha = v.revert_change_key and b.request_number is not null
  where v.repo_id = $1),
moved as (select * from told where to_key <> change_key or by_key <> revert_change_key),
gone as (
  delete from revert v using moved m
  where v.repo_id = m.repo_id and v.change_key = m.change_key and v.revert_change_key = m.revert_change_key),
made as (
  insert into revert (repo_id, change_key, revert_change_key, reverted_at, method, line_share, is_reapplied)
  select distinct on (to_key, by_key) repo_id, to_key, by_key, reverted_at, method, line_share, is_reapplied from moved
  where to_key <> by_key order by to_key, by_key, reverted_at
  on conflict (repo_id, change_key, revert_change_key) do nothing)
select to_key, by_key from moved`;

/** Gives the reverts of a repository to the changes of its forge; what git tells again later is given again. @returns keys of both ends. */
export async function adoptReverts(client: Client, repoId: number): Promise<string[]> {
  const { rows } = await client.query<{ to_key: string; by_key: string }>(ADOPT, [repoId]);
  return rows.flatMap((row) => [row.to_key, row.by_key]);
}
