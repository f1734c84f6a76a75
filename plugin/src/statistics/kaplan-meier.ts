/** Kaplan–Meier survival of weighted units; at the same time, events precede censorings (metrics.md 4.6). */

/** Units that ended at one time: aggregated input. Several entries of one time add up. */
export interface EndsAt {
  /** Age at the end of observation, any unit, ≥ 0. */
  readonly time: number;
  /** Weight that died at that age. */
  readonly events: number;
  /** Weight whose observation ended at that age without an event. */
  readonly censored: number;
}

/** One unit. */
export interface Observation {
  readonly time: number;
  readonly isEvent: boolean;
  /** Default 1. */
  readonly weight?: number;
}

/** A step of the curve: its value from `time` on. */
export interface SurvivalStep {
  readonly time: number;
  /** Weight at risk just before `time`. */
  readonly atRisk: number;
  readonly events: number;
  readonly censored: number;
  /** S(time), right-continuous. */
  readonly survival: number;
  /** Σ d/(n(n−d)) up to here: Greenwood's sum; Infinity once everything died. */
  readonly greenwood: number;
}

/** Steps by rising time; also times with censorings only, so that the number at risk is known everywhere. */
export interface SurvivalCurve {
  readonly total: number;
  readonly steps: readonly SurvivalStep[];
}

/** Curve of aggregated ends. */
export function kaplanMeier(ends: readonly EndsAt[]): SurvivalCurve {
  const merged = mergeTimes(ends);
  const total = merged.reduce((sum, { events, censored }) => sum + events + censored, 0);
  const steps: SurvivalStep[] = [];
  let atRisk = total;
  let survival = 1;
  let greenwood = 0;
  for (const { time, events, censored } of merged) {
    if (events > 0) {
      // The rest of a float sum must not leave a survivor where everything died.
      const isLast = atRisk - events <= total * 1e-12;
      survival = isLast ? 0 : survival * (1 - events / atRisk);
      greenwood = isLast ? Infinity : greenwood + events / (atRisk * (atRisk - events));
    }
    steps.push({ time, atRisk, events, censored, survival, greenwood });
    atRisk -= events + censored;
  }
  return { total, steps };
}

/** Curve of single units. */
export function kaplanMeierOf(observations: readonly Observation[]): SurvivalCurve {
  return kaplanMeier(
    observations.map(({ time, isEvent, weight = 1 }) => ({
      time,
      events: isEvent ? weight : 0,
      censored: isEvent ? 0 : weight,
    }))
  );
}

/** S(horizon). Null = no units. The last value carries on beyond the last end: callers guard with `atRiskBefore`. */
export function survivalAt(curve: SurvivalCurve, horizon: number): number | null {
  return curve.total === 0 ? null : (lastStep(curve, horizon)?.survival ?? 1);
}

/** Weight at risk just before the horizon: units that ended at or after it. */
export function atRiskBefore(curve: SurvivalCurve, horizon: number): number {
  return curve.steps.find((step) => step.time >= horizon)?.atRisk ?? 0;
}

/** Weight with a known outcome at the horizon: dead by then, or observed at least that long. */
export function matureAt(curve: SurvivalCurve, horizon: number): number {
  const unknown = curve.steps.reduce((sum, step) => sum + (step.time < horizon ? step.censored : 0), 0);
  return curve.total - unknown;
}

/**
 * Smallest time with S ≤ p (tolerance 1e-12); where S is exactly p, the middle to the next event, so that without open times a median is the plain
 * one. Null = the curve stays above. @param p 0.5 = median.
 */
export function survivalQuantile(curve: SurvivalCurve, p = 0.5): number | null {
  const steps = curve.steps.filter(({ events }) => events > 0);
  const at = steps.findIndex(({ survival }) => survival <= p + 1e-12);
  const [step, next] = [steps[at], steps[at + 1]];
  if (step === undefined) return null;
  return Math.abs(step.survival - p) <= 1e-9 && next !== undefined ? (step.time + next.time) / 2 : step.time;
}

/** Greenwood's standard error of S(horizon). Too narrow where units die together; a fallback only. Null = no units. */
export function greenwoodError(curve: SurvivalCurve, horizon: number): number | null {
  const survival = survivalAt(curve, horizon);
  const sum = lastStep(curve, horizon)?.greenwood ?? 0;
  return survival === null ? null : survival === 0 ? 0 : survival * Math.sqrt(sum);
}

function lastStep(curve: SurvivalCurve, horizon: number): SurvivalStep | undefined {
  return curve.steps.findLast((step) => step.time <= horizon);
}

function mergeTimes(ends: readonly EndsAt[]): EndsAt[] {
  const byTime = new Map<number, { events: number; censored: number }>();
  for (const { time, events, censored } of ends) {
    const entry = byTime.get(time) ?? { events: 0, censored: 0 };
    entry.events += events;
    entry.censored += censored;
    byTime.set(time, entry);
  }
  return [...byTime].map(([time, entry]) => ({ time, ...entry })).sort((one, two) => one.time - two.time);
}
