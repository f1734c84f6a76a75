/** Deployments per observed day: silence after observation began is zero, silence before is nothing (metrics.md 0.5). */
import { bucketsOf, nextBucket, type Bucket } from '../../statistics/buckets.ts';
import type { ComputeContext, Row } from '../define.ts';
import { SEPARATOR, textOf } from '../parts/groups.ts';
import { bytesOf } from '../parts/packs.ts';
import { cellOf, splitter, sumParts, type Deployments, type PartSums } from './deployments.ts';
import { figureOf, type Figure } from './figure.ts';
import { daysOf, outerOf, readGroup } from './groups.ts';
import { purityOf } from './rates.ts';

/** When observation began, by the values of team, repository and service that are asked for. */
export type Observed = ReadonlyMap<string, Date>;

/** Local days that count for nothing (from 2000-01-01 on), by the same: a freeze, or bad data. */
export type Closed = ReadonlyMap<string, ReadonlySet<number>>;

const NONE: ReadonlySet<number> = new Set();

export function readClosed(rows: readonly Row[]): Closed {
  const found = rows.filter((row) => row['role'] === 'closed');
  return new Map(
    found.map((row) => {
      const bytes = bytesOf(row['changes']);
      const days = Array.from({ length: bytes.byteLength / 4 }, (_one, n) => bytes.getInt32(4 * n));
      return [textOf(row['part']), new Set(days)];
    })
  );
}

export function readObserved(rows: readonly Row[]): Observed {
  const found = rows.filter((row) => row['role'] === 'observed' && typeof row['observed_from'] === 'number');
  return new Map(found.map((row) => [textOf(row['part']), new Date(Number(row['observed_from']) * 1000)]));
}

interface Period {
  readonly at: Date;
  readonly observed: Observed;
  readonly closed: Closed;
}

/** Deployment frequency: all of them are counted, so there is nothing to draw an interval from. */
export function frequencyFigures(groups: readonly Deployments[], period: Period, context: ComputeContext): Figure[] {
  const split = splitter(context);
  const known = new Map<string, ReadonlyMap<string, PartSums>>();
  const purities = new Map<string, number | null>();
  for (const group of groups) {
    const closed = period.closed.get(outerOf(group.cell, context));
    const all = closed === undefined ? group.all : group.all.filter(({ day }) => !closed.has(day));
    const splits = all.map(split);
    known.set(group.cell, sumParts(all, splits));
    purities.set(group.cell, purityOf(splits, context));
  }
  const cells = [...new Set([...known.keys(), ...silentCells(period, context)])];
  const parts = partsByOuter(known, context);
  return cells.flatMap((cell) => {
    const own = known.get(cell) ?? new Map<string, PartSums>();
    const isSilent = readGroup(cell, context).isBaseline ? [] : (parts.get(outerOf(cell, context)) ?? ['']);
    return [...new Set([...own.keys(), ...isSilent])].map((part) =>
      figureIn({ cell, part, sums: own.get(part), purity: purities.get(cell) ?? null }, period, context)
    );
  });
}

interface Counted {
  readonly cell: string;
  readonly part: string;
  /** Undefined = no deployment. */
  readonly sums: PartSums | undefined;
  readonly purity: number | null;
}

function figureIn(
  { cell, part, sums, purity }: Counted,
  { at, observed, closed }: Period,
  context: ComputeContext
): Figure {
  const known = figureOf(cellOf(cell, part), sums, context);
  const observedFrom = observed.get(outerOf(cell, context)) ?? null;
  const days = daysOf(known.group, { at, observedFrom, closed: closed.get(outerOf(cell, context)) ?? NONE }, context);
  const weight = sums?.allWeight ?? 0;
  // Observation began within the bucket.
  const isCut = known.group.time !== null && observedFrom !== null && observedFrom > known.group.time;
  return {
    ...known,
    // Nobody is behind what did not happen.
    isEmpty: sums === undefined || known.isEmpty,
    value: days === 0 ? null : weight / days,
    lo: null,
    hi: null,
    n: sums?.allCount ?? 0,
    status: days === 0 ? 'undefined' : isCut ? 'partial' : 'ok',
    cells: {
      weight_sum: weight,
      deployments: weight,
      purity,
      days_with_deploy_per_week: days === 0 ? null : (sums?.days.size ?? 0) / (days / 7),
    },
  };
}

/** Cells of the range that were observed, with deployments or without. */
function silentCells({ at, observed }: Period, context: ComputeContext): string[] {
  const bucket = String(context.params['bucket']);
  const join = (...parts: string[]): string => parts.filter((part) => part !== '').join(SEPARATOR);
  return [...observed].flatMap(([outer, from]) => {
    if (from >= at) return [];
    if (bucket === 'none') return [join('current', outer)];
    return bucketsOf({ from: context.from, to: at }, bucket as Bucket, context.tz)
      .filter((start) => nextBucket(start, bucket as Bucket, context.tz) > from)
      .map((start) => join('current', String(start.getTime() / 1000), outer));
  });
}

/** Values of the changes that are seen anywhere in the range: a source without a deployment in one month has zero there. */
function partsByOuter(
  known: ReadonlyMap<string, ReadonlyMap<string, PartSums>>,
  context: ComputeContext
): ReadonlyMap<string, readonly string[]> {
  const parts = new Map<string, Set<string>>();
  for (const [cell, sums] of known) {
    const outer = outerOf(cell, context);
    const found = parts.get(outer) ?? new Set();
    parts.set(outer, found);
    for (const part of sums.keys()) found.add(part);
  }
  return new Map([...parts].map(([outer, found]) => [outer, [...found]]));
}
