/** Outside → house rows: commits, accounts, marks and changes. Pure. */
import { accountKind } from '../../attribution/account-kind.ts';
import { markCommit, requesterOf } from '../../attribution/mark-commit.ts';
import { sessionsIn } from '../../attribution/sessions.ts';
import type { HouseRow, StreamContext } from '../../connector.ts';
import { subjectOf } from './change-words.ts';
import type { RawCommit } from './read-log.ts';
import { changeUrl } from '../../git/source.ts';
import { markRow, sessionRows } from '../../mark-row.ts';
import type { Change } from './segments.ts';

/** Longer subjects and titles are cut: somebody pasted a file. */
const MAX_TITLE = 1000;
/** Longer names and addresses are nobody's. */
const MAX_NAME = 300;
const MAX_ADDRESS = 500;

export interface Naming {
  readonly accountId: StreamContext<unknown>['accountId'];
  readonly webUrl: string | null;
}

interface Named {
  readonly name: string;
  readonly email: string;
}

const addressOf = (email: string): string | null => {
  const folded = email.slice(0, MAX_ADDRESS).trim().toLowerCase();
  return folded === '' ? null : folded;
};

/** account_id of an address; null = the commit has none. */
export function accountOf(email: string, { accountId }: Naming): string | null {
  const address = addressOf(email);
  return address === null ? null : accountId('git', address);
}

const AIDER = ' (aider)';
const nameOf = (name: string): string => (name.endsWith(AIDER) ? name.slice(0, -AIDER.length) : name);

/** Row of an account; the suffix of a tool that signs with the person's name is no part of the name. */
export function accountRow(who: Named, naming: Naming): HouseRow[] {
  const address = addressOf(who.email);
  return address === null
    ? []
    : [
        {
          table: 'account',
          values: {
            account_id: naming.accountId('git', address),
            provider: 'git',
            email: address,
            display_name: nameOf(who.name).slice(0, MAX_NAME),
            kind: accountKind(who),
          },
        },
      ];
}

const authorOf = (commit: RawCommit): Named => ({ name: commit.authorName, email: commit.authorEmail });
const committerOf = (commit: RawCommit): Named => ({ name: commit.committerName, email: commit.committerEmail });

/** Row of a commit without the change that it belongs to. */
export function commitRow(commit: RawCommit, naming: Naming): HouseRow {
  return {
    table: 'git_commit',
    values: {
      sha: commit.sha,
      parents: commit.parents,
      author_account_id: accountOf(commit.authorEmail, naming),
      committer_account_id: accountOf(commit.committerEmail, naming),
      authored_at: commit.authoredAt,
      committed_at: commit.committedAt,
      subject: subjectOf(commit.message).slice(0, MAX_TITLE),
      is_merge: commit.parents.length > 1,
    },
  };
}

/** Accounts of author and committer. */
export const accountRows = (commit: RawCommit, naming: Naming): HouseRow[] => [
  ...accountRow(authorOf(commit), naming),
  ...(commit.committerEmail === commit.authorEmail ? [] : accountRow(committerOf(commit), naming)),
];

/** Rows of one commit of the default branch; `change` = what it belongs to. */
export function commitRows(commit: RawCommit, change: Change, naming: Naming): HouseRow[] {
  const isOwn = commit !== change.merge;
  const { values } = commitRow(commit, naming);
  return [
    ...accountRows(commit, naming),
    {
      table: 'git_commit',
      values: { ...values, reached_at: change.reachedAt, change_key: change.key, is_on_default: true },
    },
    ...markCommit({ ...commit, branch: isOwn ? change.branch : null }).map((mark) => markRow(commit.sha, mark)),
    ...sessionRows(commit.sha, sessionsIn(commit.message), 'trailer'),
  ];
}

/** Rows of a commit whose change is counted in another repository: its lines are followed here, and belong to nothing. */
export function sharedRows(commit: RawCommit, change: Change, naming: Naming): HouseRow[] {
  const { values } = commitRow(commit, naming);
  return [
    ...accountRows(commit, naming),
    { table: 'git_commit', values: { ...values, reached_at: change.reachedAt, change_key: null, is_on_default: true } },
  ];
}

/** Commits that somebody wrote; of a change without any the merge itself. */
function workOf(change: Change): readonly RawCommit[] {
  const work = change.commits.filter(({ parents }) => parents.length < 2);
  return work.length > 0 || change.merge === null ? work : [change.merge];
}

/** Who wrote most of the commits; of equals the one who came first. Null = none has an address. */
function majority(work: readonly RawCommit[]): RawCommit | null {
  const counts = new Map<string, { first: RawCommit; count: number }>();
  for (const commit of work) {
    const address = addressOf(commit.authorEmail);
    if (address !== null) {
      const known = counts.get(address) ?? { first: commit, count: 0 };
      counts.set(address, { ...known, count: known.count + 1 });
    }
  }
  return (
    [...counts.values()].reduce<{ first: RawCommit; count: number } | null>(
      (best, one) => (best === null || one.count > best.count ? one : best),
      null
    )?.first ?? null
  );
}

/**
 * The human behind a change that an agent wrote: named by its commits, else a human who wrote some of them, else who merged it.
 * Null = the author is no agent, or no human is known.
 */
function requester(change: Change, author: RawCommit | null): Named | null {
  if (author === null || accountKind(authorOf(author)) !== 'ai_agent') {
    return null;
  }
  const work = workOf(change);
  const named = work.map(requesterOf).filter((who) => who !== null);
  const others = [...work, ...(change.merge === null ? [] : [change.merge])].map(authorOf);
  const found = [...named, ...others].find((who) => (who.email ?? '').trim() !== '' && accountKind(who) === 'human');
  return found ? { name: found.name ?? '', email: found.email ?? '' } : null;
}

function headOf(change: Change): string | null {
  if (change.merge !== null) {
    return change.head;
  }
  return change.kind === 'squash' ? null : (change.commits.at(-1)?.sha ?? null);
}

/** Rows of a change with all its commits, and of the human who asked for it. */
export function changeRows(change: Change, naming: Naming): HouseRow[] {
  const work = workOf(change);
  const author = majority(work);
  const asked = requester(change, author);
  const isRequest = change.number !== null && change.key === String(Number(change.number));
  const first = work.reduce((least, { authoredAt }) => Math.min(least, authoredAt.getTime()), Infinity);
  return [
    ...(asked === null ? [] : accountRow(asked, naming)),
    {
      table: 'change',
      values: {
        change_key: change.key,
        kind: change.kind,
        title: change.title.slice(0, MAX_TITLE),
        branch: change.branch,
        author_account_id: author === null ? null : accountOf(author.authorEmail, naming),
        requester_account_id: asked === null ? null : accountOf(asked.email, naming),
        first_commit_at: Number.isFinite(first) ? new Date(first) : null,
        merged_at: change.mergedAt,
        closed_at: change.mergedAt,
        merge_sha: change.mergeSha,
        head_sha: headOf(change),
        web_url: changeUrl(naming.webUrl, { number: isRequest ? change.key : null, sha: change.mergeSha }),
        source: 'git',
        source_rank: 0,
      },
    },
  ];
}

/** A change that a force push took away: known, but merged no longer. */
export function withdrawnChange(change: Change): HouseRow {
  return {
    table: 'change',
    values: {
      change_key: change.key,
      kind: change.kind,
      title: change.title.slice(0, MAX_TITLE),
      merged_at: null,
      closed_at: null,
      merge_sha: null,
      source: 'git',
      source_rank: 0,
    },
  };
}

/** A commit that a force push took away belongs to no change but itself: the change may come back with other commits. */
export function withdrawnCommit(commit: RawCommit, naming: Naming): HouseRow {
  const { values } = commitRow(commit, naming);
  return { table: 'git_commit', values: { ...values, change_key: commit.sha, is_on_default: false } };
}
