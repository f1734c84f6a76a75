/** Decomposition of a change of a mean into change within groups and change of the mix of groups (Kitagawa; metrics.md 4.7). */

/** A group (class, developer, repository) in both periods. A mean without units is not read. */
export interface MixGroup {
  readonly key: string;
  readonly countBefore: number;
  readonly meanBefore: number;
  readonly countAfter: number;
  readonly meanAfter: number;
}

/** What a group adds to the change of the mean; within + mix over all groups = delta. */
export interface MixTerm {
  readonly key: string;
  readonly within: number;
  readonly mix: number;
}

export interface MixResult {
  readonly before: number;
  readonly after: number;
  /** after − before. */
  readonly delta: number;
  /** after / before − 1; null = before is 0. */
  readonly deltaPct: number | null;
  readonly within: number;
  readonly mix: number;
  /** Change at the baseline's mix, over groups present in both periods; null = more than 20 % of the baseline would be left out. */
  readonly adjustedPct: number | null;
  /** Share of the baseline's units in groups that are absent now, 0..1. */
  readonly droppedWeight: number;
  /** Raw and adjusted change have opposite signs. */
  readonly isReversed: boolean;
  readonly terms: readonly MixTerm[];
}

const MOST_DROPPED = 0.2;

/** Null = a period has no units. */
export function decompose(groups: readonly MixGroup[]): MixResult | null {
  const unitsBefore = groups.reduce((sum, { countBefore }) => sum + countBefore, 0);
  const unitsAfter = groups.reduce((sum, { countAfter }) => sum + countAfter, 0);
  if (unitsBefore === 0 || unitsAfter === 0) {
    return null;
  }
  const weighted = groups.map((group) => weigh(group, unitsBefore, unitsAfter));
  const before = weighted.reduce((sum, { w0, m0 }) => sum + w0 * m0, 0);
  const after = weighted.reduce((sum, { w1, m1 }) => sum + w1 * m1, 0);
  const centre = (before + after) / 2;
  const terms = weighted.map(({ key, w0, w1, m0, m1 }) => ({
    key,
    within: ((w0 + w1) / 2) * (m1 - m0),
    mix: (w1 - w0) * ((m0 + m1) / 2 - centre),
  }));
  const deltaPct = before === 0 ? null : after / before - 1;
  const { adjustedPct, droppedWeight } = adjust(weighted);
  return {
    before,
    after,
    delta: after - before,
    deltaPct,
    within: terms.reduce((sum, term) => sum + term.within, 0),
    mix: terms.reduce((sum, term) => sum + term.mix, 0),
    adjustedPct,
    droppedWeight,
    isReversed: deltaPct !== null && adjustedPct !== null && isOpposite(deltaPct, adjustedPct),
    terms,
  };
}

interface Weighted {
  readonly key: string;
  readonly w0: number;
  readonly w1: number;
  readonly m0: number;
  readonly m1: number;
}

function weigh(group: MixGroup, unitsBefore: number, unitsAfter: number): Weighted {
  const { key, countBefore, meanBefore, countAfter, meanAfter } = group;
  return {
    key,
    w0: countBefore / unitsBefore,
    w1: countAfter / unitsAfter,
    // A group absent in a period has no weight there and borrows its other mean, so all it adds is mix.
    m0: countBefore > 0 ? meanBefore : meanAfter,
    m1: countAfter > 0 ? meanAfter : meanBefore,
  };
}

function adjust(weighted: readonly Weighted[]): Pick<MixResult, 'adjustedPct' | 'droppedWeight'> {
  const both = weighted.filter(({ w0, w1 }) => w0 > 0 && w1 > 0);
  const before = both.reduce((sum, { w0, m0 }) => sum + w0 * m0, 0);
  const after = both.reduce((sum, { w0, m1 }) => sum + w0 * m1, 0);
  const droppedWeight = Math.max(
    0,
    weighted.reduce((sum, { w0, w1 }) => sum + (w1 > 0 ? 0 : w0), 0)
  );
  return { droppedWeight, adjustedPct: droppedWeight > MOST_DROPPED || before === 0 ? null : after / before - 1 };
}

function isOpposite(one: number, two: number): boolean {
  return Math.min(Math.abs(one), Math.abs(two)) > 1e-12 && Math.sign(one) !== Math.sign(two);
}
