/** Privacy of small groups (metrics.md 15.1, 15.2): which rows of a result must not show their numbers. */

/** How a row is judged. */
export interface SuppressRule<Row> {
  /** Least number of distinct humans behind a shown row (setting k, never below 5). */
  readonly k: number;
  /** Distinct humans behind the row. */
  readonly people: (row: Row) => number;
  /** People behind a row that is hidden for more than their number. Default = people. */
  readonly known?: (row: Row) => number;
  /** Largest share of the row's units that one human holds, 0..1; null = not known or not judged (concentration statistics). */
  readonly topShare?: (row: Row) => number | null;
  /**
   * Siblings, i.e. rows that together make a total that can be seen, share a family. Absent = all rows are siblings. Several = a row has
   * siblings along several dimensions. Null = the row is in no such family: a total is judged on its own, never for the sake of its siblings.
   */
  readonly family?: ((row: Row) => string | null) | ReadonlyArray<(row: Row) => string | null>;
  /** By place in `family`: whether people of siblings are different ones, so that their numbers add up. Default = they may be the same. */
  readonly addsUp?: readonly boolean[];
  /** Of equally small siblings the first by name is hidden. Default = by all that the row says. */
  readonly name?: (row: Row) => string;
  /** A row about nobody and nothing has nothing to hide. Default = people is 0. */
  readonly isEmpty?: (row: Row) => boolean;
}

/** One person holding more than this share of the units dominates a row. */
export const DOMINANCE = 0.8;

/**
 * For each row whether it must be suppressed: fewer than k people, one person dominates, or (complementary) it is the smallest shown
 * sibling of suppressed rows that would follow from the total by subtraction. The order of the rows makes no difference.
 */
export function findSuppressed<Row>(rows: readonly Row[], rule: SuppressRule<Row>): boolean[] {
  const isEmpty = rows.map(rule.isEmpty ?? ((row: Row) => rule.people(row) === 0));
  const hidden = rows.map((row, index) => isEmpty[index] !== true && isOnItsOwnTooSmall(row, rule));
  const families = familiesOf(rows, rule);
  let isStable = false;
  while (!isStable) {
    isStable = true;
    for (const { members: family, addsUp } of families) {
      const others = family.filter((index) => isEmpty[index] !== true && hidden[index] === false);
      const gone = family.filter((index) => hidden[index] === true).map((index) => rows[index] as Row);
      if (others.length > 0 && isTold(gone, rule, addsUp)) {
        hidden[
          others.reduce((best, index) => (isSmaller(rows[index] as Row, rows[best] as Row, rule) ? index : best))
        ] = true;
        isStable = false;
      }
    }
  }
  return hidden;
}

/**
 * Whether hidden siblings follow from the total less the shown ones: a single one does, and so do together several of few people, who may be
 * the same.
 */
function isTold<Row>(
  hidden: readonly Row[],
  { k, people, known = people }: SuppressRule<Row>,
  addsUp: boolean
): boolean {
  const numbers = hidden.map(known);
  const least = addsUp ? numbers.reduce((sum, count) => sum + count, 0) : Math.max(...numbers);
  return hidden.length === 1 || (hidden.length > 1 && least < k);
}

function isOnItsOwnTooSmall<Row>(row: Row, rule: SuppressRule<Row>): boolean {
  return rule.people(row) < rule.k || (rule.topShare?.(row) ?? 0) > DOMINANCE;
}

/** Of equally small siblings the first by what it says comes first: a plan of the store may give rows in any order. */
function isSmaller<Row>(
  one: Row,
  other: Row,
  { people, name = (row) => JSON.stringify(row) }: SuppressRule<Row>
): boolean {
  const difference = people(one) - people(other);
  return difference < 0 || (difference === 0 && name(one) < name(other));
}

/** Indexes of siblings, family by family. Hiding in one may spread to the next, so they too stand in an order of their own: by name. */
function familiesOf<Row>(
  rows: readonly Row[],
  rule: SuppressRule<Row>
): Array<{ readonly members: readonly number[]; readonly addsUp: boolean }> {
  const keys = typeof rule.family === 'function' ? [rule.family] : (rule.family ?? [() => '']);
  return keys.flatMap((key, place) => {
    const addsUp = rule.addsUp?.[place] ?? false;
    const families = new Map<string, number[]>();
    rows.forEach((row, index) => {
      const name = key(row);
      if (name !== null) {
        const family = families.get(name) ?? [];
        families.set(name, family);
        family.push(index);
      }
    });
    return [...families].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, members]) => ({ members, addsUp }));
  });
}
