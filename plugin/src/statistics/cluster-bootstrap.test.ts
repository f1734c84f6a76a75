import fc from 'fast-check';
import { bootstrapInterval, bootstrapMean, bootstrapMeanDifference, bootstrapRatio, bootstrapRatioDifference,
  linearisedRatio, percentileInterval, subset } from './cluster-bootstrap.ts'; // prettier-ignore
import { mulberry32, seededRandom } from './prng.ts';
import { mean } from './quantile.ts';
import { bootstrapSurvival, bootstrapSurvivalGap } from './survival-bootstrap.ts';

const logs = (pairs: ReadonlyArray<readonly [number, number]>) => pairs.map(([before, now]) => Math.log(now / before));
const zero = logs([[10, 10], [12, 12], [8, 8.4], [9, 9], [11, 10.5]]); // prettier-ignore
const low = logs([[10, 9.5], [12, 12], [9, 9], [8, 8.2], [11, 10.8]]); // prettier-ignore
const high = logs([[10, 7], [12, 8.4], [9, 7.2], [8, 6.4], [11, 8.8]]); // prettier-ignore

describe('cluster bootstrap', () => {
  it('draws the control arm first, one stream through all replicates (G-13)', () => {
    const ofHigh = bootstrapMeanDifference(zero, high, seededRandom('cycle_by_usage'));
    expect(ofHigh?.lo).toBeCloseTo(-0.3401807279546221, 12);
    expect(ofHigh?.hi).toBeCloseTo(-0.214293577894139, 12);
    const ofLow = bootstrapMeanDifference(zero, low, seededRandom('cycle_by_usage'));
    expect(ofLow?.lo).toBeCloseTo(-0.046872412846447914, 12);
    expect(ofLow?.hi).toBeCloseTo(0.023546528772031408, 12);
  });

  it('gives the same interval through the generic way', () => {
    const at = (values: readonly number[], draw: Int32Array | undefined) => mean(Array.from(draw ?? [], (index) => values[index] ?? NaN)) ?? NaN; // prettier-ignore
    const interval = bootstrapInterval([5, 5], ([c, t]) => at(high, t) - at(zero, c), seededRandom('cycle_by_usage'));
    expect(interval?.lo).toBeCloseTo(-0.3401807279546221, 12);
  });

  it('gives no interval below five clusters in an arm', () => {
    expect(bootstrapMean(zero.slice(1), seededRandom('x'))).toBeNull();
    expect(bootstrapMeanDifference(zero, high.slice(1), seededRandom('x'))).toBeNull();
    expect(bootstrapInterval([4], () => 1, seededRandom('x'))).toBeNull();
  });

  it('gives no interval where the statistic is mostly undefined', () => {
    expect(percentileInterval(new Float64Array(10).fill(NaN))).toBeNull();
    expect(bootstrapRatio({ numerators: [1, 1, 1, 1, 1], denominators: [0, 0, 0, 0, 0] }, seededRandom('x'))).toBeNull(); // prettier-ignore
  });

  it('weighs clusters by their units in a ratio of sums', () => {
    const clusters = { numerators: [10, 0, 5, 7, 3, 8], denominators: [10, 10, 10, 10, 10, 10] };
    const ratio = bootstrapRatio(clusters, seededRandom('x'));
    const ofMeans = bootstrapMean(clusters.numerators.map((value) => value / 10), seededRandom('x')); // prettier-ignore
    expect(ratio?.lo).toBeCloseTo(ofMeans?.lo ?? NaN, 12);
    const same = bootstrapRatioDifference(clusters, clusters, seededRandom('x'));
    expect((same?.lo ?? 1) < 0 && (same?.hi ?? -1) > 0).toBe(true);
  });

  it('lies within the values of the clusters', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 5, maxLength: 30 }),
        (values) => {
          const interval = bootstrapMean(values, seededRandom('x'));
          expect(interval?.lo).toBeGreaterThanOrEqual(Math.min(...values) - 1e-9);
          expect(interval?.hi).toBeLessThanOrEqual(Math.max(...values) + 1e-9);
        }
      ),
      { numRuns: 8 }
    );
  });

  it('keeps the width of large arms: theory for 20,000 clusters within 10 %', () => {
    const random = mulberry32(7);
    const values = Array.from({ length: 20000 }, () => random());
    const interval = bootstrapMean(values, seededRandom('x'));
    const width = (interval?.hi ?? 0) - (interval?.lo ?? 0);
    expect(width / ((2 * 1.96) / Math.sqrt(12 * 20000))).toBeCloseTo(1, 1);
    expect(((interval?.hi ?? 0) + (interval?.lo ?? 0)) / 2).toBeCloseTo(mean(values) ?? NaN, 3);
  });

  it('agrees with the linearised interval where clusters are many', () => {
    const random = mulberry32(9);
    const denominators = Array.from({ length: 400 }, () => 1 + Math.floor(random() * 9));
    const numerators = denominators.map((count) => count * random());
    const drawn = bootstrapRatio({ numerators, denominators }, seededRandom('x'));
    const linear = linearisedRatio({ numerators, denominators });
    expect(Math.abs(((linear?.hi ?? 0) - (linear?.lo ?? 0)) / ((drawn?.hi ?? 0) - (drawn?.lo ?? 0)) - 1)).toBeLessThan(
      0.1
    );
    expect(linear?.lo).toBeCloseTo(drawn?.lo ?? NaN, 2);
    expect(linearisedRatio({ numerators: [1], denominators: [1] })).toBeNull();
  });

  it('takes the same subset every time, without doubles', () => {
    const chosen = subset(5000, 1000);
    expect(chosen).toEqual(subset(5000, 1000));
    expect(new Set(chosen).size).toBe(1000);
    expect(Math.max(...chosen)).toBeLessThan(5000);
    expect(subset(3, 10)).toEqual(Int32Array.of(0, 1, 2));
  });
});

describe('cluster bootstrap of survival', () => {
  const dies = { total: 10, ends: [{ time: 20, events: 10, censored: 0 }] };
  const lives = { total: 10, ends: [] };
  const mixed = [dies, lives, lives, dies, lives, lives, dies, lives, lives, lives];

  it('equals the bootstrap of the share where nothing is censored', () => {
    const [interval] = bootstrapSurvival({ clusters: mixed }, [30], seededRandom('x'));
    const share = bootstrapMean(mixed.map(({ ends }) => (ends.length === 0 ? 1 : 0)), seededRandom('x')); // prettier-ignore
    expect(interval?.lo).toBeCloseTo(share?.lo ?? NaN, 9);
    expect(interval?.hi).toBeCloseTo(share?.hi ?? NaN, 9);
  });

  it('counts censored units as long as they were observed', () => {
    const clusters = Array.from({ length: 8 }, () => ({
      total: 100,
      ends: [
        { time: 10, events: 20, censored: 0 },
        { time: 40, events: 10, censored: 0 },
        { time: 50, events: 0, censored: 20 },
        { time: 70, events: 10, censored: 0 },
      ],
    }));
    const intervals = bootstrapSurvival({ clusters }, [5, 30, 60, 90], seededRandom('x'));
    expect(intervals.map((interval) => interval?.lo.toFixed(9))).toEqual(['1.000000000', '0.800000000', '0.700000000', '0.560000000']); // prettier-ignore
    expect(intervals.map((interval) => interval?.hi.toFixed(9))).toEqual(['1.000000000', '0.800000000', '0.700000000', '0.560000000']); // prettier-ignore
  });

  it('gives gaps between arms and none below five clusters', () => {
    const control = { clusters: [...mixed, lives, lives] };
    const [gap] = bootstrapSurvivalGap({ control, treated: { clusters: mixed } }, [30], seededRandom('x'));
    expect(gap?.lo).toBeLessThan(0);
    expect(gap?.hi).toBeGreaterThan(0);
    expect(bootstrapSurvivalGap({ control, treated: { clusters: mixed.slice(6) } }, [30], seededRandom('x'))).toEqual([null]); // prettier-ignore
    expect(bootstrapSurvival({ clusters: [] }, [30], seededRandom('x'))).toEqual([null]);
  });

  it('narrows the interval of a sample to the population it stands for', () => {
    const whole = bootstrapSurvival({ clusters: mixed }, [30], seededRandom('x'))[0];
    const scaled = bootstrapSurvival({ clusters: mixed, population: 40, estimates: [0.6] }, [30], seededRandom('x'))[0];
    expect((scaled?.hi ?? 0) - (scaled?.lo ?? 0)).toBeCloseTo(((whole?.hi ?? 0) - (whole?.lo ?? 0)) / 2, 9);
    expect(scaled?.lo).toBeCloseTo(0.6 + ((whole?.lo ?? 0) - 0.7) / 2, 9);
  });

  it('keeps the width of large arms within 15 %', () => {
    const random = mulberry32(7);
    const clusters = Array.from({ length: 10000 }, () => (random() < 0.3 ? dies : lives));
    const [interval] = bootstrapSurvival({ clusters }, [30], seededRandom('x'));
    const theory = 2 * 1.96 * Math.sqrt((0.3 * 0.7) / 10000);
    expect(Math.abs(((interval?.hi ?? 0) - (interval?.lo ?? 0)) / theory - 1)).toBeLessThan(0.15);
  });
});
