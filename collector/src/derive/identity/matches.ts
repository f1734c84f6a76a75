/** How many users of each tool are known otherwise (metrics.md 2.4): below nine of ten, results by tool and outcome say so. */
import type { Client } from '../work-list.ts';

/** A person whom only accounts of tools make is a stand-in: nothing that they did is known beside the use. */
const MATCHES = `
with users as (
  select t.tool_id, a.person_id, a.has_conflict from tool t join account a on a.kind = 'human' and (
    a.provider = t.tool_id
    or exists (select from account_day d where d.account_id = a.account_id and d.tool_id = t.tool_id)
    or exists (select from account_seat s where s.account_id = a.account_id and s.tool_id = t.tool_id)
    or exists (select from tool_point p where p.account_id = a.account_id and p.tool_id = t.tool_id))),
known as (
  select person_id from account where person_id is not null and provider not in (select tool_id from tool)
  union select person_id from account_claim),
made as (
  select u.tool_id, count(*)::integer as users, (count(k.person_id) filter (where not u.has_conflict))::integer as matched
  from users u left join known k using (person_id) group by 1),
gone as (delete from tool_match t where not exists (select from made m where m.tool_id = t.tool_id))
insert into tool_match as t select * from made
on conflict (tool_id) do update set users = excluded.users, matched = excluded.matched
where row(t.users, t.matched) is distinct from row(excluded.users, excluded.matched)`;

/** Counts them anew: there are few tools, and accounts are looked up by their keys. */
export async function deriveMatches(client: Client): Promise<void> {
  await client.query(MATCHES);
}
