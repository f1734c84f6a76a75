/** Numbers that Postgres packed: big-endian, as its *send functions write them, and in base64. Absent = none. */

/** The bytes of base64 text; line breaks in it are skipped. */
export function bytesOf(packed: unknown): DataView {
  const bytes = Buffer.from(typeof packed === 'string' ? packed : '', 'base64');
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** int8 at a place, which is no negative number and not above 2^53. */
export function bigAt(bytes: DataView, at: number): number {
  return bytes.getUint32(at) * 4294967296 + bytes.getUint32(at + 4);
}

/** int8 at a place as the key of a human: 53 of the 64 bits, as good as all for telling thousands of people apart. */
export function keyAt(bytes: DataView, at: number): number {
  return (bytes.getUint32(at) & 0x1fffff) * 4294967296 + bytes.getUint32(at + 4);
}

/** int4, one after the other. */
export function integers(packed: unknown): Int32Array {
  const bytes = bytesOf(packed);
  const found = new Int32Array(bytes.byteLength / 4);
  for (let index = 0; index < found.length; index += 1) {
    found[index] = bytes.getInt32(index * 4);
  }
  return found;
}
