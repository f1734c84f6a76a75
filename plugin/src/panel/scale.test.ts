import { axisOf, digitsOf, stepOf } from './scale.ts';

const axis = (numbers: readonly number[], given: Partial<Parameters<typeof axisOf>[1]> = {}) =>
  axisOf(numbers, { isLog: false, width: 600, unit: undefined, min: undefined, max: undefined, ...given });

test('all numbers stand within the width, and marks are round', () => {
  const shown = axis([-0.19, 0.02, 0], { unit: 'percentunit' });
  expect(shown.ticks).toEqual([-0.15, -0.1, -0.05, 0]);
  for (const value of [-0.19, 0.02, 0]) {
    expect(shown.at(value)).toBeGreaterThan(0);
    expect(shown.at(value)).toBeLessThan(600);
  }
  expect(shown.ticks.map((tick) => digitsOf(tick, shown, 'percentunit'))).toEqual([0, 0, 0, 0]);
});

test('zero is 0, not what adding up makes of it', () => {
  expect(axis([-0.3, 0.3]).ticks.filter((tick) => Math.abs(tick) < 1e-9)).toEqual([0]);
});

test.each([
  [800, 4000, 1440],
  [500, 4000, 720],
  [40, 600, 60],
  [3, 50, 5],
  [9000, 60_000, 10_080],
])('times: a step of at least %i minutes, of at most %i in all, is %i minutes', (least, most, step) => {
  expect(stepOf(least, { most, unit: 'm' })).toBe(step);
});

test('half a day needs a digit, a day needs none', () => {
  const shown = axis([900, 5400], { unit: 'm' });
  expect([720, 1440, 2160, 2880].map((tick) => digitsOf(tick, shown, 'm'))).toEqual([0, 0, 1, 0]);
});

test('ratios: half and twice are equally far from 1, what has no logarithm has no place', () => {
  const { at, ticks } = axis([0.25, 4], { isLog: true });
  expect(ticks).toContain(1);
  expect((at(1) ?? 0) - (at(0.5) ?? 0)).toBeCloseTo((at(2) ?? 0) - (at(1) ?? 0));
  expect(at(0)).toBeNull();
  expect(at(-1)).toBeNull();
});

test('an axis of nothing, of one number, and with chosen ends is an axis', () => {
  for (const one of [axis([]), axis([5]), axis([0]), axis([], { isLog: true }), axis([3], { isLog: true })]) {
    expect(one.ticks.length).toBeGreaterThan(0);
    expect(one.min).toBeLessThan(one.max);
  }
  const { at, min, max } = axis([-1, 2], { min: 0, max: 1 });
  expect([min, max, at(-1), at(2)]).toEqual([0, 1, 0, 600]);
});

test.each([
  ['ratios over all powers of ten', [1e-308, 1e308], { isLog: true }],
  ['numbers whose difference is no double', [1e308, -1e308], {}],
  ['a lower end that is no number', [1, 2], { min: NaN }],
  ['a lower end without end', [1, 2], { min: -Infinity }],
  ['an upper end that is no number', [1, 2], { max: NaN }],
  ['ratios with an end without end', [1, 2], { isLog: true, max: Infinity }],
  ['numbers that differ in their last digits', [1e15, 1e15 + 1], {}],
])('%s have an axis: each has a place, each mark is there once', (_, numbers, given) => {
  const shown = axis(numbers, given);
  for (const value of [...numbers, shown.min, shown.max, ...shown.ticks]) {
    expect(shown.at(value)).toBeGreaterThanOrEqual(0);
    expect(shown.at(value)).toBeLessThanOrEqual(600);
  }
  expect(new Set(shown.ticks).size).toBe(shown.ticks.length);
  expect(shown.min).toBeLessThan(shown.max);
  expect(shown.at(NaN)).toBeNull();
});

test('an axis has two marks at least, however its ends lie', () => {
  for (let low = 0.5; low < 0.8; low += 0.013) {
    for (const spread of [0.03, 0.07, 0.11, 0.19, 0.28]) {
      for (const width of [90, 180, 400]) {
        const { ticks } = axisOf([low, low + spread], { isLog: false, width, unit: 'percentunit', min: undefined, max: undefined }); // prettier-ignore
        expect([low, spread, width, ticks.length >= 2]).toEqual([low, spread, width, true]);
      }
    }
  }
});
