/**
 * What an answer may show beside other answers (metrics.md 15.2, 15.7, second promise): ranges by whole grains, groups whose remainder under
 * a filter or whose first or last week would be fewer than k people marked to be hidden. Within one answer small-groups.ts judges.
 */
import type { Dimension, Notice, ParamValues, Row, UnitName } from '../../../metrics/define.ts';
import { migrateQuery, parseQuery, peopleRules } from '../../../metrics/query.ts';
import type { Bucket, Range } from '../../../statistics/buckets.ts';
import { oneAiNotice, splitsOneAi, withoutSource } from '../ai-group.ts';
import { bindQuery, NO_VALUE } from '../bind-query.ts';
import { dimensionValues, type DimensionFilters } from '../dimensions.ts';
import { checkRange } from '../instant.ts';
import {
  MAX_ROWS,
  peopleRows,
  prepareQuery,
  zoneOf,
  type EngineParts,
  type MetricRequest,
  type PreparedQuery,
} from '../run-metric.ts';
import {
  countedQuery,
  describingOf,
  findDescribed,
  isDescribing,
  splitsAny,
  unitOf,
  valuesOfFew,
  yearQuery,
  type Asked,
} from './find-described.ts';
import { readAmong } from './among.ts';
import { rangeNotices, safeParams, stepNotices } from './as-asked.ts';
import { choiceQuery } from './find-choices.ts';
import type { Slow } from './find-edges.ts';
import { listMark, listQueries } from './find-lists.ts';
import { findMoved } from './find-moved.ts';
import { findRemainders } from './find-remainders.ts';
import { slowQuery } from './find-slow.ts';
import { blockNotice, type Mark, type Marks } from './marks.ts';
import { DESCRIBING, type Described } from './partition.ts';
import { describedRows } from './partitions.ts';
import { findEdges, findPartEdges, findShown, type Edges } from './read-edges.ts';
import { judgedRanges, refusedPhases, wholePhases } from './ranges.ts';
import { PERIOD, snapRange, type RangeGrain } from './snap-range.ts';
import { runByPeople } from './people-cells.ts';
import { judgedAs, partsOf, type JudgedUnit } from './judged.ts';
import { UNITS } from './units.ts';
import type { Cut } from './units-query.ts';
import { readRows, whileFactsStay } from './while-facts-stay.ts';

/** A prepared query and what its answer must hide. */
export interface Gated {
  readonly prepared: PreparedQuery;
  /** By whole grains, before edges of few people moved it (find-range.ts). */
  readonly whole: Range;
  /** Null = the rows are about nobody, or small groups are shown. May be awaited beside the statement; `parts` are of who waits. */
  readonly marks: (parts: EngineParts) => Promise<Marks | null>;
  /** All that the answer rests on beside the facts and the settings; null = it is of the moment at which it is asked. */
  readonly question: string | null;
  /** Why nothing may be shown at all, for the panel. */
  readonly refused?: Notice;
}

const NOT_SLOW: Slow = { few: [], keys: [] };

/** @throws QueryError, BackendError. */
export async function prepareGated(parts: EngineParts, request: MetricRequest, now: Date): Promise<Gated> {
  const { metric, params } = parseQuery(request.stored, parts.catalog.metrics);
  checkRange(request);
  const isAboutPeople = peopleRules(metric, params).some(({ count }) => count !== null);
  if (!isAboutPeople || (parts.smallGroups ?? 'hidden') !== 'hidden') {
    return ungated(parts, request);
  }
  const tz = zoneOf(parts, null);
  const width = params['bucket'];
  const bucket =
    typeof width !== 'string' || width === 'none' || metric.params['bucket'] === undefined ? null : (width as Bucket);
  // The zone of a viewer would cut time buckets anew: every zone another answer.
  const given = migrateQuery(request.stored);
  const safe = safeParams(metric, params);
  const stored = { ...given, tz, params: { ...given.params, ...safe } };
  const inGrain = async (grain: RangeGrain, shown: Range | null = null) => {
    const range = shown ?? snapRange(request, { grain, bucket, tz, now });
    const asked = await prepareQuery(parts, { ...request, stored, grain, from: range.from, to: range.to });
    const told =
      asked.phases !== undefined
        ? []
        : rangeNotices(request, range, { grain, tz, k: shown === null ? null : asked.settings.k });
    return { ...asked, notices: [...asked.notices, ...told, ...stepNotices(safe, params)] };
  };
  // A rule keeps the days that it names; where it names none it has those of a panel.
  const isRuleByDay = request.isAlert && request.isFitted !== true;
  const usual = await inGrain(isRuleByDay ? 'day' : (metric.grain ?? 'week'));
  // Not even a range may follow from it.
  if (splitsOneAi(metric, usual.params)) return refusedSource(parts, usual);
  const isByDay = isRuleByDay || metric.grain === 'day' || usual.settings.k <= 1;
  const slow = isByDay ? NOT_SLOW : await readSlow(parts, usual, now);
  const grain = slow.few.length + slow.keys.length > 0 ? 'four_weeks' : 'week';
  const whole = grain === 'four_weeks' ? await inGrain(grain) : usual;
  const closed = snapRange({ from: now, to: now }, { grain: 'week', bucket: null, tz, now }).to;
  const step = grain === 'week' ? 1 : PERIOD;
  const isMoved = !isByDay && whole.phases === undefined;
  const shown = isMoved ? await findShown(parts, whole, { bucket, slow, closed, step }) : null;
  const prepared =
    shown === null
      ? await wholePhases(parts, whole, { grain: isByDay ? 'day' : grain, bucket, slow, closed, step, now })
      : await inGrain(grain, shown);
  const asked = { isAlert: isRuleByDay, bucket, slow, closed };
  const question = questionOf(prepared, asked);
  return {
    prepared,
    whole: { from: whole.from, to: whole.to },
    marks: (own) =>
      prepared.settings.k <= 1
        ? Promise.resolve(null)
        : whileFactsStay(own, question, (shared) => ask(shared, prepared, asked)),
    question,
    ...refusedPhases(prepared),
  };
}

/** Part of what is one group is asked for: nothing is read. */
function refusedSource({ catalog }: EngineParts, asked: PreparedQuery): Gated {
  const { metric } = asked.parsed;
  const params = withoutSource(metric, asked.params);
  const { from, to, before, tz, phases } = asked;
  const sql = bindQuery(metric, catalog.sqlOf(metric, params), { params, builtIns: { from, to, before, tz, phases } });
  const prepared = { ...asked, params, sql };
  return { prepared, whole: asked, marks: () => Promise.resolve(null), question: null, refused: oneAiNotice };
}

/** Rows about nobody, or with nothing to hide. */
async function ungated(parts: EngineParts, request: MetricRequest): Promise<Gated> {
  const prepared = await prepareQuery(parts, request);
  const { metric } = prepared.parsed;
  if (metric.listsUnits !== true && splitsOneAi(metric, prepared.params)) return refusedSource(parts, prepared);
  const isSplit =
    (parts.smallGroups ?? 'hidden') === 'hidden' && metric.listsUnits !== true && (await splitsBlock(parts, prepared));
  return {
    prepared,
    whole: prepared,
    marks: () => Promise.resolve(null),
    question: null,
    ...refusedPhases(prepared),
    ...(isSplit ? { refused: blockNotice(prepared.settings.k) } : {}),
  };
}

/** Names an answer. A filter that leaves nothing is another question than none. */
function questionOf({ parsed, params, from, to, tz, phases, settings }: PreparedQuery, asked: AskedAs): string {
  const named = (_: string, value: unknown): unknown => (value === NO_VALUE ? 'no value' : value);
  return JSON.stringify([parsed.metric.id, params, from, to, tz, phases, settings.k, asked], named);
}

interface AskedAs extends Edges {
  readonly isAlert: boolean;
}

/** Of every range that rows show. */
async function ask(parts: EngineParts, prepared: PreparedQuery, asked: AskedAs): Promise<Marks> {
  const marks: Mark[] = [];
  for (const { asks, marked } of judgedRanges(prepared)) {
    const bucket = asks.params['bucket'] === 'none' ? null : asked.bucket;
    marks.push(...(await askRange(parts, asks, { ...asked, bucket })).map(marked));
  }
  return { marks, k: prepared.settings.k };
}

async function askRange(
  parts: EngineParts,
  prepared: PreparedQuery,
  { isAlert, bucket, ...edges }: AskedAs
): Promise<Mark[]> {
  const { k } = prepared.settings;
  const { params, from, to, tz, parsed } = prepared;
  const { metric } = parsed;
  const asked = { metric, params };
  const cut = bucket === null ? null : { bucket, tz };
  const units = { ...asked, unit: unitOf(asked), range: { from, to }, cut, k };
  const described = await findDescribedMarks(parts, units);
  if (described.some(({ labels, of }) => labels.length === 0 && of === undefined)) return described;
  const run = (changed: ParamValues) => runAgain(parts, prepared, changed);
  const found = await Promise.all([
    findRemainders({
      ...asked,
      k,
      run: runByPeople(parts, prepared, run),
      valuesOf: (dimension) => readValues(parts, dimension),
    }),
    findMoved({ ...asked, k, run }),
    findChoices(parts, units),
    isAlert ? Promise.resolve([]) : findEdges(parts, prepared, { bucket, ...edges }),
    isAlert ? Promise.resolve([]) : findPartEdges(parts, prepared, { bucket, ...edges }),
    findLists(parts, units),
  ]);
  return [...described, ...found.flat()];
}

interface UnitsAsked extends Asked {
  readonly unit: UnitName | null;
  readonly range: Range;
  readonly cut: Cut;
  readonly k: number;
}

/** Nothing is read for a question that describes nobody. */
async function findDescribedMarks(parts: EngineParts, { unit, k, ...asked }: UnitsAsked): Promise<Mark[]> {
  const describing = describingOf(asked);
  if (describing.length === 0) return [];
  if (describing.length > 1 || unit === null)
    return findDescribed(asked, { year: await readYear(parts), counted: [], labels: [], k });
  // Which of the values is asked for makes no difference to what is read: the panels of a board share it.
  const marksOf = async (judged: JudgedUnit): Promise<Mark[]> => {
    const [year, { labels, rows }] = await Promise.all([
      readYear(parts),
      readAmong(parts, { ...asked, unit: judged }, { build: countedQuery, isApart: (name) => !isDescribing(name) }),
    ]);
    return findDescribed(asked, { year, counted: rows, labels, k });
  };
  const found = [
    ...judgedAs(unit).map(marksOf),
    ...partsOf(unit).map(async ({ unit: part, of }) => (await marksOf(part)).map((mark) => ({ ...mark, of }))),
  ];
  return (await Promise.all(found)).flat();
}

/** Whether rows about nobody are narrowed to few people by who they are: which tool they got and when is theirs. Places have events of their own. */
async function splitsBlock(parts: EngineParts, { parsed, params, settings }: PreparedQuery): Promise<boolean> {
  const asked = { metric: parsed.metric, params };
  const isAboutWho = describingOf(asked).some((name) => name === 'team' || name === 'seniority');
  if (!isAboutWho || settings.k <= 1) return false;
  const who = {
    ...asked,
    params: Object.fromEntries(Object.entries(params).filter(([name]) => name !== 'repo' && name !== 'service')),
  };
  return findDescribed(who, { year: await readYear(parts), counted: [], labels: [], k: settings.k }).length > 0;
}

/** Whether filters describe people in one way only, and no part of a block: else the values that go with them would tell about a few. */
export async function isWhole(parts: EngineParts, filters: DimensionFilters, k: number): Promise<boolean> {
  const describing = DESCRIBING.filter((name) => (filters[name] ?? []).length > 0);
  const [name, ...more] = describing;
  if (name === undefined || k <= 1) return true;
  return more.length === 0 && !splitsAny(name, filters[name] ?? [], { year: await readYear(parts), k });
}

/** Groups whose ranges are counted in four weeks: their people are few, or few in many a week of the last year. */
async function readSlow(parts: EngineParts, { parsed, params, settings, tz }: PreparedQuery, now: Date): Promise<Slow> {
  const asked = { metric: parsed.metric, params };
  const unit = unitOf(asked);
  const describing = describingOf(asked);
  const few = describing.length === 1 ? valuesOfFew(asked, await readYear(parts), settings.k) : [];
  if (unit === null || UNITS[unit].isStock === true || describing.length > 1) return { few, keys: [] };
  const found = judgedAs(unit).map((judged) =>
    readAmong(parts, { ...asked, unit: judged, tz, k: settings.k, now }, { build: slowQuery, kept: 'hourly' })
  );
  const rows = (await Promise.all(found)).flatMap((one) => one.rows);
  return { few, keys: [...new Set(rows.map((row) => String(row['key'])))] };
}

async function readYear(parts: EngineParts): Promise<readonly Described[]> {
  return whileFactsStay(parts, 'people of the year', async (shared) =>
    describedRows(await readRows(shared, yearQuery()))
  );
}

async function findLists(parts: EngineParts, { unit, ...asked }: UnitsAsked): Promise<Mark[]> {
  const queries = unit === null ? [] : listQueries({ ...asked, unit });
  return Promise.all(queries.map(async (query) => listMark(query, await readRows(parts, query.sql), asked.k)));
}

async function findChoices(parts: EngineParts, { unit, ...asked }: UnitsAsked): Promise<Mark[]> {
  const query = unit === null ? null : choiceQuery({ ...asked, unit });
  if (query === null) return [];
  const keys = (await readRows(parts, query.sql)).map((row) => String(row['key']));
  return [{ labels: query.labels, keys, reason: 'choice' }];
}

/** Rows of the metric with other params, before anything is hidden: people alone. */
export async function runAgain(
  { catalog, store, signal }: EngineParts,
  prepared: PreparedQuery,
  params: ParamValues
): Promise<readonly Row[]> {
  const { parsed, from, to, before, tz, phases } = prepared;
  const sql = bindQuery(parsed.metric, catalog.sqlOf(parsed.metric, params), {
    params,
    builtIns: { from, to, before, tz, phases, onlyPeople: true },
  });
  return peopleRows(catalog, { ...prepared, params }, await store.run(sql, { signal, maxRows: MAX_ROWS }));
}

async function readValues(parts: EngineParts, dimension: Dimension): Promise<readonly string[]> {
  return (await readRows(parts, dimensionValues(dimension, {}))).map((row) => String(row['value']));
}
