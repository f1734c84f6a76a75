/** How a CSV cell is read. Each reader throws a plain Error that says what was expected; the caller adds file, line and column. */

export type Cell = string | number | Date | null;

export const list = (names: readonly string[]): string => names.join(', ');

export const text = (raw: string): string => raw;

export function email(raw: string): string {
  if (!/^[^\s@<>]+@[^\s@<>]+$/.test(raw)) {
    throw new Error('is not a mail address');
  }
  return raw.toLowerCase();
}

export function integer(raw: string): number {
  if (!/^\d+$/.test(raw) || !Number.isSafeInteger(Number(raw))) {
    throw new Error('is not a whole number of 0 or more');
  }
  return Number(raw);
}

export function number(raw: string): number {
  if (!/^-?\d+(\.\d+)?$/.test(raw)) {
    throw new Error('is not a number with a decimal point');
  }
  return Number(raw);
}

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
  if (!/^\d{4}-\d{2}-\d{2}$/.test(raw) || Number.isNaN(value.getTime()) || value.toISOString().slice(0, 10) !== raw) {
    throw new Error('is not a date like 2026-01-31');
  }
  return value;
}

/** An instant: a UTC day, or ISO 8601 with a zone. An instant without a zone is refused: it would mean another moment on every machine. */
export function instant(raw: string): Date {
  if (/^\d{4}-\d{2}-\d{2}$/.test(raw)) {
    return date(raw);
  }
  const value = new Date(raw);
  if (
    !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/.test(raw) ||
    Number.isNaN(value.getTime())
  ) {
    throw new Error('is not an instant like 2026-01-31T10:00:00Z');
  }
  return value;
}

export const oneOf =
  (...allowed: readonly string[]) =>
  (raw: string): string => {
    if (!allowed.includes(raw.toLowerCase())) {
      throw new Error(`is not one of ${list(allowed)}`);
    }
    return raw.toLowerCase();
  };
