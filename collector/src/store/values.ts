import { CollectorError } from '../errors.ts';
import { usableText } from '../foreign.ts';

/**
 * A text that Postgres can hold: NUL is written as the four characters `\x00`, half of a surrogate pair (bytes that were not UTF-8)
 * as U+FFFD. Other texts are returned as they are.
 */
export const storableText = usableText;

/** Years outside 0..9999 occur in real histories (broken clocks); Postgres wants them written otherwise than ISO 8601 does. */
function storableInstant(at: Date): string {
  const text = at.toISOString();
  if (text.length === 24 && !text.startsWith('0000-')) return text;
  const [, sign = '', year = '', rest = ''] = /^([+-])0*(\d{4,6})(-.*)$/.exec(text) ?? [];
  if (sign === '') {
    return text.startsWith('0000-') ? `0001${text.slice(4)} BC` : text;
  }
  return sign === '+' ? year + rest : `${String(Number(year) + 1).padStart(4, '0')}${rest} BC`;
}

/**
 * A value as JSON that Postgres reads into the column.
 * @throws CollectorError `invalid_value` for what no column can hold (NaN, an invalid date, a function).
 */
export function storable(value: unknown): unknown {
  switch (typeof value) {
    case 'string':
      return storableText(value);
    case 'boolean':
      return value;
    case 'bigint':
      return value.toString();
    case 'number':
      return Number.isFinite(value) ? value : invalid(value);
    case 'object':
      return storableObject(value);
    default:
      return invalid(value);
  }
}

function storableObject(value: object | null): unknown {
  if (value === null) {
    return null;
  }
  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? invalid(value) : storableInstant(value);
  }
  if (value instanceof Uint8Array) {
    return `\\x${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')}`;
  }
  if (Array.isArray(value)) {
    return value.map(storable);
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .map(([key, inner]) => [storableText(key), storable(inner)])
  );
}

function invalid(value: unknown): never {
  throw new CollectorError({
    code: 'invalid_value',
    message: `The value ${String(value)} cannot be stored. The connector must give null for what is unknown.`,
    fault: 'collector',
  });
}
