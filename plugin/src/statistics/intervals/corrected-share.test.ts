import fc from 'fast-check';
import { mulberry32 } from '../prng.ts';
import { orderlessSum } from './jackknife.ts';
import { correctedEstimate, type Labelled } from './corrected-share.ts';

const clusters = (rows: ReadonlyArray<readonly [number, number]>) => ({
  numerators: rows.map(([top]) => top),
  denominators: rows.map(([, bottom]) => bottom),
});
/** One unit a person: people are as good as independent units. */
const single = (count: number, total: number) =>
  clusters(Array.from({ length: total }, (_, index) => [index < count ? 1 : 0, 1]));

/** Changes of so many people: each writes by AI as often as they like, and marks it as often as is planted. */
function organisation(seed: number, planted: { share: number; recall: number; specificity: number; people: number }): Labelled {
  const random = mulberry32(seed);
  const rows = Array.from({ length: planted.people }, () => {
    const own = Math.min(1, Math.max(0, planted.share + 0.5 * (random() - 0.5)));
    const row = { n: 0, marked: 0, ai: 0, aiMarked: 0, human: 0, humanFree: 0 };
    for (let left = 10 + Math.floor(random() * 30); left > 0; left--) {
      const isAi = random() < own;
      const isMarked = random() < (isAi ? planted.recall : 1 - planted.specificity);
      const isProven = random() < 0.6;
      row.n++;
      row.marked += Number(isMarked);
      row.ai += Number(isAi && isProven);
      row.aiMarked += Number(isAi && isProven && isMarked);
      row.human += Number(!isAi && isProven);
      row.humanFree += Number(!isAi && isProven && !isMarked);
    }
    return row;
  });
  return {
    seen: clusters(rows.map(({ n, marked }) => [marked, n])),
    sensitivity: clusters(rows.map(({ ai, aiMarked }) => [aiMarked, ai])),
    specificity: clusters(rows.map(({ human, humanFree }) => [humanFree, human])),
  };
} // prettier-ignore

describe('corrected share', () => {
  it('is that of G-06, with the limits of an independent recomputation by Lang and Reiczigel (normal, 1,000 people)', () => {
    const found = correctedEstimate({ seen: single(350, 1000), sensitivity: single(70, 100), specificity: single(190, 200) });
    expect(found?.value).toBeCloseTo(0.461538461538, 12);
    expect(found?.lo).toBeCloseTo(0.38457870370255604, 2);
    expect(found?.hi).toBeCloseTo(0.5510502386523786, 2);
  }); // prettier-ignore

  it('takes specificity as 1 where nothing says it, which tells the most', () => {
    const given = { seen: single(28, 100), sensitivity: single(35, 50) };
    expect(correctedEstimate({ ...given, specificity: null })?.value).toBeCloseTo(0.4, 12);
    expect(correctedEstimate({ ...given, specificity: single(45, 50) })?.value).toBeCloseTo(0.3, 12);
  });

  it('says nothing where labels are no better than chance, or fewer than five people are proven anything', () => {
    expect(correctedEstimate({ seen: single(30, 60), sensitivity: single(10, 20), specificity: single(10, 20) })).toBeNull();
    expect(correctedEstimate({ seen: single(30, 60), sensitivity: single(4, 4), specificity: null })).toBeNull();
    expect(correctedEstimate({ seen: single(30, 60), sensitivity: single(0, 0), specificity: null })).toBeNull();
  }); // prettier-ignore

  it('finds what is planted in organisations, as often as its level says', () => {
    const planted = { share: 0.4, recall: 0.7, specificity: 0.97, people: 15 };
    const found = Array.from({ length: 300 }, (_, seed) => correctedEstimate(organisation(seed + 1, planted)));
    // The share of an organisation is drawn too: what is planted is that of all that could be.
    const held = found.filter((one) => one !== null && one.lo <= planted.share && planted.share <= one.hi).length / 300;
    expect(held).toBeGreaterThanOrEqual(0.93);
    const mean = found.reduce((sum, one) => sum + (one?.value ?? NaN), 0) / 300;
    expect(mean).toBeCloseTo(planted.share, 1);
    // The raw share does not: it is that of marks.
    const raws = Array.from({ length: 300 }, (_, seed) => organisation(seed + 1, planted).seen);
    const raw = raws.map(({ numerators, denominators }) => orderlessSum(numerators) / orderlessSum(denominators));
    expect(orderlessSum(raw) / 300).toBeLessThan(0.33);
  });

  it('holds its value within 0…1, whatever is counted, and widens with the level', () => {
    const row = fc.record({ n: fc.nat(30), marked: fc.nat(30), ai: fc.nat(20), aiMarked: fc.nat(20), human: fc.nat(20), humanFree: fc.nat(20) }); // prettier-ignore
    fc.assert(
      fc.property(fc.array(row, { maxLength: 20 }), (rows) => {
        const labelled: Labelled = {
          seen: clusters(rows.map(({ n, marked }) => [Math.min(n, marked), n])),
          sensitivity: clusters(rows.map(({ ai, aiMarked }) => [Math.min(ai, aiMarked), ai])),
          specificity: clusters(rows.map(({ human, humanFree }) => [Math.min(human, humanFree), human])),
        };
        const [narrow, wide] = [correctedEstimate(labelled, 0.8), correctedEstimate(labelled, 0.99)];
        if (narrow === null || wide === null) return narrow === wide;
        return 0 <= narrow.lo && narrow.lo <= narrow.value && narrow.value <= narrow.hi && narrow.hi <= 1;
      })
    );
  });
});
