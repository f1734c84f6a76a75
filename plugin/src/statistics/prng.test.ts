import fc from 'fast-check';
import { fnv1a, mulberry32, seededRandom } from './prng.ts';

describe('prng (G-09)', () => {
  it('gives the reference stream of seed 1', () => {
    const random = mulberry32(1);
    expect([random(), random(), random()]).toEqual([0.6270739405881613, 0.002735721180215478, 0.5274470399599522]);
  });

  it('hashes names as FNV-1a does', () => {
    expect([fnv1a(''), fnv1a('a'), fnv1a('cycle_by_usage')]).toEqual([2166136261, 3826002220, 56511403]);
  });

  it('gives the same stream for the same name and stays in [0, 1)', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        const one = seededRandom(name);
        const two = seededRandom(name);
        for (let draw = 0; draw < 20; draw += 1) {
          const value = one();
          expect(value).toBe(two());
          expect(value >= 0 && value < 1).toBe(true);
        }
      })
    );
  });
});
