/** Joins the accounts of the store under the pseudonyms of this install. */
import { installSecret, pseudonyms } from '../../store/pseudonym.ts';
import type { Client } from '../work-list.ts';
import type { Account, Conflict, IdentitySettings, Joined } from './account.ts';
import { resolveIdentity } from './join-accounts.ts';
import { kindOf } from './kinds.ts';
import type { AccountRow } from './load.ts';

/** A join with its person; null = nobody. */
export type JoinedPerson = Joined & { readonly personId: string | null };

/** Everybody who has or had the account. */
export const personsOf = ({ personId, periods }: JoinedPerson): string[] => [
  ...(personId === null ? [] : [personId]),
  ...periods.map((period) => period.personId),
];

/** An account as the rules see it. */
export const accountOf = (row: AccountRow, settings: IdentitySettings): Account => ({
  accountId: row.account_id,
  provider: row.provider,
  login: row.login,
  email: row.email,
  externalId: row.external_id,
  sourceKey: row.source_key,
  kind: kindOf(row, settings),
  isAsserted: row.trust < 2,
  claims: (row.claims ?? []).map(([personId, from, to]) => ({ personId, from, to })),
});

const overlongOf = (rows: readonly AccountRow[]): Conflict[] =>
  rows.flatMap(({ account_id: id, overlong }) =>
    overlong.map((name) => ({ reason: 'overlong_name', key: `${name} of ${id}`, accountIds: [id] }))
  );

/** Who is whom; writes nothing but the install's secret. */
export async function joinAccounts(
  client: Client,
  rows: readonly AccountRow[],
  settings: IdentitySettings
): Promise<{ readonly joined: readonly JoinedPerson[]; readonly conflicts: readonly Conflict[] }> {
  const { personId } = pseudonyms(await installSecret(client));
  const { joined, conflicts } = resolveIdentity(
    rows.map((row) => accountOf(row, settings)),
    settings
  );
  return {
    joined: joined.map((one) => ({
      ...one,
      personId: one.mappedPersonId ?? (one.personKey === null ? null : personId(one.personKey)),
    })),
    conflicts: [...conflicts, ...overlongOf(rows)],
  };
}
