/** Writes rows of change_fact, and says what follows from those that are other than they were. */
import { excludedReason } from '../organisation/exclusions.ts';
import type { ChangeFact } from './fact.ts';
import type { Client } from '../work-list.ts';

/** Columns that survival copies or counts by. */
const OF_SURVIVAL = [
  ...['change_key', 'merged_at', 'service_id', 'team_id', 'author_kind', 'responsible_id', 'pr_class', 'code_source'],
  ...['tools', 'seniority', 'size', 'zone', 'is_assumed', 'confidence', 'reverted_at', 'is_reapplied'],
  ...['effective_added', 'effective_deleted', 'excluded_reason'],
];
/** Columns that deployments and their packs look at; titles are read only where incidents are looked for. */
const OF_DELIVERY = [
  ...[
    'change_key',
    'merged_at',
    'merge_sha',
    'code_source',
    'author_kind',
    'responsible_id',
    'is_assumed',
    'confidence',
  ],
];

export interface Written {
  readonly change_id: string;
  /** Its survival is to be derived anew. */
  readonly is_of_survival: boolean;
  /** What deployments ship or say of it may be other than it was. */
  readonly is_of_delivery: boolean;
}

const row = (alias: string, columns: readonly string[]): string =>
  `row(${columns.map((column) => `${alias}.${column}`).join(', ')})`;

const differs = (columns: readonly string[]): string =>
  `o.change_id is null or ${row('o', columns)} is distinct from ${row('m', columns)}`;

/** @returns the rows that are new or other than they were. */
export async function writeFacts(client: Client, facts: readonly ChangeFact[]): Promise<Written[]> {
  const [first] = facts;
  if (first === undefined) return [];
  const given = Object.keys(first);
  const columns = [...given, 'excluded_reason'];
  const updated = columns.filter((column) => column !== 'repo_id' && column !== 'change_id');
  const { rows } = await client.query<Written>(
    `with made as materialized (
       select ${given.map((column) => `c.${column}`).join(', ')}, ${excludedReason('changes', 'c.merged_at, c.team_id, c.service_id, r.slug')} as excluded_reason
       from json_populate_recordset(null::change_fact, $1::json) c join repo r using (repo_id)),
     written as (
       insert into change_fact as f (${columns.join(', ')}) select ${columns.join(', ')} from made
       on conflict (repo_id, change_id) do update set ${updated.map((column) => `${column} = excluded.${column}`).join(', ')}
       where ${row('f', updated)} is distinct from ${row('excluded', updated)}
       returning f.repo_id, f.change_id)
     select m.change_id, ${differs(OF_SURVIVAL)} as is_of_survival, ${differs(OF_DELIVERY)} as is_of_delivery
     from written join made m using (repo_id, change_id) left join change_fact o using (repo_id, change_id)`,
    [JSON.stringify(facts)]
  );
  return rows;
}

/** $1 repository, $2 keys. What they reverted is no longer out of production by them. */
const REMOVE = `
with gone as (delete from change_fact where repo_id = $1 and change_key = any($2::text[]) returning change_id, change_key)
select change_id from gone
union
select o.change_id from gone g join revert v on v.repo_id = $1 and v.revert_change_key = g.change_key
join change_fact o on o.repo_id = $1 and o.change_key = v.change_key`;

/** Takes away facts of changes that were withdrawn or are not merged. @returns their ids, and those of changes that they reverted. */
export async function removeFacts(client: Client, repoId: number, keys: readonly string[]): Promise<string[]> {
  if (keys.length === 0) return [];
  const { rows } = await client.query<{ change_id: string }>(REMOVE, [repoId, keys]);
  return rows.map((one) => one.change_id);
}
