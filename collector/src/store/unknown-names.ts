/** The running count of names that no table of ours has. */
import type pg from 'pg';
import { storable } from './values.ts';

/** A name of telemetry that no table of ours has: it is counted and means nothing. Its texts have the form of names (`text/name-form.ts`). */
export interface UnknownName {
  /** value = of an attribute of a metric that is known: the name says which attribute, never the value. */
  readonly kind: 'metric' | 'event' | 'span' | 'value';
  /** Tool, or the service that no tool is known by; '' = not said. */
  readonly tool: string;
  /** '' = none that has the form of one, or more than are told apart. */
  readonly name: string;
  /** Of the service; null = not said. */
  readonly version: string | null;
  /** Names of what came with it. */
  readonly attributes: readonly string[];
  /** How many came. */
  readonly entries: number;
  /** When they were received. */
  readonly at: Date;
}

/** Names of one stream that are told apart; those beyond are counted together, by kind. */
export const MOST_NAMES = 500;
/** Attributes of one name. */
const MOST_ATTRIBUTES = 20;
/** Those that did not come for so long make room. */
const KEPT_DAYS = 90;

const COUNT = `
with came as (
  select kind, tool, name, version, attributes, entries, at
  from json_to_recordset($2::json) as c(kind text, tool text, name text, version text, attributes text[], entries bigint, at timestamptz)
), names as (
  select c.kind, c.tool, c.name, u.stream_id is null and c.name <> '' as is_new
  from (select distinct kind, tool, name from came) c
  left join unknown_name u on u.stream_id = $1 and (u.kind, u.tool, u.name) = (c.kind, c.tool, c.name)
), placed as (
  select kind, tool, name, not is_new
    or count(*) filter (where is_new) over (order by kind, tool, name rows unbounded preceding)
       + (select count(*) from unknown_name where stream_id = $1 and name <> '') <= $3 as has_room
  from names
), told as (
  select c.kind, case when p.has_room and c.name <> '' then c.tool else '' end as tool, case when p.has_room then c.name else '' end as name,
    c.version, c.attributes, c.entries, c.at
  from came c join placed p using (kind, tool, name)
), added as (
  select kind, tool, name, (array_agg(version order by at desc) filter (where version is not null and name <> ''))[1] as version,
    sum(entries)::bigint as entries, min(at) as first_at, max(at) as last_at
  from told group by 1, 2, 3
), attributes as (
  select kind, tool, name, attribute, true as is_new from told cross join unnest(attributes) as attribute where name <> ''
  union all
  select u.kind, u.tool, u.name, attribute, false from unknown_name u join added a using (kind, tool, name) cross join unnest(u.attributes) as attribute
  where u.stream_id = $1
), listed as (
  select kind, tool, name, array_agg(attribute order by is_new, attribute) as attributes
  from (select kind, tool, name, attribute, bool_and(is_new) as is_new from attributes group by 1, 2, 3, 4) once group by 1, 2, 3
)
insert into unknown_name as u (stream_id, kind, tool, name, version, attributes, entries, first_at, last_at)
select $1, a.kind, a.tool, a.name, a.version, coalesce(l.attributes[1:$4], '{}'), a.entries, a.first_at, a.last_at
from added a left join listed l using (kind, tool, name) order by 2, 3, 4
on conflict (stream_id, kind, tool, name) do update set
  version = case when excluded.last_at >= u.last_at then coalesce(excluded.version, u.version) else coalesce(u.version, excluded.version) end,
  attributes = excluded.attributes, entries = u.entries + excluded.entries,
  first_at = least(u.first_at, excluded.first_at), last_at = greatest(u.last_at, excluded.last_at)`;

/** Adds to the count of a stream; its writers come one after another. */
export async function countUnknown(
  client: pg.ClientBase,
  streamId: string,
  names: readonly UnknownName[]
): Promise<void> {
  if (names.length === 0) return;
  await client.query(COUNT, [streamId, JSON.stringify(storable(names)), MOST_NAMES, MOST_ATTRIBUTES]);
}

/** Lets go what did not come for long. */
export async function forgetUnknown(pool: pg.Pool): Promise<void> {
  await pool.query(`delete from unknown_name where last_at < now() - make_interval(days => $1)`, [KEPT_DAYS]);
}

/** What `throughline status` shows. */
export interface CountedName {
  readonly stream: string;
  readonly kind: UnknownName['kind'];
  readonly tool: string;
  readonly name: string;
  readonly version: string | null;
  readonly attributes: readonly string[];
  readonly entries: number;
  readonly first_at: Date;
  readonly last_at: Date;
}

/** The names, those that came most often first. */
export async function readUnknown(pool: pg.Pool): Promise<CountedName[]> {
  const { rows } = await pool.query<CountedName>(
    `select stream_id as stream, kind, tool, name, version, attributes, entries::double precision as entries, first_at, last_at
     from unknown_name order by unknown_name.entries desc, stream_id, kind, tool, name`
  );
  return rows;
}
