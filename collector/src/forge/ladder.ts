/**
 * Pages that are too heavy for a forge come back as (GitHub) 502, 504 or with all nodes null (`RESOURCE_LIMITS_EXCEEDED`): the page shrinks along a
 * ladder and grows again after some that went well. The size is kept in the stream's cursor, so a heavy repository is not tried anew.
 */
import { CollectorError } from '../errors.ts';

const RUNGS = [100, 50, 34, 21, 13, 8, 5, 3, 1] as const;
/** Of what is as heavy as a request to merge. */
const MOST = 50;
/** Pages that must go well before a larger one is tried. */
const PATIENCE = 8;

/** The source says that a page was too heavy for it. */
export class TooHeavy extends CollectorError {}

/** Faults that a smaller page may cure. */
export const isTooHeavy = (error: unknown): boolean =>
  error instanceof TooHeavy ||
  (error instanceof CollectorError &&
    (error.code === 'source_unavailable' || error.code === 'source_timeout' || error.code === 'source_too_large'));

export class Ladder {
  #rung: number;
  readonly #top: number;
  #good = 0;

  /** @param size As kept by the last run; undefined = the largest. @param most Largest that is asked for. */
  constructor(size: number | undefined, most = MOST) {
    const rungOf = (given: number): number => {
      const at = RUNGS.findIndex((rung) => rung <= given);
      return at === -1 ? RUNGS.length - 1 : at;
    };
    this.#top = rungOf(most);
    this.#rung = Math.max(this.#top, rungOf(size ?? most));
  }

  get size(): number {
    return RUNGS[this.#rung] ?? 1;
  }

  /** Whether there is nothing smaller to try. */
  get isLowest(): boolean {
    return this.#rung === RUNGS.length - 1;
  }

  shrink(): void {
    this.#good = 0;
    this.#rung = Math.min(this.#rung + 1, RUNGS.length - 1);
  }

  /** A page went well. */
  good(): void {
    this.#good += 1;
    if (this.#good >= PATIENCE && this.#rung > this.#top) {
      this.#good = 0;
      this.#rung -= 1;
    }
  }
}
