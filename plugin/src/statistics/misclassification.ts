/** What wrong labels do to a comparison, and how an audit corrects a share (metrics.md 2.1). */

/** Rate seen in a group of which `impurity` (0..1) belongs to another group. */
export function blendedRate(own: number, other: number, impurity: number): number {
  return (1 - impurity) * own + impurity * other;
}

/** How well an audit found the labels to work. */
export interface Audit {
  /** P(labelled AI | is AI). */
  readonly sensitivity: number;
  /** P(not labelled AI | is not AI). */
  readonly specificity: number;
}

/** True share behind an observed one (Rogan–Gladen), within [0, 1]. Null = labels no better than chance. */
export function correctedShare(observed: number, { sensitivity, specificity }: Audit): number | null {
  const skill = sensitivity + specificity - 1;
  return skill <= 0 ? null : Math.min(1, Math.max(0, (observed + specificity - 1) / skill));
}
