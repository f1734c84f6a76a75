/** A pull request as rows: the change, what happened to it, its own commits with their marks, the checks of its last commit. Pure. */
import type { HouseRow, HouseValue } from '../../../connector.ts';
import { isOnDefault as reachesDefault } from '../../../forge/own-commits.ts';
import { explanationOf } from '../../../text/explanation.ts';
import type { Pull } from '../schema.ts';
import { accountOf, actorRow, type Naming } from './accounts.ts';
import { checkRows } from './builds.ts';
import { commitRows, earliest, requesterOf } from './commits.ts';
import { eventRows, firstReady, reviewersOf } from './events.ts';

/** A forge decides over what git guesses. */
export const FORGE_RANK = 10;
const MAX_TITLE = 1000;

export interface PullContext extends Naming {
  /** Default branch of the repository; null = it has none. */
  readonly branch: string | null;
  readonly now: Date;
  /** Commits that a rebase put on the default branch, the merge commit included. */
  readonly rebased?: readonly string[];
}

const present = <T>(nodes: ReadonlyArray<T | null> | undefined): T[] => (nodes ?? []).filter((node) => node !== null);

const headlineOf = (message: string): string => message.split('\n', 1)[0] ?? '';

/** How it was merged, by what the commit on the base branch is called. Null = it was not, or not by GitHub. */
export function mergeMethod(pull: Pull): 'merge' | 'squash' | 'rebase' | null {
  const merge = pull.mergeCommit;
  if (pull.mergedAt === null || merge === null) {
    return null;
  }
  if (merge.messageHeadline.startsWith(`Merge pull request #${String(pull.number)} `)) {
    return 'merge';
  }
  // A rebase or a fast forward keeps the words of the commit; a squash has the title with the number.
  const last = present(pull.commits.nodes).at(-1)?.commit;
  const isKept = last !== undefined && (last.oid === merge.oid || headlineOf(last.message) === merge.messageHeadline);
  return isKept ? 'rebase' : 'squash';
}

export const isOnDefault = ({ baseRefName }: Pick<Pull, 'baseRefName'>, branch: string | null): boolean =>
  reachesDefault(baseRefName, branch);

const issueId = ({ number, repository }: { number: number; repository: { nameWithOwner: string } }): string =>
  `${repository.nameWithOwner}#${String(number)}`;

/** What git alone can tell of a merge into another branch is left out. */
function mergeValues(pull: Pull, branch: string | null): Record<string, HouseValue> {
  if (pull.mergedAt !== null && !isOnDefault(pull, branch)) {
    return { closed_at: null };
  }
  const merge = pull.mergedAt === null ? null : (pull.mergeCommit?.oid ?? null);
  return { merged_at: pull.mergedAt, closed_at: pull.closedAt, merge_sha: merge };
}

/** The text itself is not kept. */
const explained = ({ body, closingIssuesReferences: closes }: Pull): number | null =>
  typeof body === 'string' ? explanationOf(body, (closes?.totalCount ?? 0) > 0) : null;

function changeRow(pull: Pull, context: PullContext): HouseRow {
  return {
    table: 'change',
    values: {
      change_key: String(pull.number),
      kind: 'pull_request',
      title: pull.title.slice(0, MAX_TITLE),
      branch: pull.headRefName,
      base_branch: pull.baseRefName,
      labels: present(pull.labels?.nodes).map(({ name }) => name),
      linked_issues: present(pull.closingIssuesReferences?.nodes).map(issueId),
      author_account_id: accountOf(pull.author, context),
      requester_account_id: requesterOf(pull, reviewersOf(pull, context), context),
      created_at: pull.createdAt,
      first_ready_at: firstReady(pull),
      first_commit_at: earliest(pull, context.now),
      ...mergeValues(pull, context.branch),
      merge_method: mergeMethod(pull),
      head_sha: pull.headRefOid,
      is_draft: pull.isDraft,
      added: pull.additions,
      deleted: pull.deletions,
      web_url: pull.url,
      explanation: explained(pull),
      source: context.provider,
      source_rank: FORGE_RANK,
    },
  };
}

/** Rows of one pull request, whole. */
export function pullRows(pull: Pull, context: PullContext): HouseRow[] {
  const isCounted = pull.mergedAt !== null && isOnDefault(pull, context.branch);
  return [
    ...actorRow(pull.author, context),
    ...actorRow(pull.mergedBy, context),
    changeRow(pull, context),
    ...eventRows(pull, context),
    ...(isCounted ? commitRows(pull, context) : []),
    ...checkRows(pull, context),
  ];
}
