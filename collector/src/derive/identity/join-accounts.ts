/**
 * Which accounts are one person (metrics.md 2.4; docs/identity.md has every rule once). Pure: accounts in, persons out. Equal display
 * names never join anything. What the mapping and people.csv say goes before what accounts have in common; what two people claim is nobody's.
 */
import { SSO, type Account, type ActorKind, type Conflict, type IdentitySettings, type Joined } from './account.ts';
import { isAnchor, parted, telling } from './asserted.ts';
import { claimsOf, type Claimed } from './claims.ts';
import { Groups } from './groups.ts';
import { hiddenIn, linksOf, loginOf, type Link } from './links.ts';
import { mappingOf } from './mapping.ts';

const METHODS: ReadonlyArray<Link['method']> = ['sso', 'verified_email', 'noreply_id', 'same_namespace'];

interface Bucket {
  readonly link: Link;
  readonly members: readonly number[];
}

/** Numbers of accounts of a forge that it told itself. */
function numbersOf(accounts: readonly Account[]): ReadonlySet<string> {
  const told = accounts.filter(({ provider, isAsserted = false }) => provider !== SSO && !isAsserted);
  return new Set(told.flatMap(({ externalId }) => externalId ?? []));
}

/** Accounts by what they have in common, surest first; those that are nobody's or several people's ($2) have nothing in common. */
function bucketsOf(
  accounts: readonly Account[],
  isApart: (index: number) => boolean,
  settings: IdentitySettings
): { readonly told: readonly Bucket[]; readonly sent: readonly Bucket[] } {
  const numbers = numbersOf(accounts);
  const buckets = new Map<string, { readonly link: Link; readonly members: number[] }>();
  accounts.forEach((account, index) => {
    if (isApart(index)) return;
    for (const link of linksOf(account, settings)) {
      // Anybody may write a commit with the number of one and the login of another: the login counts where the number is nobody's.
      if (link.unless !== undefined && numbers.has(link.unless)) continue;
      const bucket = buckets.get(link.key) ?? { link, members: [] };
      buckets.set(link.key, bucket);
      bucket.members.push(index);
    }
  });
  const { told, sent } = parted(buckets.values(), accounts);
  return { told: inOrder(told, accounts), sent: inOrder(sent, accounts) };
}

function inOrder(buckets: readonly Bucket[], accounts: readonly Account[]): Bucket[] {
  return buckets
    .flatMap((bucket) => withoutBots(bucket, accounts))
    .filter(({ members }) => members.length > 1)
    .sort(
      (a, b) => METHODS.indexOf(a.link.method) - METHODS.indexOf(b.link.method) || (a.link.key < b.link.key ? -1 : 1)
    );
}

/**
 * People rename their logins and keep their id; programs share one and sign with several names. Where one of an id is no human, only
 * equal logins are one.
 */
function withoutBots({ link, members }: Bucket, accounts: readonly Account[]): Bucket[] {
  const all = members.map((member) => ({ member, account: accounts[member] as Account }));
  const isBot = (one: Account): boolean => one.kind !== 'human' || loginOf(one).endsWith('[bot]');
  if (!link.key.startsWith('id:') || !all.some(({ account }) => isBot(account))) return [{ link, members }];
  const byLogin = new Map<string, number[]>();
  for (const { member, account } of all) {
    const login = loginOf(account);
    byLogin.set(login, [...(byLogin.get(login) ?? []), member]);
  }
  return [...byLogin.values()].map((own) => ({ link, members: own }));
}

const KINDS: readonly ActorKind[] = ['ai_agent', 'automation', 'human'];

export interface Resolved {
  readonly joined: readonly Joined[];
  readonly conflicts: readonly Conflict[];
}

/** Joining under way. */
class Resolution {
  readonly accounts: readonly Account[];
  readonly claimed: readonly Claimed[];
  readonly shared: ReadonlySet<number>;
  readonly groups: Groups;
  readonly joinedBy = new Map<number, Link>();
  readonly conflicting = new Set<number>();
  readonly conflicts: Conflict[] = [];
  private readonly anchored: Set<number>;
  private readonly sets = new Map<number, number[]>();
  private readonly keys = new Map<number, string>();

  constructor(accounts: readonly Account[], settings: IdentitySettings) {
    this.accounts = accounts;
    this.claimed = claimsOf(accounts, settings);
    const { joins, sides, shared, unknown } = mappingOf(accounts, settings);
    this.shared = shared;
    this.groups = new Groups(
      accounts.map(({ provider, externalId = null }, index) => ({
        personId: this.claimed[index]?.personId ?? null,
        userId: provider === SSO ? externalId : null,
        sides: sides[index] ?? new Map(),
      }))
    );
    for (const one of unknown) this.conflicts.push(one);
    this.findDoubleClaims(settings);
    for (const { key, members } of joins) this.joinMapped(key, members);
    const { told, sent } = bucketsOf(accounts, (index) => this.isApart(index), settings);
    for (const bucket of told) this.joinLinked(bucket);
    this.anchored = new Set(accounts.flatMap((one, index) => (isAnchor(one) ? this.groups.root(index) : [])));
    for (const bucket of sent) this.joinSent(bucket);
    accounts.forEach((_account, index) => {
      const root = this.groups.root(index);
      const members = this.sets.get(root) ?? [];
      this.sets.set(root, members);
      members.push(index);
    });
    this.nameSets();
  }

  /** Two people whom one address does not join (a split) are not called by it alone. */
  private nameSets(): void {
    const taken = new Set<string>();
    for (const [root] of this.sets) {
      const key = keyOf(this.members(root));
      this.keys.set(root, taken.has(key) ? `${key} ${this.accounts[root]?.accountId ?? ''}` : key);
      taken.add(key);
    }
  }

  /** The account itself says nothing of who it is. */
  private isApart(index: number): boolean {
    return this.shared.has(index) || (this.claimed[index]?.periods.length ?? 0) > 0;
  }

  private addConflict(reason: Conflict['reason'], key: string, members: readonly number[]): void {
    this.conflicts.push({ reason, key, accountIds: members.map((member) => this.accounts[member]?.accountId ?? '') });
  }

  /** What they have in common joins none of them. */
  private refuse(reason: Conflict['reason'], key: string, members: readonly number[]): void {
    members.forEach((member) => this.conflicting.add(member));
    this.addConflict(reason, key, members);
  }

  private findDoubleClaims(settings: IdentitySettings): void {
    const byKey = new Map<string, number[]>();
    this.claimed.forEach(({ isClaimedByTwo }, index) => {
      if (!isClaimedByTwo || this.shared.has(index)) return;
      const account = this.accounts[index] as Account;
      const key = linksOf(account, settings).find((link) => link.key.startsWith('email:'))?.key ?? account.accountId;
      byKey.set(key, [...(byKey.get(key) ?? []), index]);
    });
    for (const [key, members] of byKey) this.refuse('claimed_by_two', key, members);
  }

  /** What people.csv calls two people no mapping makes one (there they get one person_key): an entry that contradicts does nothing. */
  private joinMapped(key: string, members: readonly number[]): void {
    const own = members.filter((member) => !this.isApart(member));
    const obstacle = this.groups.obstacle(own);
    if (obstacle === 'split') this.addConflict('join_and_split', key, own);
    else if (obstacle === 'two_people') this.addConflict('join_of_two_people', key, own);
    else this.join(own, { key, method: 'mapping', confidence: 1 });
  }

  private joinLinked({ link, members }: Bucket): void {
    const obstacle = this.groups.obstacle(members);
    // Somebody has decided: no conflict.
    if (obstacle === 'split') return;
    const isKnown = members.every((member) => this.conflicting.has(member));
    if (obstacle !== null) {
      if (!isKnown) this.refuse(obstacle, link.key, members);
      return;
    }
    this.join(
      members.filter((member) => !this.conflicting.has(member)),
      link
    );
  }

  /** What names no address goes to the one that the others lead to; where they lead to two, it is nobody's, and the others stay as they are. */
  private joinSent({ link, members }: Bucket): void {
    if (this.groups.obstacle(members) === 'split') return;
    const isLoose = (member: number): boolean => !this.anchored.has(this.groups.root(member));
    const loose = members.filter((member) => isLoose(member) && !this.conflicting.has(member));
    const whose = members.filter((member) => !isLoose(member));
    if (new Set(whose.map((member) => this.groups.root(member))).size > 1) {
      loose.forEach((member) => this.conflicting.add(member));
      this.addConflict('two_addresses', link.key, members);
      return;
    }
    const [owner] = whose;
    this.join(owner === undefined ? loose : [...loose, owner], link);
    if (owner !== undefined) this.anchored.add(this.groups.root(owner));
  }

  private join([first, ...rest]: readonly number[], link: Link): void {
    if (first === undefined) return;
    for (const member of rest) this.groups.join(first, member);
    for (const member of [first, ...rest]) if (!this.joinedBy.has(member)) this.joinedBy.set(member, link);
  }

  private members(index: number): Account[] {
    return (this.sets.get(this.groups.root(index)) ?? [index]).map((member) => this.accounts[member] as Account);
  }

  private how(index: number): Pick<Joined, 'method' | 'confidence'> {
    const { claims } = this.accounts[index] as Account;
    const link = this.joinedBy.get(index);
    if (claims.length > 0) return { method: 'people_file', confidence: 1 };
    return this.members(index).length > 1 && link !== undefined
      ? { method: link.method, confidence: link.confidence }
      : { method: 'self', confidence: 1 };
  }

  joined(account: Account, index: number): Joined {
    const { accountId, kind } = account;
    const hasConflict = this.conflicting.has(index);
    const periods = this.shared.has(index) ? [] : (this.claimed[index]?.periods ?? []);
    const last = periods.at(-1);
    const personId = this.groups.of(index).personId;
    const nobody = { mappedPersonId: null, personKey: null, method: null, confidence: null };
    const base = { accountId, kind, hasConflict, periods };
    if (last !== undefined) {
      const method = account.claims.length > 0 ? ('people_file' as const) : ('verified_email' as const);
      const confidence = method === 'people_file' ? 1 : 0.95;
      return { ...base, mappedPersonId: last.personId, personKey: null, method, confidence };
    }
    if (this.shared.has(index)) return { ...base, ...nobody };
    if (personId !== null) return { ...base, mappedPersonId: personId, personKey: null, ...this.how(index) };
    if (hasConflict) return { ...base, ...nobody };
    const members = this.members(index);
    const kinds = KINDS.find((one) => telling(members).some((member) => member.kind === one)) ?? 'human';
    return {
      ...base,
      kind: kinds,
      mappedPersonId: null,
      personKey: this.keys.get(this.groups.root(index)) ?? keyOf(members),
      ...this.how(index),
    };
  }
}

/** Key of a person nobody mapped: the first real address, else a forge address, else a login. The same whoever else joins by login. */
function keyOf(members: readonly Account[]): string {
  const addresses = telling(members)
    .map(({ email }) => email?.trim().toLowerCase())
    .filter((email) => email !== undefined)
    .sort();
  const address = addresses.find((email) => hiddenIn(email) === null) ?? addresses[0];
  const [first] = telling(members);
  return (
    address ?? (first?.login ? `${first.provider}:${first.login.toLowerCase()}` : `account:${first?.accountId ?? ''}`)
  );
}

const orderOf = ({ accountId, provider, sourceKey }: Account): string =>
  sourceKey == null ? accountId : `${provider}:${sourceKey}`;

/** Joins all accounts. The result depends on the set of accounts only, not on their order. */
export function resolveIdentity(given: readonly Account[], settings: IdentitySettings): Resolved {
  const accounts = [...given].sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
  const resolution = new Resolution(accounts, settings);
  return {
    joined: accounts.map((account, index) => resolution.joined(account, index)),
    conflicts: resolution.conflicts,
  };
}
