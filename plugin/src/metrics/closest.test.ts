import { closest, didYouMean } from './closest.ts';

const metrics = ['collector-health', 'cycle-time-by-usage', 'dora-by-source', 'durability', 'evidence', 'flow'];

test.each([
  ['durabilty', ['durability']],
  ['cycle_time', ['cycle-time-by-usage']],
  ['Dora', ['dora-by-source']],
  ['flwo', ['flow']],
  ['health', ['collector-health']],
  ['', []],
  ['x', []],
  ['something else', []],
])('%s may mean %j', (given, meant) => {
  expect(closest(given, metrics)).toEqual(meant);
});

test('at most three, the nearest first; of those as near in their order', () => {
  expect(closest('team-1', ['team-3', 'team-1b', 'steam-1', 'team-2', 'other'])).toEqual(['team-3', 'team-1b', 'steam-1']); // prettier-ignore
  expect(closest('durability', ['durably', 'durabilty'])).toEqual(['durabilty', 'durably']);
});

test('is said only where something is near, and of texts alone', () => {
  expect(didYouMean('flwo', metrics)).toBe(' Did you mean flow?');
  expect([didYouMean('zzz', metrics), didYouMean(7, metrics)]).toEqual(['', '']);
});
