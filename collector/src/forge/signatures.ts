/** Accounts of commits: by their address, as git writes them. Pure. */
import { accountKind } from '../attribution/account-kind.ts';
import type { HouseRow, StreamContext } from '../connector.ts';

export interface Naming {
  readonly accountId: StreamContext<unknown>['accountId'];
  /** Name of the provider in accounts: one host, one namespace of logins (`github`, `gitlab`, `gitlab.acme.io`). */
  readonly provider: string;
}

export const MAX_NAME = 300;
const MAX_ADDRESS = 500;

const HOSTS: ReadonlyMap<string, string> = new Map([
  ['github', 'github.com'],
  ['gitlab', 'gitlab.com'],
]);

/** Name of a number at a host, as no-reply addresses carry it. */
export const externalId = (provider: string, id: number): string => `${HOSTS.get(provider) ?? provider}:${String(id)}`;

/** Author or committer of a commit; `id` = number of the account that verified the address, null = not known. */
export interface Signature {
  readonly name: string | null;
  readonly email: string | null;
  readonly id?: number | null | undefined;
}

const addressOf = (email: string | null): string | null => {
  const folded = (email ?? '').slice(0, MAX_ADDRESS).trim().toLowerCase();
  return folded === '' ? null : folded;
};

/** account_id of an address, the same as git's; null = there is none. */
export function signatureOf(who: Signature | null, { accountId }: Pick<Naming, 'accountId'>): string | null {
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
  const number = who.id ?? null;
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
