/**
 * Contents of changed lines, reduced to what the rules need: for each line a hash of its characters without white space, and their
 * number. The hash is polynomial, so the hash of a joined text follows from those of its lines.
 */
export interface LineContents {
  readonly hashes: Int32Array;
  readonly lengths: Int32Array;
}

/** No lines. */
export const NO_CONTENTS: LineContents = { hashes: new Int32Array(0), lengths: new Int32Array(0) };

const PRIME = 0x2f0b4a87;

/** Growing list of line contents; `take` gives what was collected and starts anew. */
export interface ContentCollector {
  add(buffer: Buffer, from: number, to: number): void;
  take(): LineContents;
}

/** Lists of two numbers per line, reused between files so that nothing is allocated per line. */
export function contentCollector(): ContentCollector {
  let hashes = new Int32Array(256);
  let lengths = new Int32Array(256);
  let count = 0;
  return {
    add(buffer, from, to) {
      if (count === hashes.length) {
        hashes = grown(hashes);
        lengths = grown(lengths);
      }
      let hash = 0;
      let length = 0;
      for (let at = from; at < to; at++) {
        const byte = buffer[at] as number;
        // Everything up to the space is white space or control: tabs, carriage returns, form feeds.
        if (byte > 32) {
          hash = (Math.imul(hash, PRIME) + byte) | 0;
          length++;
        }
      }
      hashes[count] = hash;
      lengths[count++] = length;
    },
    take() {
      if (count === 0) return NO_CONTENTS;
      const taken = { hashes: hashes.slice(0, count), lengths: lengths.slice(0, count) };
      count = 0;
      return taken;
    },
  };
}

function grown(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}

/** Lines from..to (exclusive) of a list, as one text without white space. */
export function joinedContent(contents: LineContents, from: number, to: number): { hash: number; length: number } {
  let hash = 0;
  let length = 0;
  for (let at = from; at < to; at++) {
    const lineLength = contents.lengths[at] as number;
    hash = (Math.imul(hash, power(lineLength)) + (contents.hashes[at] as number)) | 0;
    length += lineLength;
  }
  return { hash, length };
}

function power(exponent: number): number {
  let result = 1;
  for (let base = PRIME, rest = exponent; rest > 0; rest >>= 1) {
    if (rest & 1) result = Math.imul(result, base);
    base = Math.imul(base, base);
  }
  return result;
}

/** Lines with at most three visible characters (brackets, blank lines) say nothing about durability (metrics.md §1). */
export const EFFECTIVE_MIN_LENGTH = 4;
