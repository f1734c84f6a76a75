/**
 * Where half of the groups of an answer or more are hidden (two groups, one of them of few people) it says at least what all of them are together:
 * the answer to the same question without the group, which anybody may ask. So it tells nothing more, and a board is not empty.
 */
import type { Dimension, ParamValues, Row } from '../../../metrics/define.ts';
import { columnsOf, migrateQuery } from '../../../metrics/query.ts';
import { computeRows, MAX_ROWS, type EngineParts, type MetricRequest, type PreparedQuery } from '../run-metric.ts';
import { groupsOf } from './find-described.ts';
import { prepareGated, type Gated } from './gate.ts';
import { keyOf } from './marks.ts';
import { TOGETHER } from './together-notice.ts';
import { whileFactsStay } from './while-facts-stay.ts';

/** A question that was run and judged. */
export interface Judged {
  readonly prepared: PreparedQuery;
  readonly result: { readonly rows: Row[]; readonly totalRows: number; readonly sqlMs: number };
}

/** What is run, and when. */
export interface Running {
  readonly request: MetricRequest;
  readonly gated: Gated;
  readonly now: Date;
}

/** Runs the statement of a question and what judges it beside one another. @throws BackendError. */
export async function runGated(parts: EngineParts, running: Running): Promise<Judged> {
  const { request, gated } = running;
  const { store, signal } = parts;
  const [result, marks] = await Promise.all([
    store.run(gated.prepared.sql, { signal, maxRows: MAX_ROWS }),
    gated.marks(parts),
  ]);
  if (marks === null) return { prepared: gated.prepared, result };
  const prepared = { ...gated.prepared, marks };
  const grouping = request.isAlert ? null : groupingOf(prepared);
  if (grouping === null) return { prepared, result };
  const together = await whileFactsStay(parts, `together ${gated.question ?? ''}`, (shared) =>
    readTogether(shared, running, { prepared, result, grouping })
  );
  return { prepared: together.length === 0 ? prepared : { ...prepared, together }, result };
}

interface Grouping {
  readonly param: string;
  readonly dimension: Dimension;
}

/** The one dimension that the answer has rows by; null = none or several. */
function groupingOf({ params, parsed: { metric } }: PreparedQuery): Grouping | null {
  const [dimension, ...more] = groupsOf({ metric, params });
  const param = Object.keys(metric.params).find((name) => metric.params[name]?.kind === 'groupBy');
  return dimension === undefined || more.length > 0 || param === undefined ? null : { param, dimension };
}

/** Rows of all groups as one, for each time and other label of which half of the groups or more cannot be shown. Without intervals. */
async function readTogether(
  parts: EngineParts,
  { request, now }: Running,
  { prepared, result, grouping }: Judged & { readonly grouping: Grouping }
): Promise<readonly Row[]> {
  const { params, from, to } = prepared;
  const { metric } = prepared.parsed;
  const quiet: ParamValues = metric.params['ci'] === undefined ? {} : { ci: false };
  const usual = computeRows(parts.catalog, { ...prepared, params: { ...params, ...quiet } }, result);
  const labels = columnsOf(metric, params)
    .filter(({ role, name }) => (role === 'time' || role === 'label') && name !== grouping.dimension)
    .map(({ name }) => name);
  const hidden = mostlyHidden(usual.rows, labels);
  if (hidden.size === 0) return [];
  const given = migrateQuery(request.stored);
  const stored = { ...given, params: { ...given.params, ...quiet, [grouping.param]: [] } };
  const gated = await prepareGated(parts, { ...request, stored, from, to }, now);
  // With buckets of time the first ones may be others: rows are found by their time.
  const isSameStart = labels.includes('time') || gated.prepared.from.getTime() === from.getTime();
  if (!isSameStart || gated.prepared.to.getTime() !== to.getTime() || gated.refused !== undefined) return [];
  const whole = await runGated(parts, { request: { ...request, stored }, gated, now });
  const { rows } = computeRows(parts.catalog, whole.prepared, whole.result);
  // What it hides would follow from its total and from groups that are shown: all of it can be seen, or none of it is taken.
  if (rows.some(({ status }) => status === 'suppressed_k')) return [];
  return rows
    .filter((row) => hidden.has(keyOf(row, labels)) && isTold(row))
    .map((row) => ({ ...row, [grouping.dimension]: TOGETHER }));
}

const isTold = ({ n, status }: Row): boolean =>
  typeof n === 'number' && n > 0 && status !== 'suppressed_k' && status !== 'bad_config';

/** Values of the labels of which at least as many groups are hidden as are told. */
export const mostlyHidden = (rows: readonly Row[], labels: readonly string[]): ReadonlySet<string> =>
  keysOf(rows, labels, (hidden, told) => hidden >= told);

/** Values of the labels of which every group is hidden. */
export const allHidden = (rows: readonly Row[], labels: readonly string[]): ReadonlySet<string> =>
  keysOf(rows, labels, (_hidden, told) => told === 0);

/** Those that hide something, and as much. A group of nobody has nothing to show and hides nothing. */
function keysOf(
  rows: readonly Row[],
  labels: readonly string[],
  isAsMuch: (hidden: number, told: number) => boolean
): ReadonlySet<string> {
  const byKey = Map.groupBy(rows, (row) => keyOf(row, labels));
  const isTaken = (own: readonly Row[]): boolean => {
    const hidden = own.filter(({ status }) => status === 'suppressed_k').length;
    return hidden > 0 && isAsMuch(hidden, own.filter(isTold).length);
  };
  return new Set([...byKey].filter(([, own]) => isTaken(own)).map(([key]) => key));
}
