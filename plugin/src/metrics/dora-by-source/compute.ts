import {
  ONE_PERSON_SHARE,
  ONLY_JUDGED,
  type Compute,
  type ComputeContext,
  type ComputeResult,
  type Notice,
  type Row,
  type Status,
} from '../define.ts';
import { bandOf } from './bands.ts';
import { columns } from './columns.ts';
import { incidentLinks } from './incidents.ts';
import { listOf, unknownShareByFamily } from '../parts/groups.ts';
import { againstUnmarked, UNMARKED } from '../parts/reference.ts';
import { readDeployments } from './deployments.ts';
import { isCut, readClock, type Group } from './groups.ts';
import type { Figure } from './figure.ts';
import { frequencyFigures, readClosed, readObserved } from './frequency.ts';
import { rateFigures } from './rates.ts';
import { leadFigures, recoveryFigures } from './times.ts';
import { failVerdicts } from './verdict.ts';

/** Result rows of one metric from the rows of query.sql. */
export const compute: Compute = (rows, context) => {
  const fault = faultOf(context);
  if (fault !== null) {
    return rows.some((row) => row['cell'] !== null) ? refused(fault, context) : { rows: [], notices: [fault] };
  }
  if (rows.some((row) => row['lacks_deployments'] === true)) {
    return { rows: [only('no_telemetry', context)], notices: [NO_DEPLOYMENTS] };
  }
  const at = readClock(rows, context);
  const figures = figuresOf(rows, at, context);
  const current = figures.filter(({ group }) => !group.isBaseline);
  const baselines = new Map(
    figures.filter(({ group }) => group.isBaseline).map((figure) => [figure.group.values, figure])
  );
  const unknown = unknownShares(current, context);
  const verdictOf = failVerdicts(current, unknown, context);
  const incidents = incidentLinks(rows, context);
  const isUnobserved = lacksFailureSource(rows, context);
  const result = current.map((figure): Row => {
    const head: Row = {
      ...empty(),
      ...(figure.group.time === null ? {} : { time: figure.group.time }),
      ...figure.group.dimensions,
    };
    const asked = { metric: String(context.params['metric']), mode: modeOf(context) };
    if (isUnobserved) {
      return { ...head, ...asked, n: figure.n, ...behind(figure), status: 'no_telemetry' };
    }
    const before = baselines.get(figure.group.values);
    const cells = { ...figure.cells, ...asked, ...incidents(figure.group), ...comparison(figure, before) };
    return withShown(
      {
        ...head,
        ...cells,
        value: figure.value,
        lo: figure.lo,
        hi: figure.hi,
        n: figure.n,
        ...behind(figure),
        status: figure.status === 'ok' && isCut(figure.group, at, context) ? 'partial' : figure.status,
        band: figure.value === null ? null : bandOf(asked.metric, figure.value, context.settings),
        ...behindNumber(figure, unknown(figure.group)),
        assumption: figure.isAssumed ? 'assume_unmarked_human' : null,
        ...verdictOf(figure),
      },
      context
    );
  });
  return {
    rows: [...result.sort(compareRows), ...onlyBefore(current, baselines)],
    notices: [
      ...assumed(current),
      ...(isUnobserved && current.length > 0 ? [UNOBSERVED] : []),
      ...withoutStart(current),
      ...(result.some(({ reference }) => reference === UNMARKED) ? againstUnmarked(UNMARKED) : []),
    ],
  };
};

/** Groups of the 90 days before that the range has not: judged with the others, not shown. */
function onlyBefore(current: readonly Figure[], baselines: ReadonlyMap<string, Figure>): Row[] {
  const seen = new Set(current.map(({ group }) => group.values));
  return [...baselines.values()]
    .filter(({ group }) => !seen.has(group.values))
    .map((before) => ({ ...empty(), ...before.group.dimensions, ...behindBefore(before), [ONLY_JUDGED]: true }));
}

const UNOBSERVED: Notice = {
  severity: 'warning',
  text: 'No source reports incidents, rollbacks or hotfixes: failures are unknown, not zero. Import incidents.csv or deployments.csv.',
};

const NO_DEPLOYMENTS: Notice = {
  severity: 'warning',
  text: 'No deployment to production is known here, so nothing can be said about deliveries: tag releases, or import deployments.csv.',
};

const NO_START: Notice = {
  severity: 'warning',
  text: 'Status no_start: too few of the deployed changes, or fewer than half of them, have a known start (n of n + no_start_n): no lead time is told. The time from merge to deployment is known: lead_from = merged_at.',
};

const withoutStart = (figures: readonly Figure[]): Notice[] =>
  figures.some(({ status }) => status === 'no_start') ? [NO_START] : [];

/** Keys about failures say nothing in a store in which nothing ever failed to be seen: silence is no zero (metrics.md 0.5). */
function lacksFailureSource(rows: readonly Row[], { params }: ComputeContext): boolean {
  const isAboutFailure = ['change_fail_rate', 'recovery_time', 'rework_rate'].includes(String(params['metric']));
  return isAboutFailure && rows.some((row) => row['is_observed'] === false);
}

function figuresOf(rows: readonly Row[], at: Date, context: ComputeContext): Figure[] {
  switch (context.params['metric']) {
    case 'lead_time':
      return leadFigures(rows, context);
    case 'deployment_frequency':
      return frequencyFigures(
        readDeployments(rows, context.params),
        { at, observed: readObserved(rows), closed: readClosed(rows) },
        context
      );
    case 'recovery_time':
      return recoveryFigures(readDeployments(rows, context.params), context);
    default:
      return rateFigures(readDeployments(rows, context.params), context);
  }
}

/** A combination that metrics.md 0.20 refuses, with the reason. */
function faultOf(context: ComputeContext): Notice | null {
  const { metric, mode, compare, show } = context.params;
  const isOfChanges = metric === 'lead_time' || mode === 'cause';
  if (listOf(context, 'groupBy').includes('pr_class') && !isOfChanges) {
    return {
      severity: 'error',
      text: `${String(metric)} in mode ${String(mode)} cannot be grouped by pr_class: a deployment has no class. Choose mode "cause" or metric "lead_time".`,
    };
  }
  if (metric === 'deployment_frequency' && mode === 'cause') {
    return {
      severity: 'error',
      text: 'deployment_frequency has no mode "cause": nothing is traced to a change. Choose "share".',
    };
  }
  if ((show === 'delta' || show === 'delta_lo') && compare !== 'baseline_90d') {
    return { severity: 'error', text: `show "${show}" needs compare = baseline_90d.` };
  }
  return null;
}

const refused = (fault: Notice, context: ComputeContext): ComputeResult => ({
  rows: [only('bad_config', context)],
  notices: [fault],
});

/** The one row of an answer that has no number. */
function only(status: Status, context: ComputeContext): Row {
  const time: Row = context.params['bucket'] === 'none' ? {} : { time: context.from };
  return { ...empty(), ...time, metric: String(context.params['metric']), mode: modeOf(context), status };
}

/** Every column as null, so that no metric forgets one. */
function empty(): Row {
  return Object.fromEntries(columns.filter(({ role }) => role !== 'time').map(({ name }) => [name, null]));
}

function modeOf({ params }: ComputeContext): string | null {
  return params['metric'] === 'lead_time' ? null : String(params['mode']);
}

/** Who is behind a figure, for the engine; nobody is behind deployments without a change. */
function behind({ isEmpty, people, topShare }: Figure): Row {
  return { n_dev: isEmpty ? null : people, [ONE_PERSON_SHARE]: topShare };
}

/** How sure the source of the changes is that the number is of; without a number there is nothing to be sure of. */
function behindNumber({ status, confidence }: Figure, unknownShare: number | null): Row {
  return status === 'no_start'
    ? { unknown_share: null, mean_confidence: null }
    : { unknown_share: unknownShare, mean_confidence: confidence };
}

/** Who is behind the 90 days before: others may be than behind the figure. */
function behindBefore({ isEmpty, people, topShare }: Figure): Row {
  return { n_dev_before: isEmpty ? null : people, one_person_share_before: topShare };
}

/** Share of changes of unknown source over all sources of a family; null where a filter or the grouping hides it. */
function unknownShares(figures: readonly Figure[], context: ComputeContext): (group: Group) => number | null {
  const isKnown = context.params['metric'] === 'lead_time' || listOf(context, 'groupBy').includes('code_source');
  if (!isKnown || listOf(context, 'code_source').length > 0) {
    return () => null;
  }
  const shareOf = unknownShareByFamily(
    figures.map(({ group, changes, unknown }) => ({ family: group.family, units: changes, unknown }))
  );
  return ({ family }) => shareOf(family);
}

function comparison(figure: Figure, before: Figure | undefined): Row {
  const baseline = before?.status === 'ok' ? before.value : null;
  return {
    ...(before === undefined ? {} : behindBefore(before)),
    baseline,
    baseline_n: before?.n ?? null,
    delta: baseline === null || figure.value === null ? null : figure.value - baseline,
  };
}

/** Puts the number that was asked for into `value`. */
function withShown(row: Row, { params }: ComputeContext): Row {
  const { lo, hi, delta, baseline } = row;
  switch (params['show']) {
    case 'lo':
      return { ...row, value: lo ?? null };
    case 'hi':
      return { ...row, value: hi ?? null };
    case 'delta':
      return { ...row, value: delta ?? null };
    case 'delta_lo':
      return { ...row, value: typeof lo === 'number' && typeof baseline === 'number' ? lo - baseline : null };
    default:
      return row;
  }
}

function compareRows(one: Row, two: Row): number {
  const time = (row: Row): number => (row['time'] instanceof Date ? row['time'].getTime() : 0);
  const key = (row: Row): string =>
    ['team', 'repo', 'service', 'pr_class', 'code_source', 'zone', 'size']
      .map((name) => String(row[name]))
      .join('\u001f');
  return time(one) - time(two) || (key(one) < key(two) ? -1 : 1);
}

function assumed(figures: readonly Figure[]): Notice[] {
  return figures.some(({ isAssumed }) => isAssumed)
    ? [{ severity: 'warning', text: 'Unmarked changes count as human because assume_unmarked is set to human.' }]
    : [];
}
