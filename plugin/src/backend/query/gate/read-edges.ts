/** Reads what find-edges.ts asks, as marks. */
import type { UnitName } from '../../../metrics/define.ts';
import type { Bucket } from '../../../statistics/buckets.ts';
import type { SqlQuery } from '../../store/database.ts';
import type { EngineParts, PreparedQuery } from '../run-metric.ts';
import { unitOf } from './find-described.ts';
import { beginQuery, edgeQuery, firstQuery, wayIn, type Slow } from './find-edges.ts';
import type { Mark } from './marks.ts';
import { cutBucket } from './snap-range.ts';
import { UNITS } from './units.ts';
import { readHourly, readRows } from './while-facts-stay.ts';

/** Groups whose first or last weeks in a range would follow beside another range. */
export async function findEdges(
  parts: EngineParts,
  { parsed, params, from, to, tz, settings }: PreparedQuery,
  { bucket, slow }: { readonly bucket: Bucket | null; readonly slow: Slow }
): Promise<Mark[]> {
  const asked = { metric: parsed.metric, params };
  const unit = unitOf(asked);
  const cut = bucket === null ? from : (cutBucket({ from, to }, { bucket, tz }) ?? to);
  if (unit === null || UNITS[unit].isStock === true) return [];
  const question = { ...asked, unit, tz, k: settings.k };
  const first = await readFirst(parts, unit);
  const begin = first === null ? null : wayIn(first);
  const isBegun = bucket === null && begin !== null && from <= begin.from;
  const { labels, sql } = edgeQuery({
    ...question,
    range: { from: cut, to },
    slow,
    isStartOpen: bucket === null,
    begin: isBegun ? begin : null,
  });
  const keysOf = async (query: SqlQuery) => (await readRows(parts, query)).map((row) => String(row['key']));
  const [edges, before] = await Promise.all([
    keysOf(sql),
    begin !== null && begin.from < from && from < begin.to
      ? keysOf(beginQuery({ ...question, range: { from: begin.from, to: from } }).sql)
      : [],
  ]);
  const marksAt = (keys: readonly string[], at: Date): Mark[] =>
    keys.length === 0
      ? []
      : bucket === null
        ? [{ labels, keys, reason: 'edge' }]
        : [{ labels: ['time', ...labels], keys: keys.map((key) => timedKey(at, key)), reason: 'edge' }];
  return [...marksAt(edges, cut), ...marksAt(before, from)];
}

const timedKey = (at: Date, key: string): string =>
  JSON.stringify([String(at.getTime()), ...(JSON.parse(key) as unknown[])]);

/** When the store has its first unit of a kind. */
async function readFirst(parts: EngineParts, unit: UnitName): Promise<Date | null> {
  const [row] = await readHourly(parts, firstQuery(unit));
  return row?.['at'] instanceof Date ? row['at'] : null;
}
