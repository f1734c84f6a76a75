/** Texts in branches and titles of changes that look like keys of issues. Which of them are some, view issue_change says. */
import type { Client } from '../work-list.ts';

/** As trackers make them: up to ten letters and digits, a hyphen, a number; not a part of a longer word. */
const KEY = (letters: string): string => `(?<![[:alnum:]])(${letters}-[1-9][0-9]{0,6})(?![[:alnum:]])`;
/** People write branches in small letters; in a title small letters are words. */
const IN_BRANCH = KEY('[[:alpha:]][[:alnum:]]{1,9}');
const IN_TITLE = KEY('[A-Z][A-Z0-9]{1,9}');
/** Of each text: more are a list of something else. */
const MOST = 20;

const WRITE = `
with own as (select change_key, branch, title from change where repo_id = $1 and change_key = any($2::text[])),
seen as (
  select change_key, upper(m.found[1]) as issue_key, 'branch' as method
  from own cross join lateral (select found from regexp_matches(left(branch, 500), $3, 'g') found limit ${String(MOST)}) m
  union all
  select change_key, m.found[1], 'title'
  from own cross join lateral (select found from regexp_matches(left(title, 1000), $4, 'g') found limit ${String(MOST)}) m),
made as (select change_key, issue_key, min(method) as method from seen group by 1, 2),
gone as (
  delete from issue_mention t where t.repo_id = $1 and t.change_key = any($2::text[])
    and not exists (select from made m where m.change_key = t.change_key and m.issue_key = t.issue_key))
insert into issue_mention as t (repo_id, change_key, issue_key, method) select $1, change_key, issue_key, method from made
on conflict (repo_id, change_key, issue_key) do update set method = excluded.method where t.method <> excluded.method`;

/** Writes those of some changes; a change that is gone has none. */
export async function writeMentions(client: Client, repoId: number, keys: readonly string[]): Promise<void> {
  await client.query(WRITE, [repoId, keys, IN_BRANCH, IN_TITLE]);
}
