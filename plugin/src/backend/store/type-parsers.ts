import pg from 'pg';

/** What a metric's SQL may return: numbers of every width as float64, instants as Date; everything else as pg reads it. */
export const typeParsers: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') => {
    const parser = format === 'binary' ? undefined : PARSERS.get(oid);
    return parser ?? (pg.types.getTypeParser(oid, format) as (text: string) => unknown);
  },
};

const INT8 = 20;
const NUMERIC = 1700;
const DATE = 1082;
const TIMESTAMPTZ = 1184;
const INT8_ARRAY = 1016;
const NUMERIC_ARRAY = 1231;
const TEXT_ARRAY = 1009;

const PARSERS: ReadonlyMap<number, (text: string) => unknown> = new Map<number, (text: string) => unknown>([
  [INT8, Number],
  [NUMERIC, Number],
  [DATE, (text: string) => new Date(`${text}T00:00:00Z`)],
  [TIMESTAMPTZ, parseInstant],
  [INT8_ARRAY, numberList],
  [NUMERIC_ARRAY, numberList],
]);

const readInstant = pg.types.getTypeParser(TIMESTAMPTZ) as (text: string) => Date;
const readTexts = pg.types.getTypeParser(TEXT_ARRAY as number) as (text: string) => Array<string | null>;

function numberList(text: string): Array<number | null> {
  return readTexts(text).map((entry) => (entry === null ? null : Number(entry)));
}

/**
 * `2026-03-29 01:00:00[.123456]+00` as a Date, five times as fast as the general parser: the session's zone is UTC, so anything
 * else (BC, infinity, five-digit years) is rare and goes the general way.
 */
export function parseInstant(text: string): Date {
  if (text.length < 22 || text[4] !== '-' || text[10] !== ' ' || !text.endsWith('+00')) {
    return readInstant(text);
  }
  const two = (at: number) => (text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48;
  const fraction = text[19] === '.' ? Number(`0${text.slice(19, -3)}`) : 0;
  const year = two(0) * 100 + two(2);
  const whole = Date.UTC(year, two(5) - 1, two(8), two(11), two(14), two(17));
  return year < 100 ? readInstant(text) : new Date(whole + Math.floor(fraction * 1000));
}
