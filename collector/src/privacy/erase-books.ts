/** Takes somebody out of the collector's own books: what waits, what it is called, and where streams stand. */
import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { cleanCursor, cleanDelivery, withoutErased } from './texts.ts';
import type { IsErased } from './tombstones.ts';

/** Told of each row that is written anew. */
type OnCleaned = (table: string) => void;

/** Deliveries that wait, as they were sent. */
export async function cleanBodies(client: pg.ClientBase, isErased: IsErased, onCleaned: OnCleaned): Promise<void> {
  const { rows: keys } = await client.query<{ place: string }>(
    `select ctid::text as place from inbox where body is not null`
  );
  for (const { place } of keys) {
    const { rows } = await client.query<{ body: Buffer }>('select body from inbox where ctid = $1::tid', [place]);
    const body = rows[0]?.body ?? Buffer.alloc(0);
    const clean = cleanDelivery(body, isErased);
    if (clean === body) continue;
    await client.query('update inbox set body = $2 where ctid = $1::tid', [place, clean]);
    onCleaned('inbox');
  }
}

/** Deliveries that their senders called after them, and what is noted of these. */
export async function renameDeliveries(client: pg.ClientBase, isErased: IsErased, onCleaned: OnCleaned): Promise<void> {
  const { rows } = await client.query<{ source: string; id: string }>('select source, delivery_id as id from inbox');
  for (const { source, id } of rows.filter((one) => withoutErased(one.id, isErased) !== one.id)) {
    const names = [source, id, `erased-${randomBytes(8).toString('hex')}`];
    await client.query('update inbox set delivery_id = $3 where source = $1 and delivery_id = $2', names);
    await client.query(
      `update skipped set item = 'delivery ' || $3 || substr(item, length('delivery ' || $2) + 1)
       where stream_id = $1 and (item = 'delivery ' || $2 or starts_with(item, 'delivery ' || $2 || ' '))`,
      names
    );
    onCleaned('inbox');
  }
}

/** Where streams stand. */
export async function cleanCursors(client: pg.ClientBase, isErased: IsErased, onCleaned: OnCleaned): Promise<void> {
  const { rows } = await client.query<{ stream_id: string; cursor: unknown }>(
    'select stream_id, cursor from stream_state where cursor is not null'
  );
  for (const { stream_id: id, cursor } of rows) {
    const clean = JSON.stringify(cleanCursor(cursor, isErased));
    if (clean === JSON.stringify(cursor)) continue;
    await client.query('update stream_state set cursor = $2 where stream_id = $1', [id, clean]);
    onCleaned('stream_state');
  }
}
