/**
 * Removes what is older than `privacy.retain` says. What was added up from it stays: days of telemetry before `TELEMETRY_FROM` are settled, no
 * derivation counts them anew. Plain deletes, so that hypertables and plain tables are the same; in one transaction.
 */
import type pg from 'pg';
import { transaction } from '../store/connection.ts';
import { TELEMETRY_FROM } from '../derive/usage/settled.ts';
import type { Aged, Ages } from './ages.ts';

/** Rows that were removed. */
export type Retained = ReadonlyMap<Aged, number>;

/** Days are local ones, and a neighbour lies before: points of so many days more are kept. */
const MARGIN_DAYS = 3;

const DAY = 86_400_000;
const cutoff = (now: Date, days: number): Date => new Date(now.getTime() - days * DAY);
const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

/** What else was measured of a use lies beside it, and is kept with it. */
const OF_A_USE = `(p.measure = 'use' or p.series_id like '%/accepted_lines')`;

/** Of a counter the last point before the first open day is what the next one is counted from ($1). */
const POINTS = `
delete from tool_point p where p.at < $1 and not ${OF_A_USE}
  and (not p.is_cumulative or exists (select from tool_point q
    where q.account_id = p.account_id and q.tool_id = p.tool_id and q.series_id = p.series_id and q.at > p.at and q.at < $1))`;

/** Uses of whole months ($1 = first instant that is kept), with what they were derived from and the books of the months. */
const EVENTS = `
with gone as (delete from tool_event e where e.at < $1 returning e.person_id, e.at),
points as (delete from tool_point p where p.at < $1 and ${OF_A_USE}),
months as (delete from pack.tool_event_month m where m.month < ($1::timestamptz at time zone 'UTC')::date),
marked as (
  insert into dirty (kind, repo_id, item)
  select distinct 'usage', 0, person_id || '/' || date_trunc('week', at at time zone 'UTC')::date from gone
  where person_id <> '' or exists (select from workflow where unit = 'agent_run')
  on conflict do nothing)
select count(*)::integer as n from gone`;

/** A session and what telemetry said of its commits; what stands in the commits themselves stays. */
const SESSIONS = `
with gone as (delete from agent_session s where s.last_at < $1 returning s.tool_id, s.session_id),
named as (delete from session_commit c using gone g where c.tool_id = g.tool_id and c.session_id = g.session_id and c.method = 'telemetry' returning c.sha),
marked as (insert into dirty (kind, repo_id, item) select distinct 'session', 0, sha from named on conflict do nothing)
select count(*)::integer as n from gone`;

const SEATS = `
with listed as (delete from account_seat s where s.valid_to < $1 returning s.account_id),
gone as (delete from seat s where s.valid_to < $1 and s.source <> 'account_seat' returning s.person_id),
marked as (
  insert into dirty (kind, repo_id, item)
  select distinct 'reported', 0, 'seat/' || account_id from listed union select distinct 'identity', 0, person_id from gone
  on conflict do nothing)
select ((select count(*) from listed) + (select count(*) from gone))::integer as n`;

const DELIVERIES = `
with gone as (delete from inbox i where i.state = 'quarantined' and i.worked_at < $1 returning i.source, i.delivery_id),
named as (
  delete from skipped s using gone g
  where s.stream_id = g.source and (s.item = 'delivery ' || g.delivery_id or starts_with(s.item, 'delivery ' || g.delivery_id || ' ')))
select count(*)::integer as n from gone`;

const OPENINGS = `with gone as (delete from evidence_opening o where o.at < $1 returning 1) select count(*)::integer as n from gone`;

/** Days before this one are not counted anew; it never goes back, as the points of earlier days are gone. @returns it. */
async function settle(client: pg.ClientBase, day: string): Promise<string> {
  const { rows } = await client.query<{ day: string }>(
    `insert into setting as s (key, value) values ('${TELEMETRY_FROM}', to_jsonb($1::text))
     on conflict (key) do update set value = to_jsonb(greatest(s.value #>> '{}', $1)), updated_at = excluded.updated_at
     returning value #>> '{}' as day`,
    [day]
  );
  return rows[0]?.day ?? day;
}

/** The first instant of the UTC month. */
const monthOf = (at: Date): Date => new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), 1));

/**
 * Removes it. The caller holds the lock of the derivation and derives afterwards. Points and uses stay until another time while older telemetry
 * waits to be derived.
 * @returns rows by what has the age; empty = nothing was that old.
 */
export async function retain(pool: pg.Pool, ages: Ages, now: Date = new Date()): Promise<Retained> {
  return transaction(pool, async (client) => {
    const count = async (sql: string, before: Date): Promise<number> => {
      const { rows } = await client.query<{ n: number }>(sql, [before]);
      return rows[0]?.n ?? 0;
    };
    const { rows: waiting } = await client.query<{ first: string | null }>(
      `select min(nullif(right(item, 10), '')) as first from dirty where kind = 'telemetry' and item ~ '/\\d{4}-\\d\\d-\\d\\d$'`
    );
    const removed = new Map<Aged, number>();
    const open = dayOf(cutoff(now, ages.points));
    const first = waiting[0]?.first ?? open;
    // What waits to be derived is derived first, from all that it needs.
    const { rowCount: isWhole } = await client.query(
      `select from dirty where kind = 'telemetry' and item like '%*' limit 1`
    );
    if (first >= open && isWhole === 0) {
      const { rowCount: hasOld } = await client.query(`select from tool_point p where p.at < $1::date - $2::integer limit 1`, [open, MARGIN_DAYS]); // prettier-ignore
      if (hasOld !== 0) {
        const before = new Date(Date.parse(await settle(client, open)) - MARGIN_DAYS * DAY);
        removed.set('points', (await client.query(POINTS, [before])).rowCount ?? 0);
      }
      removed.set('events', await count(EVENTS, monthOf(cutoff(now, ages.events))));
    }
    removed.set('sessions', await count(SESSIONS, cutoff(now, ages.sessions)));
    removed.set('seats', await count(SEATS, cutoff(now, ages.seats)));
    removed.set('openings', await count(OPENINGS, cutoff(now, ages.openings)));
    removed.set('deliveries', await count(DELIVERIES, cutoff(now, ages.deliveries)));
    return new Map([...removed].filter(([, rows]) => rows > 0));
  });
}
