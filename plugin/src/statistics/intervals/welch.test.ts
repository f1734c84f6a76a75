import { pAgainst } from './estimate.ts';
import { meanDifference } from './welch.ts';

const logs = (pairs: ReadonlyArray<readonly [number, number]>) => pairs.map(([before, now]) => Math.log(now / before));
const zero = logs([[10, 10], [12, 12], [8, 8.4], [9, 9], [11, 10.5]]); // prettier-ignore
const low = logs([[10, 9.5], [12, 12], [9, 9], [8, 8.2], [11, 10.8]]); // prettier-ignore
const high = logs([[10, 7], [12, 8.4], [9, 7.2], [8, 6.4], [11, 8.8]]); // prettier-ignore

describe('difference of means (Welch)', () => {
  it('gives the intervals of scipy.stats.ttest_ind for the five developers of G-13', () => {
    const ofHigh = meanDifference(zero, high);
    expect(ofHigh?.value).toBeCloseTo(-0.2770101380709266, 12);
    expect(ofHigh?.intervalAt(0.95).lo).toBeCloseTo(-0.3665753253479066, 7);
    expect(ofHigh?.intervalAt(0.95).hi).toBeCloseTo(-0.18744495079394666, 7);
    expect(ofHigh?.intervalAt(0.975).lo).toBeCloseTo(-0.386179945158636, 7);
    expect(ofHigh && pAgainst(ofHigh, 0)).toBeCloseTo(0.00034421351556617613, 9);
    const ofLow = meanDifference(zero, low);
    expect(ofLow?.intervalAt(0.95).lo).toBeCloseTo(-0.05499043472139499, 7);
    expect(ofLow?.intervalAt(0.95).hi).toBeCloseTo(0.03610244712142906, 7);
    expect(ofLow && pAgainst(ofLow, 0)).toBeCloseTo(0.643939476137927, 7);
  });

  it('does not depend on the order of people, to the last bit', () => {
    const [one, other] = [meanDifference(zero, high), meanDifference(zero.toReversed(), [...high.slice(2), ...high.slice(0, 2)])]; // prettier-ignore
    expect(other?.intervalAt(0.95)).toEqual(one?.intervalAt(0.95));
  });

  it('gives none below five people in an arm, and a point where nobody differs', () => {
    expect(meanDifference(zero.slice(1), high)).toBeNull();
    expect(meanDifference(zero, high.slice(1))).toBeNull();
    const same = meanDifference([1, 1, 1, 1, 1], [2, 2, 2, 2, 2]);
    expect(same?.intervalAt(0.95)).toEqual({ lo: 1, hi: 1 });
    expect(same && pAgainst(same, 0)).toBe(0);
  });
});
