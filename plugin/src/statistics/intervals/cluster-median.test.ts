import { medianEstimate, type Timed } from './cluster-median.ts';
import { intervalOf } from './estimate.ts';

const plain = (minutes: readonly number[]): Timed[] => minutes.map((value, cluster) => ({ minutes: value, weight: 1, isOpen: false, cluster })); // prettier-ignore
const deployments = Array.from({ length: 11 }, (_, cluster) =>
  Array.from({ length: 1 + (cluster % 4) }, (_each, index): Timed => ({
    minutes: 60 * (index + 1) + ((7 * cluster * cluster) % 97) + ((11 * (index + 1) * cluster) % 53),
    weight: 1,
    isOpen: false,
    cluster,
  }))
).flat();

describe('median over clusters', () => {
  it('gives the interval of an independent recomputation (numpy, scipy; derivatives by differences)', () => {
    const estimate = medianEstimate(deployments);
    expect(estimate?.value).toBe(190);
    expect(estimate?.intervalAt(0.95).lo).toBeCloseTo(144.43972574087522, 3);
    expect(estimate?.intervalAt(0.95).hi).toBeCloseTo(219.19071831910816, 3);
    const single = medianEstimate(plain(Array.from({ length: 12 }, (_, index) => 10 * (index + 1) + index * index)));
    expect(single?.value).toBe(95.5);
    expect(single?.intervalAt(0.95).lo).toBeCloseTo(37.44043568351841, 3);
    expect(single?.intervalAt(0.95).hi).toBeCloseTo(174.80721569970373, 3);
  });

  it('goes out to the next time with fewer than ten clusters', () => {
    expect(intervalOf(medianEstimate(plain([10, 20, 30, 40, 50])))).toEqual({ lo: 10, hi: 50 });
  });

  it('is the same whatever the order of the times', () => {
    expect(medianEstimate(deployments.toReversed())?.intervalAt(0.95)).toEqual(medianEstimate(deployments)?.intervalAt(0.95)); // prettier-ignore
  });

  it('does not end where too many times are open', () => {
    const open = [[12, 1, false], [30, 0.5, false], [45, 1, false], [60, 1, true], [80, 0.4, false], [200, 1, false], [90, 1, false], [500, 1, true]] as const; // prettier-ignore
    const estimate = medianEstimate(open.map(([minutes, weight, isOpen], cluster) => ({ minutes, weight, isOpen, cluster }))); // prettier-ignore
    expect(estimate?.value).toBe(90);
    expect(estimate?.intervalAt(0.95)).toEqual({ lo: 12, hi: Infinity });
    expect(intervalOf(estimate)).toBeNull();
    expect(medianEstimate(plain([1, 2, 3, 4, 5, 6]).map((time) => ({ ...time, isOpen: time.minutes > 2 })))).toBeNull();
  });

  it('widens where the times of a cluster hang together', () => {
    const alone = plain(deployments.map(({ minutes }) => minutes));
    const together = deployments.map((time, index) => ({ ...time, cluster: Math.floor(index / 5) }));
    const sorted = [...together].sort((one, two) => one.minutes - two.minutes).map((time, index) => ({ ...time, cluster: Math.floor(index / 4) })); // prettier-ignore
    const width = (times: readonly Timed[]) => { const found = medianEstimate(times)?.intervalAt(0.95); return (found?.hi ?? 0) - (found?.lo ?? 0); }; // prettier-ignore
    expect(width(sorted)).toBeGreaterThan(width(alone));
  });

  it('gives none below five clusters', () => {
    expect(medianEstimate(plain([1, 2, 3, 4]))).toBeNull();
    expect(medianEstimate([])).toBeNull();
  });

  it('moves a sample to the median of all', () => {
    const ofAll = medianEstimate(deployments, { clusters: 1100, value: 380 });
    const { lo, hi } = ofAll?.intervalAt(0.95) ?? { lo: 0, hi: 0 };
    expect(lo < 380 && hi > 380 && hi - lo < 60).toBe(true);
  });
});
