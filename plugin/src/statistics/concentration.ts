/** How unevenly contributions are spread over people (metrics.md 4.8). */

export interface Concentration {
  /** People, those without a contribution included. */
  readonly people: number;
  readonly total: number;
  /** 0 = equal, towards 1 = one carries all. */
  readonly gini: number;
  /** Σ share²: 1/people … 1. */
  readonly herfindahl: number;
  /** 1 / herfindahl: number of equal contributors that would be as concentrated. */
  readonly effectiveContributors: number;
  /** Least number of people who together hold 80 %. */
  readonly carriers80: number;
  /** Contributions, largest first. */
  readonly descending: readonly number[];
}

/** @param contributions Of every person, 0 for none; negative ones count as 0. Null = nobody contributed. */
export function concentration(contributions: readonly number[]): Concentration | null {
  const ascending = contributions.map((value) => Math.max(0, value)).sort((one, two) => one - two);
  const people = ascending.length;
  const total = ascending.reduce((sum, value) => sum + value, 0);
  if (!(total > 0)) {
    return null;
  }
  const ranked = ascending.reduce((sum, value, index) => sum + (2 * (index + 1) - people - 1) * value, 0);
  const herfindahl = ascending.reduce((sum, value) => sum + (value / total) ** 2, 0);
  const descending = ascending.toReversed();
  let carriers80 = 0;
  for (let held = 0; held < 0.8 * total - 1e-12 * total; carriers80 += 1) {
    held += descending[carriers80] ?? 0;
  }
  return {
    people,
    total,
    gini: ranked / (people * total),
    herfindahl,
    effectiveContributors: 1 / herfindahl,
    carriers80,
    descending,
  };
}

/** Share of the k largest contributions, 0..1. */
export function topShare({ descending, total }: Concentration, k: number): number {
  return descending.slice(0, k).reduce((sum, value) => sum + value, 0) / total;
}
