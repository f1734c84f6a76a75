import type { ApplyContext } from './apply-commit.ts';
import { overIn } from '../read/compare.ts';
import { diffParser, type CommitDiff, type FileDiff } from '../read/diff-parser.ts';
import { DIFF_ARGS, gitExit, startGit, type Repository } from '../../git/process.ts';
import { contentCollector, type LineContents } from '../read/line-content.ts';
import { isText } from '../read/merge-reader.ts';
import type { ObjectReader } from '../../git/objects.ts';
import { linesOf, NO_LINES, type Lines, type Version } from '../books/versions.ts';

/** What repairing needs to know of the run. */
export interface RepairContext {
  readonly repo: Repository;
  readonly apply: ApplyContext;
  readonly objects: ObjectReader;
}

// Git looks for a zero byte in this many bytes to tell binary files.
const BINARY_PROBE = 8000;

/** Is a content binary by git's own rule? */
export function isBinary(content: Buffer): boolean {
  return content.subarray(0, BINARY_PROBE).includes(0);
}

/** Does the diff say enough to be applied to these lines? */
function isComplete(file: FileDiff, before: Version): boolean {
  if (file.newPath === null || !isText(file.newMode)) return true;
  if (file.isUnreadable) return false;
  const old = file.oldPath === null ? null : linesOf(before, file.oldPath);
  // Only a file that was binary can have become text without git showing a line.
  if (file.isBinary) return old !== NO_LINES || file.oldPath === null;
  return file.hunks.length === 0 || fits(file, old ?? NO_LINES);
}

function fits(file: FileDiff, old: Lines): boolean {
  if (file.oldPath !== null && old === NO_LINES) return false;
  const last = file.hunks.length - 4;
  return (file.hunks[last] as number) + Math.max(0, (file.hunks[last + 1] as number) - 1) <= old.length;
}

/** Paths whose lines `repairDiff` and `applyCommit` ask of the parent. */
export function pathsOfCommit(diff: CommitDiff): string[] {
  return diff.files.flatMap((file) => (file.oldPath === null ? [] : [file.oldPath]));
}

/** Null when the diff can be applied as it is; else the diff with contents read for the files where git showed no lines. */
export function repairDiff(context: RepairContext, diff: CommitDiff, before: Version): Promise<CommitDiff> | null {
  if (diff.files.every((file) => isComplete(file, before))) return null;
  return Promise.all(
    diff.files.map(async (file) => (isComplete(file, before) ? file : repairFile(context, file, before)))
  ).then((files) => ({ ...diff, files }));
}

async function repairFile(context: RepairContext, file: FileDiff, before: Version): Promise<FileDiff> {
  const content = (await context.objects.read(file.newId))?.content;
  if (!content) return { ...file, isUnreadable: true, isBinary: false, hunks: [] };
  if (isBinary(content)) return { ...file, isUnreadable: false, isBinary: true, hunks: [] };
  if (hasMoreLines(content, context.repo.limits.linesPerFile)) return { ...file, isUnreadable: true, hunks: [] };
  const old = (file.oldPath === null ? null : linesOf(before, file.oldPath)) ?? NO_LINES;
  const known = context.apply.stale.get(old);
  const compared = known ? await compareBlobs(context, known, file.newId) : null;
  const found =
    compared && (compared.hunks.length === 0 || fits(compared, old)) ? compared : wholeFile(content, old.length);
  const { hunks, removed, added } = found;
  return { ...file, isUnreadable: false, isBinary: false, hunks, removed, added };
}

/** One hunk that takes all old lines and writes all of the content. */
function wholeFile(content: Buffer, oldCount: number): Pick<FileDiff, 'hunks' | 'removed' | 'added'> {
  const added = contentsOf(content);
  const nothing = new Int32Array(oldCount);
  const newCount = added.hashes.length;
  return {
    hunks: [oldCount ? 1 : 0, oldCount, newCount ? 1 : 0, newCount],
    removed: { hashes: nothing.fill(-1), lengths: nothing.slice() },
    added,
  };
}

/** Has a content more lines than `most`? */
function hasMoreLines(content: Buffer, most: number): boolean {
  let lines = 0;
  for (let at = content.indexOf(10); at >= 0 && lines <= most; at = content.indexOf(10, at + 1)) lines++;
  return lines > most;
}

/** Lines of a content, the last one also without a line end. */
export function contentsOf(content: Buffer): LineContents {
  const lines = contentCollector();
  for (let at = 0; at < content.length;) {
    const end = content.indexOf(10, at);
    lines.add(content, at, end < 0 ? content.length : end);
    at = end < 0 ? content.length : end + 1;
  }
  return lines.take();
}

async function compareBlobs(context: RepairContext, oldId: string, newId: string): Promise<FileDiff | null> {
  const { repo, apply } = context;
  const args = DIFF_ARGS.filter((arg) => !['-r', '--root', '--always'].includes(arg));
  const child = startGit(repo, ['diff', ...args, oldId, newId]);
  const files: FileDiff[] = [];
  const parser = diffParser({
    hexLength: repo.hexLength,
    limits: repo.limits,
    withContents: apply.isFull,
    onCommit: (diff) => diff.files.forEach((file) => files.push(file)),
  });
  // Two blobs have no commit line; the parser wants one.
  parser.push(Buffer.from(`${'0'.repeat(repo.hexLength)}\0`, 'latin1'));
  let isOver = false;
  child.stdout.on('data', (chunk: Buffer) => {
    isOver ||= overIn(() => parser.push(chunk)) !== null;
    if (isOver) child.kill();
  });
  child.stdin.end();
  const { code } = await gitExit(child);
  if (code !== 0 || isOver) return null;
  parser.end();
  const [file] = files;
  return file && !file.isBinary && !file.isTooLong ? file : null;
}
