/**
 * Which accounts are one person (metrics.md 2.4). Pure: accounts in, persons out. Equal display names never join anything.
 * A mapped account (people.csv) keeps its person; addresses join accounts; an address that two persons claim joins nobody.
 */

import { entryOf } from '../../foreign.ts';
import { compilePattern, literal, pattern, type Pattern } from '../../text/pattern.ts';

export type ActorKind = 'human' | 'ai_agent' | 'automation';

export interface Account {
  readonly accountId: string;
  readonly provider: string;
  readonly login: string | null;
  readonly email: string | null;
  /** Host and number of an account of a forge, of an address those of the account that verified it: `github.com:583231`. Default: none. */
  readonly externalId?: string | null;
  readonly kind: ActorKind;
  /** Person of a mapping file; null = not mapped. */
  readonly mappedPersonId: string | null;
}

export interface IdentitySettings {
  /** Domain in which `+tag` belongs to the same person; null = none. */
  readonly companyDomain: string | null;
  /** Providers whose equal logins are one person. */
  readonly sameNamespace: readonly string[];
  /** Globs over address, login or name of accounts whose kind the organisation says. */
  readonly kinds: Readonly<Record<ActorKind, readonly string[]>>;
}

/** Join of one account. */
export interface Joined {
  readonly accountId: string;
  /** Mapped person, or null: then `personKey` names the person. */
  readonly mappedPersonId: string | null;
  /** Stable key of an unmapped person, input of the pseudonym. */
  readonly personKey: string;
  readonly kind: ActorKind;
  readonly method: 'mapping' | 'verified_email' | 'noreply_id' | 'same_namespace' | 'self';
  readonly confidence: number;
  readonly hasConflict: boolean;
}

/**
 * Addresses by which forges hide a person's own: `ID+login@users.noreply.github.com`, the older `login@users.noreply…`, GitLab's
 * `ID-login@users.noreply.gitlab.com`, Gitea's and Forgejo's `login@noreply.host`. Login and id are those of that host.
 */
const NOREPLY = pattern`^(?:(?P<id>\d{1,20})\+)?(?P<login>[^@+]+)@(?P<kind>users\.)?no-?reply\.(?P<host>[^@]+)$`;
const GITLAB_ID = pattern`^(?P<id>\d{1,20})-(?P<login>.+)$`;

interface Hidden {
  readonly host: string;
  readonly login: string;
  readonly id: string | null;
}

/** The forge account behind a no-reply address; null = it is another address. */
function hiddenIn(email: string): Hidden | null {
  if (!email.includes('reply')) return null;
  const found = NOREPLY.exec(email.slice(0, 320))?.named;
  if (found === undefined) return null;
  const { id = null, login = '', host = '' } = { ...found, id: found['id'] ?? null };
  const numbered = host.includes('gitlab') && id === null ? GITLAB_ID.exec(login)?.named : undefined;
  const isForge =
    found['kind'] !== undefined || host.includes('gitea') || host.includes('codeberg') || host.includes('forgejo');
  if (!isForge) return null;
  return numbered === undefined
    ? { host, login, id }
    : { host, login: numbered['login'] ?? login, id: numbered['id'] ?? null };
}

/** Host of the logins of a provider; an own instance has its own. */
const hostOf = (provider: string): string =>
  entryOf({ github: 'github.com', gitlab: 'gitlab.com' }, provider) ?? provider;

/** Address as people mean it: lower case, without `+tag` in the company's own domain. */
export function foldEmail(email: string, companyDomain: string | null): string {
  const folded = email.trim().toLowerCase();
  const [local = '', domain = ''] = folded.split('@');
  return companyDomain !== null && domain === companyDomain.toLowerCase()
    ? `${local.split('+')[0] ?? ''}@${domain}`
    : folded;
}

/** One reason why some accounts are the same person, e.g. all accounts with one address. */
interface Link {
  readonly key: string;
  readonly method: Joined['method'];
  readonly confidence: number;
}

/** What an account can be joined by, surest first. */
function linksOf(account: Account, settings: IdentitySettings): Link[] {
  const links: Link[] = [];
  const email = account.email?.trim().toLowerCase() ?? '';
  const hidden = hiddenIn(email);
  if (account.email !== null) {
    links.push({
      key: `email:${foldEmail(account.email, settings.companyDomain)}`,
      method: 'verified_email',
      confidence: 0.95,
    });
  }
  const forged = { method: 'noreply_id', confidence: 0.95 } as const;
  if (account.externalId != null) links.push({ key: `id:${account.externalId}`, ...forged });
  if (hidden !== null) {
    if (hidden.id !== null) links.push({ key: `id:${hidden.host}:${hidden.id}`, ...forged });
    links.push({ key: `login:${hidden.host}:${hidden.login}`, ...forged });
  }
  if (account.login !== null) {
    const login = account.login.toLowerCase();
    links.push({ key: `login:${hostOf(account.provider)}:${login}`, ...forged });
    if (settings.sameNamespace.includes(account.provider)) {
      links.push({ key: `name:${login}`, method: 'same_namespace', confidence: 0.7 });
    }
  }
  return links;
}

const globs = new Map<string, Pattern>();

function matches(glob: string, text: string | null): boolean {
  if (text === null) return false;
  const known = globs.get(glob) ?? compilePattern(`(?i)^${glob.split('*').map(literal).join('.*')}$`);
  globs.set(glob, known);
  return known.test(text.slice(0, 320));
}

/** Kind of an account: as the organisation says, else as the rules do. A person whom two lists name stays a person. */
export function kindOf(
  { email, login, name, kind }: Pick<Account, 'email' | 'login' | 'kind'> & { readonly name: string | null },
  { kinds }: IdentitySettings
): ActorKind {
  const said = (['human', 'ai_agent', 'automation'] as const).find((one) =>
    kinds[one].some((glob) => matches(glob, email) || matches(glob, login) || matches(glob, name))
  );
  return said ?? kind;
}

/** Sets of accounts that grow together, each with the mapped persons it holds. */
class Groups {
  private readonly parent: number[];
  private readonly mapped: Array<string | null>;

  constructor(mapped: ReadonlyArray<string | null>) {
    this.parent = mapped.map((_person, index) => index);
    this.mapped = [...mapped];
  }
  root(index: number): number {
    let at = index;
    while (this.parent[at] !== at) {
      this.parent[at] = this.parent[this.parent[at] ?? at] ?? at;
      at = this.parent[at] ?? at;
    }
    return at;
  }
  person(index: number): string | null {
    return this.mapped[this.root(index)] ?? null;
  }
  join(a: number, b: number): void {
    const [low, high] = [this.root(a), this.root(b)].sort((x, y) => x - y) as [number, number];
    this.mapped[low] = this.mapped[low] ?? this.mapped[high] ?? null;
    this.parent[high] = low;
  }
}

const METHODS: ReadonlyArray<Joined['method']> = ['verified_email', 'noreply_id', 'same_namespace'];

interface Bucket {
  readonly link: Link;
  readonly members: number[];
}

function bucketsOf(accounts: readonly Account[], settings: IdentitySettings): Bucket[] {
  const buckets = new Map<string, Bucket>();
  accounts.forEach((account, index) => {
    for (const link of linksOf(account, settings)) {
      const bucket = buckets.get(link.key) ?? { link, members: [] };
      buckets.set(link.key, bucket);
      bucket.members.push(index);
    }
  });
  return [...buckets.values()]
    .flatMap((bucket) => withoutBots(bucket, accounts))
    .filter(({ members }) => members.length > 1)
    .sort(
      (a, b) => METHODS.indexOf(a.link.method) - METHODS.indexOf(b.link.method) || (a.link.key < b.link.key ? -1 : 1)
    );
}

const loginOf = ({ login, email }: Account): string =>
  (login ?? hiddenIn(email?.trim().toLowerCase() ?? '')?.login ?? '').toLowerCase();

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

/** Joins all accounts. The result depends on the set of accounts only, not on their order. */
export function resolveIdentity(given: readonly Account[], settings: IdentitySettings): Joined[] {
  const accounts = [...given].sort((a, b) => (a.accountId < b.accountId ? -1 : 1));
  const groups = new Groups(accounts.map(({ mappedPersonId }) => mappedPersonId));
  const joinedBy = new Map<number, Link>();
  const conflicts = new Set<number>();
  for (const { link, members } of bucketsOf(accounts, settings)) {
    const persons = new Set(members.map((member) => groups.person(member)).filter((person) => person !== null));
    if (persons.size > 1) {
      members.forEach((member) => conflicts.add(member));
      continue;
    }
    const [first = 0, ...rest] = members.filter((member) => !conflicts.has(member));
    for (const member of rest) groups.join(first, member);
    for (const member of [first, ...rest]) if (!joinedBy.has(member)) joinedBy.set(member, link);
  }
  const sets = new Map<number, number[]>();
  accounts.forEach((_account, index) => {
    const root = groups.root(index);
    sets.set(root, [...(sets.get(root) ?? []), index]);
  });
  return accounts.map((account, index) => joined(account, { accounts, index, groups, sets, joinedBy, conflicts }));
}

interface Resolution {
  readonly accounts: readonly Account[];
  readonly index: number;
  readonly groups: Groups;
  readonly sets: ReadonlyMap<number, number[]>;
  readonly joinedBy: ReadonlyMap<number, Link>;
  readonly conflicts: ReadonlySet<number>;
}

/** Key of a person nobody mapped: the first real address, else a forge address, else a login. The same whoever else joins by login. */
function keyOf(members: readonly Account[]): string {
  const addresses = members
    .map(({ email }) => email?.trim().toLowerCase())
    .filter((email) => email !== undefined)
    .sort();
  const address = addresses.find((email) => hiddenIn(email) === null) ?? addresses[0];
  const [first] = members;
  return (
    address ?? (first?.login ? `${first.provider}:${first.login.toLowerCase()}` : `account:${first?.accountId ?? ''}`)
  );
}

function joined(account: Account, { accounts, index, groups, sets, joinedBy, conflicts }: Resolution): Joined {
  const members = (sets.get(groups.root(index)) ?? [index]).map((member) => accounts[member] ?? account);
  const mappedPersonId = groups.person(index);
  const link = joinedBy.get(index);
  const isMapped = account.mappedPersonId !== null;
  const method = isMapped ? 'mapping' : members.length > 1 && link ? link.method : 'self';
  return {
    accountId: account.accountId,
    mappedPersonId,
    personKey: conflicts.has(index) ? `account:${account.accountId}` : keyOf(members),
    kind:
      mappedPersonId === null
        ? (KINDS.find((kind) => members.some((member) => member.kind === kind)) ?? 'human')
        : account.kind,
    method,
    confidence: isMapped || method === 'self' ? 1 : (link?.confidence ?? 1),
    hasConflict: conflicts.has(index),
  };
}
