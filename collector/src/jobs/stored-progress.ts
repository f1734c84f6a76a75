/** Progress of a run, stored beside its stream: boards and `status` show it while a first pass of hours goes on. */
import type pg from 'pg';
import { storableText } from '../store/values.ts';
import type { ProgressLine, Told } from '../terminal/progress.ts';

const WRITE_MS = 2_000;
/** How often a run without progress says that it lives. Boards call it stopped after ten of them. */
const ALIVE_MS = 30_000;

/** Lists streams before their first run: who watches sees how much there is to do. A store that cannot is met by the run itself. */
export async function announce(pool: pg.Pool, streamIds: readonly string[]): Promise<void> {
  await pool
    .query('insert into stream_state (stream_id) select unnest($1::text[]) on conflict do nothing', [streamIds])
    .catch(() => undefined);
}

function write(pool: pg.Pool, streamId: string, told: Told | null): Promise<unknown> {
  return pool
    .query(
      'update stream_state set run_done = $2, run_total = $3, run_unit = $4, alive_at = clock_timestamp() where stream_id = $1',
      [streamId, told?.done ?? null, told?.total ?? null, told === null ? null : storableText(told.unit)]
    )
    .catch(() => undefined);
}

export interface StoredRun {
  readonly pool: pg.Pool;
  readonly streamId: string;
  /** Where progress is shown beside. */
  readonly line: ProgressLine;
  /** A run that is told to stop leaves what it had done: it is neither done nor at nothing. */
  readonly signal: AbortSignal;
  /** How often progress is stored, in milliseconds. Default 2,000. */
  readonly everyMs?: number;
}

/**
 * Runs `work` with a line that is stored too. Never fails and never waits for the store on its own account: at most one write is under way.
 * @throws what `work` throws.
 */
export async function withStoredProgress<T>(
  { pool, streamId, line, signal, everyMs = WRITE_MS }: StoredRun,
  work: (line: ProgressLine) => Promise<T>
): Promise<T> {
  const run: { told: Told | null; written: Told | null; writtenAt: number; isWriting: boolean } = {
    told: null,
    written: null,
    writtenAt: Date.now(),
    isWriting: false,
  };
  let writing: Promise<unknown> = Promise.resolve();
  const tick = (): void => {
    if (run.isWriting || (run.told === run.written && Date.now() - run.writtenAt < ALIVE_MS)) {
      return;
    }
    Object.assign(run, { written: run.told, writtenAt: Date.now(), isWriting: true });
    writing = write(pool, streamId, run.told).finally(() => (run.isWriting = false));
  };
  const timer = setInterval(tick, everyMs);
  try {
    return await work({
      update: (done, total, unit) => {
        run.told = { done, total, unit };
        line.update(done, total, unit);
      },
      done: (text) => line.done(text),
    });
  } finally {
    clearInterval(timer);
    await writing;
    if (!signal.aborted) {
      await write(pool, streamId, null);
    }
  }
}
