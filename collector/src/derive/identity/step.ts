/** Step identity: accounts → persons, and what depends on a person that changed. */
import type { DeriveSettings } from '../settings.ts';
import { mark, take, type Client } from '../work-list.ts';
import { forgetSeen } from '../unchanged.ts';
import { markReported } from '../usage/reported.ts';
import { markRejoined } from '../usage/telemetry.ts';
import { writeDecisions } from './decisions.ts';
import { saidKind } from './kinds.ts';
import type { AccountRow } from './load.ts';
import { deriveMemberships } from './memberships.ts';
import { joinAccounts, personsOf, type JoinedPerson } from './pseudonymous.ts';
import { reachOf } from './reach.ts';

/** Persons of accounts that nobody mapped; a mapped person's kind is the mapping's. */
async function writePersons(client: Client, joined: readonly JoinedPerson[]): Promise<void> {
  const unmapped = joined.filter((one) => one.mappedPersonId === null && one.personId !== null);
  const persons = [...new Map(unmapped.map((one) => [one.personId, one])).values()];
  await client.query(
    `insert into person as p (person_id, kind, source_key) select * from unnest($1::text[], $2::text[], $3::text[])
     on conflict (person_id) do update set kind = excluded.kind, source_key = coalesce(p.source_key, excluded.source_key)
     where p.kind <> excluded.kind or p.source_key is null`,
    [persons.map((one) => one.personId), persons.map((one) => one.kind), persons.map((one) => one.personKey)]
  );
}

/** @returns accounts whose join changed. */
async function writeJoins(client: Client, joined: readonly JoinedPerson[]): Promise<string[]> {
  const { rows } = await client.query<{ account_id: string }>(
    `update account a set person_id = j.person_id, method = j.method, confidence = j.confidence, has_conflict = j.has_conflict
     from unnest($1::text[], $2::text[], $3::text[], $4::float8[], $5::boolean[]) as j(account_id, person_id, method, confidence, has_conflict)
     where a.account_id = j.account_id
       and row(a.person_id, a.method, a.confidence, a.has_conflict) is distinct from row(j.person_id, j.method, j.confidence, j.has_conflict)
     returning a.account_id`,
    [
      joined.map((one) => one.accountId),
      joined.map((one) => one.personId),
      joined.map((one) => one.method),
      joined.map((one) => one.confidence),
      joined.map((one) => one.hasConflict),
    ]
  );
  return rows.map((row) => row.account_id);
}

/** Of which accounts the organisation says what they are. */
async function writeSaid(client: Client, accounts: readonly AccountRow[], { identity }: DeriveSettings): Promise<void> {
  await client.query(
    `update account a set is_said = s.is_said from unnest($1::text[], $2::boolean[]) as s(account_id, is_said)
     where a.account_id = s.account_id and a.is_said <> s.is_said`,
    [accounts.map((row) => row.account_id), accounts.map((row) => saidKind(row, identity) !== null)]
  );
}

/** A person whom no account, team, seat or usage names any more was only a stand-in until the accounts were joined. */
export async function removeStandIns(client: Client, persons: readonly string[]): Promise<void> {
  await client.query(
    `delete from person p where person_id = any($1::text[])
       and not exists (select from account a where a.person_id = p.person_id)
       and not exists (select from account_claim c where c.person_id = p.person_id)
       and not exists (select from membership m where m.person_id = p.person_id)
       and not exists (select from seat s where s.person_id = p.person_id)
       and not exists (select from tool_day t where t.person_id = p.person_id)
       and not exists (select from person_day t where t.person_id = p.person_id)
       and not exists (select from tool_event t where t.person_id = p.person_id)`,
    [persons]
  );
}

/** Changes that an account wrote (all of it or one of its commits), asked for or reviewed. */
async function markChanges(client: Client, accounts: readonly string[]): Promise<void> {
  await client.query(
    `insert into dirty (kind, repo_id, item)
     select 'change', repo_id, change_key from change where author_account_id = any($1::text[]) or requester_account_id = any($1::text[])
     union select 'change', repo_id, change_key from change_event where account_id = any($1::text[])
     union select 'change', repo_id, change_key from git_commit where author_account_id = any($1::text[]) and change_key is not null
     on conflict do nothing`,
    [accounts]
  );
}

/** Issues that an account has, incidents to which it responded, runs of persons. */
async function markWorkUnits(client: Client, accounts: readonly string[], persons: readonly string[]): Promise<void> {
  await client.query(
    `with counted as (select distinct unit from workflow)
     insert into dirty (kind, repo_id, item)
     select 'work_unit', 0, 'issue/' || external_id from issue where assignee_account_id = any($1::text[]) and 'issue' in (select unit from counted)
     union
     select 'work_unit', 0, 'incident/' || coalesce(service_id, '*') from incident
     where responder_account_id = any($1::text[]) and 'incident' in (select unit from counted)
     union
     select 'work_unit', 0, 'agent_run/' || person_id || '/*' from unnest($2::text[]) as p(person_id) where 'agent_run' in (select unit from counted)
     on conflict do nothing`,
    [accounts, persons]
  );
}

/** First commit of persons; of those whom an account left ($2) it is not what it was. */
async function writeFirstSeen(client: Client, persons: readonly string[], left: readonly string[]): Promise<void> {
  if (left.length > 0)
    await client.query('update person set first_seen_at = null where person_id = any($1::text[])', [left]);
  await client.query(
    `update person p set first_seen_at = s.at from (
       select a.person_id, min(g.authored_at) as at from account_person a join git_commit g on g.author_account_id = a.account_id
         and g.authored_at >= a.valid_from and g.authored_at < a.valid_to
       where a.person_id = any($1::text[]) group by 1) s
     where p.person_id = s.person_id and (p.first_seen_at is null or p.first_seen_at > s.at)`,
    [persons]
  );
}

/** Joins the accounts that an account, claim, person, membership or seat which changed can decide anew. Takes `identity`. */
export async function deriveIdentity(client: Client, settings: DeriveSettings): Promise<void> {
  const items = (await take(client, 'identity')).map(({ item }) => item);
  if (items.length === 0) return;
  await forgetSeen(client);
  const { accounts, names } = await reachOf(client, items, settings.identity);
  const { joined } = await joinAccounts(client, accounts, settings.identity);
  await writePersons(client, joined);
  await writeSaid(client, accounts, settings);
  const decided = await writeDecisions(client, joined, names);
  const rejoined = [...new Set([...(await writeJoins(client, joined)), ...decided.accounts])];
  const held = [...items, ...decided.left, ...accounts.flatMap(({ person_id: person }) => person ?? [])];
  const moved = await deriveMemberships(client, names === null ? null : [...held, ...joined.flatMap(personsOf)]);
  const touched = new Set([...items, ...rejoined, ...moved]);
  const before = new Map(accounts.map((row) => [row.account_id, row.person_id]));
  const isAll = touched.has('*');
  const affected = joined.filter(
    (one) => isAll || touched.has(one.accountId) || personsOf(one).some((person) => touched.has(person))
  );
  const old = affected.map((one) => before.get(one.accountId) ?? null).filter((person) => person !== null);
  const persons = [
    ...new Set([
      ...affected.flatMap(personsOf),
      ...old,
      ...decided.left,
      ...items.filter((item) => !before.has(item) && item !== '*'),
    ]),
  ];
  const accountIds = affected.map((one) => one.accountId);
  await markRejoined(client, accountIds);
  await markReported(client, accountIds, persons);
  await markChanges(client, accountIds);
  await markWorkUnits(client, accountIds, persons);
  await mark(
    client,
    'declared',
    persons.map((item) => ({ repoId: 0, item }))
  );
  await mark(
    client,
    'week',
    persons.map((person) => ({ repoId: 0, item: `${person}/*` }))
  );
  await removeStandIns(client, [...old, ...decided.left]);
  const left = rejoined.map((account) => before.get(account) ?? null).filter((person) => person !== null);
  await writeFirstSeen(client, persons, [...left, ...decided.left]);
}
