/**
 * The share behind a share seen through faulty labels, with an interval: Rogan and Gladen (1978), with the limits of Lang and Reiczigel (2014),
 * which hold near 0 and 1 and take in that sensitivity and specificity are estimates too. Units of one person hang together: each of the three
 * shares counts as of as many independent units as its spread over people tells.
 */
import { correctedShare } from '../misclassification.ts';
import { LEAST_CLUSTERS, LEVEL } from './estimate.ts';
import { degreesOf, effectiveClusters, jackknifeError, orderlessSum, type RatioClusters } from './jackknife.ts';
import type { Ranged } from './proportion.ts';
import { tHalfWidth } from './student-t.ts';

/** Per person: units that are so, of units. */
export interface Labelled {
  /** Labelled units of all units. */
  readonly seen: RatioClusters;
  /** Labelled units of those that are proven to be what the label says. */
  readonly sensitivity: RatioClusters;
  /** Units without a label of those that are proven not to be; null = taken as all of them. */
  readonly specificity: RatioClusters | null;
}

/** A share, as of how many independent units it is known, and how many people tell. */
interface Known {
  readonly share: number;
  readonly units: number;
  readonly people: number;
  readonly degrees: number;
}

/** Null = nothing is counted. */
function knownShare({ numerators, denominators }: RatioClusters): Known | null {
  const places = Array.from(denominators, (_count, index) => index).filter((index) => (denominators[index] ?? 0) > 0);
  const tops = places.map((index) => numerators[index] ?? 0);
  const bottoms = places.map((index) => denominators[index] ?? 0);
  const [top, bottom] = [orderlessSum(tops), orderlessSum(bottoms)];
  if (bottom === 0) return null;
  const share = top / bottom;
  const error = jackknifeError(Float64Array.from(tops, (own, index) => (top - own) / (bottom - (bottoms[index] ?? 0) || 1)), share); // prettier-ignore
  // At 0 and 1 nothing tells how units hang together: as many as there are effective people.
  const units = error > 0 ? (share * (1 - share)) / error ** 2 : effectiveClusters(bottoms);
  return { share, units: Math.min(bottom, units), people: places.length, degrees: degreesOf(bottoms) };
}

/** Share of which as many units are added as `more`, half of them labelled. */
const drawnIn = ({ share, units }: Known, more: number): { readonly share: number; readonly units: number } => ({
  share: (share * units + more / 2) / (units + more),
  units: units + more,
});

const variance = ({ share, units }: { readonly share: number; readonly units: number }): number =>
  (share * (1 - share)) / units;

/** Null = fewer than LEAST_CLUSTERS people have units, or proven ones; nobody at all is proven; or labels no better than chance. */
export function correctedEstimate(labelled: Labelled, level = LEVEL): Ranged | null {
  const [seen, sensitivity] = [knownShare(labelled.seen), knownShare(labelled.sensitivity)];
  const specificity = labelled.specificity === null ? null : knownShare(labelled.specificity);
  if (seen === null || sensitivity === null) return null;
  const told = [seen, sensitivity, ...(specificity === null ? [] : [specificity])];
  if (told.some(({ people }) => people < LEAST_CLUSTERS)) return null;
  const audit = { sensitivity: sensitivity.share, specificity: specificity?.share ?? 1 };
  const value = correctedShare(seen.share, audit);
  if (value === null) return null;
  const wide = tHalfWidth(level, Math.min(...told.map(({ degrees }) => degrees)));
  const [p, se] = [drawnIn(seen, wide ** 2), drawnIn(sensitivity, 2)];
  const sp = specificity === null ? null : drawnIn(specificity, 2);
  const skill = se.share + (sp?.share ?? 1) - 1;
  // The ends are drawn in towards one half: too few are proven to tell labels from chance there.
  if (skill <= 0) return { value, lo: 0, hi: 1 };
  const centre = (p.share + (sp?.share ?? 1) - 1) / skill;
  const [ofSe, ofSp] = [variance(se), sp === null ? 0 : variance(sp)];
  const moved = centre + 2 * wide ** 2 * (centre * ofSe - (1 - centre) * ofSp);
  const half = (wide * Math.sqrt(variance(p) + centre ** 2 * ofSe + (1 - centre) ** 2 * ofSp)) / skill;
  const bounded = (end: number): number => Math.min(1, Math.max(0, end));
  return { value, lo: Math.min(value, bounded(moved - half)), hi: Math.max(value, bounded(moved + half)) };
}
