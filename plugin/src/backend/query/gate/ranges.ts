/**
 * Ranges that an answer shows beside one another: each is judged as if it were asked for, so that together they tell nothing that their own answers
 * would not. Phases are counted by the same whole grains as any range.
 */
import type { DaysBefore, Notice, Phase } from '../../../metrics/define.ts';
import { bindQuery } from '../bind-query.ts';
import type { EngineParts, PreparedQuery } from '../run-metric.ts';
import { countedOf } from './find-described.ts';
import type { Mark } from './marks.ts';
import { findShown, type Edges } from './read-edges.ts';
import { rangeBefore, wholeWithin, type Grain } from './snap-range.ts';

const NO_PHASES: Notice = {
  severity: 'info',
  text: 'No phases are configured. Write them into throughline.yaml, the first is the baseline: phases: [{ id: baseline, title: Baseline, from: 2026-01-05 }, { id: rollout, title: Rollout, from: 2026-03-02 }]; the next run of the collector brings them.',
};

/** Why nothing is shown where phases are asked for and there are none. */
export const refusedPhases = ({ phases }: PreparedQuery): { readonly refused?: Notice } =>
  phases?.length === 0 ? { refused: NO_PHASES } : {};

/** A range as a question of its own, and what its marks are in the answer. */
export interface JudgedRange {
  readonly asks: PreparedQuery;
  readonly marked: (mark: Mark) => Mark;
}

/** All that rows show. */
export function judgedRanges(prepared: PreparedQuery): JudgedRange[] {
  const { parsed, params, phases } = prepared;
  const same = (mark: Mark): Mark => mark;
  if (phases !== undefined) {
    return phases.filter(isCounted).map((phase) => ({
      asks: { ...prepared, from: phase.from, to: phase.to, phases: [phase] },
      marked: ofPhase(phase),
    }));
  }
  const own = { asks: prepared, marked: same };
  const shows = countedOf({ metric: parsed.metric, params })?.shows;
  if (typeof shows === 'object' && prepared.before !== undefined)
    return [own, daysBefore(prepared, prepared.before, shows)];
  if (shows !== 'before') return [own];
  return [own, { asks: { ...prepared, ...rangeBefore(prepared, prepared.tz) }, marked: same }];
}

/** Of its marks only the cells that tell of these days are hidden: the row is of the range. */
function daysBefore({ before: _, ...prepared }: PreparedQuery, start: Date, { asks, count }: DaysBefore): JudgedRange {
  return {
    asks: { ...prepared, params: { ...prepared.params, ...asks }, from: start, to: prepared.from },
    marked: (mark) => ({ ...mark, of: count }),
  };
}

const isCounted = ({ from, to }: Phase): boolean => from < to;

/** Rows of a phase are hidden by what holds of it; those that are compared with it are judged by `against` of the metric. */
const ofPhase =
  ({ title }: Phase) =>
  ({ labels, keys, ...mark }: Mark): Mark =>
    labels.includes('phase')
      ? { ...mark, labels, keys }
      : {
          ...mark,
          labels: ['phase', ...labels],
          keys: keys.map((key) => JSON.stringify([title, ...(JSON.parse(key) as unknown[])])),
        };

/** The question with phases of whole grains, without the edges that would hide groups. A question that is not about phases stays as it is. */
export async function wholePhases(
  parts: EngineParts,
  prepared: PreparedQuery,
  { grain, now, ...edges }: Pick<Grain, 'grain' | 'now'> & Edges & { readonly step: number }
): Promise<PreparedQuery> {
  const { parsed, params, from, to, tz } = prepared;
  if (prepared.phases === undefined) return prepared;
  const phases = await Promise.all(
    prepared.phases.map(async (phase): Promise<Phase> => {
      const whole = wholeWithin(phase, { grain, tz, now });
      const cut = { ...phase, ...whole };
      if (!isCounted(cut) || grain === 'day') return cut;
      const shown = await findShown(parts, { ...prepared, ...whole, phases: [cut] }, edges);
      return shown === null || shown.from < whole.from || shown.to > whole.to ? cut : { ...phase, ...shown };
    })
  );
  const sql = bindQuery(parsed.metric, parts.catalog.sqlOf(parsed.metric, params), { params, builtIns: { from, to, tz, phases } });
  return { ...prepared, phases, sql };
} // prettier-ignore
