/** Numbers packed by query.sql. */

/** Weeks of a block. */
export const BLOCK_WEEKS = 60;

/** Base64 of big-endian int8, each split into value / 4096 and value mod 4096. Absent = empty. */
export function bigIntegers(packed: unknown): { high: Float64Array; low: Int32Array } {
  const bytes = bytesOf(packed);
  const count = bytes.byteLength / 8;
  const high = new Float64Array(count);
  const low = new Int32Array(count);
  for (let index = 0; index < count; index += 1) {
    const lower = bytes.getUint32(index * 8 + 4);
    high[index] = bytes.getUint32(index * 8) * 1048576 + (lower >>> 12);
    low[index] = lower & 4095;
  }
  return { high, low };
}

/** Base64 of big-endian int4. Absent = empty. */
export function integers(packed: unknown): Int32Array {
  const bytes = bytesOf(packed);
  return Int32Array.from({ length: bytes.byteLength / 4 }, (_, index) => bytes.getInt32(index * 4));
}

/** Bits of a number below 2^60 in decimal digits, lowest first. Absent = none set. */
export function bits(digits: unknown): Uint8Array {
  const found = new Uint8Array(BLOCK_WEEKS);
  if (typeof digits === 'string') {
    const number = BigInt(digits);
    const halves = [Number(number & 0x3fffffffn), Number(number >> 30n)];
    halves.forEach((half, side) => {
      for (let bit = 0; bit < 30; bit += 1) {
        found[side * 30 + bit] = (half >> bit) & 1;
      }
    });
  }
  return found;
}

function bytesOf(packed: unknown): DataView {
  // atob skips the line breaks that Postgres puts into base64.
  const text = typeof packed === 'string' ? atob(packed) : '';
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index += 1) {
    bytes[index] = text.charCodeAt(index);
  }
  return new DataView(bytes.buffer);
}
