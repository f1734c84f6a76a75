/** Deterministic draws for the demo organisation: same seed, same organisation. */

/** mulberry32 on uint32, as metrics.md 4.1. */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** FNV-1a of a name: gives each part of the organisation its own stream, so that a change of one part leaves the others as they are. */
export function seedOf(seed: number, name: string): number {
  let hash = 0x811c9dc5 ^ seed;
  for (const byte of Buffer.from(name)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash;
}

export const pick = <T>(random: () => number, items: readonly T[]): T =>
  items[Math.floor(random() * items.length)] as T;

/** Picks a key by weight; weights need not sum to 1. */
export function pickWeighted<K extends string>(random: () => number, weights: Readonly<Record<K, number>>): K {
  const entries = Object.entries(weights) as Array<[K, number]>;
  let left = random() * entries.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [key, weight] of entries) {
    left -= weight;
    if (left < 0) {
      return key;
    }
  }
  return (entries.at(-1) as [K, number])[0];
}

export function shuffle<T>(random: () => number, items: readonly T[]): T[] {
  const out = [...items];
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [out[i], out[j]] = [out[j] as T, out[i] as T];
  }
  return out;
}

/** Whole number with the given mean: the fraction is a coin. */
export const about = (random: () => number, mean: number): number => Math.floor(mean) + (random() < mean % 1 ? 1 : 0);

/**
 * Endless skewed factors whose mean is exactly 1 in every block of five: a spread as real work has it, while the planted mean of a
 * class survives in small groups.
 */
export function* skewedFactors(random: () => number): Generator<number, never> {
  const spread = [-1.28, -0.52, 0, 0.52, 1.28].map((z) => Math.exp(0.45 * z));
  const mean = spread.reduce((sum, value) => sum + value, 0) / spread.length;
  for (;;) {
    yield* shuffle(
      random,
      spread.map((value) => value / mean)
    );
  }
}

/** Endless items of a deck, shuffled anew each time it is used up. */
export function* deck<T>(random: () => number, cards: readonly T[]): Generator<T, never> {
  for (;;) {
    yield* shuffle(random, cards);
  }
}

/**
 * True for the planted share of what has a key, by a deck of so many cards each: the share holds in long runs, while single cards stay
 * unforeseeable.
 */
export function plantedDecks<K extends string>(
  random: () => number,
  shares: Readonly<Record<K, number>>,
  size: number
): (key: K) => boolean {
  const decks = new Map<K, Generator<boolean, never>>();
  return (key) => {
    const yes = Math.round(shares[key] * size);
    const cards =
      decks.get(key) ??
      deck(
        random,
        Array.from({ length: size }, (_unused, i) => i < yes)
      );
    decks.set(key, cards);
    return cards.next().value;
  };
}
