/** A visualization that would draw numbers as what they are not says one sentence of what to choose instead. */
import { FieldType, type DataFrame } from '@grafana/data';

/** Without a field, and with the reason: `why-nothing.ts` shows it. */
export const unfit = (frame: DataFrame, text: string): DataFrame => ({
  ...frame,
  length: 0,
  fields: [],
  meta: { ...frame.meta, notices: [{ severity: 'info', text }] },
});

export const isKnown = (value: unknown): value is number => typeof value === 'number' && !Number.isNaN(value);

/** Numbers of a frame that are known. */
export const numbersOf = ({ fields }: DataFrame): number[] =>
  fields
    .filter(({ type }) => type === FieldType.number)
    .flatMap(({ values }) => values as unknown[])
    .filter(isKnown);

/** Places of the points that an XY chart draws: of each number beside the first one, the most that one of them has. */
export function pointsOf({ fields }: DataFrame): number {
  const [x, ...others] = fields.filter(({ type }) => type === FieldType.number).map(({ values }) => values as unknown[]);
  const places = others.map((other) =>
    new Set(other.flatMap((y, row) => (isKnown(y) && isKnown(x?.[row]) ? [`${String(x[row])} ${String(y)}`] : []))).size
  );
  return Math.max(0, ...places);
} // prettier-ignore
