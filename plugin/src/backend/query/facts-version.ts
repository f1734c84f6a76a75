/** Which facts a store holds: a text that changes whenever a stream wrote or a derivation ran. */
import type { SqlQuery, Store } from '../store/database.ts';
import { unlessAborted } from '../shared-runs.ts';

/** Of each stream what a page or a run changes, in any order of streams; and the transaction of the last derivation (setting `facts_derived`). */
const FACTS: SqlQuery = {
  text: `select concat_ws(' ', count(*),
      sum(hashtextextended(jsonb_build_array(stream_id, last_ok_at, watermark, row_count, skipped_count)::text, 0)),
      (select value #>> '{}' from setting where key = 'facts_derived')) as version
    from stream_state`,
  values: [],
};

/** Nobody's: who waits for a version may leave, others wait for it too. */
const { signal: never } = new AbortController();

/** Reads one after the other. Whoever asks gets the next one that begins, never one that is under way: it may have looked already. */
class Versions {
  private readonly store: Store;
  private last: Promise<unknown> = Promise.resolve();
  private next: Promise<string> | null = null;

  constructor(store: Store) {
    this.store = store;
  }

  read(): Promise<string> {
    this.next ??= this.last.then(() => {
      this.next = null;
      const reading = this.ask();
      this.last = reading.catch(() => undefined);
      return reading;
    });
    return this.next;
  }

  private async ask(): Promise<string> {
    const { rows } = await this.store.run(FACTS, { signal: never, maxRows: 1, isQuick: true });
    return String(rows[0]?.['version']);
  }
}

const versions = new WeakMap<Store, Versions>();

/** The version now. @throws BackendError of the connection; `cancelled` when the signal fires. */
export async function readFactsVersion(parts: {
  readonly store: Store;
  readonly signal: AbortSignal;
}): Promise<string> {
  const { store, signal } = parts;
  const known = versions.get(store) ?? new Versions(store);
  versions.set(store, known);
  return unlessAborted(known.read(), signal);
}
