/** Who is meant by an address, a login, an account or a pseudonym, and all that the store knows them by. */
import type pg from 'pg';
import { CollectorError } from '../errors.ts';
import { sourceNames } from '../store/pseudonym.ts';
import { looksLikePseudonym, rotatedOn } from './rotated.ts';
import { nameOf, type Identifier } from './tombstones.ts';

export interface FoundAccount {
  readonly account_id: string;
  readonly provider: string;
  readonly login: string | null;
  readonly email: string | null;
  readonly external_id: string | null;
  readonly display_name: string | null;
  readonly kind: string;
  readonly source_key: string | null;
}

export interface FoundPerson {
  /** Pseudonyms; of somebody whose accounts are not joined yet none. */
  readonly personIds: readonly string[];
  /** Keys of which these were made; of an address, a login or people.csv. */
  readonly personKeys: readonly string[];
  /** Accounts of theirs, now or the last to have them. */
  readonly accounts: readonly FoundAccount[];
  /** Accounts that were theirs and are somebody else's now (an address that was given on): they stay that person's. */
  readonly former: readonly string[];
}

const COLUMNS = 'account_id, provider, login, email, external_id, display_name, kind, source_key';

const NAMED = `select ${COLUMNS}, person_id from account
  where $1 in (lower(email), lower(login), provider || ':' || lower(login), lower(account_id), lower(external_id))
     or person_id = $1 or account_id in (select account_id from account_claim where person_id = $1)`;

const fault = (code: string, message: string): CollectorError => new CollectorError({ code, message, fault: 'config' });

async function unknown(client: pg.ClientBase, who: string): Promise<string> {
  const since = looksLikePseudonym(who) ? await rotatedOn(client) : null;
  return since === null
    ? `Nobody is known by "${who}". Give an address, provider:login, or a name that throughline people prints.`
    : `Nobody is known by "${who}". If it is a pseudonym from before ${since}, when their key was replaced, nobody can tell any more whose it was. Give an address, provider:login, or a name that throughline people prints now.`;
}

/** @throws CollectorError `person_unknown`, `person_ambiguous` naming the accounts that may be meant. */
export async function findPerson(client: pg.ClientBase, who: string): Promise<FoundPerson> {
  const { rows: named } = await client.query<FoundAccount & { person_id: string | null }>(NAMED, [
    who.trim().toLowerCase(),
  ]);
  if (named.length === 0) {
    throw fault('person_unknown', await unknown(client, who));
  }
  const persons = [...new Set(named.map(({ account_id, person_id }) => person_id ?? account_id))];
  if (persons.length > 1) {
    const accounts = named.map(
      ({ account_id, provider, email, login }) => email ?? (login === null ? account_id : `${provider}:${login}`)
    );
    throw fault(
      'person_ambiguous',
      `"${who}" may be ${String(persons.length)} people: ${[...new Set(accounts)].join(', ')}. Name one of these, or join them first (throughline people --join).`
    );
  }
  const personIds = named[0]?.person_id == null ? [] : [named[0].person_id];
  const { rows: accounts } = await client.query<FoundAccount>(
    `select ${COLUMNS} from account where account_id = any($1::text[]) or person_id = any($2::text[]) order by account_id`,
    [
      named
        .filter(({ person_id }) => person_id === null || personIds.includes(person_id))
        .map(({ account_id }) => account_id),
      personIds,
    ]
  );
  const { rows: former } = await client.query<{ account_id: string }>(
    `select account_id from account_claim where person_id = any($1::text[]) union
     select account_id from account_join where person_id = any($1::text[]) and until is null`,
    [personIds]
  );
  const { rows: keys } = await client.query<{ source_key: string }>(
    'select source_key from person where person_id = any($1::text[]) and source_key is not null',
    [personIds]
  );
  const own = new Set(accounts.map(({ account_id }) => account_id));
  return {
    personIds,
    personKeys: keys.map(({ source_key }) => source_key),
    accounts,
    former: former.map(({ account_id }) => account_id).filter((id) => !own.has(id)),
  };
}

/** Everything that tells who they are. */
export function identifiersOf({ personIds, personKeys, accounts }: FoundPerson): Identifier[] {
  const all = accounts.flatMap((account): Identifier[] => {
    const { account_id, provider, login, email, external_id, display_name, source_key } = account;
    return [
      { kind: 'id', value: account_id, isPseudonym: true },
      { kind: 'name', value: account_id.slice(account_id.indexOf(':') + 1), isPseudonym: true },
      ...(source_key === null ? [] : [{ kind: 'id', value: sourceNames.accountId(provider, source_key) } as const]),
      ...(email === null ? [] : [{ kind: 'name', value: email } as const]),
      ...(login === null ? [] : [nameOf(login), { kind: 'id', value: `${provider}:${login}` } as const]),
      ...(external_id === null
        ? []
        : [
            { kind: 'id', value: external_id } as const,
            ...(external_id.length >= 8 && !external_id.includes(':') ? [nameOf(external_id)] : []),
          ]),
      ...(display_name === null ? [] : [nameOf(display_name)]),
    ];
  });
  return [
    ...all,
    ...personIds.flatMap((value): Identifier[] => [
      { kind: 'id', value, isPseudonym: true },
      { kind: 'name', value, isPseudonym: true },
    ]),
    ...personKeys.map((key): Identifier => ({ kind: 'id', value: sourceNames.personId(key) })),
  ];
}
