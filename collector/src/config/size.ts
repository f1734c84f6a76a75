/** Sizes as people write them: `20GB`. */
import { z } from 'zod';

const UNITS: Readonly<Record<string, number>> = { kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12 };

/** Bytes of `500MB`, `1.5 TB` or `2GiB`; null = it is no size. */
export function bytesOf(text: string): number | null {
  const { number = '', unit = '', binary = '' } = /^(?<number>\d{1,12}(?:\.\d{1,6})?) ?(?<unit>[kmgt])(?<binary>i?)b$/i.exec(text.trim())?.groups ?? {}; // prettier-ignore
  const factor = UNITS[`${unit}b`.toLowerCase()];
  if (factor === undefined) return null;
  const power = Math.round(Math.log(factor) / Math.log(1e3));
  return Math.round(Number(number) * (binary === '' ? factor : 1024 ** power));
}

/** A size in bytes as people read it, e.g. `1.4 GB`. */
export function sizeText(bytes: number): string {
  const [name, factor] = Object.entries(UNITS).findLast(([, one]) => bytes >= one) ?? ['kb', 1e3];
  const value = bytes / factor;
  return `${value >= 100 || Number.isInteger(value) ? String(Math.round(value)) : value.toFixed(1)} ${name === 'kb' ? 'kB' : name.toUpperCase()}`;
}

/** @param least Smallest size that makes sense, as text. */
export const sizeSchema = (least: string): z.ZodType<number, string> =>
  z
    .string({ error: ({ input }) => `${JSON.stringify(input)} is no size: write a number with its unit, such as 20GB` })
    .transform((text, context) => {
      const bytes = bytesOf(text);
      const smallest = bytesOf(least) ?? 0;
      if (bytes !== null && bytes >= smallest) return bytes;
      const why =
        bytes === null
          ? 'is no size: write a number with its unit (kB, MB, GB or TB), such as 20GB'
          : `is too little: give at least ${least}`;
      context.addIssue({ code: 'custom', message: `${JSON.stringify(text)} ${why}` });
      return z.NEVER;
    });
