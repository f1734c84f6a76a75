/** The own commits of a merged pull request: what a squash was made of, with the marks that a squash may have lost. Pure. */
import { markCommit, requesterOf as humanBehind, type CommitWords } from '../../../attribution/mark-commit.ts';
import { sessionsIn } from '../../../attribution/sessions.ts';
import type { HouseRow } from '../../../connector.ts';
import { markRow, sessionRows } from '../../../mark-row.ts';
import type { Commit, Pull } from '../schema.ts';
import { accountOf, actorRow, signatureOf, signatureRow, type Naming } from './accounts.ts';
import { pushedAway, type Reviewer } from './events.ts';
import { mergeMethod, type PullContext } from './pull.ts';

const MAX_TITLE = 1000;
/** Clocks of committers are theirs: further ahead they are wrong. */
const AHEAD_MS = 10 * 60_000;
/** Asking for the parents of each commit would cost 25 points a page; git corrects it where it reads them. */
const MERGES = [
  'Merge branch ',
  'Merge remote-tracking branch ',
  'Merge pull request #',
  'Merge tag ',
  'Merge commit ',
];

const subjectOf = (message: string): string => message.split('\n', 1)[0] ?? '';
const isMerge = ({ message }: Commit): boolean => MERGES.some((start) => message.startsWith(start));
export const ownCommits = (pull: Pull): Commit[] => pull.commits.nodes.flatMap((node) => node?.commit ?? []);

/** Earliest author time of its work, that of commits which force pushes replaced included; null = none is usable. */
export function earliest(pull: Pull, now: Date): Date | null {
  const limit = Math.max(now.getTime(), pull.mergedAt?.getTime() ?? 0) + AHEAD_MS;
  const own = ownCommits(pull).filter((commit) => !isMerge(commit));
  const times = [...own.map(({ authoredDate }) => authoredDate), ...pushedAway(pull)]
    .map((at) => at.getTime())
    .filter((at) => at > 0 && at <= limit);
  return times.length === 0 ? null : new Date(times.reduce((least, at) => Math.min(least, at), Infinity));
}

const wordsOf = (commit: Commit, branch: string): CommitWords => ({
  authorName: commit.author?.name ?? '',
  authorEmail: commit.author?.email ?? '',
  committerName: commit.committer?.name ?? '',
  committerEmail: commit.committer?.email ?? '',
  authoredAt: commit.authoredDate,
  message: commit.message,
  branch,
});

/**
 * The human behind a pull request of an agent: whom its commits name, else whoever merged what no human reviewed. Null = none is known, or
 * none is needed.
 */
export function requesterOf(pull: Pull, reviewers: readonly Reviewer[], naming: Naming): string | null {
  const [author] = actorRow(pull.author, naming);
  if (author?.values['kind'] !== 'ai_agent') {
    return null;
  }
  const named = ownCommits(pull)
    .map((commit) => humanBehind(wordsOf(commit, '')))
    .find((who) => who !== null);
  if (named) {
    return signatureOf({ name: named.name ?? null, email: named.email ?? null }, naming);
  }
  const [merger] = actorRow(pull.mergedBy, naming);
  const isAlone = !reviewers.some(({ isHuman }) => isHuman);
  return isAlone && merger?.values['kind'] === 'human' ? accountOf(pull.mergedBy, naming) : null;
}

function commitRow(commit: Commit, pull: Pull, naming: Naming): HouseRow {
  return {
    table: 'git_commit',
    values: {
      sha: commit.oid,
      parents: [],
      author_account_id: signatureOf(commit.author, naming),
      committer_account_id: signatureOf(commit.committer, naming),
      authored_at: commit.authoredDate,
      committed_at: commit.committedDate,
      subject: subjectOf(commit.message).slice(0, MAX_TITLE),
      is_merge: isMerge(commit),
      is_on_default: false,
      added: commit.additions ?? null,
      deleted: commit.deletions ?? null,
      change_key: String(pull.number),
      request_number: pull.number,
    },
  };
}

const markRows = (commit: Commit, branch: string): HouseRow[] => [
  ...markCommit(wordsOf(commit, branch)).map((mark) => markRow(commit.oid, mark)),
  ...sessionRows(commit.oid, sessionsIn(commit.message), 'trailer'),
];

/** The commits on the default branch that came of it: git tells what they are, the forge whose. */
function landedRows(pull: Pull, { rebased = [] }: PullContext): HouseRow[] {
  const merge = pull.mergeCommit;
  if (merge === null) {
    return [];
  }
  const own = new Set(ownCommits(pull).map(({ oid }) => oid));
  return [...new Set([merge.oid, ...rebased])]
    .filter((sha) => !own.has(sha))
    .map((sha) => ({
      table: 'git_commit',
      values: {
        sha,
        parents: [],
        authored_at: merge.committedDate,
        committed_at: merge.committedDate,
        subject: merge.messageHeadline.slice(0, MAX_TITLE),
        is_merge: mergeMethod(pull) === 'merge',
        is_on_default: true,
        change_key: String(pull.number),
        request_number: pull.number,
      },
    }));
}

export function commitRows(pull: Pull, context: PullContext): HouseRow[] {
  return [
    ...ownCommits(pull).flatMap((commit) => [
      ...signatureRow(commit.author, context),
      ...signatureRow(commit.committer, context),
      commitRow(commit, pull, context),
      ...markRows(commit, pull.headRefName),
    ]),
    ...landedRows(pull, context),
  ];
}
