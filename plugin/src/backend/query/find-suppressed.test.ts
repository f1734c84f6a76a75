import fc from 'fast-check';
import { findSuppressed } from './find-suppressed.ts';

const people = (counts: readonly number[]) => findSuppressed(counts.map((n) => ({ n })), { k: 5, people: ({ n }) => n }); // prettier-ignore

describe('findSuppressed', () => {
  it('hides the next smallest sibling of a single small one (G-50)', () => {
    expect(people([7, 5, 2])).toEqual([false, true, true]);
    expect(people([7, 5, 6])).toEqual([false, false, false]);
  });

  it('hides one more of several small ones where they may be the same people', () => {
    const judged = (addsUp: boolean) =>
      findSuppressed([{ n: 6 }, { n: 4 }, { n: 2 }], {
        k: 5,
        people: ({ n }) => n,
        family: [() => ''],
        addsUp: [addsUp],
      });
    expect(judged(true)).toEqual([false, true, true]); // G-50
    expect(judged(false)).toEqual([true, true, true]);
    expect(people([6, 4, 2])).toEqual([true, true, true]);
    expect(people([9, 6, 2, 2])).toEqual([false, true, true, true]);
    // Three people are too few, however they are counted.
    expect(
      findSuppressed([{ n: 9 }, { n: 2 }, { n: 1 }], { k: 5, people: ({ n }) => n, family: [() => ''], addsUp: [true] })
    ).toEqual([true, true, true]);
    // Hidden for another reason, a row counts with all its people.
    const marked = [
      { n: 9, is: true },
      { n: 2, is: false },
      { n: 7, is: false },
    ];
    expect(
      findSuppressed(marked, { k: 5, people: ({ n, is }) => (is ? 0 : n), known: ({ n }) => n, isEmpty: () => false })
    ).toEqual([true, true, false]);
  });

  it('leaves totals and rows about nobody alone', () => {
    const rows = [{ n: 14, isTotal: true }, { n: 7 }, { n: 5 }, { n: 2 }, { n: 0 }];
    const hidden = findSuppressed(rows, {
      k: 5,
      people: ({ n }) => n,
      family: (row) => (row.isTotal === true ? null : ''),
    });
    expect(hidden).toEqual([false, false, true, true, false]);
    expect(people([0, 9])).toEqual([false, false]);
  });

  it('hides a row in which one person holds more than 80 % of the units', () => {
    const rows = [
      { team: 'a', share: 0.81 },
      { team: 'b', share: 0.8 },
      { team: 'c', share: 0.5 },
    ];
    const hidden = findSuppressed(rows, { k: 5, people: () => 9, topShare: ({ share }) => share });
    expect(hidden).toEqual([true, true, false]);
  });

  it('hides the first by name of equally small siblings', () => {
    const rows = [{ team: 'd', n: 6 }, { team: 'c', n: 6 }, { team: 'b', n: 7 }, { team: 'a', n: 2 }]; // prettier-ignore
    expect(findSuppressed(rows, { k: 5, people: ({ n }) => n })).toEqual([false, true, false, true]);
  });

  it('judges families apart', () => {
    const rows = [{ f: 'a', n: 2 }, { f: 'a', n: 9 }, { f: 'b', n: 6 }, { f: 'b', n: 9 }]; // prettier-ignore
    expect(findSuppressed(rows, { k: 5, people: ({ n }) => n, family: ({ f }) => f })).toEqual([true, true, false, false]); // prettier-ignore
  });

  it('goes on along every dimension until nothing follows by subtraction', () => {
    const cell = (row: string, column: string, n: number) => ({ row, column, n });
    const rows = [cell('a', 'x', 2), cell('a', 'y', 6), cell('b', 'x', 7), cell('b', 'y', 9), cell('b', 'z', 20)];
    const hidden = findSuppressed(rows, {
      k: 5,
      people: ({ n }) => n,
      family: [({ row }) => row, ({ column }) => column],
    });
    expect(hidden).toEqual([true, true, true, true, false]);
  });

  it('hides the same rows in whatever order they come', () => {
    const cells = fc.uniqueArray(
      fc.record({
        row: fc.constantFrom('a', 'b', 'c'),
        column: fc.constantFrom('x', 'y', 'z'),
        n: fc.integer({ min: 3, max: 7 }),
      }),
      { selector: ({ row, column }) => row + column }
    );
    const orders = cells.chain((rows) => fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length }))); // prettier-ignore
    const namesOfHidden = (rows: ReadonlyArray<{ row: string; column: string; n: number }>) => {
      const hidden = findSuppressed(rows, {
        k: 5,
        people: ({ n }) => n,
        family: [({ row }) => row, ({ column }) => column],
      });
      const cellsOfHidden = rows.filter((_, index) => hidden[index]);
      return cellsOfHidden.map(({ row, column }) => row + column).sort();
    };
    fc.assert(
      fc.property(orders, ([rows, shuffled]) => expect(namesOfHidden(shuffled)).toEqual(namesOfHidden(rows))),
      { numRuns: 1000 }
    );
  });

  it('never shows a row below k and never leaves a single hidden sibling beside shown ones', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { maxLength: 10 }), (counts) => {
        const hidden = people(counts);
        counts.forEach((count, index) => expect(count > 0 && count < 5 && hidden[index] !== true).toBe(false));
        const shown = counts.filter((count, index) => count > 0 && hidden[index] !== true).length;
        expect(hidden.filter(Boolean).length === 1 && shown > 0).toBe(false);
      })
    );
  });
});
