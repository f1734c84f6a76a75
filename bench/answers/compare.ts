/** `npm run bench -- --answers URL [--answers URL …]`: whether stores give the same answers, to every question that can be chosen. */
import { createHash } from 'node:crypto';
import { askMetric } from '../../plugin/src/backend/fixtures/ask-metric.ts';
import { messageOf } from '../../collector/src/errors.ts';
import { makeCatalog } from '../../plugin/src/backend/query/catalog.ts';
import { Store } from '../../plugin/src/backend/store/database.ts';
import { computes } from '../../plugin/src/metrics/compute.generated.ts';
import { metrics } from '../../plugin/src/metrics/registry.generated.ts';
import { sql } from '../../plugin/src/metrics/sql.generated.ts';
import { readSettings } from '../../plugin/src/settings.ts';
import { allQuestions, type Question } from './questions.ts';

export interface Answers {
  /** Host, port and database. */
  readonly store: string;
  readonly version: string;
  /** Digest of all answers in their order. */
  readonly digest: string;
  /** Questions whose answer has rows. */
  readonly answered: number;
  /** Questions that the store refuses, with its words. */
  readonly failed: readonly string[];
  readonly seconds: number;
  /** Questions that the first store answers otherwise; those about a collector's own runs (`OF_RUNS`) are not compared. */
  readonly different: readonly string[];
  /** Questions that took longest, with milliseconds here and at the first store. */
  readonly slowest: readonly { readonly question: string; readonly ms: number; readonly firstMs: number }[];
}

interface Answer {
  readonly text: string;
  readonly answer: unknown;
  readonly rows: number;
  readonly ms: number;
}

/** What a metric says of when a collector ran is true of one store alone. */
const OF_RUNS = 'collector-health';
const YEAR_MS = 365 * 86_400_000;
const SLOWEST = 3;
const { signal } = new AbortController();
const catalog = makeCatalog(metrics, sql, computes);

function open(url: string): Store {
  const { hostname, port, pathname, username, password } = new URL(url);
  const json = {
    host: hostname,
    port: Number(port || 5432),
    database: pathname.slice(1),
    user: decodeURIComponent(username),
  };
  return new Store(
    readSettings({ ...json, tlsMode: 'disable', queryTimeoutSeconds: 120 }, { password: decodeURIComponent(password) })
  );
}

/** Sums of the same numbers in another order differ in the last of sixteen digits, differences of such sums in more. */
const TOLERANCE = 1e-9;

/** Whether two answers say the same, up to the order in which numbers were added. */
function isSame(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') {
    return Math.abs(a - b) <= TOLERANCE * Math.max(1, Math.abs(a), Math.abs(b));
  }
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || a instanceof Date) {
    return JSON.stringify(a) === JSON.stringify(b);
  }
  const [left, right] = [Object.entries(a), new Map(Object.entries(b))];
  return left.length === right.size && left.every(([key, value]) => right.has(key) && isSame(value, right.get(key)));
}

const DIGITS = 12;
const textOf = (rows: unknown): string =>
  JSON.stringify(rows, (_, value: unknown) =>
    typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(DIGITS)) : value
  );

const nameOf = ({ metric, params }: Question): string => `${metric} ${JSON.stringify(params)}`;

/** The range that all stores are asked for: a year up to where the first one is complete, which is no midnight. */
async function rangeOf(store: Store): Promise<{ from: Date; to: Date }> {
  const query = { text: `select coalesce(max(watermark), now()) as at from stream_state`, values: [] };
  const { rows } = await store.run(query, { signal, maxRows: 1 });
  const to = rows[0]?.['at'] as Date;
  return { from: new Date(to.getTime() - YEAR_MS), to };
}

async function ask(store: Store, question: Question, range: { from: Date; to: Date }): Promise<Answer> {
  const startedAt = performance.now();
  try {
    const { rows } = await askMetric({ catalog, store }, { ...question, ...range });
    return { text: textOf(rows), answer: rows, rows: rows.length, ms: performance.now() - startedAt };
  } catch (error) {
    const text = `refused: ${messageOf(error)}`;
    return { text, answer: text, rows: -1, ms: performance.now() - startedAt };
  }
}

function summary(
  store: string,
  version: string,
  { answers, first }: { answers: ReadonlyMap<string, Answer>; first: ReadonlyMap<string, Answer> }
): Answers {
  const hash = createHash('sha256');
  const all = [...answers];
  const compared = all.filter(([name]) => !name.startsWith(`${OF_RUNS} `));
  for (const [, { text }] of compared) hash.update(text);
  return {
    store,
    version,
    digest: hash.digest('hex').slice(0, 16),
    answered: all.filter(([, { rows }]) => rows > 0).length,
    failed: all.filter(([, { rows }]) => rows < 0).map(([name, { text }]) => `${name}: ${text}`),
    seconds: all.reduce((sum, [, { ms }]) => sum + ms, 0) / 1000,
    different: compared.filter(([name, { answer }]) => !isSame(first.get(name)?.answer, answer)).map(([name]) => name),
    slowest: all
      .sort(([, a], [, b]) => b.ms - a.ms)
      .slice(0, SLOWEST)
      .map(([question, { ms }]) => ({ question, ms, firstMs: first.get(question)?.ms ?? ms })),
  };
}

/** Asks every store everything; the first one is what the others are compared with. */
export async function compareAnswers(urls: readonly string[]): Promise<Answers[]> {
  const questions = allQuestions();
  const results: Answers[] = [];
  let first: Map<string, Answer> | null = null;
  let range: { from: Date; to: Date } | null = null;
  for (const url of urls) {
    const store = open(url);
    try {
      range ??= await rangeOf(store);
      const answers = new Map<string, Answer>();
      for (const question of questions) answers.set(nameOf(question), await ask(store, question, range));
      first ??= answers;
      const version = await store.run(
        { text: `select current_setting('server_version') as version`, values: [] },
        { signal, maxRows: 1 }
      );
      const { host, port, database } = store.settings;
      results.push(
        summary(`${host}:${String(port)}/${database}`, String(version.rows[0]?.['version']), { answers, first })
      );
    } finally {
      await store.close();
    }
  }
  return results;
}

/** As lines for people. */
export function drawAnswers(results: readonly Answers[]): string {
  const count = allQuestions().length;
  return results
    .flatMap(({ store, version, digest, answered, failed, seconds, different, slowest }) => [
      `${store} (Postgres ${version}): ${String(count)} questions in ${seconds.toFixed(1)} s, ${String(answered)} with rows, answers ${digest}`,
      ...slowest.map(
        ({ question, ms, firstMs }) => `  ${ms.toFixed(0)} ms (first store ${firstMs.toFixed(0)} ms) ${question}`
      ),
      ...failed.map((text) => `  refused: ${text}`),
      ...different.map((question) => `  another answer than the first store: ${question}`),
      ...(different.length > 0
        ? ['  (stores with different keys of pseudonyms draw other samples: give both the same)']
        : []),
    ])
    .join('\n');
}
