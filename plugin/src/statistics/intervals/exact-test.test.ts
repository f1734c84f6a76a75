import { fisherExact, heedingFew } from './exact-test.ts';
import { pAgainst, type Estimate } from './estimate.ts';
import { shareDifference, type Share } from './proportion.ts';
import { shareRatio } from './score-ratio.ts';

const share = (count: number, total: number): Share => ({ count, total });

const difference = (one: Share, two: Share): Estimate => ({
  value: one.count / one.total - two.count / two.total,
  intervalAt: (level) => shareDifference(one, two, level)!,
});

/** P(count of a binomial), by recursion. */
function binomial(total: number, p: number): number[] {
  const all = [(1 - p) ** total];
  for (let count = 1; count <= total; count += 1) {
    all.push(((all[count - 1] as number) * (total - count + 1) * p) / (count * (1 - p)));
  }
  return all;
}

describe('Fisher’s exact test', () => {
  it('gives what R’s fisher.test gives', () => {
    // Fisher’s tea (1935), his convictions of twins (1962), and one event of 23 beside two of 660.
    expect(fisherExact(share(3, 4), share(1, 4))).toBeCloseTo(0.4857, 4);
    expect(fisherExact(share(2, 17), share(10, 13))).toBeCloseTo(0.0005367, 7);
    expect(fisherExact(share(1, 23), share(2, 660))).toBeCloseTo(0.0978, 4);
  });

  it('proves nothing without units, without events, or where all are events', () => {
    expect(fisherExact(share(0, 0), share(3, 9))).toBe(1);
    expect(fisherExact(share(0, 9), share(0, 30))).toBe(1);
    expect(fisherExact(share(9, 9), share(30, 30))).toBe(1);
  });
});

describe('few events', () => {
  it('one of 23 is no proof against two of 660, of the difference and of the ratio', () => {
    const shares = [share(1, 23), share(2, 660)] as const;
    expect(difference(...shares).intervalAt(0.95).lo).toBeGreaterThan(0);
    expect(heedingFew(difference(...shares), shares, 0).intervalAt(0.95).lo).toBe(0);
    expect(shareRatio(...shares)!.intervalAt(0.95).lo).toBeGreaterThan(1);
    const ratio = heedingFew(shareRatio(...shares)!, shares, 1);
    expect(ratio.intervalAt(0.95).lo).toBe(1);
    expect(pAgainst(ratio, 1)).toBeCloseTo(0.0978, 4);
    // At a level that the test reaches the interval is as it was.
    expect(ratio.intervalAt(0.9)).toEqual(shareRatio(...shares)!.intervalAt(0.9));
  });

  it('leaves what rests on more events as it is', () => {
    const shares = [share(23, 200), share(15, 300)] as const;
    const estimate = difference(...shares);
    expect(heedingFew(estimate, shares, 0)).toBe(estimate);
  });

  it('errs in at most one of twenty where there is no difference: all outcomes of 23 and 660 units, counted', () => {
    const errorsOf = (heed: boolean, rate: number): number => {
      const [one, two] = [binomial(23, rate), binomial(660, rate)];
      let wrong = 0;
      one.slice(0, 9).forEach((p, count) =>
        two.slice(0, 30).forEach((q, other) => {
          const shares = [share(count, 23), share(other, 660)] as const;
          const estimate = difference(...shares);
          const { lo, hi } = (heed ? heedingFew(estimate, shares, 0) : estimate).intervalAt(0.95);
          if (lo > 0 || hi < 0) wrong += p * q;
        })
      );
      return wrong;
    };
    expect(errorsOf(false, 0.005)).toBeGreaterThan(0.08);
    for (const rate of [0.002, 0.005, 0.01]) expect(errorsOf(true, rate)).toBeLessThan(0.05);
  });
});
