import { isRatioTooWide, isShareTooWide } from './too-wide.ts';

test.each([
  [{ lo: 0.01, hi: 0.6 }, false],
  [{ lo: 0.25, hi: 0.8 }, false],
  [{ lo: 0.001, hi: 0.637 }, true],
  [{ lo: 0, hi: 1 }, true],
  [{ lo: Number.NaN, hi: 1 }, true],
])('a share of %j is too wide to use: %s', (interval, expected) => {
  expect(isShareTooWide(interval)).toBe(expected);
});

test.each([
  [{ lo: 0.8, hi: 1.1 }, false],
  [{ lo: 0.3, hi: 3 }, false],
  [{ lo: 0.0677, hi: 132.45 }, true],
  [{ lo: 0, hi: 1 }, true],
  [{ lo: 1, hi: Number.POSITIVE_INFINITY }, true],
])('a ratio of %j is too wide to use: %s', (interval, expected) => {
  expect(isRatioTooWide(interval)).toBe(expected);
});
