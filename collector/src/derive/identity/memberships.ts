/** Memberships of people as a forge tells them of accounts. Whoever has a history from people.csv or the configuration needs none. */
import type { Client } from '../work-list.ts';

/** One row per person ($1; null = all), team and start; of two accounts of a person the longer membership counts. */
const WANTED = `
with told as (
  select a.person_id, t.team_id, t.valid_from, bool_or(t.is_primary) as is_primary, max(t.role) as role,
    case when bool_or(t.valid_to is null) then null else max(t.valid_to) end as valid_to
  from team_account t join account a using (account_id)
  where a.person_id is not null and not a.has_conflict and ($1::text[] is null or a.person_id = any($1::text[]))
  group by a.person_id, t.team_id, t.valid_from),
wanted as (
  select told.* from told where not exists (select from membership m where m.person_id = told.person_id and m.source = 'given'))`;

const REMOVE = `${WANTED}
delete from membership m where m.source = 'account' and ($1::text[] is null or m.person_id = any($1::text[])) and not exists (
  select from wanted w where w.person_id = m.person_id and w.team_id = m.team_id and w.valid_from = m.valid_from)
returning m.person_id`;

const WRITE = `${WANTED}
insert into membership as m (person_id, team_id, valid_from, valid_to, is_primary, role, source)
select person_id, team_id, valid_from, valid_to, is_primary, role, 'account' from wanted
on conflict (person_id, team_id, valid_from) do update set valid_to = excluded.valid_to, is_primary = excluded.is_primary, role = excluded.role
where m.source = 'account'
  and row(m.valid_to, m.is_primary, m.role) is distinct from row(excluded.valid_to, excluded.is_primary, excluded.role)
returning m.person_id`;

/** Of the persons given (null = of all). @returns persons whose teams changed. */
export async function deriveMemberships(client: Client, persons: readonly string[] | null): Promise<string[]> {
  const removed = await client.query<{ person_id: string }>(REMOVE, [persons]);
  const written = await client.query<{ person_id: string }>(WRITE, [persons]);
  return [...new Set([...removed.rows, ...written.rows].map((row) => row.person_id))];
}
