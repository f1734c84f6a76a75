/** Accounts and what is made of them: the words of the step identity. */

export type ActorKind = 'human' | 'ai_agent' | 'automation';

/** Provider of the accounts that the directory of the organisation (SCIM, SSO) lists. */
export const SSO = 'sso';

/** How an account came to its person, surest first; docs/identity.md has each with its confidence. */
export type Method = 'mapping' | 'people_file' | 'sso' | 'verified_email' | 'noreply_id' | 'same_namespace' | 'self';

/** Somebody says whose an account is, for a time. */
export interface Claim {
  readonly personId: string;
  /** ms since 1970, inclusive; null = always was. */
  readonly from: number | null;
  /** ms since 1970, exclusive; null = still is. */
  readonly to: number | null;
}

export interface Account {
  readonly accountId: string;
  readonly provider: string;
  readonly login: string | null;
  readonly email: string | null;
  /** Host and number of an account of a forge, of an address those of the account that verified it: `github.com:583231`. Default: none. */
  readonly externalId?: string | null;
  /** What its id was made of; it orders accounts, so that a new key of pseudonyms changes nothing. Default: the id does. */
  readonly sourceKey?: string | null;
  readonly kind: ActorKind;
  /** Only sent here (telemetry, POST /ingest): anybody with a token says so. Default false. */
  readonly isAsserted?: boolean;
  /** What people.csv says of it. */
  readonly claims: readonly Claim[];
}

/** Section `identity` of throughline.yaml; accounts by address, `provider:login` or the name that `people` prints. */
export interface Mapping {
  /** Each list is one person. */
  readonly join: ReadonlyArray<readonly string[]>;
  /** Those of a list are different people. */
  readonly split: ReadonlyArray<readonly string[]>;
  /** Accounts that several people use: nobody's. */
  readonly shared: readonly string[];
}

export interface IdentitySettings {
  /** Domain in which `+tag` belongs to the same person; null = none. */
  readonly companyDomain: string | null;
  /** Providers whose equal logins are one person. */
  readonly sameNamespace: readonly string[];
  /** Globs over address, login or name of accounts whose kind the organisation says. */
  readonly kinds: Readonly<Record<ActorKind, readonly string[]>>;
  readonly mapping: Mapping;
}

/** Who holds a re-used address from when to when (ms since 1970; null = open). */
export type Period = Claim;

/** Join of one account. */
export interface Joined {
  readonly accountId: string;
  /** Person of people.csv, or null: then `personKey` names the person. */
  readonly mappedPersonId: string | null;
  /** Stable key of a person whom people.csv does not know, input of the pseudonym; null = nobody (shared, or claimed by two). */
  readonly personKey: string | null;
  readonly kind: ActorKind;
  /** Null = nobody's. */
  readonly method: Method | null;
  readonly confidence: number | null;
  readonly hasConflict: boolean;
  /** Of an address that several people had one after another: who when. Else empty. */
  readonly periods: readonly Period[];
}

/** Why accounts were not joined. */
export interface Conflict {
  readonly reason:
    | 'claimed_by_two'
    | 'two_people'
    | 'two_directory_users'
    | 'two_addresses'
    | 'join_of_two_people'
    | 'join_and_split'
    | 'unknown_account'
    | 'overlong_name';
  /** What they have in common: `email:…`, `id:…`, `join 2` of the configuration, … */
  readonly key: string;
  readonly accountIds: readonly string[];
}
