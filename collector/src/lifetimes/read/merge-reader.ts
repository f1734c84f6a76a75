import { askedGit, type Answer, type AskedGit } from './asked-git.ts';
import {
  COMBINED_ARGS,
  COMBINED_LIST_ARGS,
  parseCombined,
  parseCombinedList,
  type CombinedFile,
  type CombinedFiles,
} from './combined-diffs.ts';
import { overIn } from './compare.ts';
import { diffParser, type FileDiff } from './diff-parser.ts';
import { overMemory } from '../../git/limits.ts';
import { LifetimeError } from '../../git/errors.ts';
import type { Repository } from '../../git/process.ts';

/** Files by path. */
export type FileList = ReadonlyMap<string, FileDiff>;

/** What git says about a merge: which files differ from the first parent, and the lines of those that differ from all. */
export interface MergeDiff {
  readonly sha: string;
  /** Files that differ from the first parent. Renames are not looked for. Null: see `lack`. */
  readonly changed: FileList | null;
  /** Why nothing is known; null: all is. */
  readonly lack: string | null;
  /** Where there are more than two parents: the files that differ from each of the others. */
  readonly others: readonly FileList[];
  /** Files that equal no parent, by path. */
  readonly combined: ReadonlyMap<string, CombinedFile>;
  /** The lines of `combined` are there; false: git died of a content of one of them. */
  readonly hasLines: boolean;
}

/** A merge to read. */
export interface MergeRequest {
  readonly sha: string;
  readonly parents: readonly string[];
}

/** Reads merges in the given order, ahead of the consumer. */
export interface MergeReader {
  next(): Promise<MergeDiff>;
  /** Files of a commit that differ from another one; null: a tree is missing, or they are too many. */
  list(sha: string, other: string): Promise<FileList | null>;
  close(): void;
}

// Merges read ahead; each holds the list of files that it changed.
const AHEAD = 32;
const LIST_ARGS = ['-r', '--raw', '-z', '--no-renames', '--always'];

interface Processes {
  readonly repo: Repository;
  /** "<commit> <parent>" compares with that parent alone and prints a header even when nothing differs. */
  readonly lister: AskedGit;
  readonly combiner: AskedGit;
  readonly combinedLister: AskedGit;
}

/** Three git processes: files against one parent, lines of files that equal no parent, and the names of those where lines are missing. */
export function mergeReader(repo: Repository, requests: readonly MergeRequest[], signal?: AbortSignal): MergeReader {
  const start = (args: readonly string[]): AskedGit => askedGit(repo, { args, signal });
  const processes = {
    repo,
    lister: start(LIST_ARGS),
    combiner: start(COMBINED_ARGS),
    combinedLister: start(COMBINED_LIST_ARGS),
  };
  const ahead: Promise<MergeDiff>[] = [];
  let asked = 0;
  function askAhead(): void {
    // Many at once: the processes are then asked with one write.
    if (ahead.length > AHEAD / 2) return;
    while (asked < requests.length && ahead.length < AHEAD) {
      const reading = readMerge(processes, requests[asked++] as MergeRequest);
      // Whoever takes the merge awaits it; until then a failure must not be "unhandled".
      reading.catch(() => undefined);
      ahead.push(reading);
    }
  }
  askAhead();
  return {
    next() {
      const first = ahead.shift();
      askAhead();
      return first ?? Promise.reject(new LifetimeError('internal', 'more merges are taken than were asked for'));
    },
    list: async (sha, other) => {
      const list = await listFiles(processes, sha, other);
      return typeof list === 'string' ? null : list;
    },
    close() {
      processes.lister.close();
      processes.combiner.close();
      processes.combinedLister.close();
    },
  };
}

async function readMerge(processes: Processes, { sha, parents }: MergeRequest): Promise<MergeDiff> {
  const { repo, combiner, combinedLister } = processes;
  const [first = '', second, ...more] = parents;
  const [changed, answer, ...others] = await Promise.all([
    listFiles(processes, sha, first),
    combiner.ask(sha),
    // What differs from the first of two parents and not from both equals the second.
    ...(second !== undefined && more.length > 0 ? parents.slice(1) : []).map((parent) =>
      listFiles(processes, sha, parent)
    ),
  ]);
  // Git compares what both sides lost line by line: too much for its memory is a matter of one content, as a missing one is.
  const lines = answer === overMemory(repo.limits) ? null : answer;
  const combined = readCombined(repo, lines) ?? readCombinedList(repo, await combinedLister.ask(sha));
  const lack = [changed, combined, ...others].find((part) => typeof part === 'string') ?? null;
  const hasLines = Buffer.isBuffer(answer);
  if (lack !== null) return { sha, changed: null, lack, others: [], combined: new Map(), hasLines };
  const known = <T>(part: T | string): T => part as T;
  return { sha, changed: known(changed), lack, others: others.map(known), combined: known(combined), hasLines };
}

const NO_TREE = 'a tree of the merge or of one of its parents is missing';

/** Null: git died of a content. */
function readCombined({ hexLength, limits }: Repository, answer: Answer): CombinedFiles | string | null {
  return Buffer.isBuffer(answer) ? unlessOver(() => parseCombined(answer, hexLength, limits)) : answer;
}

function readCombinedList({ hexLength, limits }: Repository, answer: Answer): CombinedFiles | string {
  return Buffer.isBuffer(answer) ? unlessOver(() => parseCombinedList(answer, hexLength, limits)) : (answer ?? NO_TREE);
}

/** What `read` gives, or why it is too large. */
function unlessOver<T>(read: () => T): T | string {
  let found: T | undefined;
  const over = overIn(() => void (found = read()));
  return over?.message ?? (found as T);
}

/** A text: why they are not known. */
async function listFiles({ repo, lister }: Processes, sha: string, other: string): Promise<FileList | string> {
  const answer = await lister.ask(`${sha} ${other}`);
  if (!Buffer.isBuffer(answer)) return answer ?? NO_TREE;
  const list = new Map<string, FileDiff>();
  const parser = diffParser({
    hexLength: repo.hexLength,
    limits: repo.limits,
    withContents: false,
    rawOnly: true,
    // A changed type comes as deletion and addition: the addition says what the merge has.
    onCommit: ({ files }) => files.forEach((file) => list.set((file.newPath ?? file.oldPath) as string, file)),
  });
  return unlessOver(() => {
    parser.push(answer);
    parser.end();
    return list;
  });
}

/** Regular files have lines; symbolic links and submodules have none. */
export function isText(mode: string): boolean {
  return mode.startsWith('100');
}
