/** What rows say of their phase, beside the numbers. Pure. */
import { dateFormat } from '../../statistics/date-format.ts';
import type { Cell, ComputeContext } from '../define.ts';
import type { Group, OfPhase } from './period.ts';
import { PARTS, STAGES } from './stages.ts';

const DAY_MS = 86_400_000;

/** Of an instant the local day, `2026-03-02`. */
const dayOf = (at: Date, tz: string): string =>
  dateFormat('en-CA', { timeZone: tz, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at);

/** Last day that is counted. */
export const lastDayOf = ({ phase: { to } }: OfPhase, tz: string): string =>
  dayOf(new Date(to.getTime() - DAY_MS / 2), tz);

/** Of a row of a phase; none of a range. */
export function phaseCells({ ofPhase, after, isShown, before }: Group, { tz }: ComputeContext): Record<string, Cell> {
  if (ofPhase === null) return {};
  const { phase, baseline, state } = ofPhase;
  const isEmpty = phase.from >= phase.to;
  const means = STAGES.slice(0, PARTS).map(({ value }, at) => [`${value}_m`, isShown ? (after.means[at] ?? null) : null]);
  return {
    phase: phase.title,
    baseline: before.flow.n > 0 ? baseline.title : null,
    first_day: isEmpty ? null : dayOf(phase.from, tz),
    last_day: isEmpty ? null : lastDayOf(ofPhase, tz),
    phase_state: state,
    ...(Object.fromEntries(means) as Record<string, Cell>),
  };
} // prettier-ignore
