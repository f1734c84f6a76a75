/**
 * What an answer may show beside other answers (metrics.md 15.2, 15.7, second promise): ranges by whole grains, groups whose remainder under
 * a filter or whose first or last week would be fewer than k people marked to be hidden. Within one answer small-groups.ts judges.
 */
import type { Dimension, Metric, Notice, ParamValues, Row } from '../../../metrics/define.ts';
import { isParamShown, migrateQuery, parseQuery, peopleRules } from '../../../metrics/query.ts';
import type { Bucket, Range } from '../../../statistics/buckets.ts';
import { bindQuery } from '../bind-query.ts';
import { dimensionValues } from '../dimensions.ts';
import {
  MAX_ROWS,
  peopleRows,
  prepareQuery,
  zoneOf,
  type EngineParts,
  type MetricRequest,
  type PreparedQuery,
} from '../run-metric.ts';
import { describedQuery, describingOf, findDescribed } from './find-described.ts';
import { edgeQuery } from './find-edges.ts';
import { findRemainders } from './find-remainders.ts';
import type { Mark, Marks } from './marks.ts';
import { cutBucket, snapRange } from './snap-range.ts';
import { whileFactsStay } from './while-facts-stay.ts';

/** A prepared query and what its answer must hide. */
export interface Gated {
  readonly prepared: PreparedQuery;
  /** Null = the rows are about nobody, or small groups are shown. May be awaited beside the statement. */
  readonly marks: () => Promise<Marks | null>;
}

const ALL_ROWS = 1_000_000;

/** @throws QueryError, BackendError. */
export async function prepareGated(parts: EngineParts, request: MetricRequest, now: Date): Promise<Gated> {
  const { metric, params } = parseQuery(request.stored, parts.catalog.metrics);
  const isAboutPeople = peopleRules(metric, params).some(({ count }) => count !== null);
  if (!isAboutPeople || (parts.smallGroups ?? 'hidden') !== 'hidden') {
    return { prepared: await prepareQuery(parts, request), marks: () => Promise.resolve(null) };
  }
  const tz = zoneOf(parts, null);
  const grain = request.isAlert ? 'day' : (metric.grain ?? 'week');
  const width = params['bucket'];
  const bucket =
    typeof width !== 'string' || width === 'none' || metric.params['bucket'] === undefined ? null : (width as Bucket);
  const range = request.from < request.to ? snapRange(request, { grain, bucket, tz, now }) : request;
  // The zone of a viewer would cut time buckets anew: every zone another answer.
  const given = migrateQuery(request.stored);
  const safe = safeParams(metric, params);
  const stored = { ...given, tz, params: { ...given.params, ...safe } };
  const asked = await prepareQuery(parts, { ...request, stored, from: range.from, to: range.to });
  const prepared = {
    ...asked,
    notices: [...asked.notices, ...rangeNotices(request, range, { grain, tz }), ...stepNotices(safe, params)],
  };
  return {
    prepared,
    marks: () =>
      prepared.settings.k <= 1
        ? Promise.resolve(null)
        : whileFactsStay(parts, questionOf(prepared), () => ask(parts, prepared, { ...request, bucket })),
  };
}

/** Said where whoever asks would miss something: the end of the range lies in a grain that is not closed. */
function rangeNotices(
  { isAlert, to }: MetricRequest,
  range: Range,
  { grain, tz }: { grain: 'day' | 'week'; tz: string }
): Notice[] {
  if (isAlert || range.to.getTime() === to.getTime()) return [];
  const last = new Intl.DateTimeFormat('en-GB', {
    timeZone: tz,
    day: 'numeric',
    month: 'short',
    year: 'numeric',
  }).format(range.to.getTime() - 1);
  return [{ severity: 'info', text: `Shown for closed ${grain}s up to ${last}.` }];
}

/** Numbers that cannot be walked: each at its step. Only those that differ from what was asked. */
function safeParams({ params: declared }: Metric, params: ParamValues): Record<string, number> {
  const stepped = Object.entries(declared).flatMap(([name, param]) => {
    if (param.kind !== 'number' || param.steps === undefined || !isParamShown(param, params)) return [];
    const step = param.steps.findLast((candidate) => candidate <= Number(params[name])) ?? param.steps[0];
    return step === undefined || step === params[name] ? [] : [[name, step] as const];
  });
  return Object.fromEntries(stepped);
}

function stepNotices(safe: Readonly<Record<string, number>>, params: ParamValues): Notice[] {
  return Object.entries(safe).map(([name, step]) => ({
    severity: 'info',
    text: `${name} ${String(params[name])} is answered as ${String(step)}: answers of numbers close by would differ by single people.`,
  }));
}

function questionOf({ parsed, params, from, to, tz, settings }: PreparedQuery): string {
  return JSON.stringify([parsed.metric.id, params, from, to, tz, settings.k]);
}

async function ask(
  parts: EngineParts,
  prepared: PreparedQuery,
  { isAlert, bucket }: { isAlert: boolean; bucket: Bucket | null }
): Promise<Marks> {
  const { k } = prepared.settings;
  const asked = { metric: prepared.parsed.metric, params: prepared.params };
  const described = findDescribed(asked, await readDescribed(parts, asked), k);
  if (described.some(({ labels }) => labels.length === 0)) return { marks: described, k };
  const [remainders, edges] = await Promise.all([
    findRemainders({
      ...asked,
      k,
      run: (params) => runAgain(parts, prepared, params),
      valuesOf: (dimension) => readValues(parts, dimension),
    }),
    isAlert ? Promise.resolve([]) : findEdges(parts, prepared, bucket),
  ]);
  return { marks: [...described, ...remainders, ...edges], k };
}

/** Nothing is read for a question that describes nobody. */
async function readDescribed(parts: EngineParts, asked: Parameters<typeof describingOf>[0]): Promise<readonly Row[]> {
  const [dimension, ...more] = describingOf(asked);
  if (dimension === undefined || more.length > 0) return [];
  const { store, signal } = parts;
  const read = async () => (await store.run(describedQuery(dimension), { signal, maxRows: ALL_ROWS })).rows;
  return whileFactsStay(parts, `people by ${dimension}`, read);
}

async function runAgain(
  { catalog, store, signal }: EngineParts,
  prepared: PreparedQuery,
  params: ParamValues
): Promise<readonly Row[]> {
  const { parsed, from, to, tz } = prepared;
  const sql = bindQuery(parsed.metric, catalog.sqlOf(parsed.metric, params), {
    params,
    builtIns: { from, to, tz, onlyPeople: true },
  });
  return peopleRows(catalog, { ...prepared, params }, await store.run(sql, { signal, maxRows: MAX_ROWS }));
}

async function readValues(parts: EngineParts, dimension: Dimension): Promise<readonly string[]> {
  const { store, signal } = parts;
  const read = async () => (await store.run(dimensionValues(dimension, {}), { signal, maxRows: ALL_ROWS })).rows;
  return (await whileFactsStay(parts, `values of ${dimension}`, read)).map((row) => String(row['value']));
}

async function findEdges(parts: EngineParts, prepared: PreparedQuery, bucket: Bucket | null): Promise<Mark[]> {
  const { store, signal } = parts;
  const { parsed, params, from, to, tz, settings } = prepared;
  const { metric } = parsed;
  const unit = metric.units?.find(({ when }) =>
    Object.entries(when ?? {}).every(([name, values]) => values.includes(String(params[name])))
  )?.of;
  const cut = bucket === null ? from : cutBucket({ from, to }, { bucket, tz });
  if (unit === undefined || cut === null) return [];
  const range = { from: cut, to };
  const { labels, sql } = edgeQuery({ metric, params, unit, range, tz, k: settings.k, isStartOpen: bucket === null });
  // The panels of a board mostly count the same units: they share one answer.
  const read = async () => (await store.run(sql, { signal, maxRows: ALL_ROWS })).rows;
  const rows = await whileFactsStay(parts, JSON.stringify(sql), read);
  const keys = rows.map((row) => String(row['key']));
  if (keys.length === 0) return [];
  return bucket === null
    ? [{ labels, keys, reason: 'edge' }]
    : [
        {
          labels: ['time', ...labels],
          keys: keys.map((key) => JSON.stringify([String(cut.getTime()), ...(JSON.parse(key) as unknown[])])),
          reason: 'edge',
        },
      ];
}
