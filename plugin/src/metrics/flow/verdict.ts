/** Which stage takes longer where somebody else wrote the code: means against those of human code, else of unmarked code (metrics.md 4.9). */
import { compareTogether } from '../../statistics/comparison.ts';
import { LEVEL, type Estimate } from '../../statistics/intervals/estimate.ts';
import { meanRatio } from '../../statistics/intervals/mean-ratio.ts';
import { MOST_UNKNOWN, TIME_THRESHOLD, groupVerdict } from '../../statistics/verdict.ts';
import type { ComputeContext, Notice, Row } from '../define.ts';
import { listOf, textOf } from '../parts/groups.ts';
import { againstUnmarked, UNMARKED, withReference } from '../parts/reference.ts';
import { bothSums, type Flow } from '../parts/stage-times.ts';
import { STAGES } from './metric.ts';

/** A group as it is compared. */
export interface Judged {
  readonly dimensions: Row;
  readonly flow: Flow;
  /** It has enough changes for a number. */
  readonly isShown: boolean;
}

/** Of a row that nothing is compared with. */
export const UNJUDGED: Row = { reference: null, verdict: null, gap: null, gap_lo: null, gap_hi: null, level: null, p_holm: null }; // prettier-ignore

interface Pair {
  readonly group: Judged;
  readonly stage: number;
  readonly isKnown: boolean;
  readonly isUnsure: boolean;
  readonly ratio: Estimate | null;
}

/** Cells of a stage of a group, and what is to be said of all. Comparisons of all stages are judged together, whichever is shown. */
export function stageVerdicts(
  groups: readonly Judged[],
  asked: ComputeContext
): { readonly verdictOf: (flow: Flow, stage: number) => Row | undefined; readonly notices: readonly Notice[] } {
  const { params } = asked;
  const isAsked = params['until'] === 'merged' && params['bucket'] === 'none' && params['centre'] === 'mean';
  if (!isAsked || !listOf(asked, 'groupBy').includes('code_source')) return { verdictOf: () => undefined, notices: [] };
  const human = groups.filter(({ dimensions }) => dimensions['code_source'] === 'human');
  const resolved = withReference(
    asked,
    human.map(({ flow, isShown }) => ({ isEnough: isShown, people: flow.people, topShare: flow.oneShare }))
  );
  const source = String(resolved.params['compare_to']);
  const pairs = groups.flatMap((group) => pairsOf(group, groups, { source, context: asked }));
  const compared = compareTogether(
    pairs.map(({ ratio, isKnown }) => (isKnown ? ratio : null)),
    1
  );
  const cells = new Map<Flow, Map<number, Row>>();
  const ofReference = { ...UNJUDGED, reference: source };
  const references = new Set(groups.filter((group) => sourceOf(group) === source).map(({ flow }) => flow));
  pairs.forEach((pair, index) => {
    const of = cells.get(pair.group.flow) ?? new Map<number, Row>();
    cells.set(pair.group.flow, of.set(pair.stage, cellsOf(pair, compared[index] ?? null, source)));
  });
  return {
    verdictOf: (flow, stage) => cells.get(flow)?.get(stage) ?? (references.has(flow) ? ofReference : undefined),
    notices: pairs.length > 0 ? againstUnmarked(source) : [],
  };
}

const familyOf = ({ dimensions }: Judged): string => JSON.stringify({ ...dimensions, code_source: null });
const sourceOf = ({ dimensions }: Judged): string => textOf(dimensions['code_source']);

function pairsOf(group: Judged, all: readonly Judged[], { source, context }: { source: string; context: ComputeContext }): Pair[] {
  const family = all.filter((other) => familyOf(other) === familyOf(group));
  const reference = family.find((other) => sourceOf(other) === source);
  if (reference === undefined || reference === group) return [];
  const isFiltered = listOf(context, 'code_source').length > 0;
  const isUnsure = source !== UNMARKED && !isFiltered && unknownShare(family) > MOST_UNKNOWN;
  const isKnown = sourceOf(group) !== UNMARKED;
  const isEnough = group.isShown && reference.isShown;
  return STAGES.slice(0, -1).map((_, stage) => ({ group, stage, isKnown, isUnsure, ratio: isEnough ? meanRatio(bothSums(reference.flow, group.flow, stage)) : null })); // prettier-ignore
} // prettier-ignore

function unknownShare(family: readonly Judged[]): number {
  const countOf = (groups: readonly Judged[]) => groups.reduce((sum, { flow }) => sum + flow.n, 0);
  return countOf(family.filter((group) => sourceOf(group) === UNMARKED)) / countOf(family);
}

function cellsOf({ ratio, isKnown, isUnsure }: Pair, compared: ReturnType<typeof compareTogether>[number], source: string): Row {
  const drawn = compared?.interval ?? ratio?.intervalAt(LEVEL) ?? null;
  const interval = drawn === null ? null : { lo: drawn.lo - 1, hi: drawn.hi - 1 };
  const effect = ratio === null ? null : ratio.value - 1;
  const judged = groupVerdict({ effect, interval, good: -1, threshold: TIME_THRESHOLD });
  return {
    reference: source,
    verdict: !isKnown ? 'not_judged' : isUnsure ? 'insufficient_data' : judged,
    gap: effect,
    gap_lo: interval?.lo ?? null,
    gap_hi: interval?.hi ?? null,
    level: compared?.level ?? null,
    p_holm: compared?.pHolm ?? null,
  };
} // prettier-ignore
