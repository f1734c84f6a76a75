/** What the gate read, kept while the facts stay as they are: a dashboard asks the same again and again. */
import type { Row } from '../../../metrics/define.ts';
import type { SqlQuery, Store } from '../../store/database.ts';
import type { EngineParts } from '../run-metric.ts';

/** Changes whenever a stream wrote or a derivation ran. */
const FACTS = {
  text: `select concat_ws(' ', max(last_ok_at), max(watermark), sum(row_count), count(*)) as version from stream_state`,
  values: [],
};

interface Kept {
  readonly version: string;
  readonly byQuestion: Map<string, Promise<unknown>>;
}

const MOST_QUESTIONS = 1000;
const ALL_ROWS = 1_000_000;
const kept = new WeakMap<Store, Kept>();

/** Asks once for each question and version of the facts; what failed is asked anew. One question has answers of one type. */
export async function whileFactsStay<T>(
  { store, signal }: EngineParts,
  question: string,
  ask: () => Promise<T>
): Promise<T> {
  const { rows } = await store.run(FACTS, { signal, maxRows: 1 });
  const version = String(rows[0]?.['version']);
  let known = kept.get(store);
  if (known?.version !== version || known.byQuestion.size >= MOST_QUESTIONS) {
    known = { version, byQuestion: new Map() };
    kept.set(store, known);
  }
  const { byQuestion } = known;
  const found = byQuestion.get(question) as Promise<T> | undefined;
  // Who asked first may have gone away.
  if (found !== undefined) return found.catch(() => ask());
  const asked = ask();
  byQuestion.set(question, asked);
  asked.catch(() => byQuestion.delete(question));
  return asked;
}

/** The panels of a board mostly count the same units: they share one answer. */
export async function readRows(parts: EngineParts, sql: SqlQuery): Promise<readonly Row[]> {
  const { store, signal } = parts;
  return whileFactsStay(
    parts,
    JSON.stringify(sql),
    async () => (await store.run(sql, { signal, maxRows: ALL_ROWS })).rows
  );
}

interface Held {
  readonly until: number;
  readonly rows: Promise<readonly Row[]>;
}

const HOUR_MS = 3_600_000;
const held = new WeakMap<Store, Map<string, Held>>();

/** What follows from a whole year changes slowly: it is read once an hour, whatever the facts do, so that all answers of the hour rest on the same. */
export async function readHourly({ store, signal }: EngineParts, sql: SqlQuery): Promise<readonly Row[]> {
  const known = held.get(store) ?? new Map<string, Held>();
  held.set(store, known);
  const question = JSON.stringify(sql);
  const found = known.get(question);
  const read = async () => (await store.run(sql, { signal, maxRows: ALL_ROWS })).rows;
  // Who asked first may have gone away.
  if (found !== undefined && found.until > Date.now()) return found.rows.catch(read);
  if (known.size >= MOST_QUESTIONS) known.clear();
  const rows = read();
  known.set(question, { until: Date.now() + HOUR_MS, rows });
  rows.catch(() => known.delete(question));
  return rows;
}
