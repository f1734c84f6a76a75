/** One metric, from a stored query to rows: parse → bind → one statement → compute → hide small groups. Panels, alerts, CLI and tests all come this way. */
import type { ComputeContext, ComputeResult, Metric, Notice, ParamValues, Phase, Row } from '../../metrics/define.ts';
import { parseQuery, peopleRules, type ParsedQuery } from '../../metrics/query.ts';
import { seededRandom } from '../../statistics/prng.ts';
import { applyAdHocFilters } from './adhoc-filters.ts';
import { oneAiNotices, withSources } from './ai-group.ts';
import { bySize } from './by-size.ts';
import { bindQuery } from './bind-query.ts';
import type { Catalog } from './catalog.ts';
import { agreementNotices, leastFor, leastPeople } from './least-people.ts';
import { startBefore } from './gate/days-before.ts';
import { markedBy, markNotices, uncomparedNotices, whyHidden, type Marks } from './gate/marks.ts';
import { inSteps } from './gate/people-steps.ts';
import { readPhases } from './phases.ts';
import type { RangeGrain } from './gate/snap-range.ts';
import { togetherNotice } from './gate/together-notice.ts';
import { judgeSmallGroups } from './small-groups.ts';
import type { SqlQuery, Store } from '../store/database.ts';
import { BackendError } from '../errors.ts';
import type { StoreInfo } from '../store/store-info.ts';

/** A stored query and its range. */
export interface MetricRequest {
  readonly stored: unknown;
  readonly from: Date;
  readonly to: Date;
  /** An alert rule asks: zone of the organisation, never that of a viewer. */
  readonly isAlert: boolean;
  /** Least step between its ends and others'; absent = they are instants. */
  readonly grain?: RangeGrain;
  /** The range was chosen here, not by whoever asks (fitting-range.ts). Default: false. */
  readonly isFitted?: boolean;
  /** The person who asks, as the engine found out (asker.ts); never from the stored query. Absent = nobody. */
  readonly me?: string;
}

/** Settings of the organisation, and the least number of people behind a group that is shown. */
export type Settings = Readonly<Record<string, unknown>> & { readonly k: number };

/** Shown = to somebody who holds what every number rests on (git-facts.ts). */
export type SmallGroups = 'hidden' | 'shown';

/** A query that is ready to be sent. */
export interface PreparedQuery {
  readonly parsed: ParsedQuery;
  /** As parsed, narrowed by ad-hoc filters. */
  readonly params: ParamValues;
  readonly sql: SqlQuery;
  readonly from: Date;
  readonly to: Date;
  readonly tz: string;
  /** Start of the days before the range that stand beside each row (`shows` in `units`); absent = none do. */
  readonly before?: Date;
  /** What is compared; absent = the question is not about phases. */
  readonly phases?: readonly Phase[];
  readonly settings: Settings;
  /** Absent = hidden. */
  readonly smallGroups?: SmallGroups;
  /** What the gate found; absent = it was not asked. */
  readonly marks?: Marks;
  /** Rows that stand for groups of which none can be shown (gate/together.ts), judged already. */
  readonly together?: readonly Row[];
  /** Questions whose answer is hidden (gate/run-question.ts), and why; absent = they were not asked. */
  readonly hidden?: Readonly<Record<string, string>>;
  readonly notices: readonly Notice[];
  /** That of `notices` which says for which range a short one is answered; absent = it is the range asked for. */
  readonly fitted?: Notice;
  /** Where a line ends that lies before the range asked for (fitting-range.ts); absent = at its last point. */
  readonly zoomTo?: Date;
}

/** Rows of a metric as its columns declare them. */
export interface MetricRows {
  readonly rows: readonly Row[];
  /** Before the cut at MAX_ROWS. */
  readonly totalRows: number;
  /** Rows that there are, where the metric shows only the newest. */
  readonly listed?: number;
  readonly notices: readonly Notice[];
  /** Why rows are hidden, where the gate knows it better than that few people are behind them. */
  readonly whyHidden?: string;
}

/** Rows beyond this are counted and named in a notice, not sent. */
export const MAX_ROWS = 200_000;

/** What a store, a catalog and the store's info let the engine do. */
export interface EngineParts {
  readonly catalog: Catalog;
  readonly store: Store;
  readonly info: StoreInfo;
  readonly signal: AbortSignal;
  /** Version of the facts when the question came (facts-version.ts). Default: read where it is needed. */
  readonly facts?: string;
  /** Only the terminal sets it; nothing that a panel, alert rule or setting says leads here. Default: hidden. */
  readonly smallGroups?: SmallGroups;
}

/** @throws QueryError, BackendError. */
export async function prepareQuery(parts: EngineParts, request: MetricRequest): Promise<PreparedQuery> {
  const parsed = parseQuery(request.stored, parts.catalog.metrics);
  const narrowed = await applyAdHocFilters(parts, parsed);
  const least = leastPeople(parts.info.settings, parts.store.settings.smallestGroup);
  const params = await withSources(parts, { metric: parsed.metric, params: narrowed.params });
  const k = leastFor(parsed.metric, params, least);
  const tz = zoneOf(parts, request.isAlert ? null : parsed.tz);
  const { me } = request;
  const phases = await readPhases(parts, { metric: parsed.metric, params, to: request.to });
  const before = startBefore({ metric: parsed.metric, params }, request, tz);
  const builtIns = { from: request.from, to: request.to, before, tz, phases, ...(me === undefined ? {} : { me }) };
  const text = parts.catalog.sqlOf(parsed.metric, params);
  return {
    parsed,
    params,
    sql: bindQuery(parsed.metric, text, { params, builtIns }),
    from: request.from,
    to: request.to,
    tz,
    ...(before === undefined ? {} : { before }),
    ...(phases === undefined ? {} : { phases }),
    settings: { default_tz: 'UTC', ...parts.info.settings, k },
    smallGroups: parts.smallGroups ?? 'hidden',
    notices: [
      ...narrowed.notices,
      ...oneAiNotices(parsed.metric, params),
      ...(isAboutPeople(parsed.metric, params) ? agreementNotices(k, least) : []),
    ],
  };
}

/**
 * Runs the metric's computation, if it has one. Pure: same rows, same result.
 * @throws BackendError when a computation would have to work on rows that were cut off.
 */
export function computeRows(
  catalog: Catalog,
  prepared: Omit<PreparedQuery, 'sql'>,
  result: { rows: Row[]; totalRows: number }
): MetricRows {
  const { metric } = prepared.parsed;
  const { params, settings, smallGroups, marks, together = [] } = prepared;
  const computed = runCompute(catalog, prepared, result);
  const reasonOf = marks === undefined ? () => null : markedBy(marks);
  const { rows: judged, uncompared } = judgeSmallGroups(metric, computed.rows, {
    params,
    k: smallGroups === 'shown' ? null : settings.k,
    tz: prepared.tz,
    isMarked: (row, count) => reasonOf(row, count) !== null,
  });
  const own = marks === undefined ? judged : judged.map(inSteps(metric, params, marks.k));
  const sorted = bySize(metric, params, own);
  const rows = together.length === 0 ? sorted : inTime([...sorted, ...together]);
  const why = marks === undefined ? null : whyHidden(rows, marks);
  const { listed } = computed;
  return {
    ...(why === null ? {} : { whyHidden: why }),
    ...(listed === undefined ? {} : { listed }),
    rows: rows.length > MAX_ROWS ? rows.slice(0, MAX_ROWS) : rows,
    totalRows: catalog.computeOf(metric.id) === undefined ? result.totalRows : rows.length,
    notices: [
      ...prepared.notices,
      ...(computed.notices ?? []),
      ...(marks === undefined ? [] : markNotices(rows, marks)),
      ...uncomparedNotices(uncompared, settings.k),
      ...(together.length === 0 ? [] : [togetherNotice(together)]),
    ],
  };
}

/** Charts take rows in the order of time; of the same time they stay as they are. */
function inTime(rows: readonly Row[]): Row[] {
  const at = ({ time }: Row): number => (time instanceof Date ? time.getTime() : 0);
  return rows.toSorted((one, other) => at(one) - at(other));
}

/** Rows with their numbers of people, before anything is hidden: to judge by, never to show. */
export function peopleRows(
  catalog: Catalog,
  prepared: Omit<PreparedQuery, 'sql'>,
  result: { rows: Row[]; totalRows: number }
): readonly Row[] {
  return runCompute(catalog, { ...prepared, onlyPeople: true }, result).rows;
}

function runCompute(
  catalog: Catalog,
  prepared: Omit<PreparedQuery, 'sql'> & Pick<ComputeContext, 'onlyPeople'>,
  result: { rows: Row[]; totalRows: number }
): ComputeResult {
  const { params, from, to, before, tz, phases, settings, onlyPeople, hidden = {} } = prepared;
  const { metric } = prepared.parsed;
  const compute = catalog.computeOf(metric.id);
  if (compute !== undefined || isAboutPeople(metric, params)) {
    refuseCutInput(metric, result);
  }
  const { questions } = catalog;
  return (
    compute?.(result.rows, {
      ...{ params, from, to, tz, settings, random: seededRandom, questions, hidden },
      ...(before === undefined ? {} : { before }),
      ...(phases === undefined ? {} : { phases }),
      ...(onlyPeople === undefined ? {} : { onlyPeople }),
    }) ?? { rows: result.rows }
  );
}

/** Whether small groups are hidden in the answer. Then siblings that were cut off could not be judged. */
function isAboutPeople(metric: Metric, params: ParamValues): boolean {
  return peopleRules(metric, params).some(({ count }) => count !== null);
}

function refuseCutInput(metric: Metric, { rows, totalRows }: { rows: Row[]; totalRows: number }): void {
  if (totalRows > rows.length) {
    throw new BackendError({
      code: 'too_many_rows',
      status: 400,
      message: `${metric.id} would have to compute on ${String(totalRows)} rows and takes at most ${String(MAX_ROWS)}: choose a shorter range, fewer groups or a filter.`,
    });
  }
}

/**
 * Zone of a query, else of the organisation. No data source has one of its own: weeks that begin in two zones differ by hours, in which one person
 * may have worked.
 */
export function zoneOf({ info }: Pick<EngineParts, 'info'>, ofQuery: string | null): string {
  const ofOrganisation = info.settings['default_tz'];
  return ofQuery ?? (typeof ofOrganisation === 'string' ? ofOrganisation : 'UTC');
}
