/** The mapping of throughline.yaml (section `identity`) in terms of accounts. Pure. */
import type { Account, Conflict, IdentitySettings } from './account.ts';
import { foldEmail } from './links.ts';

export interface Mapped {
  /** Lists of accounts that are one person, with the name of the entry. */
  readonly joins: ReadonlyArray<{ readonly key: string; readonly members: readonly number[] }>;
  /** Of each account the splits it is part of, and on which side. */
  readonly sides: ReadonlyArray<ReadonlyMap<number, number>>;
  readonly shared: ReadonlySet<number>;
  /** Names that no account has. */
  readonly unknown: readonly Conflict[];
}

/** Names that a mapping may give an account. */
const namesOf = (
  { accountId, provider, login, email, externalId }: Account,
  { companyDomain }: IdentitySettings
): Set<string> =>
  new Set([
    accountId.toLowerCase(),
    ...(email === null ? [] : [foldEmail(email, companyDomain)]),
    ...(login === null ? [] : [`${provider}:${login}`.toLowerCase()]),
    ...(externalId == null ? [] : [`${provider}:${externalId}`.toLowerCase()]),
  ]);

/** Accounts by their names: an address means all accounts that have it. */
function byNames(accounts: readonly Account[], settings: IdentitySettings): Map<string, number[]> {
  const byName = new Map<string, number[]>();
  accounts.forEach((account, index) => {
    for (const name of namesOf(account, settings)) {
      const known = byName.get(name) ?? [];
      byName.set(name, known);
      known.push(index);
    }
  });
  return byName;
}

/** Which lists of `join` name an account: `join 1`, … */
export function entriesOf(settings: IdentitySettings): (account: Account) => string[] {
  const lists = new Map<string, string[]>();
  settings.mapping.join.forEach((names, at) => {
    for (const name of names.map((one) => foldEmail(one, settings.companyDomain)))
      lists.set(name, [...(lists.get(name) ?? []), `join ${String(at + 1)}`]);
  });
  return (account) =>
    lists.size === 0 ? [] : [...namesOf(account, settings)].flatMap((name) => lists.get(name) ?? []);
}

/** Reads the mapping against the accounts there are. */
export function mappingOf(accounts: readonly Account[], settings: IdentitySettings): Mapped {
  const { join, split, shared } = settings.mapping;
  const sides = accounts.map(() => new Map<number, number>());
  if (join.length + split.length + shared.length === 0) return { joins: [], sides, shared: new Set(), unknown: [] };
  const byName = byNames(accounts, settings);
  const unknown: Conflict[] = [];
  const find = (name: string, key: string): number[] => {
    const found = byName.get(foldEmail(name, settings.companyDomain));
    if (found === undefined) unknown.push({ reason: 'unknown_account', key: `${key}: ${name}`, accountIds: [] });
    return found ?? [];
  };
  split.forEach((names, at) =>
    names.forEach((name, side) => find(name, `split ${String(at + 1)}`).forEach((index) => sides[index]?.set(at, side)))
  );
  return {
    joins: join.map((names, at) => {
      const key = `join ${String(at + 1)}`;
      return { key, members: names.flatMap((name) => find(name, key)) };
    }),
    sides,
    shared: new Set(shared.flatMap((name, at) => find(name, `shared ${String(at + 1)}`))),
    unknown,
  };
}
