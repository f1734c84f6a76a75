/** Numbers that Postgres packed: big-endian, as its *send functions write them, and in base64. Absent = none. */

/** The bytes of base64 text; line breaks in it are skipped. */
export function bytesOf(packed: unknown): DataView {
  const bytes = Buffer.from(typeof packed === 'string' ? packed : '', 'base64');
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
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
