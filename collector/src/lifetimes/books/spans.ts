import type { History } from '../read/history.ts';

/**
 * Numbers for the things lines refer to. An *origin* is who wrote a line: commit and line source. A *span* is an origin that reached the
 * default branch: origin, path at birth, mainline commit of birth (-1 while it lives on a side branch only).
 */
export interface Tables {
  readonly history: History;
  readonly originCommit: number[];
  readonly originSource: (string | null)[];
  readonly spanOrigin: number[];
  readonly spanPath: string[];
  readonly spanBorn: number[];
  /** The one number of this commit and source. */
  originOf(commit: number, source: string | null): number;
  /** A new number for this origin, path (raw bytes as latin1) and birth. Rows are additive, so two numbers for the same do no harm. */
  newSpan(origin: number, path: string, born: number): number;
}

/** Birth of a span that is not on the mainline (yet). */
export const UNBORN = -1;

/** Empty tables over the commits of a history. */
export function newTables(history: History): Tables {
  const plainOrigins = new Map<number, number>();
  const sourceOrigins = new Map<string, number>();
  const tables: Tables = {
    history,
    originCommit: [],
    originSource: [],
    spanOrigin: [],
    spanPath: [],
    spanBorn: [],
    originOf(commit, source) {
      const known = source === null ? plainOrigins.get(commit) : sourceOrigins.get(`${commit} ${source}`);
      if (known !== undefined) return known;
      const origin = tables.originCommit.push(commit) - 1;
      tables.originSource.push(source);
      if (source === null) plainOrigins.set(commit, origin);
      else sourceOrigins.set(`${commit} ${source}`, origin);
      return origin;
    },
    newSpan(origin, path, born) {
      tables.spanOrigin.push(origin);
      tables.spanPath.push(path);
      return tables.spanBorn.push(born) - 1;
    },
  };
  return tables;
}
