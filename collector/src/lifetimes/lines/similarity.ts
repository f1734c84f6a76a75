/** How much of a content is found in another, as git measures it when it looks for renames. */

/** A content by its pieces: lines, or 64 bytes of a longer line. */
export interface Measured {
  readonly size: number;
  /** Hashes of the pieces, ascending, each once. */
  readonly pieces: Uint32Array;
  /** Bytes of all pieces with that hash. */
  readonly bytes: Uint32Array;
}

const LONGEST_PIECE = 64;
const PRIME = 0x01000193;
// Hash and length of a piece in one number, so that sorting is native.
const LENGTHS = 128;

/** Carriage returns before line ends do not count. */
export function measure(content: Buffer): Measured {
  const found: number[] = [];
  let hash = 0;
  let length = 0;
  for (let at = 0; at < content.length; at++) {
    const byte = content[at] as number;
    if (byte === 13 && content[at + 1] === 10) continue;
    hash = Math.imul(hash ^ byte, PRIME);
    if (++length < LONGEST_PIECE && byte !== 10) continue;
    found.push((hash >>> 0) * LENGTHS + length);
    hash = length = 0;
  }
  if (length > 0) found.push((hash >>> 0) * LENGTHS + length);
  return { size: content.length, ...sum(Float64Array.from(found).sort()) };
}

function sum(sorted: Float64Array): Pick<Measured, 'pieces' | 'bytes'> {
  const pieces = new Uint32Array(sorted.length);
  const bytes = new Uint32Array(sorted.length);
  let count = 0;
  for (const each of sorted) {
    const piece = Math.floor(each / LENGTHS);
    if (count === 0 || pieces[count - 1] !== piece) pieces[count++] = piece;
    bytes[count - 1] = (bytes[count - 1] as number) + (each % LENGTHS);
  }
  return { pieces: pieces.slice(0, count), bytes: bytes.slice(0, count) };
}

/** Below this a file is not the continuation of another. */
export const LEAST_SIMILARITY = 0.5;

/** Can contents of these sizes be similar enough at all? */
export function canBeSimilar(size: number, other: number): boolean {
  return Math.min(size, other) >= Math.max(size, other) * LEAST_SIMILARITY;
}

/** Share of the larger content (0..1) that both have. */
export function similarity(one: Measured, two: Measured): number {
  const largest = Math.max(one.size, two.size);
  let shared = 0;
  for (let a = 0, b = 0; a < one.pieces.length && b < two.pieces.length;) {
    const difference = (one.pieces[a] as number) - (two.pieces[b] as number);
    if (difference === 0) shared += Math.min(one.bytes[a] as number, two.bytes[b] as number);
    if (difference <= 0) a++;
    if (difference >= 0) b++;
  }
  return largest === 0 ? 0 : shared / largest;
}

/** Finds among many contents those that may be similar to others. */
export interface SimilarityIndex {
  /** Positions of the likeliest ones, in no special order. */
  candidates(of: Measured): readonly number[];
}

// A piece that more contents than this have says nothing about where a file comes from.
const COMMON = 64;
const TRIED = 16;
// Up to so many pieces to look at, a question is asked of each content: the index knows nothing of common pieces.
const FEW_PIECES = 8_000_000;
// Piece and position in one number: 32 and 21 bits.
const POSITIONS = 2 ** 21;

/** An index over the contents for so many questions. */
export function indexSimilarity(contents: readonly Measured[], questions: number): SimilarityIndex {
  const total = contents.reduce((sum, { pieces }) => sum + pieces.length, 0);
  if (contents.length <= TRIED || questions <= TRIED || total * questions <= FEW_PIECES)
    return { candidates: () => [...contents.keys()] };
  const entries = new Float64Array(total);
  let count = 0;
  for (const [position, { pieces }] of contents.entries())
    for (const piece of pieces) entries[count++] = piece * POSITIONS + position;
  entries.sort();
  return {
    candidates({ pieces, bytes, size }) {
      const shared = new Map<number, number>();
      for (const [at, piece] of pieces.entries()) {
        const start = lowerBound(entries, piece * POSITIONS);
        const end = lowerBound(entries, (piece + 1) * POSITIONS);
        if (end - start > COMMON) continue;
        for (let entry = start; entry < end; entry++) {
          const position = (entries[entry] as number) % POSITIONS;
          shared.set(position, (shared.get(position) ?? 0) + (bytes[at] as number));
        }
      }
      // A large content shares much with everything: what counts is the share.
      const shares = Array.from(shared, ([position, sum]) => {
        const other = (contents[position] as Measured).size;
        return { position, share: canBeSimilar(other, size) ? sum / Math.max(other, size) : 0 };
      });
      const likeliest = shares.sort((a, b) => b.share - a.share || a.position - b.position).slice(0, TRIED);
      return likeliest.map(({ position }) => position);
    },
  };
}

function lowerBound(sorted: Float64Array, wanted: number): number {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((sorted[middle] as number) < wanted) from = middle + 1;
    else to = middle;
  }
  return from;
}
