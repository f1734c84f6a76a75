/** `data_base64` of CloudEvents, in the open. Pure. */
import { writable } from '../../foreign.ts';

const PACKED = 'data_base64';

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function unpacked(entry: unknown): unknown {
  if (typeof entry !== 'object' || entry === null || !Object.hasOwn(entry, PACKED)) return entry;
  const { [PACKED]: data, ...rest } = entry as Record<string, unknown>;
  return typeof data === 'string' ? { ...rest, data: parsed(Buffer.from(data, 'base64').toString('utf8')) } : entry;
}

/** The body with `data` in place of each `data_base64`; as it came where there is none, or where it is no JSON. */
export function unwrapped(body: Buffer): Buffer {
  const text = body.toString('utf8');
  // Escapes may spell the name too.
  if (!text.includes(PACKED) && !text.includes('\\u')) return body;
  const document = parsed(text);
  const isPacked = [document].flat().some((entry) => unpacked(entry) !== entry);
  if (!isPacked) return body;
  return Buffer.from(JSON.stringify(writable(Array.isArray(document) ? document.map(unpacked) : unpacked(document))));
}
