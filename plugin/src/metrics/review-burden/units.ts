/** Changes of a group and the two sums of a measure, from the pack of query.sql. */
import type { Row } from '../define.ts';
import { bytesOf, keyAt } from '../parts/packs.ts';
import { numberOf } from '../parts/groups.ts';

const SIZE_AT = 8;
const TOP_AT = 12;
const BOTTOM_AT = 16;
const UNIT_BYTES = 20;
/** XS to XL, and those whose size is not known. */
export const SIZES = 6;

/** What one person has in a group: of all sizes, and by size. Whole numbers, so that sums are the same in whatever order. */
export interface Own {
  /** 0 = nobody knows who. */
  readonly key: number;
  readonly units: number;
  readonly tops: Float64Array;
  readonly bottoms: Float64Array;
}

export interface Burden {
  readonly n: number;
  /** By person. */
  readonly people: readonly Own[];
  /** Known humans who wrote the changes. */
  readonly authors: number;
  /** Known humans who reviewed them; where the measure is not about them, none. */
  readonly reviewers: number;
  /** Largest part of the changes that one human wrote or reviewed; null = nobody is known. */
  readonly oneShare: number | null;
  /** Of single changes, in no order. */
  readonly values: Float64Array;
}

export const sumOf = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, value) => sum + value, 0);

export function readBurden(row: Row): Burden {
  const pack = bytesOf(row['units']);
  const n = pack.byteLength / UNIT_BYTES;
  const people = new Map<number, { key: number; units: number; tops: Float64Array; bottoms: Float64Array }>();
  const values = new Float64Array(n);
  for (let unit = 0; unit < n; unit += 1) {
    const at = unit * UNIT_BYTES;
    const key = keyAt(pack, at);
    const size = pack.getInt32(at + SIZE_AT);
    const [top, bottom] = [pack.getInt32(at + TOP_AT), pack.getInt32(at + BOTTOM_AT)];
    const own = people.get(key) ?? { key, units: 0, tops: new Float64Array(SIZES), bottoms: new Float64Array(SIZES) };
    people.set(key, own);
    own.units += 1;
    own.tops[size] = (own.tops[size] ?? 0) + top;
    own.bottoms[size] = (own.bottoms[size] ?? 0) + bottom;
    values[unit] = top / bottom;
  }
  const known = [...people.values()].filter(({ key }) => key !== 0);
  const most = Math.max(numberOf(row['most_by_one']), ...known.map(({ units }) => units));
  return {
    n,
    people: [...people.values()],
    authors: known.length,
    reviewers: numberOf(row['reviewers']),
    oneShare: known.length === 0 ? null : most / n,
    values,
  };
}
