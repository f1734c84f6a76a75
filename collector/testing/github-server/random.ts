/** Draws that depend on names alone: the same world for the same seed, whatever is asked first. */
import { createHash } from 'node:crypto';

export interface Draw {
  /** [0, 1) */
  next(): number;
  between(low: number, high: number): number;
  whole(low: number, high: number): number;
  chance(probability: number): boolean;
  of<T>(items: readonly T[]): T;
}

function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  }
  return value >>> 0;
}

/** mulberry32 over the FNV-1a of the names. */
export function drawOf(...names: ReadonlyArray<string | number>): Draw {
  let state = hash(names.join('/'));
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const between = (low: number, high: number): number => low + next() * (high - low);
  return {
    next,
    between,
    whole: (low, high) => Math.floor(between(low, high + 1)),
    chance: (probability) => next() < probability,
    of: (items) => items[Math.floor(next() * items.length)] as (typeof items)[number],
  };
}

/** An object name that depends on names alone. */
export const oidOf = (...names: ReadonlyArray<string | number>): string =>
  createHash('sha1').update(names.join('/')).digest('hex');
