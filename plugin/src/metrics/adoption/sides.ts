/** Who is on the smaller side of a share. Pure. */
import type { Row } from '../define.ts';
import { numberOf, numberOrNull } from '../parts/groups.ts';
import { stepOf } from '../parts/steps.ts';

/** People of whom it is so, and of whom it is not. Of seats they are counted apart: somebody may have an idle one and another. */
function bothSides(row: Row): readonly [number, number] {
  const [so, n] = [numberOf(row['so']), numberOf(row['n'])];
  return [numberOrNull(row['so_people']) ?? so, numberOrNull(row['other_people']) ?? n - so];
}

/**
 * People on the smallest side that has anybody, by which the row is judged: of whom it is so, of whom it is not, and who beside them is in the
 * row of all tools; null = nobody is known. Neither this row nor that one less this tells of fewer than these.
 */
export function sideOf(row: Row): number | null {
  if (numberOf(row['n']) === 0) return null;
  const [so, other] = bothSides(row);
  const [moreSo, more] = [numberOrNull(row['whole_so']), numberOrNull(row['whole_n'])];
  const beside =
    moreSo === null || more === null
      ? [numberOf(row['rest_so_people']), numberOf(row['rest_other_people'])]
      : [moreSo - numberOf(row['so']), more - numberOf(row['n']) - (moreSo - numberOf(row['so']))];
  return Math.min(...[so, other, ...beside].filter((people) => people > 0));
}

/**
 * Of a share that is hidden since 1 to k − 1 people are on one side, what follows from that alone; null = it is shown, or of so few people that
 * the words would tell how many these are.
 */
export function boundOf(row: Row, k: number): string | null {
  const [so, other] = bothSides(row);
  const isFew = (people: number): boolean => people > 0 && people < k;
  if (isFew(so) === isFew(other) || so + other < 2 * k) return null;
  const most = (k - 1) / Math.max(k, stepOf(so + other));
  const percent = (share: number): string => `${String(Math.round(share * 100))} %`;
  return isFew(other) ? `at least ${percent(1 - most)}` : `at most ${percent(most)}`;
}

/** A share that rests on marks in git alone: who has none may have used the tool, so it is the least that is known, and none is no zero. */
export const isOfMarks = (row: Row, mode: string): boolean =>
  row['basis'] === 'declared' && (mode === 'active' || mode === 'retention');

export const MARKED = 'the least: only marks in git tell';
