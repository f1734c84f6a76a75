/** Numbers in steps: two answers whose numbers differ by one would tell that somebody is in one of them. Pure. */

/** Lower ends. 5 stands for 5 to 9, 100 for 100 and more. Below 5, where an organisation agreed to show it, each number is a step. */
const STEPS = [100, 50, 20, 10, 5];

/** The lower end of the step that holds a number of people. */
export const stepOf = (people: number): number => STEPS.find((step) => people >= step) ?? people;

/**
 * The step of a count of what a row leaves out, of which few people may be behind any number: none stays 0, fewer than k are not told, and of
 * others the lower end of 5, 10, 20, 50, 100, 200, 500 and so on is. So neither one answer nor two tell what one person did.
 */
export function stepBeside(count: number, k: number): number | null {
  if (count === 0) return 0;
  if (count < k) return null;
  const power = 10 ** Math.floor(Math.log10(count) + 1e-9);
  const step = [5, 2, 1].find((digit) => digit * power <= count + 1e-9) ?? 1;
  return Math.max(k, step * power);
}

/** Of a share of such a count: to twentieths; one that would be called none is not told. */
export function shareBeside(share: number): number | null {
  const rounded = Math.round(share * 20) / 20;
  return rounded === 0 && share > 0 ? null : rounded;
}
