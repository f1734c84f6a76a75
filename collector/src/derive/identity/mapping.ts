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

/** Accounts by the names that a mapping may give them: an address means all accounts that have it. */
function namesOf(accounts: readonly Account[], { companyDomain }: IdentitySettings): Map<string, number[]> {
  const byName = new Map<string, number[]>();
  const add = (name: string, index: number): void => {
    const known = byName.get(name) ?? [];
    byName.set(name, known);
    if (!known.includes(index)) known.push(index);
  };
  accounts.forEach(({ accountId, provider, login, email, externalId }, index) => {
    add(accountId.toLowerCase(), index);
    if (email !== null) add(foldEmail(email, companyDomain), index);
    if (login !== null) add(`${provider}:${login}`.toLowerCase(), index);
    if (externalId != null) add(`${provider}:${externalId}`.toLowerCase(), index);
  });
  return byName;
}

/** Reads the mapping against the accounts there are. */
export function mappingOf(accounts: readonly Account[], settings: IdentitySettings): Mapped {
  const { join, split, shared } = settings.mapping;
  const sides = accounts.map(() => new Map<number, number>());
  if (join.length + split.length + shared.length === 0) return { joins: [], sides, shared: new Set(), unknown: [] };
  const byName = namesOf(accounts, settings);
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
