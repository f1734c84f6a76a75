/** A row as a sentence: what is read aloud, and what the picture says at most. */
import type { IntervalRow } from './rows.ts';

/** Both ends in words, as a range or as what is known on one side. */
export function intervalWords({ ends }: Pick<IntervalRow, 'ends'>): string | null {
  if (ends === null) {
    return null;
  }
  const { lower, upper } = ends;
  return lower === null ? `at most ${String(upper)}` : upper === null ? `at least ${lower}` : `${lower} to ${upper}`;
}

/** The verdict; where there is none, what else is to be said of the row. */
export const wordsOf = ({ verdict, reason }: Pick<IntervalRow, 'verdict' | 'reason'>): string =>
  verdict?.text ?? reason ?? '';

/** Estimate and interval as one text. */
export function estimateWords(row: IntervalRow): string {
  const ends = intervalWords(row);
  return ends === null ? row.estimate.text : `${row.estimate.text} [${ends}]`;
}

export function sentenceOf(row: IntervalRow): string {
  const { group, label, value, estimate, level, verdict, n, reason, beside } = row;
  const name = [group, label].filter((part) => part !== '').join(', ');
  const counted = n === null ? [] : [`${n.name}: ${n.text}`];
  const more = beside.flatMap(({ name: what, text }) => (text === '' ? [] : [`${what}: ${text}`]));
  if (value === null) {
    return `${[`${name}: no number, ${reason ?? 'no value'}`, ...counted, ...more].join('; ')}.`;
  }
  const ends = intervalWords(row);
  const interval = ends === null ? 'no interval' : `${level === null ? '' : `${level} `}interval ${ends}`;
  return `${[
    `${name}: ${estimate.name} ${estimate.text}, ${interval}`,
    ...(verdict === null ? [] : [verdict.text]),
    ...(reason === null ? [] : [reason]),
    ...counted,
    ...more,
  ].join('; ')}.`;
}
