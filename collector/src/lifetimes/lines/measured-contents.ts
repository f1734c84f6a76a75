import type { Contents } from '../read/contents.ts';
import { measure, type Measured } from './similarity.ts';

/** Contents measured for comparison; the latest ones are remembered, since merges of two branches ask for the same ones again. */
export interface MeasuredContents extends Contents {
  /** Null: missing or corrupt. */
  measured(id: string): Promise<Measured | null>;
}

// Pieces remembered, of eight bytes each.
const MOST_PIECES = 4_000_000;

export function measuredContents(contents: Contents): MeasuredContents {
  const known = new Map<string, Measured>();
  let pieces = 0;
  return {
    ...contents,
    async measured(id) {
      const found = known.get(id);
      if (found) return found;
      const content = await contents.read(id);
      if (!content) return null;
      const measured = measure(content);
      if (pieces > MOST_PIECES) {
        known.clear();
        pieces = 0;
      }
      pieces += measured.pieces.length;
      known.set(id, measured);
      return measured;
    },
  };
}
