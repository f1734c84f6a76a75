// Changes of several tools: sets of them overlap, and what one leaves of another is found by counting.
import { seededRandom } from '../../../statistics/prng.ts';
import { listMark, type ListQuery } from './find-lists.ts';
import { overlapsToHide, tellingValues, valuesOf, valuesToHide, type Pattern } from './overlaps.ts';

const people = (name: string, count: number) => Array.from({ length: count }, (_, index) => `${name}${String(index)}`);
const pattern = (values: string, count: number, name = values): Pattern => ({ values: values.split('+'), people: people(name, count) }); // prettier-ignore
const telling = (...patterns: Pattern[]) => tellingValues(patterns, valuesOf(patterns), 5);

describe('values tell of few people', () => {
  it('where they are few themselves', () => {
    expect(telling(pattern('claude', 9), pattern('copilot', 6))).toEqual([]);
    expect(telling(pattern('claude', 9), pattern('cursor', 2))).toEqual(['cursor']);
  });

  it('where few have one without the other: the changes of both tools less those of one', () => {
    expect(telling(pattern('claude', 9), pattern('claude+copilot', 6), pattern('copilot', 2))).toEqual(['claude', 'copilot']); // prettier-ignore
    expect(telling(pattern('claude', 9), pattern('claude+copilot', 6), pattern('copilot', 5))).toEqual([]);
    // They are the same five people, who did both.
    expect(telling(pattern('claude', 9), pattern('copilot', 3, 'a'), pattern('copilot+cursor', 5, 'a'))).toEqual(['cursor', 'copilot']); // prettier-ignore
  });

  it('where only several together leave few of all', () => {
    const patterns = [pattern('a', 9), pattern('b', 9), pattern('c+a', 9), pattern('d', 9), pattern('c', 3)];
    expect(tellingValues(patterns, ['a', 'b', 'd'], 5)).toEqual(['a', 'b', 'd']);
    expect(tellingValues(patterns, ['a', 'b'], 5)).toEqual([]);
  });

  it('of many values where any pattern is of few: each set of them is not tried', () => {
    const many = people('tool', 20).map((value) => pattern(value, 9));
    expect(telling(...many)).toEqual([]);
    expect(telling(...many, pattern('tool0+tool1', 6))).toEqual([]);
    expect(telling(...many, pattern('tool0+tool1', 4, 'few'))).toHaveLength(20);
    expect(valuesToHide([...many, pattern('other', 3)], 5)).toContain('other');
  });
});

/** Every set of shown values less every part of it, and all units less every set. */
function smallestDifference(patterns: readonly Pattern[], shown: readonly string[]): number {
  const sets = shown.reduce<string[][]>((all, value) => [...all, ...all.map((set) => [...set, value])], [[]]);
  const hits = ({ values }: Pattern, set: readonly string[]) => set.some((value) => values.includes(value));
  const count = (own: readonly Pattern[]) => new Set(own.flatMap((each) => each.people)).size;
  const differences = sets.flatMap((less) => [
    ...sets.map((set) => count(patterns.filter((own) => hits(own, set) && !hits(own, less)))),
    ...(shown.length === 0 ? [] : [count(patterns.filter((own) => !hits(own, less)))]),
  ]);
  return Math.min(...differences.filter((size) => size > 0), Infinity);
}

const drawn = [2, 3, 4].flatMap((size) =>
  [valuesToHide, overlapsToHide].map((hide) => ({ size, hide, name: hide.name }))
);

test.each(drawn)('$name leaves values of which no few people follow, whichever of $size are added up and subtracted', ({ size, hide }) => {
  const random = seededRandom(`overlaps ${String(size)}`);
  const names = people('v', size);
  const found = { hidden: 0, shown: 0, told: 0 };
  for (let round = 0; round < 20; round += 1) {
    const patterns = Array.from({ length: 2 * size }, () => {
      const values = names.filter(() => random() < 0.3);
      return { values: values.length === 0 ? ['none'] : values, people: people(random() < 0.6 ? 'a' : 'b', 3 + Math.floor(random() * 10)) };
    });
    const hidden = hide(patterns, 5);
    const shown = valuesOf(patterns).filter((value) => !hidden.includes(value));
    expect(smallestDifference(patterns, shown)).toBeGreaterThanOrEqual(5);
    found.hidden += hidden.length;
    found.shown += shown.length;
    found.told += smallestDifference(patterns, valuesOf(patterns)) < 5 ? 1 : 0;
  }
  // The test is one: some must be hidden, and not all are.
  expect([found.hidden > 0, found.shown > 0, found.told > 0]).toEqual([true, true, true]);
}); // prettier-ignore

describe('an answer by tool', () => {
  const query: ListQuery = { name: 'tool', labels: [], chosen: null, sql: { text: '', values: [] } };
  const row = (key: readonly string[], { values, people: own }: Pattern) => ({ key: JSON.stringify(key), list: JSON.stringify(values), people: own.join('\u001f') });
  const rows = (key: readonly string[]) => [pattern('claude', 9), pattern('copilot', 8), pattern('cursor', 2)].map((own) => row(key, own));

  it('hides the value of few, and of the others the one of fewest beside which they would follow', () => {
    expect(listMark(query, rows([]), 5)).toEqual({ labels: ['tool'], keys: ['["cursor"]', '["copilot"]'], reason: 'overlap' });
  });

  it('hides with a value of few those of its group that overlap with it, and no other group', () => {
    const overlapping = [row(['a'], pattern('claude', 9)), row(['a'], pattern('claude+copilot', 6)), row(['a'], pattern('copilot', 3)), row(['a'], pattern('none', 7))];
    const other = [row(['b'], pattern('claude', 9)), row(['b'], pattern('copilot+claude', 7))];
    expect(listMark({ ...query, labels: ['team'] }, [...overlapping, ...other], 5)).toEqual({ labels: ['team', 'tool'], keys: ['["a","claude"]', '["a","copilot"]'], reason: 'overlap' });
  });

  it('hides enough people in each group', () => {
    expect(overlapsToHide([pattern('claude', 9), pattern('copilot', 8), pattern('cursor', 2)], 5)).toEqual(['copilot', 'cursor']);
    expect(overlapsToHide([pattern('claude', 9), pattern('copilot', 3), pattern('cursor', 2)], 5)).toEqual(['copilot', 'cursor']);
    expect(overlapsToHide([pattern('claude', 9), pattern('copilot', 8)], 5)).toEqual([]);
    expect(overlapsToHide([pattern('claude', 4)], 5)).toEqual(['claude']);
    const without = (count: number): Pattern => ({ values: [], people: people('nothing', count) });
    expect(overlapsToHide([pattern('claude', 9), without(6)], 5)).toEqual([]);
    expect(overlapsToHide([pattern('claude', 9), pattern('copilot', 8), without(2)], 5)).toEqual(['copilot']);
  });

  it('with a filter is hidden where the chosen values tell of few, or what they leave', () => {
    const chosen = (values: readonly string[], asked = rows([])) => listMark({ ...query, chosen: values }, asked, 5).keys;
    expect(chosen(['claude'])).toEqual([]);
    expect(chosen(['claude', 'copilot'])).toEqual(['[]']);
    expect(chosen(['cursor'])).toEqual(['[]']);
    expect(chosen(['claude', 'nobody', ...people('none', 20)])).toEqual([]);
    const overlapping = [pattern('claude', 9), pattern('claude+copilot', 6), pattern('copilot', 2), pattern('none', 12)].map((own) => row([], own));
    expect([chosen(['claude'], overlapping), chosen(['copilot'], overlapping), chosen(['claude', 'copilot'], overlapping)]).toEqual([[], [], ['[]']]);
  });
}); // prettier-ignore
