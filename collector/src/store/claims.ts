/** Claims whose an account is: a file is the whole truth about the accounts and rows that it names, what an earlier one said of these is taken back. */
import type pg from 'pg';
import type { HouseRow } from './tables.ts';

/**
 * Of a row (person and start) the accounts that it has no more; of an account the people whom the file does not have at all. Takes rows of
 * account_claim, of which some may be there already.
 */
const TAKE_BACK = `
with given as (select * from json_to_recordset($1::json) as g(account_id text, person_id text, valid_from timestamptz)),
row as (select * from json_to_recordset($2::json) as r(person_id text, valid_from timestamptz)),
gone as (
  delete from account_claim c where source = $3
    and not exists (select from given g where g.account_id = c.account_id and g.person_id = c.person_id and g.valid_from = c.valid_from)
    and (exists (select from row r where r.person_id = c.person_id and r.valid_from = c.valid_from)
      or exists (select from given g where g.account_id = c.account_id) and not exists (select from row r where r.person_id = c.person_id))
  returning account_id)
insert into dirty (kind, repo_id, item) select distinct 'identity', 0, account_id from gone on conflict do nothing`;

/** Before the rows of a file are written, in their transaction. */
export async function takeBackClaims(client: pg.ClientBase, source: string, rows: readonly HouseRow[]): Promise<void> {
  const of = (table: HouseRow['table']): object[] =>
    rows.filter((one) => one.table === table).map(({ values }) => values);
  const claims = of('account_claim');
  if (claims.length > 0)
    await client.query(TAKE_BACK, [JSON.stringify(claims), JSON.stringify(of('membership')), source]);
}
