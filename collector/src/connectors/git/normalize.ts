/** Outside → house rows: commits, accounts, marks and changes. Pure. */
import { accountKind } from '../../attribution/account-kind.ts';
import { markCommit, requesterOf } from '../../attribution/mark-commit.ts';
import type { HouseRow, StreamContext } from '../../connector.ts';
import type { MainlineChange } from './mainline.ts';
import type { RawCommit } from './read-log.ts';
import { changeUrl } from './repository.ts';

/** What is known of a change when all its commits were read. */
export interface ChangeSummary {
  firstCommitAt: Date | null;
  /** Commits by author account. */
  readonly authors: Map<string, number>;
  requester: string | null;
  headSha: string | null;
}

export interface Naming {
  readonly accountId: StreamContext<unknown>['accountId'];
  readonly webUrl: string | null;
}

const addressOf = (email: string): string | null => {
  const folded = email.trim().toLowerCase();
  return folded === '' ? null : folded;
};

/** account_id of an address; null = the commit has none. */
export function accountOf(email: string, { accountId }: Naming): string | null {
  const address = addressOf(email);
  return address === null ? null : accountId('git', address);
}

export function accountRow(who: { readonly name: string; readonly email: string }, naming: Naming): HouseRow[] {
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
            display_name: who.name,
            kind: accountKind(who),
          },
        },
      ];
}

const subjectOf = (message: string): string => message.trimStart().split('\n', 1)[0]?.trim() ?? '';

/** Rows of one commit; `change` = what it belongs to. */
export function commitRows(commit: RawCommit, change: MainlineChange, naming: Naming): HouseRow[] {
  const author = { name: commit.authorName, email: commit.authorEmail };
  const committer = { name: commit.committerName, email: commit.committerEmail };
  const requester = requesterOf(commit);
  const marks = markCommit({ ...commit, branch: commit.sha === change.mergeSha || change.kind !== 'merge' ? null : change.branch });
  return [
    ...accountRow(author, naming),
    ...(committer.email === author.email ? [] : accountRow(committer, naming)),
    ...(requester?.email ? accountRow({ name: requester.name ?? '', email: requester.email }, naming) : []),
    {
      table: 'git_commit',
      values: {
        sha: commit.sha,
        parents: commit.parents,
        author_account_id: accountOf(commit.authorEmail, naming),
        committer_account_id: accountOf(commit.committerEmail, naming),
        authored_at: commit.authoredAt,
        committed_at: commit.committedAt,
        change_key: change.key,
        subject: subjectOf(commit.message),
        is_merge: commit.parents.length > 1,
        is_on_default: true,
      },
    },
    ...marks.map((mark): HouseRow => ({
      table: 'commit_mark',
      values: {
        sha: commit.sha,
        tool_id: mark.toolId,
        kind: mark.kind,
        grade: mark.grade,
        confidence: mark.confidence,
        ai_share: mark.aiShare,
        value: mark.value,
        rules_version: mark.rulesVersion,
      },
    })),
  ];
}

export const newSummary = (): ChangeSummary => ({ firstCommitAt: null, authors: new Map(), requester: null, headSha: null });

/** Adds a commit to its change. The merge commit itself is nobody's work: it counts only where nothing else does. */
export function addToSummary(summary: ChangeSummary, commit: RawCommit, naming: Naming): void {
  if (commit.parents.length > 1) {
    return;
  }
  const author = accountOf(commit.authorEmail, naming);
  if (author !== null) {
    summary.authors.set(author, (summary.authors.get(author) ?? 0) + 1);
  }
  const requester = requesterOf(commit);
  summary.requester ??= requester?.email ? accountOf(requester.email, naming) : null;
  if (summary.firstCommitAt === null || commit.authoredAt < summary.firstCommitAt) {
    summary.firstCommitAt = commit.authoredAt;
  }
  summary.headSha = commit.sha;
}

/** Row of a change whose commits were all read; `merge` = its first-parent commit. */
export function changeRow(change: MainlineChange, summary: ChangeSummary, { merge, naming }: { merge: RawCommit; naming: Naming }): HouseRow {
  const [author] = [...summary.authors].sort(([, a], [, b]) => b - a)[0] ?? [accountOf(merge.authorEmail, naming)];
  return {
    table: 'change',
    values: {
      change_key: change.key,
      kind: change.kind,
      title: change.title,
      branch: change.branch,
      author_account_id: author,
      requester_account_id: summary.requester,
      first_commit_at: summary.firstCommitAt ?? merge.authoredAt,
      merged_at: change.mergedAt,
      closed_at: change.mergedAt,
      merge_sha: change.mergeSha,
      head_sha: change.kind === 'merge' ? (merge.parents[1] ?? summary.headSha) : summary.headSha,
      web_url: changeUrl(naming.webUrl, { number: change.number, sha: change.mergeSha }),
      source: 'git',
      source_rank: 0,
    },
  };
}
