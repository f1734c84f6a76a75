/**
 * Changes of the default branch. A *segment* is a first-parent commit and what it brought in: the commits that no earlier
 * first-parent commit reaches.
 */
import { batchWords, changeWords, isPull, type ChangeWords } from './change-words.ts';
import type { RawCommit } from './read-log.ts';

/** A change with all its own commits. */
export interface Change extends ChangeWords {
  /** Request number, or full sha. A number that was seen before on another commit is not the same change again. */
  readonly key: string;
  /** Own commits, parents first, without `merge`. */
  readonly commits: RawCommit[];
  /** The merge commit; null = it was not merged but committed. */
  readonly merge: RawCommit | null;
  /** Last commit of its branch; null = it has none. */
  readonly head: string | null;
  /** First-parent commit with which it reached the default branch. */
  readonly mergeSha: string;
  readonly mergedAt: Date;
  /** When its commits came into the first-parent chain. Later than `mergedAt` where the default branch itself was the merged side. */
  readonly reachedAt: Date;
}

/** What the reading of one segment must know of those before. */
export interface ChangeState {
  readonly defaultBranch: string;
  /** Request numbers seen. */
  readonly numbers: Set<number>;
  /** Change of the last first-parent commit, while the next one may belong to it (rebase merges repeat the number). */
  open: Change | null;
}

export interface Segment {
  /** Changes that it brought or went on with; the first-parent commit's own is the last. */
  readonly changes: readonly Change[];
  /** Change of each new commit. */
  readonly changeOf: ReadonlyMap<string, Change>;
}

/** A squash on a side branch is a request only where the forge made the commit: people number what they like. */
const isByForge = ({ committerEmail }: RawCommit): boolean => committerEmail.toLowerCase() === 'noreply@github.com';

interface Claims {
  readonly state: ChangeState;
  readonly first: RawCommit;
  /** Commits of the segment that no change has taken yet. */
  readonly free: Map<string, RawCommit>;
  readonly changeOf: Map<string, Change>;
  readonly changes: Change[];
}

/** A commit, and the one with which it reached the default branch. */
interface Arrival {
  readonly commit: RawCommit;
  readonly by: RawCommit;
  /** Which of the other parents of a merge is the change. Default: the first. */
  readonly other?: number;
}

function newChange({ state, first, changes }: Claims, { commit, by, other = 0 }: Arrival, words: ChangeWords): Change {
  const number = words.number === null ? null : Number(words.number);
  const isFree = number !== null && !state.numbers.has(number);
  if (number !== null) {
    state.numbers.add(number);
  }
  const isMerge = commit.parents.length > 1;
  const change: Change = {
    ...words,
    key: isFree ? String(number) : commit.sha,
    commits: isMerge ? [] : [commit],
    merge: isMerge ? commit : null,
    head: isMerge ? (commit.parents[1 + other] ?? null) : null,
    mergeSha: by.sha,
    mergedAt: by.committedAt,
    reachedAt: first.committedAt,
  };
  changes.push(change);
  return change;
}

/** A line of first parents on the other side of a merge, still to be shared out. */
interface Line {
  readonly start: string;
  readonly owner: Change;
  /** The line is the default branch itself: its commits are changes of their own. */
  readonly isMainline: boolean;
  /** With which commit its commits reached the default branch; those of the default branch itself were there on their own. */
  readonly by: RawCommit;
}

/** Free commits along the line, oldest first; they are taken. */
function takeLine({ free }: Claims, start: string): RawCommit[] {
  const line: RawCommit[] = [];
  for (let commit = free.get(start); commit !== undefined; commit = free.get(commit.parents[0] ?? '')) {
    free.delete(commit.sha);
    line.push(commit);
  }
  return line.reverse();
}

/** Change of a commit of a line: a request merged there stays a change of its own, all else belongs to the line's owner. */
function changeOfMember(claims: Claims, commit: RawCommit, { owner, isMainline, by }: Line): Change {
  const isMerge = commit.parents.length > 1;
  const words = changeWords(commit.message, isMerge);
  const isNew = words.number !== null && !claims.state.numbers.has(Number(words.number));
  if (isMainline || (isNew && (isMerge || isByForge(commit)))) {
    return newChange(claims, { commit, by: isMainline ? commit : by }, words);
  }
  owner.commits.push(commit);
  return owner;
}

/** Shares out what the merges of a segment brought. No recursion: histories are deep. */
function shareOut(claims: Claims, lines: Line[]): void {
  for (let line = lines.pop(); line !== undefined; line = lines.pop()) {
    for (const commit of takeLine(claims, line.start)) {
      const change = changeOfMember(claims, commit, line);
      claims.changeOf.set(commit.sha, change);
      const isMainline = line.isMainline && isPull(change, claims.state.defaultBranch);
      const by = line.isMainline ? commit : line.by;
      for (const start of commit.parents.slice(1).reverse()) lines.push({ start, owner: change, isMainline, by });
    }
  }
}

/** The change that is still open goes on with a commit of the same number. */
function continued(state: ChangeState, commit: RawCommit, words: ChangeWords): Change | null {
  const { open } = state;
  const isSame = open !== null && open.number === words.number && words.number !== null && words.kind === 'squash';
  return isSame
    ? {
        ...open,
        commits: [...open.commits, commit],
        mergeSha: commit.sha,
        mergedAt: commit.committedAt,
        reachedAt: commit.committedAt,
      }
    : null;
}

/** The change of each other parent of a merge. A batch of which each parent is one request brought several; any other merge is one change. */
function ownersOf(claims: Claims, own: Change): Change[] {
  const { first } = claims;
  const others = first.parents.slice(1);
  const batch = batchWords(first.message, others.length > 0);
  return others.map((_, at) => {
    const words = at > 0 && batch.length === others.length ? batch[at] : undefined;
    return words === undefined ? own : newChange(claims, { commit: first, by: first, other: at }, words);
  });
}

/** Shares the commits of a segment out among changes. `commits`: the first-parent commit last. Moves `state` on. */
export function readSegment(commits: readonly RawCommit[], state: ChangeState): Segment {
  const first = commits.at(-1);
  if (!first) {
    return { changes: [], changeOf: new Map() };
  }
  const words = changeWords(first.message, first.parents.length > 1);
  const free = new Map(commits.slice(0, -1).map((commit) => [commit.sha, commit]));
  const claims: Claims = { state, first, free, changeOf: new Map(), changes: [] };
  const own = continued(state, first, words) ?? newChange(claims, { commit: first, by: first }, words);
  claims.changeOf.set(first.sha, own);
  const isMainline = isPull(words, state.defaultBranch);
  const owners = ownersOf(claims, own);
  const lines = first.parents.slice(1).map((start, at) => ({ start, owner: owners[at] ?? own, isMainline, by: first }));
  shareOut(claims, lines.reverse());
  // Own commits in the order of the log, parents first.
  const position = new Map(commits.map(({ sha }, index) => [sha, index]));
  for (const { commits: members } of claims.changes) {
    members.sort((a, b) => (position.get(a.sha) ?? 0) - (position.get(b.sha) ?? 0));
  }
  state.open = own.kind === 'squash' && own.number !== null ? own : null;
  return { changes: [...claims.changes.filter((change) => change !== own), own], changeOf: claims.changeOf };
}
