/** Entries of a delivery that are not understood, while the others are worked off. */
import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { Aside } from '../connector.ts';
import { storableText } from '../store/values.ts';
import { writePage } from '../store/write-page.ts';

/** The delivery that they came with. */
interface Delivered {
  readonly source: string;
  readonly received_at: Date;
  readonly headers: Record<string, string>;
}

/** Entries that are not understood wait quarantined, each named; the same ones twice are one. @returns whether they did not wait yet. */
export async function setAside(
  client: pg.ClientBase,
  { source, headers, received_at }: Delivered,
  aside: Aside
): Promise<boolean> {
  const digest = createHash('sha256').update(aside.body).digest('hex').slice(0, 32);
  const id = `sha256:${digest}`;
  const [first] = aside.entries;
  const { rowCount } = await client.query(
    `insert into inbox (source, delivery_id, received_at, digest, headers, body, state, error, worked_at)
     values ($1, $2, $3, $4, $5, $6, 'quarantined', $7, clock_timestamp()) on conflict do nothing`,
    [source, id, received_at, digest, headers, Buffer.from(aside.body), storableText(`${first?.item ?? ''}: ${first?.reason ?? ''}`)]
  ); // prettier-ignore
  const skips = aside.entries.map(({ item, reason }) => ({ item: `delivery ${id} ${item}`, reason: `${reason}; it waits for "throughline retry"` })); // prettier-ignore
  if (rowCount === 1)
    await writePage(client, { streamId: source, repoId: null, page: { rows: [], skips, cursor: null } });
  return rowCount === 1;
}
