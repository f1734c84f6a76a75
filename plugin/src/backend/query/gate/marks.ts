/** What the gate found: groups of an answer from which, beside another answer, fewer than k people would follow. Plain data. */
import type { Cell, Notice, Row } from '../../../metrics/define.ts';

export type Reason = 'remainder' | 'edge' | 'unjudged' | 'together' | 'block' | 'choice' | 'at_once';

/** Rows with the same values of these labels. */
export interface Mark {
  readonly labels: readonly string[];
  /** Of `keyOf`. */
  readonly keys: readonly string[];
  readonly reason: Reason;
}

/** The gate's verdict on one question. Survives a structured clone. */
export interface Marks {
  readonly marks: readonly Mark[];
  readonly k: number;
}

const TEXT: Readonly<Record<Reason, (k: number) => string>> = {
  remainder: (k) => `hidden: with this filter the rest would be fewer than ${String(k)} people`,
  edge: (k) => `hidden: in the first or last weeks of the range are fewer than ${String(k)} people`,
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

/** Whether a row is in a marked group. */
export function markedBy({ marks }: Marks): (row: Row) => Reason | null {
  const sets = marks.map(({ labels, keys, reason }) => ({ labels, keys: new Set(keys), reason }));
  return (row) => sets.find(({ labels, keys }) => keys.has(keyOf(row, labels)))?.reason ?? null;
}

/** Why the hidden rows of an answer are hidden, where the gate hid some: few people behind a range are not few at its ends. Null = it hid none. */
export function whyHidden(rows: readonly Row[], marks: Marks): string | null {
  const reasonOf = markedBy(marks);
  const reasons = new Set(rows.filter(({ status }) => status === 'suppressed_k').map(reasonOf));
  const [only = null] = reasons;
  if (only !== null && reasons.size === 1) return TEXT[only](marks.k);
  const few = `fewer than ${String(marks.k)} people are behind them`;
  if (reasons.has('edge'))
    return `hidden: ${few}, in the first or last weeks of the range, or behind what would follow`;
  return [...reasons].some((reason) => reason !== null) ? `hidden: ${few}, or behind what would follow` : null;
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
