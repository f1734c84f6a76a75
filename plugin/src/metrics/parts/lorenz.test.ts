import { concentration } from '../../statistics/concentration.ts';
import { lorenzRows } from './lorenz.ts';

/** Shares of the time saved and of people, by step. */
const curve = (gains: readonly number[]): Record<string, readonly unknown[]> =>
  Object.fromEntries(
    lorenzRows(concentration(gains), 3).map((row): [string, unknown[]] => [String(row['largest']), [row['value'], row['people_share']]])
  ); // prettier-ignore
const people = (count: number, gain: (index: number) => number): number[] => Array.from({ length: count }, (_, index) => gain(index)); // prettier-ignore

test('begins with nobody, ends with all, and between them holds the steps that leave three people or more', () => {
  expect(curve(people(12, (index) => (index < 4 ? 1 : 0)))).toEqual({
    none: [0, 0],
    4: [1, 4 / 12],
    10: [null, null],
    20: [null, null],
    50: [null, null],
    all: [1, 1],
  });
  expect(curve(people(12, (index) => 12 - index))['10']).toEqual([null, null]);
  expect(curve(people(13, (index) => 13 - index))['10']).toEqual([(91 - 6) / 91, 10 / 12]);
});

test('where the number of people is between two fives, the places are those of the middle: no two numbers of five are told apart', () => {
  const places = (count: number) => Object.values(curve(people(count, (index) => 1 / (index + 1)))).map(([, place]) => place); // prettier-ignore
  for (const count of [25, 26, 27, 28, 29]) expect(places(count)).toEqual(places(27));
  expect(places(30)).not.toEqual(places(29));
});

test('is never below equal shares, however people are counted', () => {
  for (let count = 8; count <= 80; count += 1) {
    for (const [share, place] of Object.values(curve(people(count, () => 1)))) {
      if (share !== null) expect(share).toBeGreaterThanOrEqual(Number(place) - 1e-12);
    }
  }
});

test('has no place and no share where no step can be told: a straight line would say that all saved the same', () => {
  const nothing = { none: [null, null], 4: [null, null], 10: [null, null], 20: [null, null], 50: [null, null], all: [null, null] }; // prettier-ignore
  expect(curve([])).toEqual(nothing);
  expect(curve([1, 1, 1, 1, 1, 1])).toEqual(nothing);
});
