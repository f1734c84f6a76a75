/** What the gate found: groups of an answer from which, beside another answer, fewer than k people would follow. Plain data. */
import type { Cell, Notice, Row } from '../../../metrics/define.ts';

export type Reason =
  'remainder' | 'edge' | 'beside' | 'overlap' | 'unjudged' | 'together' | 'block' | 'choice' | 'at_once';

/** Rows with the same values of these labels. */
export interface Mark {
  readonly labels: readonly string[];
  /** Of `keyOf`. */
  readonly keys: readonly string[];
  readonly reason: Reason;
  /** Of these rows only the cells that the rule of this count (`people` of the metric) hides. Absent = all. */
  readonly of?: string;
}

/** The gate's verdict on one question. Survives a structured clone. */
export interface Marks {
  readonly marks: readonly Mark[];
  readonly k: number;
}

const TEXT: Readonly<Record<Reason, (k: number) => string>> = {
  remainder: (k) => `hidden: with this filter the rest would be fewer than ${String(k)} people`,
  edge: (k) => `hidden: fewer than ${String(k)} people in its first or last weeks`,
  beside: (k) => `hidden: a week beside it has fewer than ${String(k)} people, of whom it would tell`,
  overlap: (k) =>
    `hidden: changes have several of these values at once, and one of them, or what others leave of it, is of fewer than ${String(k)} people`,
  together: () =>
    'hidden: ask for one of team, seniority, repository and service at a time; together they describe single people',
  block: (k) =>
    `hidden: behind it or one of its siblings are fewer than ${String(k)} people; they are shown only together`,
  choice: (k) =>
    `hidden: beside the answer with another value of one of its parameters it would tell of fewer than ${String(k)} people`,
  at_once: () => 'hidden: too many parameters are changed that decide who counts where; change one of them at a time',
  unjudged: () => 'hidden: too many filters at once to tell whether the rest would be a small group; use at most three',
};

/** For an answer of which nothing is shown. */
export const blockNotice = (k: number): Notice => ({ severity: 'info', text: `${TEXT.block(k)}.` });

/** Values of a row in the order of the labels. */
export function keyOf(row: Row, labels: readonly string[]): string {
  return JSON.stringify(labels.map((label) => textOf(row[label])));
}

/** Whether a row is in a marked group, or its cells that the rule of a count hides are. */
export function markedBy({ marks }: Marks): (row: Row, count?: string) => Reason | null {
  const sets = marks.map((mark) => ({ ...mark, keys: new Set(mark.keys) }));
  return (row, count) =>
    sets.find(({ labels, keys, of }) => (of === undefined || of === count) && keys.has(keyOf(row, labels)))?.reason ??
    null;
}

/** Why a row is hidden of which nothing more may be said: whether few people are behind it or behind its siblings. */
export const fewText = (k: number): string => `hidden: fewer than ${String(k)} people, or it would tell of so few`;

/** Why the hidden rows of an answer are hidden: one text for all of them, which does not say which row is which. Null = none is hidden. */
export function whyHidden(rows: readonly Row[], marks: Marks): string | null {
  const reasonOf = markedBy(marks);
  const reasons = new Set(rows.filter(({ status }) => status === 'suppressed_k').map((row) => reasonOf(row)));
  const [only] = reasons;
  if (only === undefined) return null;
  if (reasons.size === 1) return only === null ? fewText(marks.k) : TEXT[only](marks.k);
  return reasons.has('edge')
    ? `hidden: fewer than ${String(marks.k)} people, in all or in its first or last weeks, or it would tell of so few`
    : fewText(marks.k);
}

/** Said where rows lost what compares them. */
export function uncomparedNotices(count: number, k: number): Notice[] {
  const text = `${String(count)} rows are not compared: what they would be compared with is of fewer than ${String(k)} people, or would tell of so few.`;
  return count === 0 ? [] : [{ severity: 'info', text }];
}

/** One notice for each reason. */
export function markNotices(rows: readonly Row[], marks: Marks): Notice[] {
  const reasonOf = markedBy(marks);
  const counts = new Map<Reason, number>();
  for (const row of rows) {
    const reason = reasonOf(row);
    if (reason !== null) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts].map(([reason, count]) => ({
    severity: 'info',
    text: `${String(count)} of ${String(rows.length)} rows ${TEXT[reason](marks.k)}.`,
  }));
}

function textOf(cell: Cell | undefined): string | null {
  return cell === null || cell === undefined ? null : String(cell instanceof Date ? cell.getTime() : cell);
}
