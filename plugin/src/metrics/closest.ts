/** Known values that somebody may have meant. Pure. */

const MOST = 3;

const plain = (text: string): string => text.toLowerCase().replaceAll(/[\s_-]+/g, '-');

/** Least number of letters to add, leave out, exchange or swap with their neighbour. */
function distance(one: string, two: string): number {
  let [before, last]: [number[], number[]] = [[], Array.from({ length: two.length + 1 }, (_, at) => at)];
  for (let row = 1; row <= one.length; row += 1) {
    const next = [row];
    for (let at = 1; at <= two.length; at += 1) {
      const isSame = one[row - 1] === two[at - 1];
      const isSwapped = row > 1 && at > 1 && one[row - 1] === two[at - 2] && one[row - 2] === two[at - 1];
      const [above, left, across] = [last[at] ?? row, next[at - 1] ?? row, last[at - 1] ?? row];
      const edited = Math.min(above + 1, left + 1, across + (isSame ? 0 : 1));
      next.push(isSwapped ? Math.min(edited, (before[at - 2] ?? row) + 1) : edited);
    }
    [before, last] = [last, next];
  }
  return last.at(-1) ?? one.length;
}

/** Part of a longer name, e.g. `shop` of `acme/shop`. */
const LEAST_PART = 3;

/** The nearest of the known values, at most three, nearest first; none where nothing is near. */
export function closest(given: string, known: readonly string[]): readonly string[] {
  const wanted = plain(given);
  return known
    .map((value) => {
      const other = plain(value);
      const isPart = wanted.length >= LEAST_PART && other.length >= LEAST_PART && (other.includes(wanted) || wanted.includes(other));
      // Long texts are not compared letter by letter.
      const steps = isPart ? 1 : Math.abs(other.length - wanted.length) > wanted.length ? Infinity : distance(wanted, other);
      return { value, steps };
    })
    .filter(({ steps }) => steps <= Math.max(1, Math.floor(wanted.length / 3)))
    .sort((one, two) => one.steps - two.steps)
    .slice(0, MOST)
    .map(({ value }) => value);
} // prettier-ignore

/** ` Did you mean a, b?`, or nothing where none is near. */
export function didYouMean(given: unknown, known: readonly string[]): string {
  const near = typeof given === 'string' ? closest(given, known) : [];
  return near.length === 0 ? '' : ` Did you mean ${near.join(' or ')}?`;
}
