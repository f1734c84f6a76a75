/**
 * Files of every commit that a later commit may still ask for. The newest mainline commit holds the full map; any other version holds
 * only its differences to a neighbour, so what stays in memory is what changed since the oldest branch that is still open.
 */

/** One number per line (line-value.ts). Never changed once built. */
export type Lines = Int32Array;

/** A path without lines to follow: binary file, symbolic link, submodule. */
export const NO_LINES: Lines = new Int32Array(0);

/** Files of one commit. */
export interface Version {
  /** Commits not yet processed that have this one as a parent. */
  pending: number;
  /** The neighbour that `changes` is relative to; null: `changes` is the full map. */
  base: Version | null;
  /** Null: the path does not exist. */
  changes: Map<string, Lines | null>;
  /** Versions whose `base` is this one. */
  readonly kids: Set<Version>;
  /** Full maps only: a path that is not in `changes` is in the store at this seq; null: it does not exist. */
  readonly storedSeq: number | null;
}

/** A full map, empty or backed by the store. */
export function newVersion(pending: number, storedSeq: number | null = null): Version {
  return { pending, base: null, changes: new Map(), kids: new Set(), storedSeq };
}

/** Lines of a path; null when it does not exist; undefined when the store must be asked first (`missingPaths`). */
function find(version: Version, path: string): Lines | null | undefined {
  for (let at: Version | null = version; at; at = at.base) {
    const lines = at.changes.get(path);
    if (lines !== undefined) return lines;
    if (!at.base) return at.storedSeq === null ? null : undefined;
  }
  return null;
}

/** Lines of a path in a version; null when it does not exist there. */
export function linesOf(version: Version, path: string): Lines | null {
  return find(version, path) ?? null;
}

/** From the full map to the version. */
function chainOf(version: Version): Version[] {
  const chain: Version[] = [];
  for (let at: Version | null = version; at; at = at.base) chain.unshift(at);
  return chain;
}

/** All files of a version that needs no store. */
export function filesOf(version: Version): Map<string, Lines> {
  const files = new Map<string, Lines>();
  for (const { changes } of chainOf(version)) {
    for (const [path, lines] of changes) {
      if (lines === null) files.delete(path);
      else files.set(path, lines);
    }
  }
  return files;
}

/** How a version differs from the full map that it rests on. */
export function changesOf(version: Version): Map<string, Lines | null> {
  return new Map(
    chainOf(version)
      .slice(1)
      .flatMap(({ changes }) => [...changes])
  );
}

/** Those of the paths that must be read from the store before `linesOf` may be asked, with the version that takes them. */
export function missingPaths(version: Version, paths: Iterable<string>): { holder: Version; paths: string[] } {
  let holder = version;
  while (holder.base) holder = holder.base;
  const missing = holder.storedSeq === null ? [] : [...paths].filter((path) => find(version, path) === undefined);
  return { holder, paths: missing };
}

/** Changes of one commit, by path. */
export type Updates = ReadonlyMap<string, Lines | null>;

/**
 * Makes the version of a commit whose first parent is `parent`. On the mainline it takes over the full map and the parent keeps what
 * it needs to look back; on a side branch it holds its own changes. The parent's `pending` has been lowered already.
 */
export function childVersion(parent: Version, updates: Updates, isMainline: boolean): Version {
  if (parent.pending === 0 && parent.kids.size === 0 && (isMainline || parent.base)) {
    for (const [path, lines] of updates) setLines(parent, path, lines);
    return parent;
  }
  return isMainline ? advance(parent, updates) : branchOff(parent, updates);
}

function setLines(version: Version, path: string, lines: Lines | null): void {
  // In a full map without a store an absent path is a path that does not exist.
  if (lines === null && !version.base && version.storedSeq === null) version.changes.delete(path);
  else version.changes.set(path, lines);
}

function advance(parent: Version, updates: Updates): Version {
  const next: Version = { ...newVersion(0, parent.storedSeq), changes: parent.changes };
  const undo = new Map<string, Lines | null>();
  for (const [path, lines] of updates) {
    const before = find(parent, path);
    if (before !== undefined) undo.set(path, before);
    setLines(next, path, lines);
  }
  parent.changes = undo;
  parent.base = next;
  next.kids.add(parent);
  settle(parent);
  return next;
}

function branchOff(parent: Version, updates: Updates): Version {
  const next: Version = { ...newVersion(0), base: parent, changes: new Map(updates) };
  parent.kids.add(next);
  settle(parent);
  return next;
}

/** Drops a version nobody asks for any more, or folds it into its only dependant. Call after `pending` was lowered. */
export function settle(version: Version): void {
  const { base } = version;
  if (version.pending > 0 || !base || version.kids.size > 1) return;
  base.kids.delete(version);
  for (const kid of version.kids) {
    for (const [path, lines] of version.changes) if (!kid.changes.has(path)) kid.changes.set(path, lines);
    kid.base = base;
    base.kids.add(kid);
  }
  version.kids.clear();
  settle(base);
}
