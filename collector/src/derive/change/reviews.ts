/** What reviews say of a change: when a human first looked at it, and how often it went back. Pure. */
import type { ChangeRow, CommitRow } from './load.ts';
import type { Directory } from '../identity/directory.ts';

export interface ReviewColumns {
  /** First review by a human who did not write the change; null = none known. */
  readonly first_review_at: Date | null;
  /** Reviews by such humans that asked for changes and were followed by another one, plus 1; null with it. */
  readonly review_rounds: number | null;
}

/**
 * AI reviewers and bots are not looked at: they end no wait (metrics.md QT5). Nor is who wrote it: the author, authors of its commits, and whoever
 * asked an agent for it. A reviewer whose account is gone may have been any of these and counts for nothing.
 */
export function reviewColumns(
  change: ChangeRow,
  own: readonly Pick<CommitRow, 'author_account_id'>[],
  directory: Pick<Directory, 'actor'>
): ReviewColumns {
  if (change.reviews.length === 0) return { first_review_at: null, review_rounds: null };
  const writers = writersOf(change, own, directory);
  const reviews = change.reviews.filter(
    ({ at, account_id: account }) =>
      account !== null &&
      directory.actor(account, at).kind === 'human' &&
      (change.merged_at === null || at <= change.merged_at) &&
      !namesOf(account, at, directory).some((name) => writers.has(name))
  );
  const sentBack = reviews.slice(0, -1).filter(({ state }) => state === 'changes_requested').length;
  const [first] = reviews;
  return first === undefined
    ? { first_review_at: null, review_rounds: null }
    : { first_review_at: first.at, review_rounds: sentBack + 1 };
}

/** Whoever wrote it: its author, authors of its commits, and whoever asked an agent for it, by account and by person. */
export function writersOf(
  change: ChangeRow,
  own: readonly Pick<CommitRow, 'author_account_id'>[],
  directory: Pick<Directory, 'actor'>
): ReadonlySet<string> {
  const begun = change.first_commit_at ?? change.created_at ?? change.merged_at;
  const accounts = [change.author_account_id, change.requester_account_id, ...own.map((one) => one.author_account_id)];
  return new Set(accounts.filter((account) => account !== null).flatMap((account) => namesOf(account, begun, directory)));
} // prettier-ignore

/** An account and its person: both name whoever it is. */
export function namesOf(account: string, at: Date | null, directory: Pick<Directory, 'actor'>): string[] {
  const { personId } = directory.actor(account, at);
  return personId === null ? [account] : [account, personId];
}
