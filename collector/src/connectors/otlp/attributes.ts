/** Reading of payloads in which anything may stand where anything is expected. */
import { createHash } from 'node:crypto';

export type Fields = Readonly<Record<string, unknown>>;

export const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {}); // prettier-ignore
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Attributes by name, values as they stand. */
export type Attributes = ReadonlyMap<string, Fields>;

export function attributesOf(list: unknown): Map<string, Fields> {
  const found = new Map<string, Fields>();
  for (const entry of listOf(list)) {
    const { key, value } = fieldsOf(entry);
    if (typeof key === 'string') found.set(key, fieldsOf(value));
  }
  return found;
}

/** The first of the fields that is set: messages of protobuf inherit a default for each that is not. */
export function ownOf(value: Fields | undefined, names: readonly string[]): unknown {
  const name = value === undefined ? undefined : names.find((one) => Object.hasOwn(value, one));
  return name === undefined ? undefined : value?.[name];
}

/** Longest text that is kept of an attribute. */
const LONGEST = 200;

/** Text of an attribute: a string, number or boolean; null = none, or empty. */
export function textOf(value: Fields | undefined): string | null {
  const found = ownOf(value, ['stringValue', 'intValue', 'doubleValue', 'boolValue']);
  if (typeof found !== 'string' && typeof found !== 'number' && typeof found !== 'boolean') return null;
  const text = String(found).trim();
  return text === '' ? null : text.slice(0, LONGEST);
}

/** Number of an attribute, or of a text that is one; null = none. */
export function numberOf(value: Fields | undefined): number | null {
  const text = textOf(value);
  const number = text === null ? NaN : Number(text);
  return Number.isFinite(number) ? number : null;
}

/** The first of the names that is there. */
export function firstOf(names: readonly string[], ...maps: readonly Attributes[]): string | null {
  for (const name of names) {
    for (const map of maps) {
      const text = textOf(map.get(name));
      if (text !== null) return text;
    }
  }
  return null;
}

/** Milliseconds, with fractions, of an instant in nanoseconds; null = none is given. */
export function msOf(nanoseconds: unknown): number | null {
  const number = typeof nanoseconds === 'string' || typeof nanoseconds === 'number' ? Number(nanoseconds) : NaN;
  return Number.isFinite(number) && number > 0 ? Math.round(number / 1000) / 1000 : null;
}

/** Hex of an id, which is text in JSON and bytes in protobuf; '' = none. */
export const hexOf = (id: unknown): string =>
  typeof id === 'string' ? id.toLowerCase().slice(0, 64) : id instanceof Uint8Array ? Buffer.from(id).toString('hex') : ''; // prettier-ignore

export const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);

const plain = (value: unknown): unknown =>
  value instanceof Uint8Array ? Buffer.from(value).toString('base64') : typeof value === 'bigint' ? String(value) : value; // prettier-ignore

/** All attributes in one text, whatever their order and wire format: what tells one series from another. */
export function signatureOf(attributes: Attributes): string {
  const pairs = [...attributes].map(([key, value]) => {
    const text = textOf(value);
    return [key, text ?? JSON.stringify(value, (_key, one) => plain(one))];
  });
  return JSON.stringify(pairs.sort(([a], [b]) => ((a ?? '') < (b ?? '') ? -1 : 1)));
}
