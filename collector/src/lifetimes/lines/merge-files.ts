import type { CombinedFile } from '../read/combined-diffs.ts';
import { isText, type MergeDiff } from '../read/merge-reader.ts';
import { linesOf, NO_LINES, type Lines, type Version } from '../books/versions.ts';

/** A file of a merge as compared with each parent on its own. */
export interface PairedFile {
  readonly lineCount: number;
  /** In the order of the parents; a parent without the file, also under another path, is absent. */
  readonly sources: readonly PairedSource[];
}

export interface PairedSource {
  readonly parent: number;
  /** Path in the parent. */
  readonly path: string;
  /** As in `FileDiff`. */
  readonly hunks: readonly number[];
}

/** A merge with all that is needed to find its lines. */
export interface ReadMerge {
  readonly diff: MergeDiff;
  /** Files that are compared with each parent on its own; null: a content is missing. */
  readonly paired: ReadonlyMap<string, PairedFile | null>;
}

/** What a merge leaves in each file that differs from its first parent. */
export interface MergedFiles {
  readonly updates: Map<string, Lines | null>;
  /** Files that could not be read: they keep the first parent's lines. */
  readonly unreadable: readonly string[];
}

/** The lines of a merge. `written` is the value of lines of a path that come from no parent. */
export function mergeFiles(
  { diff, paired }: ReadMerge,
  parents: readonly Version[],
  written: (path: string) => number
): MergedFiles {
  const updates = new Map<string, Lines | null>();
  const unreadable: string[] = [];
  for (const [path, file] of diff.changed ?? []) {
    const combined = diff.combined.get(path);
    const pair = paired.get(path);
    const write = (): number => written(path);
    if (file.newPath === null) updates.set(path, null);
    else if (!isText(file.newMode)) updates.set(path, NO_LINES);
    // Like blame: a parent with the very same file has written all of it.
    else if (!combined) updates.set(path, linesOf(parents[equalParent(diff, path)] as Version, path) ?? NO_LINES);
    else if (pair) updates.set(path, combinePairs(pair, parents, write));
    else if (pair === null) unreadable.push(path);
    else updates.set(path, combined.isBinary ? NO_LINES : combineLines(combined, parents, write));
  }
  return { updates, unreadable };
}

/** A parent whose version of a file is the merge's, where it is not the first one's. */
function equalParent({ others }: MergeDiff, path: string): number {
  return others.length === 0 ? 1 : 1 + others.findIndex((list) => !list.has(path));
}

/** Paths whose lines `mergeFiles` will ask of each parent. */
export function pathsOfMerge({ diff, paired }: ReadMerge, parent: number): string[] {
  const paths = [...(diff.changed?.keys() ?? [])];
  for (const file of paired.values())
    for (const source of file?.sources ?? []) if (source.parent === parent) paths.push(source.path);
  return paths;
}

/** Lines of a file that equals no parent: each line from the first parent that has it. */
function combineLines(file: CombinedFile, parents: readonly Version[], written: () => number): Lines {
  const sources = file.parents.map((side, parent) =>
    side === null ? NO_LINES : (linesOf(parents[parent] as Version, file.path) ?? NO_LINES)
  );
  const { steps } = file;
  const at = sources.map(() => 0);
  const lines: number[] = [];
  // A version that stands for an unreadable one may have fewer lines.
  const take = (parent: number): number => sources[parent]?.[at[parent] as number] ?? written();
  const share = (count: number): void => {
    for (let line = 0; line < count; line++) {
      lines.push(take(0));
      for (let parent = 0; parent < at.length; parent++) (at[parent] as number)++;
    }
  };
  for (let step = 0; step < steps.length; step += 2) {
    share(steps[step] as number);
    const bits = steps[step + 1] as number;
    const ofParents = bits & ~RESULT;
    if ((bits & RESULT) !== 0) lines.push(ofParents === 0 ? written() : take(parentOf(ofParents)));
    for (let parent = 0; parent < at.length; parent++) if (bits & (2 << parent)) (at[parent] as number)++;
  }
  // After the last hunk nothing differs.
  share((sources[0] as Lines).length - (at[0] as number));
  return Int32Array.from(lines);
}

// Bit 0 of a step: the line is in the result. Bit k + 1: parent k has it.
const RESULT = 1;

/** First parent among the bits of a step. */
function parentOf(ofParents: number): number {
  return 30 - Math.clz32(ofParents & -ofParents);
}

/** The same from differences to each parent: what the first of them leaves open, the next may have. */
function combinePairs({ lineCount, sources }: PairedFile, parents: readonly Version[], written: () => number): Lines {
  const lines = new Int32Array(lineCount).fill(OPEN);
  for (const { parent, path, hunks } of sources) {
    const old = linesOf(parents[parent] as Version, path) ?? NO_LINES;
    let from = 0;
    let to = 0;
    const keep = (until: number): void => {
      for (; from < until && to < lineCount; from++, to++) if (lines[to] === OPEN) lines[to] = old[from] ?? OPEN;
    };
    for (let at = 0; at < hunks.length; at += 4) {
      const oldCount = hunks[at + 1] as number;
      // Without deleted lines git names the line before the insertion.
      keep(oldCount === 0 ? (hunks[at] as number) : (hunks[at] as number) - 1);
      from += oldCount;
      to += hunks[at + 3] as number;
    }
    keep(old.length);
  }
  return lines.map((value) => (value === OPEN ? written() : value));
}

const OPEN = -1;
