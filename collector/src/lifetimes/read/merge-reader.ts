import { combinedDiffs, type CombinedDiffs, type CombinedFile } from './combined-diffs.ts';
import { diffParser, type DiffParser, type FileDiff } from './diff-parser.ts';
import { asError, LifetimeError } from '../../git/errors.ts';
import { gitExit, startGit, type GitProcess, type Repository } from '../../git/process.ts';

/** What git says about a merge: which files differ from each parent, and the lines of those that differ from all. */
export interface MergeDiff {
  readonly sha: string;
  /** For each parent the files that differ from it, by path. Renames are not looked for. None at all: a tree is missing. */
  readonly changed: readonly ReadonlyMap<string, FileDiff>[];
  /** Files that equal no parent, by path. One that is missing here could not be read. */
  readonly combined: ReadonlyMap<string, CombinedFile>;
}

/** A merge to read. */
export interface MergeRequest {
  readonly sha: string;
  readonly parents: readonly string[];
}

/** Reads merges in the given order, ahead of the consumer. */
export interface MergeReader {
  next(): Promise<MergeDiff>;
  close(): void;
}

// Merges read ahead; each holds the list of files its branch changed.
const AHEAD = 64;

type FileList = ReadonlyMap<string, FileDiff>;

interface Listed {
  readonly request: MergeRequest;
  readonly changed: FileList[];
  combined: Promise<ReadonlyMap<string, CombinedFile>> | null;
}

/** Starts two git processes: one lists files per parent, the other is asked for combined diffs only where a file equals no parent. */
export function mergeReader(repo: Repository, requests: readonly MergeRequest[], signal?: AbortSignal): MergeReader {
  if (requests.length === 0)
    return {
      next: () => Promise.reject(new LifetimeError('internal', 'no merge was asked for')),
      close: () => undefined,
    };
  const combiner = combinedDiffs(repo, signal);
  const lister = listFiles(repo, requests, { combiner, ...(signal ? { signal } : {}) });
  return {
    async next() {
      const { request, changed, combined } = await lister.next();
      return { sha: request.sha, changed, combined: (await combined) ?? new Map<string, CombinedFile>() };
    },
    close() {
      lister.close();
      combiner.close();
    },
  };
}

/** Paths that differ from every parent and exist in the merge. */
function conflicts(changed: readonly FileList[]): boolean {
  const [first, ...others] = changed;
  if (!first) return false;
  for (const [path, file] of first) {
    if (file.newPath !== null && isText(file.newMode) && others.every((list) => list.has(path))) return true;
  }
  return false;
}

/** Regular files have lines; symbolic links and submodules have none. */
export function isText(mode: string): boolean {
  return mode.startsWith('100');
}

interface Lister {
  next(): Promise<Listed>;
  close(): void;
}

function listFiles(
  repo: Repository,
  requests: readonly MergeRequest[],
  use: { combiner: CombinedDiffs; signal?: AbortSignal }
): Lister {
  const ready: Listed[] = [];
  let open: Listed | null = null;
  let listed = 0;
  let failure: Error | null = null;
  let wake: (() => void) | null = null;
  let child = start();

  function start(): GitProcess {
    const started = startGit(
      repo,
      ['diff-tree', '--stdin', '-r', '--raw', '-z', '--no-renames', '--always'],
      use.signal
    );
    const parser = diffParser({
      hexLength: repo.hexLength,
      withContents: false,
      rawOnly: true,
      onCommit: ({ files }) => {
        take(files);
        if (ready.length > AHEAD) started.stdout.pause();
      },
    });
    started.stdout.on('data', (chunk: Buffer) => {
      parser.push(chunk);
    });
    void ended(started, parser);
    // "<commit> <parent>" compares with that parent alone and prints a header even when nothing differs.
    const asked = requests.slice(listed).flatMap(({ sha, parents }) => parents.map((parent) => `${sha} ${parent}\n`));
    started.stdin.end(asked.join(''));
    return started;
  }

  function take(files: readonly FileDiff[]): void {
    const request = requests[listed] as MergeRequest;
    open ??= { request, changed: [], combined: null };
    open.changed.push(byPath(files));
    if (open.changed.length < request.parents.length) return;
    const combined = conflicts(open.changed) ? use.combiner.read(request.sha) : null;
    // Whoever takes the merge awaits it; until then a failure must not be "unhandled".
    combined?.catch(() => undefined);
    give({ ...open, combined });
  }

  function give(merge: Listed): void {
    listed++;
    open = null;
    ready.push(merge);
    wake?.();
  }

  /** Git dies of a missing tree before it says anything of that merge: all before it is complete. */
  async function ended(process: GitProcess, parser: DiffParser): Promise<void> {
    try {
      const { code, stderr } = await gitExit(process);
      if (failure) return;
      use.signal?.throwIfAborted();
      if (code === null)
        throw new LifetimeError('git_failed', `git was stopped listing the files of merges: ${stderr}`);
      parser.end();
      if (listed === requests.length) return;
      give({ request: requests[listed] as MergeRequest, changed: [], combined: null });
      if (listed < requests.length) child = start();
    } catch (cause) {
      failure ??= asError(cause);
      wake?.();
    }
  }

  return {
    async next() {
      for (;;) {
        const merge = ready.shift();
        if (merge) {
          if (ready.length < AHEAD / 2 && child.stdout.isPaused()) child.stdout.resume();
          return merge;
        }
        if (failure) throw failure;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    close() {
      failure ??= new Error('closed');
      child.kill();
    },
  };
}

function byPath(files: readonly FileDiff[]): FileList {
  const list = new Map<string, FileDiff>();
  // A changed type comes as deletion and addition: the addition says what the merge has.
  for (const file of files) list.set((file.newPath ?? file.oldPath) as string, file);
  return list;
}
