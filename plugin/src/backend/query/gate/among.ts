/**
 * Questions about units that differ in the values of their filters alone (one team each, one repository each) are one statement where they wait at
 * the same moment: it has rows by these values too, and each question takes those of its own. Whoever asks alone asks for one value.
 */
import type { Dimension, Row } from '../../../metrics/define.ts';
import { isOneAi } from '../../../metrics/parts/ai-group.ts';
import { cancelled } from '../../errors.ts';
import { unlessAborted } from '../../shared-runs.ts';
import type { SqlQuery, Store } from '../../store/database.ts';
import type { EngineParts } from '../run-metric.ts';
import { filtersOf, labelsOf, type Asked } from './find-described.ts';
import type { Slow } from './find-edges.ts';
import type { JudgedUnit } from './judged.ts';
import { UNITS } from './units.ts';
import { ALL_ROWS, hourly, readHourly, readRows, whileFactsStay, type Asking } from './while-facts-stay.ts';

/** One of the questions. */
export interface Member {
  /** Of its filters on the dimensions, in their order. */
  readonly values: readonly string[];
  /** Absent = who is slow makes no difference. */
  readonly slow?: Slow;
}

export interface Among {
  readonly dimensions: readonly Dimension[];
  readonly members: readonly Member[];
}

type Question = Asked & { readonly unit: JudgedUnit; readonly slow?: Slow };

interface Query {
  /** Labels in the order of the key. */
  readonly labels: readonly string[];
  readonly sql: SqlQuery;
}

/** How long what is read holds. */
export type Kept = 'while_facts_stay' | 'hourly';

/** What a query by groups says of a question, asked together with the others that wait. @param isApart Of which dimensions others may have another value. */
export async function readAmong<Q extends Question>(
  parts: EngineParts,
  question: Q,
  {
    build,
    kept = 'while_facts_stay',
    isApart = () => true,
  }: {
    readonly build: (question: Q) => Query;
    readonly kept?: Kept;
    readonly isApart?: (dimension: Dimension) => boolean;
  }
): Promise<{ readonly labels: readonly string[]; readonly rows: readonly Row[] }> {
  const apart = singleFilters(question).filter(([name]) => isApart(name));
  if (apart.length === 0) {
    const { labels, sql } = build(question);
    return { labels, rows: await (kept === 'hourly' ? readHourly : readRows)(parts, sql) };
  }
  const dimensions = apart.map(([name]) => name);
  const { slow } = question;
  const own: Member = { values: apart.map(([, value]) => value), ...(slow === undefined ? {} : { slow }) };
  const queryOf = (members: readonly Member[]) => build({ ...question, among: { dimensions, members } });
  const { labels, sql } = queryOf([]);
  const [first, count] = [labels.indexOf(dimensions[0]!), dimensions.length];
  const asked = { shape: JSON.stringify(sql), own, sqlOf: (members: readonly Member[]) => queryOf(members).sql, first, count };
  const read = (shared: Asking) => batchesOf(shared.store).read(shared, asked);
  const name = `${asked.shape} ${JSON.stringify(own)}`;
  return {
    labels: labels.toSpliced(first, count),
    rows: await (kept === 'hourly' ? hourly : whileFactsStay)(parts, name, read),
  };
} // prettier-ignore

/** Filters on one value of what the units are told apart by and the answer has no rows by: the units of each value are the rows of that group. */
function singleFilters(question: Question): Array<readonly [Dimension, string]> {
  const { dimensions, lists = {}, always = [] } = UNITS[question.unit];
  // Where AI code is one group, rows do not name the source that a filter names.
  const rows = [...labelsOf(question), ...always, ...(isOneAi(question.params) ? ['code_source'] : [])];
  const all = filtersOf(question);
  return all.flatMap(([name, [value, ...more]]) =>
    value === undefined || more.length > 0 || dimensions[name] === undefined || lists[name] !== undefined || rows.includes(name)
      || all.filter(([other]) => other === name).length > 1 ? [] : [[name, value] as const]
  );
} // prettier-ignore

interface AskedAmong {
  /** All but the values. */
  readonly shape: string;
  readonly own: Member;
  readonly sqlOf: (members: readonly Member[]) => SqlQuery;
  /** Where the values are in the key of a row. */
  readonly first: number;
  readonly count: number;
}

interface Batch {
  readonly members: Member[];
  readonly rows: Promise<ReadonlyMap<string, readonly Row[]>>;
  readonly stop: AbortController;
  waiting: number;
  isSettled: boolean;
}

const batches = new WeakMap<Store, Batches>();

function batchesOf(store: Store): Batches {
  const known = batches.get(store) ?? new Batches();
  batches.set(store, known);
  return known;
}

/** More values in one statement make it no cheaper, and one that fails fails all. */
const MOST_MEMBERS = 50;

/** Of one store. */
class Batches {
  /** Those that wait for their turn at the store: what is asked meanwhile joins. */
  private readonly open = new Map<string, Batch>();

  /** Rows of one question, with keys of its own. The last to give up ends the statement. @throws BackendError. */
  async read({ store, signal, facts }: Asking, asked: AskedAmong): Promise<readonly Row[]> {
    const name = `${facts ?? ''} ${asked.shape}`;
    const values = JSON.stringify(asked.own.values);
    const known = this.open.get(name);
    const isTaken = known?.members.some((member) => JSON.stringify(member.values) === values) === true;
    const batch =
      known === undefined || isTaken || known.members.length >= MOST_MEMBERS ? this.begin(store, name, asked) : known;
    batch.members.push(asked.own);
    batch.waiting += 1;
    try {
      return (await unlessAborted(batch.rows, signal)).get(values) ?? [];
    } finally {
      batch.waiting -= 1;
      if (batch.waiting === 0 && !batch.isSettled) {
        this.close(name, batch);
        batch.stop.abort(cancelled());
      }
    }
  }

  private begin(store: Store, name: string, { sqlOf, first, count }: AskedAmong): Batch {
    const stop = new AbortController();
    const members: Member[] = [];
    const sql = () => {
      this.close(name, batch);
      return sqlOf(members);
    };
    const rows = store
      .run(sql, { signal: stop.signal, maxRows: ALL_ROWS })
      .then((result) => byValues(result.rows, first, count));
    const batch: Batch = { members, rows, stop, waiting: 0, isSettled: false };
    this.open.set(name, batch);
    const end = () => {
      batch.isSettled = true;
      this.close(name, batch);
    };
    rows.then(end, end);
    return batch;
  }

  private close(name: string, batch: Batch): void {
    if (this.open.get(name) === batch) this.open.delete(name);
  }
}

/** Rows by the values of their questions, whose keys are without them. */
function byValues(rows: readonly Row[], first: number, count: number): ReadonlyMap<string, readonly Row[]> {
  const found = new Map<string, Row[]>();
  for (const row of rows) {
    const key = JSON.parse(String(row['key'])) as unknown[];
    const values = JSON.stringify(key.splice(first, count));
    const own = found.get(values) ?? [];
    found.set(values, own);
    own.push({ ...row, key: JSON.stringify(key) });
  }
  return found;
}
