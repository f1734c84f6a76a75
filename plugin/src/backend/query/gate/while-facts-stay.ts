/** What the gate read, kept while the facts stay as they are: a dashboard asks the same again and again. */
import type { Store } from '../../store/database.ts';
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
