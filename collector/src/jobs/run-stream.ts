/** One run of one stream: from the stored cursor, page by page, to the end of what the source has. */
import { isDeepStrictEqual } from 'node:util';
import { ZodError } from 'zod';
import { sourceInvalid } from '../lenient.ts';
import type pg from 'pg';
import type { Page, Stream, StreamContext } from '../connector.ts';
import { lineOf } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { withStoreErrors } from '../store/connection.ts';
import { namedCursor, unnamedCursor } from '../store/cursor-names.ts';
import { ensureRepo, writePage } from '../store/write-page.ts';
import { storableText } from '../store/values.ts';

export interface StreamRun<Section, Cursor> {
  readonly pool: pg.Pool;
  /** connector/stream/scope, see `streamIdOf`. */
  readonly streamId: string;
  readonly stream: Stream<Section, Cursor>;
  readonly context: Omit<StreamContext<Section>, 'askedAt'>;
  /** Surrogate key of the scope's repository, asked for with the first page: what cannot be read leaves no repository behind. Default: none. */
  readonly repoId?: () => Promise<number>;
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** Called after each page that leaves the cursor elsewhere than it was. */
  readonly onAdvance?: () => void;
  /** Called after each page that tells the scopes of the source. */
  readonly onFound?: (() => void) | undefined;
  /** Called after each page that tells its progress. */
  readonly onProgress?: (progress: NonNullable<Page<Cursor>['progress']>) => void;
}

export interface StreamResult {
  readonly pages: number;
  /** Rows inserted or changed. */
  readonly rows: number;
  /** Inputs skipped for the first time. */
  readonly skips: number;
  readonly seconds: number;
  /** False when the run was asked to stop before the source had no more. */
  readonly isComplete: boolean;
}

/** The id under which a stream's state is stored, e.g. git/history/acme/shop. A stream without scopes has two parts. */
export function streamIdOf(connectorId: string, streamId: string, scope: string): string {
  return [connectorId, streamId, scope].filter((part) => part !== '').join('/');
}

interface Stored<Cursor> {
  readonly cursor: Cursor | null;
  readonly askedAt: Date | null;
}

/** The cursor of the last page that was written. A cursor that the stream no longer understands starts it from the beginning. */
async function readStored<Section, Cursor>({
  pool,
  streamId,
  stream,
  log,
}: StreamRun<Section, Cursor>): Promise<Stored<Cursor>> {
  const { rows } = await pool.query<{ cursor: unknown; asked_at: Date | null }>(
    'select cursor, asked_at from stream_state where stream_id = $1',
    [streamId]
  );
  const { cursor: stored = null, asked_at: askedAt = null } = rows[0] ?? {};
  if (stored === null) {
    return { cursor: null, askedAt };
  }
  const parsed = stream.cursor.safeParse(await namedCursor(pool, stored));
  if (!parsed.success) {
    log.warn(
      { stream: streamId, cursor: brief(stored) },
      'stored cursor is of another version; reading from the beginning'
    );
    return { cursor: null, askedAt };
  }
  return { cursor: parsed.data, askedAt };
}

/** Notes that a run of the stream begins: its last attempt is now. */
async function markStarted(pool: pg.Pool, streamId: string): Promise<void> {
  await withStoreErrors(() =>
    pool.query(
      `insert into stream_state (stream_id, last_run_at) values ($1, clock_timestamp())
       on conflict (stream_id) do update set last_run_at = excluded.last_run_at`,
      [streamId]
    )
  );
}

/** Notes how a run of the stream ended; `error` null = well. A store that is gone cannot be told; the run's own error counts then. */
export async function markEnded(pool: pg.Pool, streamId: string, error: unknown): Promise<void> {
  const text = error === null ? null : storableText(lineOf(error));
  await pool
    .query(
      `update stream_state set last_error = $2, last_ok_at = case when $2::text is null then clock_timestamp() else last_ok_at end,
         last_seconds = case when $2::text is null then extract(epoch from clock_timestamp() - last_run_at) else last_seconds end
       where stream_id = $1`,
      [streamId, text]
    )
    .catch(() => undefined);
}

/**
 * Runs `work` as a run of a stream that writes by itself (line lifetimes): its start, end and error are noted in `stream_state`.
 * @throws what `work` throws.
 */
export async function trackRun<T>(pool: pg.Pool, streamId: string, work: () => Promise<T>): Promise<T> {
  await markStarted(pool, streamId);
  try {
    const result = await work();
    await markEnded(pool, streamId, null);
    return result;
  } catch (error) {
    await markEnded(pool, streamId, error);
    throw error;
  }
}

/** A text of a cursor that is no longer than this is shown. */
const BRIEF = 40;

/** A cursor as a person reads it: its instants and names; of what is long how much there is. */
function brief(cursor: unknown, depth = 0): unknown {
  if (typeof cursor === 'string') return cursor.length > BRIEF ? `${cursor.slice(0, BRIEF)}…` : cursor;
  if (typeof cursor !== 'object' || cursor === null) return cursor;
  const entries = Object.entries(cursor);
  if (Array.isArray(cursor) || depth > 0) return `${entries.length.toLocaleString('en')} ${entries.length === 1 ? 'entry' : 'entries'}`; // prettier-ignore
  return Object.fromEntries(entries.map(([key, value]) => [key, brief(value, depth + 1)]));
}

interface Counts {
  pages: number;
  rows: number;
  skips: number;
  cursor: unknown;
}

async function writePages<Section, Cursor>(run: StreamRun<Section, Cursor>, counts: Counts): Promise<void> {
  const { pool, streamId, stream, context, signal } = run;
  const { cursor, askedAt } = await readStored(run);
  let repoId: number | null = null;
  for await (const page of stream.pull({ ...context, askedAt }, cursor, signal)) {
    repoId ??= (await run.repoId?.()) ?? null;
    const own = page.repository === undefined ? repoId : await ensureRepo(pool, page.repository);
    const written = await writePage(pool, { streamId, page, repoId: own });
    counts.pages++;
    counts.rows += written.rows;
    counts.skips += written.skips;
    if (!isDeepStrictEqual(page.cursor, counts.cursor)) run.onAdvance?.();
    counts.cursor = page.cursor;
    if (page.found) {
      run.onFound?.();
    }
    if (page.progress) {
      run.onProgress?.(page.progress);
    }
    // Between two pages is the place to stop: everything so far is stored with its cursor.
    if (signal.aborted) {
      return;
    }
  }
}

/**
 * Runs a stream once. The caller sees to it that no other process runs it at the same time (`withStreamLock`).
 * A run that is asked to stop ends after the page at hand and is no error; the next run carries on from its cursor.
 * @throws what the stream or the store throws, after noting it in `stream_state.last_error`.
 */
export async function runStream<Section, Cursor>(run: StreamRun<Section, Cursor>): Promise<StreamResult> {
  const { pool, streamId, signal, log } = run;
  const startedAt = performance.now();
  const counts: Counts = { pages: 0, rows: 0, skips: 0, cursor: undefined };
  const fields = (): object => ({
    stream: streamId,
    ...counts,
    cursor: brief(unnamedCursor(counts.cursor)),
    seconds: Math.round(performance.now() - startedAt) / 1000,
  });
  await markStarted(pool, streamId);
  try {
    await writePages(run, counts);
  } catch (thrown) {
    const error = thrown instanceof ZodError ? sourceInvalid(streamId, thrown) : thrown;
    // Streams that were told to stop may throw whatever their fetch or child process throws then.
    if (!signal.aborted) {
      await markEnded(pool, streamId, error);
      log.error({ ...fields(), error }, 'stream run failed');
      throw error;
    }
  }
  if (!signal.aborted) {
    await markEnded(pool, streamId, null);
  }
  log.info({ ...fields(), is_complete: !signal.aborted }, 'stream run');
  log.debug({ stream: streamId, cursor: unnamedCursor(counts.cursor) }, 'cursor of the stream run');
  const { pages, rows, skips } = counts;
  return { pages, rows, skips, seconds: (performance.now() - startedAt) / 1000, isComplete: !signal.aborted };
}
