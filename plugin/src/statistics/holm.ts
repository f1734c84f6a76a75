/** Holm's step-down adjustment (metrics.md 4.9); null = not tested: stays null and does not count. */
export function holm(pValues: ReadonlyArray<number | null>): Array<number | null> {
  const tested = pValues.flatMap((p, index) => (p === null ? [] : [{ p, index }])).sort((one, two) => one.p - two.p);
  const adjusted: Array<number | null> = pValues.map(() => null);
  let largest = 0;
  tested.forEach(({ p, index }, rank) => {
    largest = Math.max(largest, Math.min(1, p * (tested.length - rank)));
    adjusted[index] = largest;
  });
  return adjusted;
}
