/** People by all rules who may be programs (view suspected_program): for a person to look at, nothing counts otherwise because of it. */
import type { Client } from '../work-list.ts';

/** What speaks for a program. */
export type Sign = 'name' | 'at_once' | 'around_the_clock' | 'no_commits';

export interface Suspected {
  readonly person: string;
  /** Names and addresses of its accounts: not for panels, logs or files. */
  readonly accounts: ReadonlyArray<{
    readonly name: string | null;
    readonly login: string | null;
    readonly email: string | null;
  }>;
  /** Changes that it reviewed in the newest 90 days. */
  readonly reviews: number;
  readonly signs: readonly Sign[];
}

const WORDS: Readonly<Record<Sign, string>> = {
  name: 'its name says so',
  at_once: 'nine of ten reviews come within a minute of being asked',
  around_the_clock: 'it reviews at all hours of the day',
  no_commits: 'it never wrote a commit or a change',
};

export const signsInWords = (signs: readonly Sign[]): string => signs.map((sign) => WORDS[sign]).join(', ');

/** Most reviews first. */
export async function readSuspected(client: Pick<Client, 'query'>): Promise<Suspected[]> {
  const { rows } = await client.query<Suspected>(
    `select s.person_id as person, s.reviews, s.signs,
       (select json_agg(json_build_object('name', a.display_name, 'login', a.login, 'email', a.email) order by a.account_id)
        from account a where a.person_id = s.person_id) as accounts
     from suspected_program s order by s.reviews desc, s.person_id`
  );
  return rows;
}

/** What `accounts.automation` takes: a login before an address, an address before a name. */
export const globOf = ({ accounts }: Suspected): string => {
  const [first] = accounts.flatMap(({ login }) => login ?? []);
  return first ?? accounts.flatMap(({ email, name }) => email ?? name ?? [])[0] ?? '';
};

/** The proposal as a person reads it: who, why, and what to set if it is one and if it is none. */
export const proposalOf = (account: string, signs: readonly Sign[], reviews: number): string =>
  `${account}: ${signsInWords(signs)} (${reviews.toLocaleString('en')} changes reviewed in 90 days). If it is one: accounts: { automation: [${JSON.stringify(account)}] }; if not: accounts: { people: [${JSON.stringify(account)}] }`;
