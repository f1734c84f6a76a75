/** Reads the default branch segment by segment, and says how two states of it are related. */
import { LifetimeError } from '../../git/errors.ts';
import { runGit, type Repository } from '../../git/process.ts';
import { historyFault, readLog, type RawCommit } from './read-log.ts';
import { readSegment, type Change, type ChangeState, type Segment } from './segments.ts';

export interface Range {
  readonly tip: string;
  /** First-parent commit up to which everything is known; null = nothing is. */
  readonly base: string | null;
  readonly signal: AbortSignal;
}

const revisions = ({ tip, base }: Range): string[] => [tip, ...(base === null ? [] : [`^${base}`])];

/** Commits that `git rev-list` gives. @throws CollectorError `git_history` */
export async function shas(repo: Repository, args: readonly string[], signal: AbortSignal): Promise<string[]> {
  const out = await runGit(repo, ['rev-list', ...args, '--'], { signal }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw error instanceof LifetimeError && error.code === 'git_failed' ? historyFault(repo, error.message) : error;
  });
  return out.toString('latin1').split('\n').filter(Boolean);
}

/** Number of commits in a range. */
export async function countCommits(repo: Repository, range: Range): Promise<number> {
  return Number((await shas(repo, ['--count', ...revisions(range)], range.signal))[0] ?? 0);
}

export interface ReadSegment extends Segment {
  /** All new commits, parents first; the first-parent commit is the last. */
  readonly commits: readonly RawCommit[];
  readonly first: RawCommit;
}

/** Segments of a range, oldest first; `state` moves on with them. @throws CollectorError `git_history` */
export async function* readSegments(repo: Repository, range: Range, state: ChangeState): AsyncGenerator<ReadSegment> {
  const { signal } = range;
  const mainline = new Set(await shas(repo, ['--first-parent', ...revisions(range)], signal));
  // Side commits that wait for the first-parent commit that brings them in; others may come in between.
  const waiting = new Map<string, Waiting>();
  let position = 0;
  for await (const some of readLog(repo, ['--topo-order', '--reverse', ...revisions(range)], signal)) {
    for (const commit of some) {
      waiting.set(commit.sha, { commit, position });
      position += 1;
      if (mainline.has(commit.sha)) {
        const commits = takeReached(waiting, commit.sha);
        yield { ...readSegment(commits, state), commits, first: commit };
      }
    }
  }
}

interface Waiting {
  readonly commit: RawCommit;
  /** Place in the log, in which parents come first. */
  readonly position: number;
}

/** Takes what a commit reaches, itself included, parents first. */
function takeReached(waiting: Map<string, Waiting>, start: string): RawCommit[] {
  const reached: Waiting[] = [];
  const open = [start];
  for (let sha = open.pop(); sha !== undefined; sha = open.pop()) {
    const found = waiting.get(sha);
    if (found) {
      waiting.delete(sha);
      reached.push(found);
      for (const parent of found.commit.parents) open.push(parent);
    }
  }
  return reached.sort((a, b) => a.position - b.position).map(({ commit }) => commit);
}

/** Whether a commit is there at all (force pushes and garbage collection take commits away). */
export async function hasCommit(repo: Repository, sha: string): Promise<boolean> {
  return runGit(repo, ['cat-file', '-e', `${sha}^{commit}`]).then(
    () => true,
    () => false
  );
}

/**
 * Newest commit that the first-parent chains of both tips share; null = none. It is `before` itself unless the branch was rewritten, or a
 * merge made the old chain a side branch.
 */
export async function sharedBase(
  repo: Repository,
  { before, tip, signal }: { before: string; tip: string; signal: AbortSignal }
): Promise<string | null> {
  const added = await shas(repo, ['--first-parent', '--parents', tip, `^${before}`], signal);
  const last = added.at(-1)?.split(' ') ?? [];
  if (added.length === 0 ? tip === before : last[1] === before) {
    return before;
  }
  const chain = new Set(await shas(repo, ['--first-parent', tip], signal));
  return (await shas(repo, ['--first-parent', before], signal)).find((sha) => chain.has(sha)) ?? null;
}

/** Commits that `before` reaches and `tip` does not. */
export async function lostCommits(
  repo: Repository,
  { before, tip, signal }: { before: string; tip: string; signal: AbortSignal }
): Promise<Set<string>> {
  return new Set(await shas(repo, [before, `^${tip}`], signal));
}

/** The change that is open at the tip, read again from its first commit on. */
export async function reopen(
  repo: Repository,
  { tip, open, signal }: { tip: string; open: { readonly key: string; readonly first: string }; signal: AbortSignal }
): Promise<Change | null> {
  const parent = await runGit(repo, ['rev-parse', '--verify', '--quiet', `${open.first}^`]).catch(() => null);
  const base = parent?.toString('latin1').trim() ?? null;
  // Whether its number was free is decided already: the key says so.
  const state: ChangeState = { defaultBranch: '', numbers: new Set(), open: null };
  const segments = readSegments(repo, { tip, base, signal }, state);
  while ((await segments.next()).done !== true);
  return state.open === null ? null : { ...state.open, key: open.key };
}
