/** A visualization that would draw numbers as what they are not says one sentence of what to choose instead. */
import { FieldType, type DataFrame } from '@grafana/data';

/** Without a field, and with the reason: `why-nothing.ts` shows it. */
export const unfit = (frame: DataFrame, text: string): DataFrame => ({
  ...frame,
  length: 0,
  fields: [],
  meta: { ...frame.meta, notices: [{ severity: 'info', text }] },
});

/** Numbers of a frame that are known. */
export const numbersOf = ({ fields }: DataFrame): number[] =>
  fields
    .filter(({ type }) => type === FieldType.number)
    .flatMap(({ values }) => values as unknown[])
    .filter((value): value is number => typeof value === 'number' && !Number.isNaN(value));
