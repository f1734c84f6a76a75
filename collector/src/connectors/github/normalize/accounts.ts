/** Accounts of GitHub, by their number. Pure. */
import { accountKind, type AccountKind } from '../../../attribution/account-kind.ts';
import type { HouseRow } from '../../../connector.ts';
import { externalId, MAX_NAME, type Naming } from '../../../forge/signatures.ts';
import type { Actor } from '../schema.ts';

export type { Naming } from '../../../forge/signatures.ts';

type Named = NonNullable<Actor>;

/** Logins as the web shows them: of bots with `[bot]`, which GraphQL leaves out. */
export const loginOf = ({ __typename: type, login }: Named): string =>
  type === 'Bot' && !login.endsWith('[bot]') ? `${login}[bot]` : login;

/** account_id of an account: by its number, which stays when it is renamed. Null = the account is gone. */
export function accountOf(who: Actor | undefined, { accountId, provider }: Naming): string | null {
  if (who === null || who === undefined) {
    return null;
  }
  const id = who.databaseId ?? null;
  return accountId(provider, id === null ? who.login.toLowerCase() : `id:${String(id)}`);
}

/** Address by which commits of the account hide its own; null = its number is not known. */
const noreplyOf = (who: Named): string | null =>
  (who.databaseId ?? null) === null ? null : `${String(who.databaseId)}+${loginOf(who)}@users.noreply.github.com`;

/** Kind of an account of the forge. What calls itself a bot is a program or an agent; of the rest the rules decide. */
export function actorKind(who: Named): AccountKind {
  const known = accountKind({ login: loginOf(who), email: noreplyOf(who) });
  return who.__typename === 'Bot' && known === 'human' ? 'automation' : known;
}

/** Row of an account of the forge. */
export function actorRow(who: Actor | undefined, naming: Naming): HouseRow[] {
  const id = accountOf(who, naming);
  if (id === null || who === null || who === undefined) {
    return [];
  }
  const login = loginOf(who);
  const number = who.databaseId ?? null;
  return [
    {
      table: 'account',
      values: {
        account_id: id,
        provider: naming.provider,
        login: login.slice(0, MAX_NAME),
        kind: actorKind(who),
        ...(number === null ? {} : { external_id: externalId(naming.provider, number) }),
      },
    },
  ];
}
