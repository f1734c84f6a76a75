/** Counts by small numbers, reused so that nothing is allocated or hashed per line. */
export interface Balance {
  add(key: number, by: number): void;
  get(key: number): number;
  /** Keys that were added to since the last reset, in no special order; a key may come twice. */
  keys(): readonly number[];
  reset(): void;
}

/** An empty balance; it grows with the largest key. */
export function newBalance(): Balance {
  let counts = new Int32Array(1024);
  let touched: number[] = [];
  return {
    add(key, by) {
      if (key >= counts.length) {
        const larger = new Int32Array(Math.max(key + 1, counts.length * 2));
        larger.set(counts);
        counts = larger;
      }
      const before = counts[key] as number;
      if (before === 0) touched.push(key);
      counts[key] = before + by;
    },
    get: (key) => counts[key] ?? 0,
    keys: () => touched,
    reset() {
      for (const key of touched) counts[key] = 0;
      touched = [];
    },
  };
}
