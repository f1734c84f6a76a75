import { LifetimeError } from '../../git/errors.ts';
import type { GitLimits } from '../../git/limits.ts';
import { commitSize } from './commit-size.ts';
import { contentCollector, NO_CONTENTS, type LineContents } from './line-content.ts';

/**
 * One file of one commit against its parent. Paths are the raw bytes as latin1 text: lossless and fast to make.
 * A changed type (file to symlink) is given as a deletion and an addition.
 */
export interface FileDiff {
  readonly status: 'added' | 'deleted' | 'modified' | 'renamed';
  /** Percent of the content that a renamed file kept, as git measured it; else 0. */
  readonly similarity: number;
  /** Null when added. */
  readonly oldPath: string | null;
  /** Null when deleted. */
  readonly newPath: string | null;
  readonly oldMode: string;
  readonly newMode: string;
  readonly oldId: string;
  readonly newId: string;
  /** Git compared the contents as binary: there are no hunks. */
  isBinary: boolean;
  /** A content is missing or corrupt: there are no hunks, although the file changed. */
  readonly isUnreadable: boolean;
  /** It has more lines than are read: there are no hunks, although the file changed. */
  isTooLong: boolean;
  /** Four numbers per hunk: first old line, old count, first new line, new count (1-based as git prints them). */
  hunks: number[];
  /** Deleted and added lines of all hunks in order; null when contents are not asked for. */
  removed: LineContents | null;
  added: LineContents | null;
}

/** All files of one commit. */
export interface CommitDiff {
  readonly sha: string;
  readonly files: FileDiff[];
}

/** Takes the output of `git diff-tree --stdin --always --raw -p -U0 -z` in pieces and calls back once per complete commit. */
export interface DiffParser {
  push(chunk: Buffer): void;
  /** End of output: gives the last commit. */
  end(): void;
  /** Nothing of the commit being read can be missing: all its files came, the last one with its lines. */
  isComplete(): boolean;
}

/** What a parser needs to know. */
export interface DiffParserOptions {
  readonly hexLength: number;
  readonly limits: GitLimits;
  /** Collect the contents of changed lines. */
  readonly withContents: boolean;
  /** No patches follow: the files are those of the raw entries. */
  readonly rawOnly?: boolean;
  readonly onCommit: (diff: CommitDiff) => void;
}

const NEWLINE = 10;

/**
 * See `DiffParser`. Works on bytes: contents are never decoded and may hold anything.
 * @throws OverLimit (when pushed to) naming the commit that is too large; it is of no use any more then
 */
export function diffParser(options: DiffParserOptions): DiffParser {
  const { hexLength, withContents, onCommit, rawOnly, limits } = options;
  const size = commitSize(limits);
  const removed = contentCollector();
  const added = contentCollector();
  let waiting: Buffer[] = [];
  let commit: CommitDiff | null = null;
  // Blocks of patch text to come, in order of the raw entries; `block` counts those begun.
  let blocks: FileDiff[] = [];
  let block = -1;
  let file: FileDiff | null = null;
  let oldLeft = 0;
  let newLeft = 0;

  function closeFile(): void {
    if (!file) return;
    const [before, after] = [removed.take(), added.take()];
    file.removed = withContents ? (file.isTooLong ? NO_CONTENTS : before) : null;
    file.added = withContents ? (file.isTooLong ? NO_CONTENTS : after) : null;
    file = null;
  }

  function closeCommit(): void {
    closeFile();
    if (!commit) return;
    if (rawOnly) for (const one of blocks) commit.files.push(one);
    else if (block + 1 !== blocks.length) {
      throw new LifetimeError('internal', `git gave ${block + 1} patches for ${blocks.length} files of ${commit.sha}`);
    }
    const done = commit;
    commit = null;
    onCommit(done);
  }

  function openCommit(sha: string): void {
    closeCommit();
    commit = { sha, files: [] };
    size.begin(sha);
    blocks = [];
    block = -1;
  }

  /** Reads `:100644 100644 <id> <id> M\0path\0[path\0]`; returns the position after it, or -1 when it is not complete. */
  function rawEntry(buffer: Buffer, at: number): number {
    const metaEnd = buffer.indexOf(0, at);
    if (metaEnd < 0) return -1;
    const firstEnd = buffer.indexOf(0, metaEnd + 1);
    if (firstEnd < 0) return -1;
    // Fixed widths: ":", two modes of six, two ids, a letter and sometimes a score in percent.
    const meta = buffer.toString('latin1', at, metaEnd);
    const letter = meta[17 + 2 * hexLength] ?? '';
    const first = buffer.toString('latin1', metaEnd + 1, firstEnd);
    let second = first;
    let end = firstEnd + 1;
    if (letter === 'R' || letter === 'C') {
      const secondEnd = buffer.indexOf(0, end);
      if (secondEnd < 0) return -1;
      second = buffer.toString('latin1', end, secondEnd);
      end = secondEnd + 1;
    }
    const ends = {
      oldMode: meta.slice(1, 7),
      newMode: meta.slice(8, 14),
      oldId: meta.slice(15, 15 + hexLength),
      newId: meta.slice(16 + hexLength, 16 + 2 * hexLength),
      similarity: letter === 'R' ? Number(meta.slice(18 + 2 * hexLength)) : 0,
    };
    size.paths(1);
    if (letter === 'T') blocks.push(fileDiff('deleted', first, ends), fileDiff('added', first, ends));
    else
      blocks.push(fileDiff(STATUS[letter as keyof typeof STATUS] ?? 'modified', first, { ...ends, newPath: second }));
    return end;
  }

  function openHunk(buffer: Buffer, at: number, end: number): void {
    const numbers = hunkNumbers(buffer, at, end);
    oldLeft = numbers[1] as number;
    newLeft = numbers[3] as number;
    if (!file) return;
    if (size.lines(oldLeft, newLeft)) {
      file.isTooLong = true;
      file.hunks = [];
    } else file.hunks.push(numbers[0] as number, oldLeft, numbers[2] as number, newLeft);
  }

  function headerLine(buffer: Buffer, at: number, end: number): void {
    const byte = buffer[at];
    if (byte === 64) openHunk(buffer, at, end);
    else if (byte === 100 && buffer[at + 1] === 105) {
      closeFile();
      file = blocks[++block] ?? null;
      size.file();
      if (file) commit?.files.push(file);
    } else if (byte === 66 && file) file.isBinary = true;
  }

  /** Eats the lines of a hunk; returns the position after the last complete one. */
  function hunkLines(buffer: Buffer, from: number): number {
    let at = from;
    const isKept = withContents && file?.isTooLong === false;
    while (oldLeft + newLeft > 0) {
      const end = buffer.indexOf(NEWLINE, at);
      if (end < 0) return at;
      const byte = buffer[at];
      if (byte === 45) {
        oldLeft--;
        if (isKept) removed.add(buffer, at + 1, end);
      } else if (byte === 43) {
        newLeft--;
        if (isKept) added.add(buffer, at + 1, end);
      }
      at = end + 1;
    }
    return at;
  }

  /** Reads one header unit at `at`; returns the position after it, or -1 when it is not complete. */
  function unit(buffer: Buffer, at: number): number {
    const byte = buffer[at] as number;
    if (byte === 58) return rawEntry(buffer, at);
    // The empty field between raw entries and patches.
    if (byte === 0) return at + 1;
    if (isHex(byte) && at + 5 > buffer.length) return -1;
    if (
      isHex(byte) &&
      isHex(buffer[at + 1]) &&
      isHex(buffer[at + 2]) &&
      isHex(buffer[at + 3]) &&
      isHex(buffer[at + 4])
    ) {
      if (at + hexLength >= buffer.length) return -1;
      openCommit(buffer.toString('latin1', at, at + hexLength));
      return at + hexLength + 1;
    }
    const end = buffer.indexOf(NEWLINE, at);
    if (end < 0) return -1;
    headerLine(buffer, at, end);
    return end + 1;
  }

  return {
    push(chunk) {
      size.text(chunk.length);
      // A line longer than a chunk is only joined when its end has come.
      if (waiting.length && chunk.indexOf(NEWLINE) < 0 && chunk.indexOf(0) < 0) {
        waiting.push(chunk);
        return;
      }
      const buffer = waiting.length ? Buffer.concat([...waiting, chunk]) : chunk;
      let at = 0;
      while (at < buffer.length) {
        const next = oldLeft + newLeft > 0 ? hunkLines(buffer, at) : unit(buffer, at);
        if (next < 0 || next === at) break;
        at = next;
      }
      waiting = at < buffer.length ? [buffer.subarray(at)] : [];
    },
    end: closeCommit,
    isComplete: () =>
      commit !== null &&
      waiting.length === 0 &&
      oldLeft + newLeft === 0 &&
      (rawOnly === true ||
        (block + 1 === blocks.length && (!file || file.isBinary || file.isTooLong || file.hunks.length > 0))),
  };
}

const STATUS = { A: 'added', D: 'deleted', R: 'renamed', C: 'added' } as const;

interface RawEnds {
  readonly oldMode: string;
  readonly newMode: string;
  readonly oldId: string;
  readonly newId: string;
  readonly similarity: number;
  readonly newPath?: string;
}

function fileDiff(status: FileDiff['status'], path: string, ends: RawEnds): FileDiff {
  return {
    status,
    similarity: ends.similarity,
    oldPath: status === 'added' ? null : path,
    newPath: status === 'deleted' ? null : (ends.newPath ?? path),
    oldMode: ends.oldMode,
    newMode: ends.newMode,
    oldId: ends.oldId,
    newId: ends.newId,
    isBinary: false,
    isUnreadable: false,
    isTooLong: false,
    hunks: [],
    removed: null,
    added: null,
  };
}

/** "@@ -12,3 +12 @@": four numbers, a missing count is 1. */
function hunkNumbers(buffer: Buffer, at: number, end: number): number[] {
  let position = at + 4;
  const numbers = [0, 1, 0, 1];
  for (let side = 0; side < 4; side += 2) {
    for (let part = 0; part < 2; part++) {
      let value = 0;
      for (; position < end; position++) {
        const digit = (buffer[position] as number) - 48;
        if (digit < 0 || digit > 9) break;
        value = value * 10 + digit;
      }
      numbers[side + part] = value;
      if (buffer[position] !== 44) break;
      position++;
    }
    position += 2;
  }
  return numbers;
}

function isHex(byte: number | undefined): boolean {
  return byte !== undefined && ((byte >= 48 && byte <= 57) || (byte >= 97 && byte <= 102));
}
