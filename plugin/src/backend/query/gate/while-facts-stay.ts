/** What the gate read, kept while the facts stay as they are: a dashboard asks the same again and again. */
import type { Row } from '../../../metrics/define.ts';
import type { SqlQuery, Store } from '../../store/database.ts';
import { readFactsVersion } from '../facts-version.ts';
import type { EngineParts } from '../run-metric.ts';
import { SharedRuns } from '../../shared-runs.ts';

interface Kept {
  readonly version: string;
  readonly byQuestion: Map<string, unknown>;
}

/** Twenty sets of values of a board are some 1,300 questions. */
const MOST_QUESTIONS = 2500;
export const ALL_ROWS = 1_000_000;
const kept = new WeakMap<Store, Kept>();
const runs = new WeakMap<Store, SharedRuns>();

function runsOf(store: Store): SharedRuns {
  const known = runs.get(store) ?? new SharedRuns();
  runs.set(store, known);
  return known;
}

/** What is kept of these facts. Others are forgotten. */
function keptOf(store: Store, version: string): Map<string, unknown> {
  const known = kept.get(store);
  if (known?.version === version) return known.byQuestion;
  const byQuestion = new Map<string, unknown>();
  kept.set(store, { version, byQuestion });
  return byQuestion;
}

/** Beyond the most that are kept the oldest leave, one by one: forgotten all at once, all were asked anew. */
function keep<Value>(known: Map<string, Value>, question: string, value: Value): void {
  known.delete(question);
  known.set(question, value);
  for (const oldest of known.keys()) {
    if (known.size <= MOST_QUESTIONS) break;
    known.delete(oldest);
  }
}

/** What is needed of whoever asks. */
export type Asking = Pick<EngineParts, 'store' | 'signal' | 'facts'>;

/**
 * Asks once for each question and version of the facts, with parts whose signal is of all who wait; what failed is asked anew. One question
 * has answers of one type.
 */
export async function whileFactsStay<Value, Parts extends Asking>(
  parts: Parts,
  question: string,
  ask: (parts: Parts) => Promise<Value>
): Promise<Value> {
  const { store } = parts;
  const version = parts.facts ?? (await readFactsVersion(parts));
  const known = keptOf(store, version);
  if (known.has(question)) return known.get(question) as Value;
  return runsOf(store).join(`${version} ${question}`, parts.signal, async (signal) => {
    const found = await ask({ ...parts, signal });
    keep(known, question, found);
    return found;
  });
}

/** The panels of a board mostly count the same units: they share one answer. */
export async function readRows(parts: EngineParts, sql: SqlQuery): Promise<readonly Row[]> {
  return whileFactsStay(parts, JSON.stringify(sql), (shared) => readAll(shared, sql));
}

async function readAll({ store, signal }: Asking, sql: SqlQuery): Promise<readonly Row[]> {
  return (await store.run(sql, { signal, maxRows: ALL_ROWS })).rows;
}

interface Held {
  readonly until: number;
  readonly rows: readonly Row[];
}

const HOUR_MS = 3_600_000;
const held = new WeakMap<Store, Map<string, Held>>();

export const readHourly = (parts: Pick<EngineParts, 'store' | 'signal'>, sql: SqlQuery): Promise<readonly Row[]> =>
  hourly(parts, JSON.stringify(sql), (shared) => readAll(shared, sql));

/** What follows from a whole year changes slowly: it is read once an hour, whatever the facts do, so that all answers of the hour rest on the same. */
export async function hourly(
  parts: Pick<EngineParts, 'store' | 'signal'>,
  question: string,
  read: (parts: Asking) => Promise<readonly Row[]>
): Promise<readonly Row[]> {
  const { store, signal } = parts;
  const known = held.get(store) ?? new Map<string, Held>();
  held.set(store, known);
  const found = known.get(question);
  if (found !== undefined && found.until > Date.now()) return found.rows;
  return runsOf(store).join(`hourly ${question}`, signal, async (shared) => {
    const rows = await read({ ...parts, signal: shared });
    keep(known, question, { until: Date.now() + HOUR_MS, rows });
    return rows;
  });
}
