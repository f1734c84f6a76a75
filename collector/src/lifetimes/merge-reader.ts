import { combinedDiffs, type CombinedDiffs, type CombinedFile } from './combined-diffs.ts';
import { diffParser, type FileDiff } from './diff-parser.ts';
import { asError, LifetimeError } from './errors.ts';
import { gitExit, startGit, type GitProcess, type Repository } from './git.ts';

/** What git says about a merge: which files differ from each parent, and the lines of those that differ from all. */
export interface MergeDiff {
  readonly sha: string;
  /** For each parent the files that differ from it, by path. Renames are not looked for. */
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
  let started = 0;
  let failure: Error | null = null;
  let wake: (() => void) | null = null;
  const child: GitProcess = startGit(
    repo,
    ['diff-tree', '--stdin', '-r', '--raw', '-z', '--no-renames', '--always'],
    use.signal
  );

  const parser = diffParser({
    hexLength: repo.hexLength,
    withContents: false,
    rawOnly: true,
    onCommit: (diff) => {
      open ??= { request: requests[started++] as MergeRequest, changed: [], combined: null };
      open.changed.push(byPath(diff.files));
      if (open.changed.length < open.request.parents.length) return;
      if (conflicts(open.changed)) {
        open.combined = use.combiner.read(open.request.sha);
        // Whoever takes the merge awaits it; until then a failure must not be "unhandled".
        open.combined.catch(() => undefined);
      }
      ready.push(open);
      open = null;
      if (ready.length > AHEAD) child.stdout.pause();
      wake?.();
    },
  });
  child.stdout.on('data', (chunk: Buffer) => {
    parser.push(chunk);
  });
  gitExit(child)
    .then(({ code, stderr }) => {
      if (code === 0) parser.end();
      else failure = new LifetimeError('git_failed', `git cannot list the files of merges: ${stderr}`);
    })
    .catch((cause: unknown) => {
      failure = asError(cause);
    })
    .finally(() => wake?.());
  // "<commit> <parent>" compares with that parent alone and prints a header even when nothing differs.
  child.stdin.end(requests.flatMap(({ sha, parents }) => parents.map((parent) => `${sha} ${parent}\n`)).join(''));

  return {
    async next() {
      for (;;) {
        const listed = ready.shift();
        if (listed) {
          if (ready.length < AHEAD / 2 && child.stdout.isPaused()) child.stdout.resume();
          return listed;
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
