import { compareTogether } from '../../statistics/comparison.ts';
import { differenceOf, intervalOf, type Estimate } from '../../statistics/intervals/estimate.ts';
import type { Interval } from '../../statistics/intervals/proportion.ts';
import { hazardRatio, survivalEstimates } from '../../statistics/intervals/survival-jackknife.ts';
import type { ComputeContext, ComputeResult, Notice, Row, Status } from '../define.ts';
import { armOf, readAt, readCohorts, type Cohort, type Reading } from './cohort.ts';
import { findReference, finishRows, unknownShares, type Draft, type Group, behindReference } from './groups.ts';
import { againstUnmarked, UNMARKED, withReference, type HumanGroup } from '../parts/reference.ts';
import { gapVerdict, isUnjudged } from './verdict.ts';

/** More groups get no intervals, so that a query stays quick. */
const MOST_INTERVALS = 200;
const CURVE_AGES = Array.from({ length: 91 }, (_, age) => age);

/** A difference of survival to the reference at one age. */
interface Gap {
  readonly value: number | null;
  /** Null = no interval. */
  readonly estimate: Estimate | null;
  /** Of cumulative hazards, to that age. */
  readonly hazard: Estimate | null;
}

/** Everything that rows of one cohort are made of. */
interface Work {
  readonly cohort: Cohort;
  readonly reference: Cohort | null;
  readonly ages: readonly number[];
  readonly readings: readonly Reading[];
  readonly intervals: ReadonlyArray<Interval | null>;
  readonly gaps: readonly Gap[];
}

/** What is asked of every cohort. */
interface Plan {
  readonly isGap: boolean;
  readonly isCurve: boolean;
  readonly ages: readonly number[];
  /** Cohorts that get an interval. */
  readonly drawn: ReadonlySet<Cohort>;
}

/** Modes survival and gap. */
export function computeSurvival(rows: readonly Row[], asked: ComputeContext): ComputeResult {
  const { params } = asked;
  const isGap = params['mode'] === 'gap';
  const grouped = params['groupBy'];
  if (isGap && !(Array.isArray(grouped) && grouped.includes('code_source'))) {
    return refused('mode "gap" compares code sources: add code_source to groupBy.');
  }
  const cohorts = readCohorts(rows, asked);
  const context = withReference(asked, humanOf(cohorts, asked));
  const isCurve = params['curve'] === true && !isGap;
  const ages = isCurve ? CURVE_AGES : params['horizon'] === 'all' ? AGES : [Number(params['horizon'])];
  const hasIntervals = params['ci'] === true;
  const drawn = new Set(hasIntervals ? byLines(cohorts).slice(0, MOST_INTERVALS) : []);
  const plan = { isGap, isCurve, ages, drawn };
  const families = byFamily(cohorts);
  const work = families.flatMap((family) => workOn(family, plan, context));
  const unknown = unknownShares(
    cohorts.map(({ group, lines, unknownLines }) => ({ group, units: lines, unknown: unknownLines })),
    context
  );
  const drafts = work.flatMap((one) => draftsOf(one, { isGap, isCurve, unknown }, context));
  return {
    rows: finishRows(
      withVerdicts(drafts, { isGap, hasIntervals, source: String(context.params['compare_to']) }),
      context
    ),
    notices: notices({ cohorts, isGap, hasIntervals }, context),
  };
}

const AGES = [30, 60, 90];

function humanOf(cohorts: readonly Cohort[], context: ComputeContext): HumanGroup[] {
  return cohorts
    .filter(({ group }) => group.dimensions['code_source'] === 'human')
    .map((cohort) => ({
      ...cohort.who,
      isEnough: AGES.some((age) => readAt(cohort, age, context).status === 'ok'),
    }));
}

/** A query that cannot be answered as it is: one row that says so. */
export function refused(text: string): ComputeResult {
  return { rows: [{ value: null, status: 'bad_config' }], notices: [{ severity: 'error', text }] };
}

/** Cohorts of one family: those that are compared with each other. */
function workOn(family: readonly Cohort[], { isCurve, ages, drawn }: Plan, context: ComputeContext): Work[] {
  const source = String(context.params['compare_to']);
  const reference =
    family.map((cohort) => findReference(family, cohort, source)).find((found) => found !== null) ?? null;
  const readings = new Map(family.map((cohort) => [cohort, ages.map((age) => readAt(cohort, age, context))]));
  const estimates = new Map(
    family.map((cohort) => [cohort, drawn.has(cohort) ? survivalEstimates(armOf(cohort, ages), ages) : []])
  );
  return family.map((cohort): Work => {
    const compared = isCurve || reference === cohort ? null : reference;
    const own = ages.map((_, index) => estimates.get(cohort)?.[index] ?? null);
    const gaps = ages.map((_, index): Gap => {
      const one = readings.get(cohort)?.[index]?.survival ?? null;
      const two = compared === null ? null : (readings.get(compared)?.[index]?.survival ?? null);
      const others = compared === null ? null : (estimates.get(compared)?.[index] ?? null);
      return gapOf([one, two], [own[index] ?? null, others]);
    });
    const intervals = own.map(intervalOf);
    return {
      cohort,
      reference: isCurve ? null : reference,
      ages,
      readings: readings.get(cohort) ?? [],
      intervals,
      gaps,
    };
  });
}

function gapOf(
  [one, two]: readonly [number | null, number | null],
  [own, other]: readonly [Estimate | null, Estimate | null]
): Gap {
  if (one === null || two === null) {
    return { value: null, estimate: null, hazard: null };
  }
  const estimate = own === null || other === null ? null : differenceOf(own, other);
  return { value: one - two, estimate, hazard: hazardRatio(own, other) };
}

interface Frame {
  readonly isGap: boolean;
  readonly isCurve: boolean;
  readonly unknown: (group: Group) => number | null;
}

/** A row whose comparison is not judged yet. */
interface Unjudged {
  readonly draft: Draft;
  readonly gap: Gap;
}

function draftsOf(work: Work, frame: Frame, context: ComputeContext): Unjudged[] {
  const { cohort, reference, ages, readings, intervals, gaps } = work;
  const last = frame.isCurve ? readings.findLastIndex(({ status }) => status === 'ok') : ages.length - 1;
  if (frame.isGap && cohort === reference) {
    return [];
  }
  return ages.slice(0, Math.max(last, 0) + 1).map((age, index) => {
    const reading = readings[index] as Reading;
    const gap = gaps[index] as Gap;
    const interval = reading.survival === null ? null : intervals[index];
    const hazard = intervalOf(gap.hazard);
    const unknownShare = frame.unknown(cohort.group);
    const status = frame.isGap ? gapStatus(reading, gap, reference) : reading.status;
    const draft: Draft = {
      group: cohort.group,
      who: cohort.who,
      status,
      cells: {
        ...(frame.isCurve ? { age_d: age } : { horizon_d: String(age) }),
        value: frame.isGap ? gap.value : reading.survival,
        lo: interval?.lo ?? null,
        hi: interval?.hi ?? null,
        n: cohort.changes,
        n_lines: cohort.lines,
        n_pr: cohort.changes,
        at_risk: reading.atRisk,
        mature_share: reading.matureShare,
        gap_vs_human: gap.value,
        hazard_ratio: hazard === null ? null : (gap.hazard?.value ?? null),
        hazard_lo: hazard?.lo ?? null,
        hazard_hi: hazard?.hi ?? null,
        attested_share: cohort.lines === 0 ? null : cohort.attestedLines / cohort.lines,
        unknown_share: unknownShare,
        mean_confidence: cohort.confidence,
        reference: reference === null ? null : String(context.params['compare_to']),
        ...behindReference(reference === null || reference === cohort ? null : reference.who),
        assumption: cohort.isAssumed ? 'assume_unmarked_human' : null,
      },
    };
    return { draft, gap };
  });
}

function gapStatus(reading: Reading, gap: Gap, reference: Cohort | null): Status {
  if (reading.status !== 'ok') {
    return reading.status;
  }
  return gap.value !== null ? 'ok' : reference === null ? 'no_baseline' : 'low_n';
}

interface Judging {
  readonly isGap: boolean;
  /** Without intervals nothing is judged: that is no lack of data. */
  readonly hasIntervals: boolean;
  readonly source: string;
}

/** Gaps of one table are judged together; code of unknown source is shown beside the others, not judged. */
function withVerdicts(all: readonly Unjudged[], { isGap, hasIntervals, source }: Judging): Draft[] {
  const judged = compareTogether(all.map(({ draft, gap }) => (isUnjudged(draft.group, source) ? null : gap.estimate)));
  return all.map(({ draft, gap }, index) => {
    const { cells, group } = draft;
    const found = judged[index] ?? null;
    const interval = found?.interval ?? intervalOf(gap.estimate);
    const ends = { gap_lo: interval?.lo ?? null, gap_hi: interval?.hi ?? null };
    const drawn: Row = isGap ? { lo: ends.gap_lo, hi: ends.gap_hi } : {};
    const unknownShare = source === UNMARKED ? null : numberOrNull(cells['unknown_share']);
    const judgement = isUnjudged(group, source)
      ? gap.value === null
        ? null
        : 'not_judged'
      : gapVerdict({ effect: gap.value, interval, unknownShare });
    const verdict = hasIntervals ? judgement : null;
    return {
      ...draft,
      cells: {
        ...cells,
        ...ends,
        ...drawn,
        p: found?.p ?? null,
        p_holm: found?.pHolm ?? null,
        level: found?.level ?? null,
        verdict,
      },
    };
  });
}

const numberOrNull = (cell: Row[string] | undefined): number | null => (typeof cell === 'number' ? cell : null);

function byFamily(cohorts: readonly Cohort[]): Cohort[][] {
  const families = new Map<string, Cohort[]>();
  for (const cohort of cohorts) {
    const family = families.get(cohort.group.family);
    if (family === undefined) {
      families.set(cohort.group.family, [cohort]);
    } else {
      family.push(cohort);
    }
  }
  return [...families.values()];
}

function byLines(cohorts: readonly Cohort[]): Cohort[] {
  return [...cohorts].sort((one, two) => two.lines - one.lines || (one.group.cell < two.group.cell ? -1 : 1));
}

function notices(
  { cohorts, isGap, hasIntervals }: { cohorts: readonly Cohort[]; isGap: boolean; hasIntervals: boolean },
  { params }: ComputeContext
): Notice[] {
  const source = String(params['compare_to']);
  const lacksReference =
    isGap && cohorts.length > 0 && cohorts.every(({ group }) => group.dimensions['code_source'] !== source);
  const other =
    source === 'human'
      ? ' Unmarked code is unknown, not human: set compare_to = unknown to compare with it, or name human code in throughline.yaml (human_before, labels).'
      : '';
  return [
    ...(isGap && !lacksReference ? againstUnmarked(source) : []),
    ...(lacksReference
      ? [
          {
            severity: 'warning',
            text: `No change here is of source ${source}, so there is nothing to compare with.${other}`,
          } as const,
        ]
      : []),
    ...(hasIntervals && cohorts.length > MOST_INTERVALS
      ? [
          {
            severity: 'info',
            text: `Intervals are drawn for the ${MOST_INTERVALS} largest of ${cohorts.length} groups: group by fewer dimensions or filter.`,
          } as const,
        ]
      : []),
    ...(cohorts.some(({ isAssumed }) => isAssumed)
      ? [
          {
            severity: 'warning',
            text: 'Unmarked changes count as human because assume_unmarked is set to human.',
          } as const,
        ]
      : []),
  ];
}
