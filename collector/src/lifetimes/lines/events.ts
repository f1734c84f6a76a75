import type { Death } from '../books/ledger.ts';

/** Receives what happened to lines; values as in `Lines`. */
export interface Events {
  born(value: number, count: number): void;
  died(death: Death): void;
  /** A formatter made `count` more lines of this value, or fewer. */
  reshaped(value: number, count: number): void;
}
