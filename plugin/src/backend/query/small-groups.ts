/**
 * Hides small groups in the result of a metric (metrics.md 15.1, 15.2), whatever the metric: groups with fewer than k people, groups in which
 * one person holds most of the units, and the sibling from which a hidden one would follow by subtraction. Pure.
 *
 * What a metric declares (`people`) is all that is known here. This keeps the third promise, within one answer; what holds between two
 * answers is judged in gate/ and comes here as marks.
 */
import {
  ONE_PERSON_SHARE,
  ONLY_JUDGED,
  type Against,
  type Cell,
  type Metric,
  type ParamValues,
  type PeopleRule,
  type Row,
} from '../../metrics/define.ts';
import { columnsOf, peopleRules } from '../../metrics/query.ts';
import { bucketStart, type Bucket } from '../../statistics/buckets.ts';
import { DOMINANCE, findSuppressed } from './find-suppressed.ts';
import { DESCRIBING } from './gate/partition.ts';

/** What is asked, and the least number of people behind a shown group. */
export interface Asked {
  readonly params: ParamValues;
  /** Null = all are shown. */
  readonly k: number | null;
  /** Zone of the time buckets. */
  readonly tz: string;
  /** Rows that another answer would lay open (gate/), for the rule of a count: they are hidden like small groups, and so are their siblings. */
  readonly isMarked?: IsMarked;
}

type IsMarked = (row: Row, count: string) => boolean;

/** Rows of one group: same time and labels. */
interface Group {
  readonly name: string;
  readonly labels: Row;
  readonly people: number;
  readonly share: number | null;
  /** Nobody is behind it. */
  readonly isEmpty: boolean;
  readonly rows: Row[];
}

/** The result as it may be shown: numbers of small groups are null, cells that are no columns are gone. */
export function hideSmallGroups(metric: Metric, rows: readonly Row[], asked: Asked): Row[] {
  return judgeSmallGroups(metric, rows, asked).rows;
}

/** The same, with how many rows lost what compares them with another group. */
export function judgeSmallGroups(metric: Metric, rows: readonly Row[], asked: Asked): { rows: Row[]; uncompared: number } {
  const rules = peopleRules(metric, asked.params).filter((rule): rule is PeopleRule => rule.count !== null);
  if (rules.length === 0) return { rows: [...rows], uncompared: 0 };
  const columns = columnsOf(metric, asked.params);
  const labels = columns.filter(({ role }) => role === 'time' || role === 'label').map(({ name }) => name);
  const measure = columns.find(({ role }) => role === 'value')?.name;
  const hidden = new Map<Row, Set<string> | 'all'>();
  const uncompared = new Set<Row>();
  const { k, isMarked } = asked;
  const wider = widerOf(asked);
  for (const rule of rules) {
    if (k === null) break;
    for (const row of findHidden(rows, { rule, labels, wider, k, isMarked })) {
      hidden.set(row, merged(hidden.get(row), rule.hides));
    }
    if (rule.against === undefined) continue;
    const { against } = rule;
    for (const row of findUncompared(rows, { against, labels, k: Math.max(k, rule.least ?? 0), isMarked, hidden })) {
      if (hidden.get(row) !== 'all') uncompared.add(row);
      hidden.set(row, merged(hidden.get(row), against.hides));
    }
  }
  const known = new Set(metric.columns.map(({ name }) => name));
  const internal = rules
    .flatMap(({ count, share, against }) => [count, share ?? ONE_PERSON_SHARE, ...(against === undefined ? [] : [against.count, against.share])])
    .filter((name) => !known.has(name));
  const kept = new Set([...labels, ...rules.flatMap(({ keeps = [], again = [] }) => [...keeps, ...again])]);
  const shown = rows
    .filter((row) => row[ONLY_JUDGED] !== true)
    .map((row) => {
      const own = hide(row, { hidden: hidden.get(row), kept, measure });
      for (const name of [...internal, ONLY_JUDGED]) delete own[name];
      return own;
    });
  return { rows: shown, uncompared: uncompared.size };
} // prettier-ignore

interface Comparing {
  readonly against: Against;
  readonly labels: readonly string[];
  readonly k: number;
  readonly isMarked: IsMarked | undefined;
  readonly hidden: ReadonlyMap<Row, Set<string> | 'all'>;
}

/** Rows that compare with a group of few people, or with one that is hidden here or would be for itself: its number would follow from theirs. */
function findUncompared(rows: readonly Row[], { against, labels, k, isMarked, hidden }: Comparing): Row[] {
  const { label, by, count, share } = against;
  const keyOf = (row: Row): string => JSON.stringify(labels.map((name) => row[name] ?? null));
  const gone = new Set(rows.filter((row) => hidden.get(row) === 'all').map(keyOf));
  return rows.filter((row) => {
    const people = numberOf(row[count]);
    if (people === null) return false;
    const other = { ...row, [label]: row[by] ?? null };
    return people < k || (numberOf(row[share]) ?? 0) > DOMINANCE || gone.has(keyOf(other)) || isMarked?.(other, count) === true;
  });
} // prettier-ignore

/** All = the whole row, which is more than any list. */
function merged(before: Set<string> | 'all' | undefined, hides: readonly string[] | undefined): Set<string> | 'all' {
  return before === 'all' || hides === undefined ? 'all' : new Set([...(before ?? []), ...hides]);
}

/** States of a place that say nothing of people: where its numbers are hidden it keeps them. */
const OF_NOBODY: ReadonlySet<unknown> = new Set(['no_deployment']);

interface Hiding {
  readonly hidden: Set<string> | 'all' | undefined;
  readonly kept: ReadonlySet<string>;
  /** The column that a row is read for. */
  readonly measure: string | undefined;
}

function hide(row: Row, { hidden, kept, measure = '' }: Hiding): Row {
  if (hidden === undefined) return { ...row };
  const isGone = (name: string): boolean => (hidden === 'all' ? !kept.has(name) : hidden.has(name));
  const shown: Row = Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, isGone(name) ? null : cell]));
  if (hidden === 'all') return { ...shown, status: OF_NOBODY.has(row['status']) ? (row['status'] ?? null) : 'suppressed_k' };
  // Other numbers of the row stay; of the one that it is read for it says why it is not there.
  const isTold = row['status'] === 'ok' && hidden.has(measure) && (row[measure] ?? null) !== null;
  return isTold ? { ...shown, status: 'suppressed_k' } : shown;
} // prettier-ignore

/** Wider buckets that are made of whole ones: another question shows their sums. No month is made of whole weeks. */
const WIDER: Readonly<Record<string, readonly Bucket[]>> = { day: ['week', 'month', 'quarter'], month: ['quarter'] };

type StartOf = (time: Date) => Date;

const widerOf = ({ params, tz }: Asked): StartOf[] =>
  (WIDER[String(params['bucket'])] ?? []).map((bucket) => (time) => bucketStart(time, bucket, tz));

interface Judged {
  readonly rule: PeopleRule;
  readonly labels: readonly string[];
  readonly wider: readonly StartOf[];
  readonly k: number;
  readonly isMarked: IsMarked | undefined;
}

function findHidden(rows: readonly Row[], { rule, labels, wider, k, isMarked }: Judged): Row[] {
  const { again = [], least = 0 } = rule;
  const groups = groupsOf(
    rows,
    labels.filter((name) => !again.includes(name)),
    rule
  );
  // The narrower first: what is hidden beside it there is often enough for the range too.
  const families = [...familiesWithin(wider), ...familiesOf(labels, rule)];
  const hidden = findSuppressed(groups, {
    k: Math.max(k, least),
    people: (group) =>
      isMarked !== undefined && group.rows.some((row) => isMarked(row, rule.count)) ? 0 : group.people,
    known: (group) => group.people,
    topShare: ({ share }) => share,
    isEmpty: ({ isEmpty }) => isEmpty,
    name: ({ name }) => name,
    family: families.map(({ key }) => key),
    addsUp: families.map(({ addsUp }) => addsUp),
  });
  return groups.filter((_, index) => hidden[index]).flatMap((group) => group.rows);
}

function groupsOf(
  rows: readonly Row[],
  labels: readonly string[],
  { count, share = ONE_PERSON_SHARE }: PeopleRule
): Group[] {
  const groups = new Map<string, Group>();
  for (const row of rows) {
    const own = Object.fromEntries(labels.map((name) => [name, row[name] ?? null]));
    const name = JSON.stringify(Object.values(own));
    const group = groups.get(name);
    if (group !== undefined) {
      group.rows.push(row);
    } else {
      const people = row[count];
      const isEmpty = people === null || people === undefined;
      groups.set(name, {
        name,
        labels: own,
        people: numberOf(people) ?? 0,
        share: share === null ? null : numberOf(row[share]),
        isEmpty,
        rows: [row],
      });
    }
  }
  return [...groups.values()];
}

/**
 * Groups that differ in some labels and in no other are siblings, since another question shows their sum: along each label, each pair, all
 * but one and all. A group that is itself the sum along a label has no siblings along it.
 */
function familiesOf(
  labels: readonly string[],
  { apart = [], again = [], total = {}, once = [] }: PeopleRule
): Array<{ readonly key: (group: Group) => string | null; readonly addsUp: boolean }> {
  const free = labels.filter((name) => name !== 'time' && !apart.includes(name) && !again.includes(name));
  const pairs = free.flatMap((one, index) => free.slice(index + 1).map((other) => [one, other]));
  const sets = [
    ...free.map((name) => [name]),
    ...pairs,
    ...free.map((one) => free.filter((name) => name !== one)),
    free,
  ];
  // Buckets of time add up to the range, which another question shows.
  if (labels.includes('time')) sets.push(['time']);
  const distinct = new Map(sets.filter((names) => names.length > 0).map((names) => [names.join(), names]));
  const keyBy = (names: readonly string[]) => (group: Group) => {
    const isTotal = names.some((name) => total[name] !== undefined && group.labels[name] === total[name]);
    return isTotal ? null : JSON.stringify(Object.entries(group.labels).filter(([name]) => !names.includes(name)));
  };
  // Who is in several values of what describes people is known to gate/, which joins such values to blocks.
  const isOnce = (name: string): boolean => once.includes(name) || DESCRIBING.some((dimension) => dimension === name);
  return [...distinct.values()].map((names) => ({
    key: keyBy(names),
    addsUp: names.length === 1 && names.every(isOnce),
  }));
}

/** Buckets of time add up to the wider ones that they lie in, like siblings along time to the range. */
const familiesWithin = (wider: readonly StartOf[]) =>
  wider.map((startOf) => ({
    key: ({ labels: { time, ...others } }: Group): string | null =>
      time instanceof Date ? JSON.stringify([startOf(time), others]) : null,
    addsUp: false,
  }));

function numberOf(cell: Cell | undefined): number | null {
  return typeof cell === 'number' ? cell : null;
}
