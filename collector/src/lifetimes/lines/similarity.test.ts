import fc from 'fast-check';
import { indexSimilarity, measure, similarity, type Measured } from './similarity.ts';

const text = (...lines: readonly string[]): Measured => measure(Buffer.from(lines.map((line) => `${line}\n`).join('')));
const numbered = (word: string, count: number): string[] =>
  Array.from({ length: count }, (_, line) => `${word} ${String(line)}`);

describe('the likeliest of many contents', () => {
  it('are those with the largest share in common, not those with the most: a large one has something of everything', () => {
    const target = text(...numbered('header', 20), ...numbered('own', 4));
    const large = Array.from({ length: 40 }, (_, file) =>
      text(...numbered('header', 20), ...numbered(`other ${String(file)}`, 15))
    );
    const small = text(...numbered('header', 19));
    const contents = [...large, small];
    expect(similarity(small, target)).toBeGreaterThan(similarity(large[0] as Measured, target));
    for (const questions of [40, 1e9]) expect(indexSimilarity(contents, questions).candidates(target)).toContain(40);
  });

  it('hold the most similar one, however many are asked for', () => {
    const file = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(fc.array(file, { minLength: 20, maxLength: 40 }), file, (files, wanted) => {
        const lines = (numbers: readonly number[]): Measured =>
          text(...numbers.map((number) => `line number ${String(number)}`));
        const [contents, target] = [files.map(lines), lines(wanted)];
        const scores = contents.map((content) => similarity(content, target));
        const best = Math.max(...scores);
        const found = indexSimilarity(contents, 1e9)
          .candidates(target)
          .map((position) => scores[position] as number);
        if (best >= 0.5) expect(Math.max(...found)).toBeGreaterThanOrEqual(best - 0.05);
      })
    );
  });
});
