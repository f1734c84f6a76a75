import type { CombinedFile } from '../read/combined-diffs.ts';
import { isText, type MergeDiff } from '../read/merge-reader.ts';
import { linesOf, NO_LINES, type Lines, type Version } from '../books/versions.ts';

/** What a merge leaves in each file that differs from its first parent. */
export interface MergedFiles {
  readonly updates: Map<string, Lines | null>;
  /** Files that could not be read: they keep the first parent's lines. */
  readonly unreadable: readonly string[];
}

/** The lines of a merge. `written` is the value of lines that come from no parent, by path and line number. */
export function mergeFiles(
  diff: MergeDiff,
  parents: readonly Version[],
  written: (path: string, line: number) => number
): MergedFiles {
  const updates = new Map<string, Lines | null>();
  const unreadable: string[] = [];
  for (const [path, file] of diff.changed[0] ?? []) {
    if (file.newPath === null) {
      updates.set(path, null);
      continue;
    }
    if (!isText(file.newMode)) {
      updates.set(path, NO_LINES);
      continue;
    }
    // Like blame: a parent with the very same file has written all of it.
    const equal = diff.changed.findIndex((list) => !list.has(path));
    const combined = diff.combined.get(path);
    if (equal > 0) updates.set(path, linesOf(parents[equal] as Version, path) ?? NO_LINES);
    else if (combined)
      updates.set(
        path,
        combineLines(combined, parents, (line) => written(path, line))
      );
    else unreadable.push(path);
  }
  return { updates, unreadable };
}

/** Paths whose lines `mergeFiles` will ask of each parent. */
export function pathsOfMerge(diff: MergeDiff, parent: number): string[] {
  const paths = [...(diff.changed[0]?.keys() ?? [])];
  for (const file of diff.combined.values()) {
    const path = file.parentPaths[parent];
    if (path) paths.push(path);
  }
  return paths;
}

/** Lines of a file that equals no parent: each line from the first parent that has it. */
function combineLines(file: CombinedFile, parents: readonly Version[], written: (line: number) => number): Lines {
  const sources = file.parentPaths.map((path, parent) =>
    path === null ? NO_LINES : (linesOf(parents[parent] as Version, path) ?? NO_LINES)
  );
  if (file.equalParent >= 0) return sources[file.equalParent] as Lines;
  if (file.isBinary) return NO_LINES;
  const { steps } = file;
  const first = sources[0] as Lines;
  const at = sources.map(() => 0);
  const lines: number[] = [];
  for (let step = 0; step < steps.length; step += 2) {
    share(first, { lines, at, count: steps[step] as number });
    const bits = steps[step + 1] as number;
    if (bits & 1) {
      const from = bits > 1 ? 30 - Math.clz32(bits & ~1 & -(bits & ~1)) : -1;
      lines.push(from < 0 ? written(lines.length + 1) : (sources[from]?.[at[from] as number] as number));
    }
    for (let parent = 0; parent < at.length; parent++) if (bits & (2 << parent)) (at[parent] as number)++;
  }
  // After the last hunk nothing differs; a parent that lacks the file was never part of a shared line.
  share(first, { lines, at, count: first.length - (at[0] as number) });
  return Int32Array.from(lines);
}

/** Lines that the result and all parents have. */
function share(first: Lines, to: { lines: number[]; at: number[]; count: number }): void {
  const { lines, at, count } = to;
  const from = at[0] as number;
  for (let line = 0; line < count; line++) lines.push(first[from + line] as number);
  for (let parent = 0; parent < at.length; parent++) at[parent] = (at[parent] as number) + count;
}
