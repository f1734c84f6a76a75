import { LifetimeError } from '../../git/errors.ts';
import { runGit, type Repository } from '../../git/process.ts';
import { secondsOf } from '../../git/seconds.ts';

/** A commit as the walk needs it; indices point into `History.commits`. */
export interface Commit {
  readonly sha: string;
  readonly parents: readonly number[];
  /** Committer time, epoch seconds; of a broken clock that of the author, else 1970. */
  readonly time: number;
  /** Shas (maybe abbreviated) named by `This reverts commit <sha>`. */
  readonly reverts: readonly string[];
  /** Position on the mainline; null on side branches. */
  seq: number | null;
}

/** Commits reachable from a tip, parents before children. */
export interface History {
  readonly commits: readonly Commit[];
  readonly indexOf: ReadonlyMap<string, number>;
  /** Indices of the first-parent chain, oldest first. */
  readonly mainline: readonly number[];
}

/** What is longer names no revert any more, or has more parents than a commit can be compared with. */
const MAX_COMMIT_BYTES = 16 << 20;

const REVERTS = /[Tt]his reverts commit ([0-9a-f]{7,64})/g;

/** Reads all commits that the tip reaches. @throws LifetimeError `history_unreadable` */
export async function readHistory(repo: Repository, tip: string, signal?: AbortSignal): Promise<History> {
  const args = [
    'log',
    '--topo-order',
    '--reverse',
    '-z',
    '--no-show-signature',
    '--format=%H%n%P%n%ct %at%n%B',
    '--end-of-options',
    tip,
  ];
  const out = await runGit(repo, args, signal ? { signal } : {}).catch((cause: unknown) => {
    signal?.throwIfAborted();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LifetimeError(
      'history_unreadable',
      `the history of ${tip} cannot be read: ${reason}; try "git fsck" on the repository`,
      { cause }
    );
  });
  return parseHistory(out);
}

function parseHistory(out: Buffer): History {
  const commits: Commit[] = [];
  const indexOf = new Map<string, number>();
  for (let at = 0; at < out.length;) {
    let end = out.indexOf(0, at);
    if (end < 0) end = out.length;
    const commit = parseCommit(out.toString('latin1', at, Math.min(end, at + MAX_COMMIT_BYTES)), indexOf);
    indexOf.set(commit.sha, commits.length);
    commits.push(commit);
    at = end + 1;
  }
  return { commits, indexOf, mainline: markMainline(commits) };
}

function parseCommit(text: string, indexOf: ReadonlyMap<string, number>): Commit {
  const a = text.indexOf('\n');
  const b = text.indexOf('\n', a + 1);
  const c = text.indexOf('\n', b + 1);
  const parents = b > a + 1 ? text.slice(a + 1, b).split(' ') : [];
  const [committed = '', authored = ''] = text.slice(b + 1, c < 0 ? undefined : c).split(' ');
  const body = c < 0 ? '' : text.slice(c + 1);
  return {
    sha: text.slice(0, a),
    // A parent named twice or not in the walk (grafted away) brings nothing of its own.
    parents: [...new Set(parents)].flatMap((sha) => indexOf.get(sha) ?? []),
    time: secondsOf(committed, secondsOf(authored, 0)),
    reverts: body.includes('his reverts commit')
      ? Array.from(body.matchAll(REVERTS), (match) => match[1] as string)
      : [],
    seq: null,
  };
}

function markMainline(commits: readonly Commit[]): number[] {
  const chain: number[] = [];
  for (let at: number | undefined = commits.length - 1; at !== undefined && at >= 0; at = commits[at]?.parents[0])
    chain.push(at);
  chain.reverse();
  chain.forEach((index, seq) => {
    const commit = commits[index];
    if (commit) commit.seq = seq;
  });
  return chain;
}
