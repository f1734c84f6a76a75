/** The own commits of a merged request: what a squash was made of, with the marks that a squash may have lost. Pure. */
import { markCommit, requesterOf as humanBehind, type CommitWords } from '../attribution/mark-commit.ts';
import { sessionsIn } from '../attribution/sessions.ts';
import type { HouseRow } from '../connector.ts';
import { markRow, sessionRows } from '../mark-row.ts';
import { signatureOf, signatureRow, type Naming, type Signature } from './signatures.ts';

export interface OwnCommit {
  readonly sha: string;
  readonly message: string;
  readonly authoredAt: Date;
  readonly committedAt: Date;
  readonly author: Signature | null;
  readonly committer: Signature | null;
  /** Lines as the forge counts them; null = it does not say. */
  readonly added: number | null;
  readonly deleted: number | null;
}

/** The request that they are of. */
export interface OwnRequest {
  readonly number: number;
  /** Source branch. */
  readonly branch: string;
}

const MAX_TITLE = 1000;
/** Clocks of committers are theirs: further ahead they are wrong. */
const AHEAD_MS = 10 * 60_000;
/** Parents are not asked for; git corrects it where it reads them. */
const MERGES = [
  'Merge branch ',
  'Merge remote-tracking branch ',
  'Merge pull request #',
  'Merge tag ',
  'Merge commit ',
];

export const subjectOf = (message: string): string => message.split('\n', 1)[0] ?? '';
const isMerge = ({ message }: OwnCommit): boolean => MERGES.some((start) => message.startsWith(start));

/** Earliest author time of the work; null = none is usable. @param before Times of work that pushes took away. */
export function earliestOf(
  own: readonly OwnCommit[],
  {
    before = [],
    mergedAt,
    now,
  }: { readonly before?: readonly Date[]; readonly mergedAt: Date | null; readonly now: Date }
): Date | null {
  const limit = Math.max(now.getTime(), mergedAt?.getTime() ?? 0) + AHEAD_MS;
  const made = own.filter((commit) => !isMerge(commit)).map(({ authoredAt }) => authoredAt);
  const times = [...made, ...before].map((at) => at.getTime()).filter((at) => at > 0 && at <= limit);
  return times.length === 0 ? null : new Date(times.reduce((least, at) => Math.min(least, at), Infinity));
}

const wordsOf = (commit: OwnCommit, branch: string): CommitWords => ({
  authorName: commit.author?.name ?? '',
  authorEmail: commit.author?.email ?? '',
  committerName: commit.committer?.name ?? '',
  committerEmail: commit.committer?.email ?? '',
  authoredAt: commit.authoredAt,
  message: commit.message,
  branch,
});

/** account_id of the human whom commits of an agent name; null = they name none. */
export function namedRequester(own: readonly OwnCommit[], naming: Naming): string | null {
  const named = own.map((commit) => humanBehind(wordsOf(commit, ''))).find((who) => who !== null);
  return named ? signatureOf({ name: named.name ?? null, email: named.email ?? null }, naming) : null;
}

function commitRow(commit: OwnCommit, { number }: OwnRequest, naming: Naming): HouseRow {
  return {
    table: 'git_commit',
    values: {
      sha: commit.sha,
      parents: [],
      author_account_id: signatureOf(commit.author, naming),
      committer_account_id: signatureOf(commit.committer, naming),
      authored_at: commit.authoredAt,
      committed_at: commit.committedAt,
      subject: subjectOf(commit.message).slice(0, MAX_TITLE),
      is_merge: isMerge(commit),
      is_on_default: false,
      added: commit.added,
      deleted: commit.deleted,
      change_key: String(number),
      request_number: number,
    },
  };
}

export const ownCommitRows = (own: readonly OwnCommit[], request: OwnRequest, naming: Naming): HouseRow[] =>
  own.flatMap((commit) => [
    ...signatureRow(commit.author, naming),
    ...signatureRow(commit.committer, naming),
    commitRow(commit, request, naming),
    ...markCommit(wordsOf(commit, request.branch)).map((mark) => markRow(commit.sha, mark)),
    ...sessionRows(commit.sha, sessionsIn(commit.message), 'trailer'),
  ]);

/** A merge into another branch than the default one: when, and whether, it reached the default branch, git alone can tell. */
export const isOnDefault = (base: string, branch: string | null): boolean =>
  // Repositories renamed their branch; what was merged before keeps the old name.
  base === branch || (branch === 'main' && base === 'master');

/** What came of it on the default branch. */
export interface Landed {
  readonly shas: readonly string[];
  readonly at: Date;
  readonly subject: string;
  readonly isMerge: boolean;
}

/** The commits on the default branch that came of it: git tells what they are, the forge whose. */
export function landedRows({ shas, at, subject, isMerge: isOne }: Landed, own: readonly OwnCommit[], { number }: OwnRequest): HouseRow[] {
  const known = new Set(own.map(({ sha }) => sha));
  return [...new Set(shas)]
    .filter((sha) => !known.has(sha))
    .map((sha) => ({
      table: 'git_commit',
      values: {
        sha,
        parents: [],
        authored_at: at,
        committed_at: at,
        subject: subject.slice(0, MAX_TITLE),
        is_merge: isOne,
        is_on_default: true,
        change_key: String(number),
        request_number: number,
      },
    }));
} // prettier-ignore
