import { intervalOf } from '../../statistics/intervals/estimate.ts';
import { crossedMeanEstimate, meanEstimate, type RatioClusters } from '../../statistics/intervals/jackknife.ts';
import { quantiles } from '../../statistics/quantile.ts';
import type { Compute, ComputeContext, Row, Status } from '../define.ts';
import { isCutBucket, leastUnits, listOf, numberOf, numberOrNull, SEPARATOR, textOf } from '../parts/groups.ts';
import { readFlow, type Flow, type StageTimes } from '../parts/stage-times.ts';
import { CHANGE_GROUPS } from '../parts/filters.ts';
import { STAGES } from './metric.ts';
import { stageVerdicts, UNJUDGED, type Judged } from './verdict.ts';

/** Stages of each group in the order in which a change goes through them. */
export const compute: Compute = (rows, context) => {
  const groups = [...rows]
    .sort((one, two) => (textOf(one['cell']) < textOf(two['cell']) ? -1 : 1))
    .map((row) => groupOf(row, context));
  const { verdictOf, notices } = stageVerdicts(groups, context);
  return { rows: groups.flatMap((group) => rowsOf(group, verdictOf, context)), notices };
};

interface Group extends Judged {
  readonly row: Row;
  readonly time: Date | null;
}

function groupOf(row: Row, context: ComputeContext): Group {
  const values = textOf(row['cell']).split(SEPARATOR);
  const time = context.params['bucket'] === 'none' ? null : new Date(Number(values.shift()) * 1000);
  const names = CHANGE_GROUPS.filter((name) => listOf(context, 'groupBy').includes(name));
  const dimensions = Object.fromEntries(names.map((name, at) => [name, values[at] ?? null]));
  const flow = readFlow(row['units']);
  return { row, time, dimensions, flow, isShown: flow.n >= leastUnits(context, 'mean', 10) };
}

function rowsOf(
  { row, time, dimensions, flow, isShown }: Group,
  verdictOf: ReturnType<typeof stageVerdicts>['verdictOf'],
  context: ComputeContext
): Row[] {
  const { params } = context;
  // Of changes that are in production the last stage alone: the others, told of both, would tell those of the few that are not.
  const isDeployed = params['until'] === 'deployed';
  const [since, until] = isDeployed ? [STAGES.length - 1, STAGES.length] : [0, STAGES.length - 1];
  const means = flow.stages.slice(0, until).map(({ sums }) => sums.reduce((all, sum) => all + sum, 0) / 60 / flow.n);
  const whole = means.reduce((all, mean) => all + mean, 0);
  const [opened, unreviewed] = [numberOf(row['opened_n']), numberOf(row['unreviewed_n'])];
  return STAGES.slice(since, until).flatMap(({ value: stage }, place): Row[] => {
    const [times, mean] = [flow.stages[since + place], means[since + place]];
    if (times === undefined || mean === undefined || (params['stage'] !== 'all' && params['stage'] !== stage))
      return [];
    return [
      {
        ...(time === null ? {} : { time }),
        stage,
        ...dimensions,
        ...(isShown ? numbersOf({ flow, times, mean, stage }, context) : NOTHING),
        share: isShown && whole > 0 && !isDeployed ? mean / whole : null,
        n: flow.n,
        n_dev: flow.people,
        one_person_share: flow.oneShare,
        rounds: isShown && !isDeployed ? numberOrNull(row['rounds']) : null,
        unreviewed_n: unreviewed,
        unreviewed_share: unreviewed / opened,
        status: isShown ? statusOf(row, time, context) : 'low_n',
        ...(verdictOf(flow, since + place) ?? UNJUDGED),
      },
    ];
  });
}

const NOTHING = { value: null, lo: null, hi: null, p50: null, p90: null } as const;

interface StageAsked {
  readonly flow: Flow;
  readonly times: StageTimes;
  readonly mean: number;
  readonly stage: string;
}

const inMinutes = ({ numerators, denominators }: RatioClusters): RatioClusters => ({
  numerators: Float64Array.from(numerators, (seconds) => seconds / 60),
  denominators,
});

/** By person; the wait for production by person and by deployment, for those who wait for one deployment wait together. */
function estimateOf({ flow, times, stage }: StageAsked): ReturnType<typeof meanEstimate> {
  const people = inMinutes({ numerators: times.sums, denominators: flow.units });
  if (stage !== 'deploy') return meanEstimate(people);
  const { whole, byPerson } = flow.shipments(STAGES.length - 1);
  return crossedMeanEstimate(people, inMinutes(whole), inMinutes(byPerson));
}

/** The centre that is asked for, with an interval where it is the mean. */
function numbersOf({ flow, times, mean, stage }: StageAsked, { params }: ComputeContext): Row {
  const [p50, p90] = quantiles(times.seconds, [0.5, 0.9]).map((seconds) => (seconds ?? 0) / 60);
  const centres: Readonly<Record<string, number | undefined>> = { mean, p50, p90 };
  const centre = String(params['centre']);
  const interval =
    params['ci'] === true && centre === 'mean' ? intervalOf(estimateOf({ flow, times, mean, stage })) : null;
  return {
    value: centres[centre] ?? null,
    lo: interval?.lo ?? null,
    hi: interval?.hi ?? null,
    p50: p50 ?? null,
    p90: p90 ?? null,
  };
}

function statusOf(row: Row, time: Date | null, context: ComputeContext): Status {
  const dataEnd = new Date(numberOf(row['complete_until']) * 1000);
  return time !== null && isCutBucket(time, dataEnd, context) ? 'partial' : 'ok';
}
