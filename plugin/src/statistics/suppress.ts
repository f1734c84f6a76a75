/** Privacy of small groups (metrics.md 15.1, 15.2): which rows of a result must not show their numbers. */

/** How a row is judged. */
export interface SuppressRule<Row> {
  /** Least number of distinct humans behind a shown row (setting k, never below 5). */
  readonly k: number;
  /** Distinct humans behind the row. */
  readonly people: (row: Row) => number;
  /** Largest share of the row's units that one human holds, 0..1; null = not known or not judged (concentration statistics). */
  readonly topShare?: (row: Row) => number | null;
  /** Siblings, i.e. rows that together make a total that can be seen, share a family. Absent = all rows are siblings. */
  readonly family?: (row: Row) => string;
  /** A row that is the total of its family: judged on its own, never hidden for the sake of its siblings. */
  readonly isTotal?: (row: Row) => boolean;
  /** A row about nobody and nothing has nothing to hide. Default = people is 0. */
  readonly isEmpty?: (row: Row) => boolean;
}

/** One person holding more than this share of the units dominates a row. */
export const DOMINANCE = 0.8;

/**
 * For each row whether it must be suppressed: fewer than k people, one person dominates, or (complementary) it is the smallest shown
 * sibling of a single suppressed row, which would follow from the total by subtraction.
 */
export function findSuppressed<Row>(rows: readonly Row[], rule: SuppressRule<Row>): boolean[] {
  const isEmpty = rule.isEmpty ?? ((row: Row) => rule.people(row) === 0);
  const hidden = rows.map((row) => !isEmpty(row) && isOnItsOwnTooSmall(row, rule));
  for (const family of familiesOf(rows, rule)) {
    const suppressed = family.filter((index) => hidden[index] === true);
    if (suppressed.length === 1) {
      const shown = family.filter((index) => hidden[index] === false && !isEmpty(rows[index] as Row));
      const smallest = shown.reduce<number | undefined>(
        (best, index) =>
          best === undefined || rule.people(rows[index] as Row) < rule.people(rows[best] as Row) ? index : best,
        undefined
      );
      if (smallest !== undefined) {
        hidden[smallest] = true;
      }
    }
  }
  return hidden;
}

function isOnItsOwnTooSmall<Row>(row: Row, rule: SuppressRule<Row>): boolean {
  return rule.people(row) < rule.k || (rule.topShare?.(row) ?? 0) > DOMINANCE;
}

function familiesOf<Row>(rows: readonly Row[], rule: SuppressRule<Row>): number[][] {
  const families = new Map<string, number[]>();
  rows.forEach((row, index) => {
    if (rule.isTotal?.(row) !== true) {
      const key = rule.family?.(row) ?? '';
      const family = families.get(key);
      if (family === undefined) {
        families.set(key, [index]);
      } else {
        family.push(index);
      }
    }
  });
  return [...families.values()];
}
