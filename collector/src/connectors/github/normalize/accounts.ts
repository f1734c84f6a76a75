/** Accounts: of the forge by their number, of commits by their address. Pure. */
import { accountKind, type AccountKind } from '../../../attribution/account-kind.ts';
import type { HouseRow, StreamContext } from '../../../connector.ts';
import type { Actor } from '../schema.ts';

export interface Naming {
  readonly accountId: StreamContext<unknown>['accountId'];
  /** See `providerOf`. */
  readonly provider: string;
}

type Named = NonNullable<Actor>;

const MAX_NAME = 300;
const MAX_ADDRESS = 500;

/** Logins as the web shows them: of bots with `[bot]`, which GraphQL leaves out. */
export const loginOf = ({ __typename: type, login }: Named): string =>
  type === 'Bot' && !login.endsWith('[bot]') ? `${login}[bot]` : login;

/** Name of a number at a host, as no-reply addresses carry it. */
const externalId = (provider: string, id: number): string =>
  `${provider === 'github' ? 'github.com' : provider}:${String(id)}`;

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

/** Author or committer of a commit; `user` = the account that verified the address. */
export interface Signature {
  readonly name: string | null;
  readonly email: string | null;
  readonly user?: { readonly login: string; readonly databaseId?: number | null | undefined } | null | undefined;
}

const addressOf = (email: string | null): string | null => {
  const folded = (email ?? '').slice(0, MAX_ADDRESS).trim().toLowerCase();
  return folded === '' ? null : folded;
};

/** account_id of an address, the same as git's; null = there is none. */
export function signatureOf(who: Signature | null, { accountId }: Naming): string | null {
  const address = addressOf(who?.email ?? null);
  return address === null ? null : accountId('git', address);
}

const AIDER = ' (aider)';

/** Row of an address, with the number of the account that verified it: that joins both. */
export function signatureRow(who: Signature | null, naming: Naming): HouseRow[] {
  const address = addressOf(who?.email ?? null);
  if (who === null || address === null) {
    return [];
  }
  const name = who.name ?? '';
  const number = who.user?.databaseId ?? null;
  return [
    {
      table: 'account',
      values: {
        account_id: naming.accountId('git', address),
        provider: 'git',
        email: address,
        display_name: (name.endsWith(AIDER) ? name.slice(0, -AIDER.length) : name).slice(0, MAX_NAME),
        kind: accountKind({ name, email: address }),
        ...(number === null ? {} : { external_id: externalId(naming.provider, number) }),
      },
    },
  ];
}
