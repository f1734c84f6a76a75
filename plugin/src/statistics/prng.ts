/** The only source of chance: same seed name, same stream, so the same input gives the same interval on every refresh (metrics.md 4.1). */

/** A stream of numbers in [0, 1). */
export type Random = () => number;

/** FNV-1a, 32 bit, of a text's UTF-8 bytes. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return hash >>> 0;
}

const STEP = 0x6d2b79f5;

/** A fresh mulberry32 stream. */
export function mulberry32(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + STEP) | 0;
    return numberOf(state);
  };
}

function numberOf(state: number): number {
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
}

/** A fresh stream for a seed name, as `ComputeContext.random` gives it. */
export function seededRandom(seedName: string): Random {
  return mulberry32(fnv1a(seedName));
}
