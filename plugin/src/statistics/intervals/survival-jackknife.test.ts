import { differenceOf, pAgainst } from './estimate.ts';
import { hazardRatio, survivalEstimates, type SurvivalCluster } from './survival-jackknife.ts';

type Ends = ReadonlyArray<readonly [time: number, events: number, censored: number]>;
const clustersOf = (rows: ReadonlyArray<readonly [total: number, ends: Ends]>): SurvivalCluster[] =>
  rows.map(([total, ends]) => ({ total, ends: ends.map(([time, events, censored]) => ({ time, events, censored })) }));

const one = clustersOf([[30, [[3, 10, 0], [20, 5, 0]]], [12, [[8, 2, 0]]], [50, [[30, 20, 0], [31, 0, 30]]], [8, []], [25, [[1, 1, 0], [15, 4, 0]]], [60, [[12, 60, 0]]], [18, [[10, 0, 18]]]]); // prettier-ignore
const two = clustersOf([[20, [[5, 1, 0]]], [44, [[9, 4, 0], [25, 6, 0]]], [15, []], [33, [[14, 3, 0]]], [10, [[2, 10, 0]]], [70, [[28, 7, 0]]]]); // prettier-ignore
const at = (clusters: readonly SurvivalCluster[], day: number) => survivalEstimates({ clusters }, [day])[0] ?? null;

describe('survival of lines that live and die by change', () => {
  it('gives S, gap and hazard ratio of an independent recomputation (numpy, scipy)', () => {
    const [first, second] = [at(one, 30), at(two, 30)];
    if (first === null || second === null) {
      throw new Error('both are large enough');
    }
    expect(first.value).toBeCloseTo(0.4516554015351128, 12);
    expect(first.intervalAt(0.95).hi).toBeCloseTo(0.9896627460049745, 6);
    expect(second.value).toBeCloseTo(0.8385416666666669, 12);
    expect(second.intervalAt(0.95).lo).toBeCloseTo(0.24696948845579378, 6);
    expect(second.intervalAt(0.95).hi).toBeCloseTo(0.9598404432693796, 6);
    const gap = differenceOf(first, second);
    expect(gap.value).toBeCloseTo(-0.38688626513155405, 12);
    expect(gap.intervalAt(0.95).lo).toBeCloseTo(-0.8432352217710796, 5);
    expect(gap.intervalAt(0.95).hi).toBeCloseTo(0.11278059934352286, 5);
    expect(gap.intervalAt(0.99).hi).toBeCloseTo(0.3246834929332842, 5);
    const ratio = hazardRatio(first, second);
    expect(ratio?.value).toBeCloseTo(4.51377835384079, 10);
    expect(ratio?.intervalAt(0.95).lo).toBeCloseTo(0.6526883143667056, 6);
    expect(ratio?.intervalAt(0.95).hi).toBeCloseTo(31.215810945490066, 4);
  });

  it('tells the ratio of cumulative hazards: ln 0.58 / ln 0.76 (D2)', () => {
    const halves = (alive: number) => clustersOf(Array.from({ length: 50 }, (_, index) => [10, index < alive ? [] : [[20, 10, 0]]])); // prettier-ignore
    const ratio = hazardRatio(at(halves(29), 90), at(halves(38), 90));
    expect(ratio?.value).toBeCloseTo(Math.log(0.58) / Math.log(0.76), 10);
    expect((ratio?.intervalAt(0.95).lo ?? 2) < 1).toBe(true);
  });

  it('has a p that is below 0.05 exactly where the interval excludes no difference', () => {
    const [first, second] = [at(one, 30), at(two, 30)];
    for (const level of [0.8, 0.86, 0.88, 0.9, 0.95]) {
      const gap = first === null || second === null ? null : differenceOf(first, second);
      expect((gap?.intervalAt(level).hi ?? 0) < 0).toBe(gap !== null && pAgainst(gap, 0) < 1 - level);
    }
  });

  it('is the same whatever the order of the changes', () => {
    expect(at(one.toReversed(), 30)?.intervalAt(0.95)).toEqual(at(one, 30)?.intervalAt(0.95));
  });

  it('gives none below five changes, and bounds where nothing died', () => {
    expect(at(one.slice(0, 4), 30)).toBeNull();
    const alive = at(clustersOf(Array.from({ length: 8 }, () => [10, []])), 30);
    expect(alive?.value).toBe(1);
    expect(alive?.intervalAt(0.95).hi).toBe(1);
    expect(alive?.intervalAt(0.95).lo).toBeCloseTo(0.6756, 4);
    expect(hazardRatio(alive, at(two, 30))).toBeNull();
  });

  it('gives every horizon of a curve what it gives the horizon alone', () => {
    const ages = Array.from({ length: 31 }, (_, age) => age);
    const curve = survivalEstimates({ clusters: two }, ages);
    expect(curve[30]?.intervalAt(0.95)).toEqual(at(two, 30)?.intervalAt(0.95));
    expect(curve[9]?.value).toBe(at(two, 9)?.value);
  });

  it('shrinks around the survival of all where the changes are a sample', () => {
    const [all] = survivalEstimates({ clusters: two, population: 600, estimates: [0.8] }, [30]);
    expect(all?.value).toBeCloseTo(0.8, 12);
    expect(all?.spread?.error).toBeCloseTo((at(two, 30)?.spread?.error ?? 0) / 10, 12);
  });
});
