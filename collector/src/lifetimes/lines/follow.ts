import type { MeasuredContents } from './measured-contents.ts';
import type { CommitDiff, FileDiff } from '../read/diff-parser.ts';
import type { PairDiffs } from '../read/pair-diffs.ts';
import { isText } from '../read/merge-reader.ts';
import { contentsOf, isBinary } from './repair.ts';
import { findSources, type FileSide } from './sources.ts';

/** What following needs to know of the run. */
export interface FollowContext {
  readonly contents: MeasuredContents;
  readonly pairs: PairDiffs;
  /** The contents of deleted lines are looked at. */
  readonly isFull: boolean;
}

const SURE_BY_NAME = 75;
// Comparisons of a created with a vanished file: beyond it what git says stands.
const MOST_COMPARISONS = 10_000_000;

/**
 * Git gives a vanished file to one created file at most, and to none where there are too many. `git blame` asks for each created file on
 * its own: so does this. Null: the diff says already what blame says.
 */
export function followVanished(context: FollowContext, diff: CommitDiff): Promise<CommitDiff> | null {
  const created = diff.files.filter(isCreated);
  // One created file has no rival.
  if (created.length < 2 || !diff.files.some(isVanishing)) return null;
  const changedType = typeChanges(diff);
  const vanished = vanishedOf(diff, changedType);
  const names = new Map<string, number>();
  for (const { path } of vanished.values()) names.set(nameOf(path), (names.get(nameOf(path)) ?? 0) + 1);
  const ids = new Set(Array.from(vanished.values(), ({ id }) => id));
  const unsure = created.filter((file) => !changedType.has(file.newPath as string) && !isSure(file, { names, ids }));
  const comparisons = vanished.size * unsure.length;
  return comparisons === 0 || comparisons > MOST_COMPARISONS ? null : follow(context, { diff, vanished, unsure });
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

function isCreated(file: FileDiff): boolean {
  return (file.status === 'added' || file.status === 'renamed') && isText(file.newMode) && !file.isUnreadable;
}

function isVanishing(file: FileDiff): boolean {
  return (file.status === 'deleted' || file.status === 'renamed') && !file.isUnreadable;
}

/** Paths that are deleted and added in one commit: a file became a link, or the other way round. */
function typeChanges({ files }: CommitDiff): Set<string> {
  const added = new Set(files.filter(({ status }) => status === 'added').map(({ newPath }) => newPath as string));
  return new Set(
    files.flatMap(({ status, oldPath }) =>
      status === 'deleted' && added.has(oldPath as string) ? [oldPath as string] : []
    )
  );
}

/** Files that the commit takes away, by path. */
function vanishedOf({ files }: CommitDiff, changedType: ReadonlySet<string>): Map<string, FileSide> {
  const vanished = new Map<string, FileSide>();
  for (const file of files) {
    const path = file.oldPath as string;
    if (isVanishing(file) && !changedType.has(path)) vanished.set(path, { path, mode: file.oldMode, id: file.oldId });
  }
  return vanished;
}

/** Would blame find the same source for certain? It prefers the same content, then the only file of the same name if it is similar. */
function isSure(file: FileDiff, of: { names: ReadonlyMap<string, number>; ids: ReadonlySet<string> }): boolean {
  const name = nameOf(file.newPath as string);
  if (of.ids.has(file.newId) || file.status !== 'renamed') return false;
  return nameOf(file.oldPath as string) === name && of.names.get(name) === 1 && file.similarity >= SURE_BY_NAME;
}

interface Following {
  readonly diff: CommitDiff;
  readonly vanished: ReadonlyMap<string, FileSide>;
  readonly unsure: readonly FileDiff[];
}

async function follow(context: FollowContext, following: Following): Promise<CommitDiff> {
  const { diff, vanished, unsure } = following;
  const sides = unsure.map(({ newPath, newMode, newId }) => ({ path: newPath as string, mode: newMode, id: newId }));
  const sources = await findSources(sides, [...vanished.values()], context.contents);
  const moved = unsure.flatMap((file) => {
    const source = sources.get(file.newPath as string);
    return source && source.path !== file.oldPath && !file.isBinary ? [{ file, source }] : [];
  });
  if (moved.length === 0) return diff;
  const found = await context.pairs.read(moved.map(({ file, source }) => ({ oldId: source.id, newId: file.newId })));
  const replaced = new Map<FileDiff, FileDiff>();
  for (const [position, { file, source }] of moved.entries()) {
    const pair = found[position];
    if (pair)
      replaced.set(file, {
        ...file,
        ...pair,
        status: 'renamed',
        oldPath: source.path,
        oldMode: source.mode,
        oldId: source.id,
      }); // prettier
  }
  return withDeletions(context, { diff, files: diff.files.map((file) => replaced.get(file) ?? file), vanished });
}

/** A file that nobody continues is deleted, and one that somebody continues is not. */
async function withDeletions(
  context: FollowContext,
  { diff, files, vanished }: { diff: CommitDiff; files: readonly FileDiff[]; vanished: ReadonlyMap<string, FileSide> }
): Promise<CommitDiff> {
  const followed = new Set(files.flatMap(({ status, oldPath }) => (status === 'renamed' ? [oldPath as string] : [])));
  const kept = files.filter(({ status, oldPath }) => status !== 'deleted' || !followed.has(oldPath as string));
  const deleted = new Set(kept.flatMap(({ status, oldPath }) => (status === 'deleted' ? [oldPath as string] : [])));
  const left = [...vanished.values()].filter(({ path }) => !followed.has(path) && !deleted.has(path));
  return { sha: diff.sha, files: [...kept, ...(await Promise.all(left.map((side) => deletion(context, side))))] };
}

async function deletion({ contents, isFull }: FollowContext, { path, mode, id }: FileSide): Promise<FileDiff> {
  const content = isFull && isText(mode) ? await contents.read(id) : null;
  const removed = content && !isBinary(content) ? contentsOf(content) : null;
  const count = removed?.hashes.length ?? 0;
  return {
    status: 'deleted',
    similarity: 0,
    oldPath: path,
    newPath: null,
    oldMode: mode,
    newMode: '000000',
    oldId: id,
    newId: '0'.repeat(id.length),
    isBinary: false,
    isUnreadable: false,
    isTooLong: false,
    hunks: count > 0 ? [1, count, 0, 0] : [],
    removed,
    added: removed && { hashes: new Int32Array(0), lengths: new Int32Array(0) },
  };
}
