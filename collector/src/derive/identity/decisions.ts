/** Decisions whose an account is (account_join): what is decided otherwise ends the one before and stays, so every merge can be seen and undone. */
import type { Client } from '../work-list.ts';
import type { JoinedPerson } from './pseudonymous.ts';

/** Spans in which accounts are somebody's; of one that changed hands several, of one that is nobody's none. */
function spansOf(joined: readonly JoinedPerson[]): object[] {
  return joined.flatMap(({ accountId: account_id, personId, periods, method, confidence }) => {
    const at = (ms: number | null, open: string): string => (ms === null ? open : new Date(ms).toISOString());
    const spans = periods.map(({ personId: person_id, from, to }) => ({
      person_id,
      valid_from: at(from, '-infinity'),
      valid_to: at(to, 'infinity'),
    }));
    const whole = personId === null ? [] : [{ person_id: personId, valid_from: '-infinity', valid_to: 'infinity' }];
    return (spans.length > 0 ? spans : whole).map((span) => ({ account_id, ...span, method, confidence }));
  });
}

/** An account (of $2; null = any) whose spans are other than those that hold gets a new version of all of them. */
const WRITE = `
with made as (
  select * from json_to_recordset($1::json)
    as m(account_id text, person_id text, valid_from timestamptz, valid_to timestamptz, method text, confidence double precision)),
held as (select account_id, person_id, valid_from, valid_to, method, confidence from account_join
  where until is null and ($2::text[] is null or account_id = any($2::text[]))),
other as (
  select distinct account_id from ((select * from made except select * from held) union all (select * from held except select * from made)) d),
ended as (
  update account_join j set until = now() from other o where j.account_id = o.account_id and j.until is null
  returning j.account_id, j.person_id),
version as (select account_id, max(version) as last from account_join join other using (account_id) group by 1),
begun as (
  insert into account_join (account_id, version, person_id, valid_from, valid_to, method, confidence)
  select m.account_id, coalesce(v.last, 0) + 1, m.person_id, m.valid_from, m.valid_to, m.method, m.confidence
  from made m join other using (account_id) left join version v using (account_id) returning account_id)
select array(select account_id from other order by 1) as accounts, array(select distinct person_id from ended order by 1) as left`;

/**
 * @param names accounts looked at, those that are gone among them; null = all there are.
 * @returns accounts of which it was decided otherwise, and the persons whose they were.
 */
export async function writeDecisions(
  client: Client,
  joined: readonly JoinedPerson[],
  names: readonly string[] | null
): Promise<{ readonly accounts: readonly string[]; readonly left: readonly string[] }> {
  const { rows } = await client.query<{ accounts: string[]; left: string[] }>(WRITE, [
    JSON.stringify(spansOf(joined)),
    names,
  ]);
  return rows[0] ?? { accounts: [], left: [] };
}
