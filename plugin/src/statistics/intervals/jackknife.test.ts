import fc from 'fast-check';
import { intervalOf } from './estimate.ts';
import { degreesOf, effectiveClusters, lossEstimate, meanEstimate, orderlessSum, shareEstimate } from './jackknife.ts';

const minutes = [520, 900, 340, 1200, 260, 810, 700, 300];
const units = [7, 11, 6, 9, 5, 8, 9, 6];
const clusters = fc.array(fc.record({ top: fc.integer({ min: 1, max: 5000 }), bottom: fc.integer({ min: 1, max: 40 }) }), { minLength: 5, maxLength: 40 }); // prettier-ignore
const columns = (rows: ReadonlyArray<{ top: number; bottom: number }>) => ({
  numerators: rows.map(({ top }) => top),
  denominators: rows.map(({ bottom }) => bottom),
});

describe('jackknife of ratios over clusters', () => {
  it('gives the mean of an independent recomputation (numpy, scipy)', () => {
    const interval = intervalOf(meanEstimate({ numerators: minutes, denominators: units }));
    expect(interval?.lo).toBeCloseTo(60.06849630987344, 5);
    expect(interval?.hi).toBeCloseTo(129.1847631326124, 5);
    const few = meanEstimate({ numerators: [120, 900, 340, 1100, 60, 410, 700], denominators: [4, 11, 6, 9, 2, 8, 7] });
    expect(few?.value).toBeCloseTo(77.23404255319149, 12);
    expect(few?.intervalAt(0.99).lo).toBeCloseTo(33.20312553371002, 4);
    expect(few?.intervalAt(0.99).hi).toBeCloseTo(283.54362238387415, 4);
  });

  it('gives the share of an independent recomputation', () => {
    const share = shareEstimate({ numerators: [1, 3, 0, 6, 1, 2, 2], denominators: [4, 11, 6, 9, 2, 8, 7] });
    expect(share?.value).toBeCloseTo(15 / 47, 12);
    expect(share?.intervalAt(0.95).lo).toBeCloseTo(0.10614750757865507, 7);
    expect(share?.intervalAt(0.95).hi).toBeCloseTo(0.6491578848292365, 7);
  });

  it('rests a share of losses on the clusters that carry them, as an independent recomputation does', () => {
    const rows = { numerators: [1, 3, 0, 6, 1, 2, 2], denominators: [4, 11, 6, 9, 2, 8, 7] };
    expect(lossEstimate(rows)?.value).toBe(shareEstimate(rows)?.value);
    expect(lossEstimate(rows)?.intervalAt(0.95).lo).toBeCloseTo(0.0017767114549502158, 7);
    expect(lossEstimate(rows)?.intervalAt(0.95).hi).toBeCloseTo(0.9999997048128998, 7);
    // Thirty changes that lose alike, and thirty of which one was rewritten whole.
    const alike = { numerators: Array.from({ length: 30 }, (_, at) => 1 + (at % 3)), denominators: Array(30).fill(20) };
    const whole = { ...alike, numerators: alike.numerators.map((lost, at) => (at === 4 ? 20 : lost)) };
    const width = (given: typeof alike): number => {
      const [share, loss] = [shareEstimate(given)?.intervalAt(0.95), lossEstimate(given)?.intervalAt(0.95)];
      return ((loss?.hi ?? NaN) - (loss?.lo ?? NaN)) / ((share?.hi ?? NaN) - (share?.lo ?? NaN));
    };
    expect(width(alike)).toBeLessThan(1.1);
    expect(width(whole)).toBeGreaterThan(2);
  });

  it('is the same whatever the order of the clusters, to the last bit', () => {
    fc.assert(
      fc.property(clusters, fc.integer(), (rows, seed) => {
        const shuffled = rows.map((row, index) => ({ row, key: Math.sin(seed + index) })).sort((one, two) => one.key - two.key).map(({ row }) => row); // prettier-ignore
        expect(intervalOf(meanEstimate(columns(shuffled)))).toEqual(intervalOf(meanEstimate(columns(rows))));
      })
    );
  });

  it('holds the estimate, and grows with the level', () => {
    fc.assert(
      fc.property(clusters, (rows) => {
        const estimate = meanEstimate(columns(rows));
        const [narrow, wide] = [estimate?.intervalAt(0.95), estimate?.intervalAt(0.99)];
        if (estimate !== null && narrow !== undefined && wide !== undefined) {
          expect(narrow.lo <= estimate.value * (1 + 1e-9) && narrow.hi >= estimate.value * (1 - 1e-9)).toBe(true);
          expect(wide.lo <= narrow.lo * (1 + 1e-9) && wide.hi >= narrow.hi * (1 - 1e-9)).toBe(true);
        }
      })
    );
  });

  it('counts clusters by what they hold', () => {
    expect(effectiveClusters([1, 1, 1, 1])).toBe(4);
    expect(effectiveClusters([97, 1, 1, 1])).toBeCloseTo(1.0625, 3);
    expect(effectiveClusters([])).toBe(0);
    expect(degreesOf([1, 1, 1, 1], [97, 1, 1, 1])).toBe(1);
    expect(orderlessSum([0.1, 0.2, 0.3])).toBe(orderlessSum([0.3, 0.2, 0.1]));
  });

  it('is hidden below five clusters and where one person holds nearly all units', () => {
    expect(meanEstimate({ numerators: [1, 2, 3, 4], denominators: [1, 1, 1, 1] })).toBeNull();
    expect(meanEstimate({ numerators: [1, 2, 3, 4, 5], denominators: [1, 1, 1, 1, 0] })).toBeNull();
    expect(meanEstimate({ numerators: [1, 2, 3, 4, 900], denominators: [1, 1, 1, 1, 90] })).toBeNull();
  });

  it('bounds a share, also one that is 0 or 1, as if each effective cluster were one unit', () => {
    // Of 25 people with 23 changes each one holds all eight events: the others are known to have none.
    const few = shareEstimate({ numerators: Array.from({ length: 25 }, (_, at) => (at === 0 ? 8 : 0)), denominators: Array.from({ length: 25 }, () => 23) })?.intervalAt(0.95); // prettier-ignore
    expect([few?.lo, few?.hi]).toEqual([expect.closeTo(0.0011, 4), expect.closeTo(0.1562, 3)]);
    const none = shareEstimate({ numerators: [0, 0, 0, 0, 0, 0], denominators: [5, 5, 5, 5, 5, 5] })?.intervalAt(0.95);
    expect(none?.lo).toBe(0);
    expect(none?.hi).toBeCloseTo(0.3903, 4);
    expect(shareEstimate({ numerators: [5, 5, 5, 5, 5, 5], denominators: [5, 5, 5, 5, 5, 5] })?.intervalAt(0.95).hi).toBe(1); // prettier-ignore
  });

  it('is narrower where the clusters are a sample, around the share of all', () => {
    const sample = { numerators: [1, 3, 2, 6, 1, 2], denominators: [4, 11, 6, 9, 3, 8] };
    const alone = intervalOf(shareEstimate(sample));
    const ofAll = intervalOf(shareEstimate(sample, { clusters: 600, value: 0.4 }));
    expect((ofAll?.hi ?? 1) - (ofAll?.lo ?? 0)).toBeLessThan(((alone?.hi ?? 1) - (alone?.lo ?? 0)) / 5);
    expect((ofAll?.lo ?? 1) < 0.4 && (ofAll?.hi ?? 0) > 0.4).toBe(true);
  });
});
