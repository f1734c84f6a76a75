/** Scopes that streams found at their sources, in table `found_scope`. */
import type pg from 'pg';
import type { FoundScope } from '../connector.ts';
import type { Db } from './connection.ts';
import { storable } from './values.ts';

/** In the page's transaction: the scopes that the stream found, in place of those before. */
export async function writeFound(client: pg.ClientBase, streamId: string, found: readonly FoundScope[]): Promise<void> {
  const rows = [...new Map(found.map((scope) => [scope.name, scope])).values()];
  await client.query('delete from found_scope where stream_id = $1 and name <> all($2::text[])', [
    streamId,
    rows.map(({ name }) => name),
  ]);
  await client.query(
    `insert into found_scope as f (stream_id, name, repository, url, details)
     select $1, name, repository, url, details from json_to_recordset($2::json)
       as s(name text, repository text, url text, details jsonb)
     order by name
     on conflict (stream_id, name) do update set repository = excluded.repository, url = excluded.url, details = excluded.details
     where row(f.repository, f.url, f.details) is distinct from row(excluded.repository, excluded.url, excluded.details)`,
    [streamId, JSON.stringify(rows.map((row) => storable(row)))]
  );
}

/** All that was found, by stream id. */
export async function readFound(db: Db): Promise<ReadonlyMap<string, readonly FoundScope[]>> {
  const { rows } = await db.query<FoundScope & { stream_id: string }>(
    'select stream_id, name, repository, url, details from found_scope order by stream_id, name'
  );
  const found = new Map<string, FoundScope[]>();
  for (const { stream_id: streamId, ...scope } of rows) {
    found.set(streamId, [...(found.get(streamId) ?? []), scope]);
  }
  return found;
}
