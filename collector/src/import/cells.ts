/** How a CSV cell is read. Each reader throws a plain Error that says what was expected; the caller adds file, line and column. */

import { AHEAD_MS } from '../incident-rows.ts';
import { pattern } from '../text/pattern.ts';

export type Cell = string | number | Date | null;

export const list = (names: readonly string[]): string => names.join(', ');

export const text = (raw: string): string => raw;

const EMAIL = pattern`^[^\s@<>]+@[^\s@<>]+$`;
const WHOLE = pattern`^\d{1,17}$`;
const NUMBER = pattern`^-?\d{1,17}(\.\d{1,17})?$`;
const DAY = pattern`^\d{4}-\d{2}-\d{2}$`;
const INSTANT = pattern`^(?P<day>\d{4}-\d{2}-\d{2})T(?P<hour>\d{2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?P<fraction>\.\d{1,9})?)?(?:Z|(?P<sign>[+-])(?P<offHour>\d{2}):?(?P<offMinute>\d{2}))$`;
const SHA = pattern`^(?:[0-9a-f]{7,40}|[0-9a-f]{64})$`;

export function email(raw: string): string {
  if (raw.length > 320 || !EMAIL.test(raw)) {
    throw new Error('is not a mail address');
  }
  return raw.toLowerCase();
}

export function integer(raw: string): number {
  if (!WHOLE.test(raw) || !Number.isSafeInteger(Number(raw))) {
    throw new Error('is not a whole number of 0 or more');
  }
  return Number(raw);
}

export function number(raw: string): number {
  if (!NUMBER.test(raw)) {
    throw new Error('is not a number with a decimal point');
  }
  return Number(raw);
}

/** A whole number of 0 to `most`: more is a fault of who wrote it. */
export const upTo =
  (most: number) =>
  (raw: string): number => {
    const value = integer(raw);
    if (value > most) throw new Error(`is absurd: more than ${most.toLocaleString('en')}`);
    return value;
  };

/** An amount of 0 to `most`. */
export const amountUpTo =
  (most: number) =>
  (raw: string): number => {
    const value = number(raw);
    if (value < 0) throw new Error('is negative');
    if (value > most) throw new Error(`is absurd: more than ${most.toLocaleString('en')}`);
    return value;
  };

export function fraction(raw: string): number {
  const value = number(raw);
  if (value < 0 || value > 1) {
    throw new Error('is not between 0 and 1');
  }
  return value;
}

/** A UTC day. */
export function date(raw: string): Date {
  const value = new Date(`${raw}T00:00:00Z`);
  if (!DAY.test(raw) || Number.isNaN(value.getTime()) || value.toISOString().slice(0, 10) !== raw) {
    throw new Error('is not a date like 2026-01-31');
  }
  return value;
}

/** A UTC day that has begun. */
export function pastDate(raw: string): Date {
  const value = date(raw);
  if (value.getTime() > Date.now() + AHEAD_MS) throw new Error('lies in the future');
  return value;
}

/** Milliseconds since midnight UTC of an hour in its zone; null = there is no such time. */
function timeOf(parts: Readonly<Record<string, string | undefined>>): number | null {
  const [hour, minute, second] = [parts['hour'], parts['minute'], parts['second'] ?? '0'].map(Number) as [
    number,
    number,
    number,
  ];
  const [offHour, offMinute] = [parts['offHour'] ?? '0', parts['offMinute'] ?? '0'].map(Number) as [number, number];
  // Dates roll over what is too large: 25:00 would silently be the next day.
  if (hour > 23 || minute > 59 || second > 59 || offHour > 14 || offMinute > 59) return null;
  const offset = (parts['sign'] === '-' ? -1 : 1) * (offHour * 60 + offMinute);
  const fraction = Math.floor(Number(`0${parts['fraction'] ?? ''}`) * 1000);
  return ((hour * 60 + minute - offset) * 60 + second) * 1000 + fraction;
}

/** An instant: a UTC day, or ISO 8601 with a zone. An instant without a zone is refused: it would mean another moment on every machine. */
export function instant(raw: string): Date {
  if (DAY.test(raw)) {
    return date(raw);
  }
  const parts = INSTANT.exec(raw.slice(0, 64))?.named;
  const time = parts === undefined ? null : timeOf(parts);
  const isDay = parts !== undefined && isDayThatIs(parts['day'] ?? '');
  if (time === null || !isDay) {
    throw new Error('is not an instant like 2026-01-31T10:00:00Z');
  }
  return new Date(date(parts['day'] ?? '').getTime() + time);
}

function isDayThatIs(day: string): boolean {
  try {
    date(day);
    return true;
  } catch {
    return false;
  }
}

/** A commit: 7 to 40 hexadecimal digits (64 with SHA-256), in either case. */
export function sha(raw: string): string {
  const folded = raw.toLowerCase();
  if (!SHA.test(folded)) {
    throw new Error('is not a commit (7 to 40 hexadecimal digits)');
  }
  return folded;
}

export const oneOf =
  (...allowed: readonly string[]) =>
  (raw: string): string => {
    if (!allowed.includes(raw.toLowerCase())) {
      throw new Error(`is not one of ${list(allowed)}`);
    }
    return raw.toLowerCase();
  };
