/** Accounts as the store has them, with what people.csv claims of each. */
import { MAX_KEY_BYTES } from '../../store/upsert.ts';
import type { Client } from '../work-list.ts';
import type { ActorKind } from './account.ts';

export interface AccountRow {
  readonly account_id: string;
  readonly provider: string;
  readonly login: string | null;
  readonly email: string | null;
  readonly external_id: string | null;
  readonly name: string | null;
  readonly kind: ActorKind;
  readonly source_key: string | null;
  readonly trust: number;
  readonly person_id: string | null;
  /** Names that have no place in an index, of a store that is older than their refusal: they are taken as not known, and join nothing. */
  readonly overlong: ReadonlyArray<(typeof NAMES)[number]>;
  /** As the last derivation saw them; null = it did not. */
  readonly links: readonly string[] | null;
  readonly claims: ReadonlyArray<readonly [personId: string, from: number | null, to: number | null]> | null;
}

const NAMES = ['login', 'email', 'external_id'] as const;
const isOverlong = (name: string): string => `octet_length(a.${name}) > ${String(MAX_KEY_BYTES)}`;

/** All accounts, or those given. */
export async function loadAccounts(client: Client, accounts: readonly string[] | null = null): Promise<AccountRow[]> {
  const { rows } = await client.query<AccountRow>(
    `select a.account_id, a.provider, ${NAMES.map((name) => `case when not ${isOverlong(name)} then a.${name} end as ${name}`).join(', ')}, a.display_name as name, a.kind, a.source_key, a.trust, a.person_id, a.links, c.claims,
       array_remove(array[${NAMES.map((name) => `case when ${isOverlong(name)} then '${name}' end`).join(', ')}], null) as overlong
     from account a
     left join lateral (
       select json_agg(json_build_array(person_id, (extract(epoch from nullif(valid_from, '-infinity')) * 1000)::bigint,
                (extract(epoch from valid_to) * 1000)::bigint) order by person_id, valid_from) as claims
       from account_claim m where m.account_id = a.account_id) c on true
     where $1::text[] is null or a.account_id = any($1::text[])`,
    [accounts]
  );
  return rows;
}
