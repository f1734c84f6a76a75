/**
 * What cannot be worked off: whole deliveries, and single entries of deliveries whose others are. It waits with its body for
 * `throughline retry`, named in `status`, holds up nothing, and takes no more room than it is given.
 */
import type pg from 'pg';
import type { Aside, Skip } from '../connector.ts';
import { lineOf } from '../errors.ts';
import { pushInvalid } from '../push.ts';
import { cleanDelivery } from '../privacy/texts.ts';
import { readErased, type IsErased } from '../privacy/tombstones.ts';
import { transaction } from '../store/connection.ts';
import { storableText } from '../store/values.ts';
import { writePage } from '../store/write-page.ts';
import { namedByBody } from './inbox.ts';

/** What entries came with. */
interface Delivered {
  readonly source: string;
  readonly received_at: Date;
  readonly headers: Record<string, string>;
}

const faultOf = ({ item, reason }: Skip): string => lineOf(pushInvalid(`${item}: ${reason}`));
const itemOf = (id: string): string => `delivery ${id}`;

async function writeSkips(client: pg.ClientBase, source: string, skips: readonly Skip[]): Promise<void> {
  await writePage(client, { streamId: source, repoId: null, page: { rows: [], skips, cursor: null } });
}

/** Sets the fault of a stream. */
async function setError(client: pg.ClientBase, source: string, error: string): Promise<void> {
  await client.query(`update stream_state set last_run_at = clock_timestamp(), last_error = $2 where stream_id = $1`, [
    source,
    storableText(error),
  ]);
}

/** What waits for months does not name somebody who was erased. */
async function cleanWaiting(
  client: pg.ClientBase,
  { source, id }: { readonly source: string; readonly id: string },
  isErased: IsErased
): Promise<void> {
  const key = [source, id];
  const { rows } = await client.query<{ body: Buffer | null }>(
    'select body from inbox where source = $1 and delivery_id = $2',
    key
  );
  const body = rows[0]?.body;
  if (!body) return;
  const clean = cleanDelivery(body, isErased);
  await client.query('update inbox set body = $3 where source = $1 and delivery_id = $2', [...key, clean]);
}

/** A whole delivery. */
export async function quarantine(
  pool: pg.Pool,
  { source, delivery_id: id }: { readonly source: string; readonly delivery_id: string },
  reason: string
): Promise<void> {
  await transaction(pool, async (client) => {
    const isErased = await readErased(client);
    if (isErased !== null) await cleanWaiting(client, { source, id }, isErased);
    await client.query(
      `update inbox set state = 'quarantined', error = $3, worked_at = clock_timestamp() where source = $1 and delivery_id = $2`,
      [source, id, storableText(reason)]
    );
    await writeSkips(client, source, [{ item: itemOf(id), reason }]);
    await setError(client, source, `${itemOf(id)}: ${reason}`);
  });
}

/**
 * Entries, each as a delivery of its own that goes by its content: the same one again is the one that waits. Called when the delivery that
 * they came with is done: that may have been the entry itself, which waits again then.
 * @param isAll Nothing else was in the delivery.
 * @returns how many did not wait yet.
 */
export async function setAside(
  client: pg.ClientBase,
  { source, headers, received_at }: Delivered,
  { entries, isAll }: { readonly entries: readonly Aside[]; readonly isAll: boolean }
): Promise<number> {
  const isErased = await readErased(client);
  const byId = new Map(
    entries.map(({ item, reason, body: text }) => {
      const body = isErased === null ? Buffer.from(text) : cleanDelivery(Buffer.from(text), isErased);
      return [namedByBody(body).id, { item, reason, body, digest: namedByBody(body).digest }] as const;
    })
  );
  const all = [...byId.values()];
  const { rows } = await client.query<{ id: string }>(
    `insert into inbox as i (source, delivery_id, received_at, digest, headers, body, state, error, worked_at)
     select $1, w.id, $2, w.digest, $3, w.body, 'quarantined', w.error, clock_timestamp()
     from unnest($4::text[], $5::text[], $6::bytea[], $7::text[]) as w(id, digest, body, error) order by w.id
     on conflict (source, delivery_id) do update set state = excluded.state, headers = excluded.headers, body = excluded.body, error = excluded.error,
       worked_at = excluded.worked_at where i.state = 'done'
     returning delivery_id as id`,
    [
      source,
      received_at,
      headers,
      [...byId.keys()],
      all.map(({ digest }) => digest),
      all.map(({ body }) => body),
      all.map(({ item, reason }) => storableText(faultOf({ item, reason }))),
    ]
  );
  const fresh = rows.flatMap(({ id }) => {
    const one = byId.get(id);
    return one === undefined ? [] : [{ item: `${itemOf(id)} ${one.item}`, reason: `${one.reason}; it waits for "throughline retry"` }]; // prettier-ignore
  });
  if (fresh.length > 0) await writeSkips(client, source, fresh);
  const [first] = entries;
  if (isAll && first) await setError(client, source, faultOf(first));
  return rows.length;
}

/** What may wait of one source: the newest so many, of so many bytes together. */
export const MOST_QUARANTINED = { deliveries: 10_000, bytes: 64 << 20 };

/** What is said of those that were let go. */
const LET_GO = 'quarantine';

/** Lets the oldest go where more waits than may: their bodies are gone, their count stands in `status` and among the metrics. */
export async function boundQuarantine(pool: pg.Pool, most = MOST_QUARANTINED): Promise<void> {
  await transaction(pool, async (client) => {
    const { rows } = await client.query<{ source: string; item: string }>(
      `with ranked as (
         select source, delivery_id, row_number() over newest as place, sum(octet_length(body)) over newest as bytes
         from inbox where state = 'quarantined'
         window newest as (partition by source order by worked_at desc, delivery_id rows unbounded preceding)
       )
       update inbox i set state = 'dropped', body = null, headers = '{}' from ranked r
       where (r.place > $1 or r.bytes > $2) and i.source = r.source and i.delivery_id = r.delivery_id
       returning i.source, 'delivery ' || i.delivery_id as item`,
      [most.deliveries, most.bytes]
    );
    if (rows.length === 0) return;
    await forget(client, rows);
    const sources = [...new Set(rows.map(({ source }) => source))];
    const { rows: counts } = await client.query<{ source: string; count: number }>(
      `select source, count(*)::integer as count from inbox where state = 'dropped' and source = any($1) group by 1 order by 1`,
      [sources]
    );
    for (const { source, count } of counts) {
      const reason = `${count.toLocaleString('en')} were let go, the oldest first: no more than ${most.deliveries.toLocaleString('en')}, or ${String(most.bytes >> 20)} MB, wait. Mend what sends them`;
      await writeSkips(client, source, [{ item: LET_GO, reason }]);
    }
  });
}

/** Deliveries that are not named any more, with their entries. */
async function forget(
  client: pg.ClientBase,
  some: ReadonlyArray<{ readonly source: string; readonly item: string }>
): Promise<void> {
  await client.query(
    `delete from skipped s using unnest($1::text[], $2::text[]) as w(source, item) where s.stream_id = w.source and (s.item = w.item or starts_with(s.item, w.item || ' '))`,
    [some.map(({ source }) => source), some.map(({ item }) => item)]
  );
}

/** Lets quarantined deliveries wait again, e.g. after an update. @returns how many. */
export async function retryQuarantined(pool: pg.Pool): Promise<number> {
  return transaction(pool, async (client) => {
    const { rows } = await client.query<{ source: string; item: string }>(
      `update inbox set state = 'waiting', attempts = 0, error = null, worked_at = null where state = 'quarantined'
       returning source, 'delivery ' || delivery_id as item`
    );
    await forget(client, rows);
    return rows.length;
  });
}

/** Ids are kept longer than any sender sends again. Quarantined bodies have an age of their own: privacy/retain.ts. */
export async function forgetOld(pool: pg.Pool): Promise<void> {
  await pool.query(`delete from inbox where state in ('done', 'dropped') and worked_at < now() - interval '30 days'`);
}
