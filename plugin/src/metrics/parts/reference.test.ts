import type { ComputeContext } from '../define.ts';
import { againstUnmarked, withReference, type HumanGroup } from './reference.ts';

const human = (rest: Partial<HumanGroup> = {}): HumanGroup => ({ isEnough: true, people: 9, topShare: 0.3, ...rest });
const resolved = (groups: readonly HumanGroup[], compareTo = 'auto', k = 5) =>
  withReference({ params: { compare_to: compareTo }, settings: { k } } as unknown as ComputeContext, groups).params[
    'compare_to'
  ];

describe('what auto compares with', () => {
  it('is human code where a group of it could be shown by itself', () => {
    expect(resolved([human()])).toBe('human');
    expect(resolved([human({ people: 1 }), human()])).toBe('human');
    expect(resolved([human({ people: 1, topShare: 1 })], 'auto', 1)).toBe('human');
  });

  it.each([
    ['there is none', []],
    ['two changes are no number', [human({ isEnough: false })]],
    ['four people are few', [human({ people: 4 })]],
    ['one person wrote most of it', [human({ topShare: 0.9 })]],
  ])('is unmarked code where %s', (_, groups) => {
    expect(resolved(groups)).toBe('unknown');
  });

  it('is never chosen where one is named', () => {
    expect(resolved([], 'human')).toBe('human');
    expect(resolved([human()], 'unknown')).toBe('unknown');
  });

  it('is told with the direction of its error', () => {
    expect(againstUnmarked('human')).toEqual([]);
    expect(againstUnmarked('unknown')[0]?.text).toMatch(/may contain AI: that can only hide part of a difference/);
  });
});
