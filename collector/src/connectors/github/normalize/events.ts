/** What happened to a pull request. Pure. */
import type { HouseRow } from '../../../connector.ts';
import { entryOf } from '../../../foreign.ts';
import type { Actor, Pull, TimelineItem } from '../schema.ts';
import type { Thread } from '../schema-threads.ts';
import { accountOf, actorRow, type Naming } from './accounts.ts';

/** Kinds of `change_event` by GitHub's name. */
const KINDS: Readonly<Record<string, string>> = {
  ReadyForReviewEvent: 'ready',
  ConvertToDraftEvent: 'draft',
  ReviewRequestedEvent: 'review_requested',
  ReviewRequestRemovedEvent: 'review_unrequested',
  PullRequestReview: 'review',
  ReviewDismissedEvent: 'dismiss',
  IssueComment: 'comment',
  HeadRefForcePushedEvent: 'push',
  ReopenedEvent: 'reopened',
  ClosedEvent: 'closed',
  MergedEvent: 'merged',
  AutoMergeEnabledEvent: 'auto_merge',
  AddedToMergeQueueEvent: 'merge_queued',
  RemovedFromMergeQueueEvent: 'merge_unqueued',
};

const itemsOf = (pull: Pull): TimelineItem[] => pull.timelineItems.nodes.filter((item) => item !== null);

/** Who did it; of a request who was asked. A team is nobody. */
function whoOf(item: TimelineItem): Actor | undefined {
  if (item.__typename === 'ReviewRequestedEvent' || item.__typename === 'ReviewRequestRemovedEvent') {
    const asked = item.requestedReviewer;
    return asked?.login === undefined ? null : { ...asked, login: asked.login };
  }
  return item.author ?? item.actor ?? null;
}

/**
 * Why a change left a merge queue, by the reasons of the webhook `dequeued` (https://docs.github.com/webhooks/webhook-events-and-payloads#pull_request,
 * 2026-12-01); GraphQL calls the same a text. Another one is not told.
 */
const LEFT: Readonly<Record<string, string>> = {
  MERGE: 'merged',
  ALREADY_MERGED: 'merged',
  MANUAL: 'taken_out',
  QUEUE_CLEARED: 'taken_out',
  MERGE_CONFLICT: 'put_out',
  CI_FAILURE: 'put_out',
  CI_TIMEOUT: 'put_out',
  ROLL_BACK: 'put_out',
  BRANCH_PROTECTIONS: 'put_out',
  GIT_TREE_INVALID: 'put_out',
  INVALID_MERGE_COMMIT: 'put_out',
};

/** State of a review, lower case, and why a queue was left; null = it is neither, or GitHub does not tell. */
const stateOf = ({ __typename: type, state, reason }: TimelineItem): string | null => {
  if (type === 'RemovedFromMergeQueueEvent')
    return entryOf(LEFT, (reason ?? '').toUpperCase().replaceAll(' ', '_')) ?? null;
  return type === 'PullRequestReview' && state !== undefined ? state.toLowerCase() : null;
};

const threadState = ({ isResolved, isOutdated }: Thread): string =>
  isOutdated ? (isResolved ? 'resolved_outdated' : 'outdated') : isResolved ? 'resolved' : 'open';

/** What was said in the diff: of a thread the first comment says what became of it. */
function commentRows(pull: Pull, naming: Naming): HouseRow[] {
  return (pull.threads ?? []).flatMap((thread) =>
    thread.comments.nodes
      .filter((comment) => comment !== null)
      .flatMap(({ id, createdAt: at, author }, index): HouseRow[] => {
        const state = index === 0 ? threadState(thread) : 'reply';
        const values = { change_key: String(pull.number), event_id: id, at, account_id: accountOf(author, naming), kind: 'review_comment', state }; // prettier-ignore
        return [...actorRow(author, naming), { table: 'change_event', values }];
      })
  );
}

export function eventRows(pull: Pull, naming: Naming): HouseRow[] {
  return [...itemRows(pull, naming), ...commentRows(pull, naming)];
}

function itemRows(pull: Pull, naming: Naming): HouseRow[] {
  return itemsOf(pull).flatMap((item): HouseRow[] => {
    const kind = entryOf(KINDS, item.__typename);
    const at = item.submittedAt ?? item.createdAt ?? null;
    // A review that is not submitted yet is its author's alone.
    if (kind === undefined || at === null || item.id === undefined || item.state === 'PENDING') {
      return [];
    }
    const who = whoOf(item);
    const values = { change_key: String(pull.number), event_id: item.id, at, account_id: accountOf(who, naming), kind, state: stateOf(item) }; // prettier-ignore
    return [...actorRow(who, naming), { table: 'change_event', values }];
  });
}

/**
 * When it could first be reviewed: when it was opened, unless it was opened as a draft; then the first change between both is that it
 * became ready. Null = it never was.
 */
export function firstReady(pull: Pull): Date | null {
  const [first] = itemsOf(pull)
    .filter(({ __typename: type }) => type === 'ReadyForReviewEvent' || type === 'ConvertToDraftEvent')
    .sort((a, b) => (a.createdAt?.getTime() ?? 0) - (b.createdAt?.getTime() ?? 0));
  if (first === undefined) {
    return pull.isDraft ? null : pull.createdAt;
  }
  return first.__typename === 'ReadyForReviewEvent' ? (first.createdAt ?? null) : pull.createdAt;
}

export interface Reviewer {
  readonly id: string;
  readonly isHuman: boolean;
}

/** Accounts that reviewed it, in order. */
export function reviewersOf(pull: Pull, naming: Naming): Reviewer[] {
  return itemsOf(pull)
    .filter(({ __typename: type, state }) => type === 'PullRequestReview' && state !== 'PENDING')
    .flatMap(({ author }) => {
      const [row] = actorRow(author, naming);
      return row ? [{ id: row.values['account_id'] as string, isHuman: row.values['kind'] === 'human' }] : [];
    });
}

/** Author times of what force pushes took away: work that was done before it. */
export const pushedAway = (pull: Pull): Date[] =>
  itemsOf(pull).flatMap(({ beforeCommit }) => beforeCommit?.authoredDate ?? []);
