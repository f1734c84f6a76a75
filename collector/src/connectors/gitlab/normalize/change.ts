/** A merge request as rows: the change, what happened to it, its own commits with their marks. Pure. */
import type { HouseRow, HouseValue } from '../../../connector.ts';
import { earliestOf, isOnDefault, landedRows, namedRequester, ownCommitRows, subjectOf, type OwnCommit } from '../../../forge/own-commits.ts'; // prettier-ignore
import type { Naming } from '../../../forge/signatures.ts';
import { explanationOf } from '../../../text/explanation.ts';
import type { Header, StateEvent } from '../schema.ts';
import type { Commit, Parts } from '../schema-graphql.ts';
import { accountOf, userRow } from './accounts.ts';
import { closedIssues } from './closing.ts';
import { eventRows, firstReady, isReviewedByHuman } from './events.ts';

/** A forge decides over what git guesses. */
const FORGE_RANK = 10;
const MAX_TITLE = 1000;

/** A merge request whole: as the list tells it, its parts, and when it was closed and opened again. */
export interface Request {
  readonly header: Header;
  readonly parts: Parts;
  readonly states: readonly StateEvent[];
}

export interface RequestContext extends Naming {
  /** Default branch of the project; null = it has none. */
  readonly branch: string | null;
  /** Name of the project here. */
  readonly slug: string;
  /** Address of the server. */
  readonly base: string;
  readonly now: Date;
}

export const ownCommit = (one: Commit): OwnCommit => ({
  sha: one.sha,
  message: one.message ?? '',
  authoredAt: one.authoredDate,
  committedAt: one.committedDate ?? one.authoredDate,
  author: { name: one.authorName ?? null, email: one.authorEmail ?? null, id: one.author?.id },
  committer: { name: one.committerName ?? null, email: one.committerEmail ?? null },
  added: null,
  deleted: null,
});

const ownCommits = ({ parts }: Request): OwnCommit[] => (parts.commits?.nodes ?? []).map(ownCommit);

const isMerged = ({ state, merged_at: at }: Header): boolean => state === 'merged' && at != null;

/** What arrived on the target branch: a merge commit, the squash, or the head itself (fast forward). Null = it was not merged. */
export function landedSha(header: Header): string | null {
  if (!isMerged(header)) return null;
  return header.merge_commit_sha ?? header.squash_commit_sha ?? header.sha ?? null;
}

/** How its own commits came to the target branch; a fast forward is the end of a rebase. */
export function mergeMethod(header: Header): 'merge' | 'squash' | 'rebase' | null {
  if (landedSha(header) === null) return null;
  if (header.squash_commit_sha != null) return 'squash';
  return header.merge_commit_sha != null ? 'merge' : 'rebase';
}

/** What git alone can tell of a merge into another branch is left out. */
function mergeValues(header: Header, branch: string | null): Record<string, HouseValue> {
  if (isMerged(header) && !isOnDefault(header.target_branch, branch)) return { closed_at: null };
  const at = isMerged(header) ? (header.merged_at ?? null) : null;
  const closed = header.state === 'closed' ? (header.closed_at ?? header.updated_at) : null;
  return { merged_at: at, closed_at: at ?? closed, merge_sha: landedSha(header) };
}

export const mergerOf = ({ merge_user: now, merged_by: before }: Header): Header['author'] => now ?? before ?? null;

/** The human behind a merge request of an agent: whom its commits name, else whoever merged what no human reviewed. */
function requesterOf(request: Request, naming: Naming): string | null {
  const [author] = userRow(request.header.author, naming);
  if (author?.values['kind'] !== 'ai_agent') return null;
  const named = namedRequester(ownCommits(request), naming);
  if (named !== null) return named;
  const merger = mergerOf(request.header);
  const isHuman = userRow(merger, naming)[0]?.values['kind'] === 'human';
  return isHuman && !isReviewedByHuman(request, naming) ? accountOf(merger, naming) : null;
}

function changeRow(request: Request, context: RequestContext): HouseRow {
  const { header, parts } = request;
  const issues = closedIssues(header, context);
  const { diffStatsSummary: stats } = parts;
  return {
    table: 'change',
    values: {
      change_key: String(header.iid),
      kind: 'pull_request',
      title: header.title.slice(0, MAX_TITLE),
      branch: header.source_branch,
      base_branch: header.target_branch,
      labels: header.labels ?? [],
      linked_issues: issues,
      author_account_id: accountOf(header.author, context),
      requester_account_id: requesterOf(request, context),
      created_at: header.created_at,
      first_ready_at: firstReady(request),
      first_commit_at: earliestOf(ownCommits(request), { mergedAt: header.merged_at ?? null, now: context.now }),
      ...mergeValues(header, context.branch),
      merge_method: mergeMethod(header),
      head_sha: header.sha ?? null,
      is_draft: header.draft ?? header.work_in_progress ?? false,
      added: stats?.additions ?? null,
      deleted: stats?.deletions ?? null,
      web_url: header.web_url,
      explanation: typeof header.description === 'string' ? explanationOf(header.description, issues.length > 0) : null,
      source: context.provider,
      source_rank: FORGE_RANK,
    },
  };
}

/** Own commits, and what came of them on the default branch. The squash within a merge commit is one of them too. */
function commitRows(request: Request, context: RequestContext): HouseRow[] {
  const { header } = request;
  const own = ownCommits(request);
  const of = { number: header.iid, branch: header.source_branch };
  const sha = landedSha(header);
  if (sha === null) return ownCommitRows(own, of, context);
  const isMerge = header.merge_commit_sha != null;
  const subject = isMerge ? `Merge branch '${header.source_branch}' into '${header.target_branch}'` : header.title;
  const landed = { at: header.merged_at ?? header.updated_at, shas: [sha], subject, isMerge };
  const inner = isMerge && header.squash_commit_sha != null ? [header.squash_commit_sha] : [];
  return [
    ...ownCommitRows(own, of, context),
    ...landedRows(landed, own, of),
    ...landedRows({ ...landed, shas: inner, subject: subjectOf(header.title), isMerge: false }, own, of).map((row) => ({ ...row, values: { ...row.values, is_on_default: false } })),
  ];
} // prettier-ignore

/** Rows of one merge request, whole. */
export function requestRows(request: Request, context: RequestContext): HouseRow[] {
  const { header } = request;
  const isCounted = isMerged(header) && isOnDefault(header.target_branch, context.branch);
  return [
    ...userRow(header.author, context),
    ...userRow(mergerOf(header), context),
    changeRow(request, context),
    ...eventRows(request, context),
    ...(isCounted ? commitRows(request, context) : []),
  ];
}
