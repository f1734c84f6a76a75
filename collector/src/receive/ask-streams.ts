/** Streams that deliveries ask to be pulled. */
import type pg from 'pg';

/**
 * What a stream found out before it is asked for is not all that there is. One that was never run has found out nothing, and runs by itself; of a
 * project that is not collected there is none, whatever its sender calls it. @returns those that there are.
 */
export async function askFor(
  client: pg.ClientBase,
  asked: ReadonlyArray<{ readonly stream: string; readonly at: Date }>
): Promise<readonly string[]> {
  if (asked.length === 0) return [];
  const { rows } = await client.query<{ stream_id: string }>(
    `update stream_state s set asked_at = greatest(s.asked_at, w.at)
     from (select stream, max(at) as at from unnest($1::text[], $2::timestamptz[]) as w(stream, at) group by 1) w where s.stream_id = w.stream returning s.stream_id`,
    [asked.map(({ stream }) => stream), asked.map(({ at }) => at)]
  );
  return rows.map((row) => row.stream_id);
}
