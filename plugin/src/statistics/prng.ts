/** The only source of chance: same seed name, same stream, so the same input gives the same interval on every refresh (metrics.md 4.1). */

/** A stream of numbers in [0, 1). */
export interface Random {
  (): number;
  /** As `drawPlaces`, without a call for each number. */
  readonly places?: (places: Int32Array, size: number) => void;
}

/** Fills `places` with the next whole numbers below `size`: floor(random() · size), one after the other. */
export function drawPlaces(random: Random, places: Int32Array, size: number): void {
  if (random.places !== undefined) {
    random.places(places, size);
    return;
  }
  for (let index = 0; index < places.length; index += 1) {
    places[index] = random() * size;
  }
}

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
  // In a typed array, which engines write to without boxing the number: bootstraps draw millions.
  const states = Int32Array.of(seed);
  const random = (): number => {
    const state = ((states[0] as number) + STEP) | 0;
    states[0] = state;
    return numberOf(state);
  };
  const places = (into: Int32Array, size: number): void => {
    let state = states[0] as number;
    for (let index = 0; index < into.length; index += 1) {
      state = (state + STEP) | 0;
      into[index] = numberOf(state) * size;
    }
    states[0] = state;
  };
  return Object.assign(random, { places });
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
