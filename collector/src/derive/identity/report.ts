/** What is known of who is whom, for whoever runs the collector: people with their accounts, conflicts, suggestions, the match rate. */
import { kindOf } from './kinds.ts';
import type { Client } from '../work-list.ts';
import type { ActorKind, Conflict, IdentitySettings, Joined } from './account.ts';
import { loadAccounts, type AccountRow } from './load.ts';
import { joinAccounts, type JoinedPerson } from './pseudonymous.ts';
import { suggestionsOf, type Suggestion } from './suggestions.ts';
import { readSuspected, type Suspected } from './suspected.ts';

/** An account with all that the store knows of it: not for panels, logs or files. */
export interface SeenAccount {
  readonly account: string;
  readonly provider: string;
  readonly name: string | null;
  readonly login: string | null;
  readonly email: string | null;
  readonly kind: ActorKind;
  readonly method: Joined['method'];
  readonly confidence: number | null;
  /** Decisions on the account so far. */
  readonly version: number;
  /** When the last one was made; null = none was. */
  readonly since: string | null;
  /** Of an address that changed hands: who had it from when to when. */
  readonly periods: ReadonlyArray<{
    readonly person: string;
    readonly from: string | null;
    readonly to: string | null;
  }>;
}

export interface SeenPerson {
  /** Pseudonym; null = nobody. */
  readonly person: string | null;
  readonly accounts: readonly SeenAccount[];
}

export interface SeenConflict extends Omit<Conflict, 'accountIds'> {
  readonly accounts: readonly SeenAccount[];
}

export interface SeenSuggestion extends Omit<Suggestion, 'accountIds'> {
  readonly accounts: readonly SeenAccount[];
}

/** Human accounts of a provider, and how many of them are one person's without conflict. */
export interface Match {
  readonly provider: string;
  readonly accounts: number;
  readonly joined: number;
  /** 0..1. */
  readonly rate: number;
}

export interface PeopleReport {
  readonly people: readonly SeenPerson[];
  readonly conflicts: readonly SeenConflict[];
  readonly suggestions: readonly SeenSuggestion[];
  /** Who may be a program. */
  readonly suspected: readonly Suspected[];
  readonly match: readonly Match[];
}

interface Decision {
  readonly account_id: string;
  readonly version: number;
  readonly since: Date;
}

const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

function seen(one: JoinedPerson, row: AccountRow | undefined, decision: Decision | undefined): SeenAccount {
  return {
    account: one.accountId,
    provider: row?.provider ?? '',
    name: row?.name ?? null,
    login: row?.login ?? null,
    email: row?.email ?? null,
    kind: one.kind,
    method: one.method,
    confidence: one.confidence,
    version: decision?.version ?? 0,
    since: decision?.since.toISOString() ?? null,
    periods: one.periods.map(({ personId, from, to }) => ({ person: personId, from: iso(from), to: iso(to) })),
  };
}

function matchOf(joined: readonly JoinedPerson[], rows: ReadonlyMap<string, AccountRow>): Match[] {
  const byProvider = new Map<string, { accounts: number; joined: number }>();
  for (const { accountId, kind, personId, hasConflict } of joined) {
    const provider = rows.get(accountId)?.provider ?? '';
    const count = byProvider.get(provider) ?? { accounts: 0, joined: 0 };
    byProvider.set(provider, count);
    if (kind !== 'human') continue;
    count.accounts++;
    if (personId !== null && !hasConflict) count.joined++;
  }
  return [...byProvider]
    .filter(([, { accounts }]) => accounts > 0)
    .map(([provider, count]) => ({ provider, ...count, rate: count.joined / count.accounts }))
    .sort((a, b) => (a.provider < b.provider ? -1 : 1));
}

/** Joins the accounts that are in the store by the configuration given, as the next derivation will. Writes nothing. */
export async function reportPeople(client: Client, settings: IdentitySettings): Promise<PeopleReport> {
  const rows = await loadAccounts(client);
  const byId = new Map(rows.map((row) => [row.account_id, row]));
  const { joined, conflicts } = await joinAccounts(client, rows, settings);
  const { rows: decisions } = await client.query<Decision>(
    'select distinct on (account_id) account_id, version, since from account_join order by account_id, version desc'
  );
  const decided = new Map(decisions.map((one) => [one.account_id, one]));
  const accounts = new Map(
    joined.map((one) => [one.accountId, seen(one, byId.get(one.accountId), decided.get(one.accountId))])
  );
  const all = (ids: readonly string[]): SeenAccount[] => ids.flatMap((id) => accounts.get(id) ?? []);
  const people = new Map<string | null, SeenAccount[]>();
  for (const { accountId, personId } of joined)
    people.set(personId, [...(people.get(personId) ?? []), ...all([accountId])]);
  const suggestible = joined.map((one) => {
    const row = byId.get(one.accountId);
    const kind = row === undefined ? one.kind : kindOf(row, settings);
    return { accountId: one.accountId, kind, name: row?.name ?? null, login: row?.login ?? null, person: one.personId };
  });
  return {
    people: [...people].map(([person, own]) => ({ person, accounts: own })),
    conflicts: conflicts.map(({ accountIds, ...one }) => ({ ...one, accounts: all(accountIds) })),
    suggestions: suggestionsOf(suggestible).map(({ accountIds, ...one }) => ({ ...one, accounts: all(accountIds) })),
    suspected: await readSuspected(client),
    match: matchOf(joined, byId),
  };
}
