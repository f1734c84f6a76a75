/**
 * Sets of units that overlap because a unit has several values of a dimension (a change of two tools). Sums and differences of such sets are no sums of
 * values: the changes of two tools less those of one are what the other has alone. So a set is judged beside each other one. Pure.
 */

/** Units with exactly these values, and the people behind them. */
export interface Pattern {
  readonly values: readonly string[];
  readonly people: readonly string[];
}

/** With more values than these each pattern itself must be enough people, or nobody: then so is every set of them. */
const MOST_VALUES = 8;

/**
 * Values of which few people follow from the sets of units that have one of some values, beside one another and beside all units. Empty = none
 * follow: what one value has and any others have not is nobody or at least k people, and so is what is left of all units. What holds of values holds
 * of any part of them.
 */
export function tellingValues(patterns: readonly Pattern[], values: readonly string[], k: number): readonly string[] {
  const isFew = (holds: (own: readonly string[]) => boolean): boolean => {
    const people = new Set<string>();
    for (const pattern of patterns) {
      if (people.size >= k) return false;
      if (holds(pattern.values)) for (const person of pattern.people) people.add(person);
    }
    return people.size > 0 && people.size < k;
  };
  if (values.length > MOST_VALUES) {
    const held = (own: readonly string[]): string => values.filter((value) => own.includes(value)).join('\u001f');
    const few = patterns.find(({ values: own }) => isFew((other) => held(other) === held(own)));
    return few === undefined ? [] : values;
  }
  for (const left of subsetsOf(values)) {
    const isLeft = (own: readonly string[]): boolean => !left.some((value) => own.includes(value));
    for (const value of values) {
      if (!left.includes(value) && isFew((own) => own.includes(value) && isLeft(own))) return [...left, value];
    }
    if (isFew(isLeft)) return left.length === 0 ? values : left;
  }
  return [];
}

/** Values that must be hidden so that of the others no few people follow: the one of fewest people first, of equally many the first by name. */
export function valuesToHide(patterns: readonly Pattern[], k: number): string[] {
  const values = valuesOf(patterns);
  const sizes = new Map(values.map((value) => [value, peopleOf(patterns, value)]));
  const hidden: string[] = [];
  let telling = tellingValues(patterns, values, k);
  while (telling.length > 0) {
    const [least = ''] = telling.toSorted((one, other) => (sizes.get(one) ?? 0) - (sizes.get(other) ?? 0) || (one < other ? -1 : 1));
    hidden.push(least);
    const shown = values.filter((value) => !hidden.includes(value));
    telling = shown.length === 0 ? [] : tellingValues(patterns, shown, k);
  }
  return hidden;
} // prettier-ignore

/**
 * The same where other answers add up groups: values that overlap are hidden together. Of what is hidden then nothing is part of what is shown, so that
 * sums over groups leave whole hidden values. What a group hides in all is enough people too.
 */
export function overlapsToHide(patterns: readonly Pattern[], k: number): string[] {
  const sets = overlapping(patterns).map((values) => {
    const own = patterns.filter((pattern) => pattern.values.some((value) => values.includes(value)));
    return { values, people: new Set(own.flatMap(({ people }) => people)), isTelling: tellingValues(own, values, k).length > 0 };
  });
  const shown = sets.filter(({ isTelling }) => !isTelling).toSorted((one, other) => one.people.size - other.people.size || (one.values[0]! < other.values[0]! ? -1 : 1));
  const hidden = sets.filter(({ isTelling }) => isTelling);
  // Units without a value are in no row, but in what all rows are part of.
  const bare = patterns.filter(({ values }) => values.length === 0).flatMap(({ people }) => people);
  const isFew = (): boolean => {
    const { size } = new Set([...bare, ...hidden.flatMap(({ people }) => [...people])]);
    return size > 0 && size < k;
  };
  while (isFew() && shown.length > 0) hidden.push(shown.shift()!);
  return hidden.flatMap(({ values }) => values).sort();
} // prettier-ignore

/** Values in sets of which no unit has values of two. */
function overlapping(patterns: readonly Pattern[]): string[][] {
  const valued = patterns.filter(({ values }) => values.length > 0);
  return valued.reduce<string[][]>((sets, { values }) => {
    const met = sets.filter((set) => set.some((value) => values.includes(value)));
    return [...sets.filter((set) => !met.includes(set)), [...new Set([...met.flat(), ...values])].sort()];
  }, []);
}

export const valuesOf = (patterns: readonly Pattern[]): string[] =>
  [...new Set(patterns.flatMap(({ values }) => values))].sort();

const peopleOf = (patterns: readonly Pattern[], value: string): number =>
  new Set(patterns.filter(({ values }) => values.includes(value)).flatMap(({ people }) => people)).size;

/** The empty one first, then by their size. */
function subsetsOf(values: readonly string[]): string[][] {
  const all = values.reduce<string[][]>((sets, value) => [...sets, ...sets.map((set) => [...set, value])], [[]]);
  return all.toSorted((one, other) => one.length - other.length);
}
