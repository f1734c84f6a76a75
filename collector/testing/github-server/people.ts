/** Who works in the generated organisation. */

export interface Account {
  readonly __typename: 'User' | 'Bot' | 'Mannequin';
  readonly login: string;
  readonly databaseId: number;
  readonly name: string;
  readonly email: string;
}

const person = (login: string, databaseId: number): Account => ({
  __typename: 'User',
  login,
  databaseId,
  name: `${login[0]?.toUpperCase() ?? ''}${login.slice(1)} Example`,
  email: `${login}@acme.example`,
});

const bot = (login: string, databaseId: number): Account => ({
  __typename: 'Bot',
  login,
  databaseId,
  name: `${login}[bot]`,
  email: `${String(databaseId)}+${login}[bot]@users.noreply.github.com`,
});

const NAMES = 'ana bo cleo dan eva finn gita hugo iris jan kai lea mia nils olga pia quin rosa sam tara'.split(' ');

export const people: readonly Account[] = NAMES.map((name, index) => person(name, 1000 + index));
/** Writes pull requests by itself; somebody else merges them. */
export const agent = bot('copilot-swe-agent', 198982749);
/** Reviews what others write, within minutes. */
export const reviewBot = bot('coderabbitai', 136622811);
export const automation = bot('dependabot', 49699333);

/** Trailer of an agent that somebody ran on their own machine. */
export const CLAUDE = 'Co-Authored-By: Claude <noreply@anthropic.com>';

export interface Team {
  readonly slug: string;
  readonly name: string;
  readonly parent: string | null;
  /** Members, and since and until when, in days of the world. */
  readonly members: ReadonlyArray<{ readonly who: Account; readonly from: number; readonly to: number }>;
}

const of = (from: number, to: number): Team['members'] =>
  people.slice(from, to).map((who) => ({ who, from: -Infinity, to: Infinity }));

/** One of payments moves to checkout on day 400. */
export const teams: readonly Team[] = [
  { slug: 'engineering', name: 'Engineering', parent: null, members: of(0, 20) },
  { slug: 'platform', name: 'Platform', parent: 'engineering', members: of(0, 7) },
  {
    slug: 'checkout',
    name: 'Checkout',
    parent: 'engineering',
    members: [...of(7, 13), { who: people[13] as Account, from: 400, to: Infinity }],
  },
  {
    slug: 'payments',
    name: 'Payments',
    parent: 'engineering',
    members: [{ who: people[13] as Account, from: -Infinity, to: 400 }, ...of(14, 20)],
  },
];
