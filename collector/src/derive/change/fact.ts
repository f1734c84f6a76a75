/** One change → one row of change_fact. Pure; everything as of the merge. */
import { entryOf } from '../../foreign.ts';
import { ownerAt } from '../../text/owner-history.ts';
import type { AuthorUsage } from './author-usage.ts';
import { commitEvidence, ownCommits, type ChangeRow, type CommitRow, type Loaded } from './load.ts';
import { classify } from './classify.ts';
import { codeSource } from './code-source.ts';
import type { Actor, Directory } from '../identity/directory.ts';
import type { Evidence } from './evidence.ts';
import { proofOf } from './proof.ts';
import { reviewColumns } from './reviews.ts';
import type { DeriveSettings } from '../settings.ts';

/** Columns of change_fact that this step writes (deployments come later). */
export interface ChangeFact {
  readonly repo_id: number;
  readonly change_id: string;
  readonly change_key: string;
  readonly [column: string]: unknown;
}

export interface FactContext {
  readonly loaded: Loaded;
  readonly usage: ReadonlyMap<string, AuthorUsage>;
  readonly directory: Directory;
  readonly settings: DeriveSettings;
}

/** Instant whose teams and bands count: the merge, or the end of an abandoned change. */
export const endOf = (change: ChangeRow): Date | null => change.merged_at ?? change.closed_at;

/** Who wrote it: whoever had the account when it was begun, or as far as that is known later. */
export const authorOf = (change: ChangeRow, directory: Directory): Actor =>
  directory.actor(change.author_account_id, change.first_commit_at ?? change.created_at ?? endOf(change));

/** Human who counts for k: the author, or for an agent the one who asked, else the first human reviewer. */
export function responsible(change: ChangeRow, directory: Directory): Actor | null {
  const author = authorOf(change, directory);
  if (author.kind === 'human') return author;
  if (author.kind === 'automation') return null;
  const reviewers = change.reviews.map((review) => review.account_id);
  const others = [change.requester_account_id, ...reviewers].filter((account) => account !== null);
  return (
    others
      .map((account) => directory.actor(account, endOf(change)))
      .find(({ kind, personId }) => kind === 'human' && personId !== null) ?? null
  );
}

const total = (numbers: ReadonlyArray<number | null>): number | null =>
  numbers.length === 0 || numbers.some((one) => one === null)
    ? null
    : numbers.reduce<number>((sum, one) => sum + (one ?? 0), 0);

/** Effective lines of the merged diff; of all commits that a rebase put there; of the own commits where the merge was not measured. */
function effective(
  change: ChangeRow,
  commits: readonly CommitRow[],
  own: readonly CommitRow[]
): { added: number | null; deleted: number | null } {
  const landed = change.kind === 'pull_request' ? commits.filter((one) => one.is_on_default && !one.is_merge) : [];
  if (landed.length > 1) {
    return {
      added: total(landed.map((one) => one.effective_added)),
      deleted: total(landed.map((one) => one.effective_deleted)),
    };
  }
  const merge = commits.find(({ sha }) => sha === change.merge_sha);
  if (merge && merge.effective_added !== null)
    return { added: merge.effective_added, deleted: merge.effective_deleted };
  return {
    added: total(own.map((one) => one.effective_added)),
    deleted: total(own.map((one) => one.effective_deleted)),
  };
}

/** Size band of effective lines added and deleted (metrics.md QT6). */
export function sizeOf(lines: number | null): string {
  if (lines === null) return 'unknown';
  if (lines < 10) return 'XS';
  if (lines < 50) return 'S';
  if (lines < 200) return 'M';
  return lines < 500 ? 'L' : 'XL';
}

function lineCounts(change: ChangeRow, loaded: Loaded, added: number | null): Evidence['lines'] {
  const rows = loaded.lines.get(change.change_key) ?? [];
  if (rows.length === 0) return null;
  const sum = (test: (source: string) => boolean): number =>
    rows.filter((row) => test(row.line_source)).reduce((lines, row) => lines + row.lines, 0);
  const ai = sum((source) => source.startsWith('ai:'));
  const human = sum((source) => source === 'human');
  // Notes count lines, not effective ones: what they leave of the effective lines is untracked.
  const untracked = sum((source) => source === '') || Math.max(0, (added ?? 0) - ai - human);
  const tools = rows
    .filter(({ line_source: source }) => source.startsWith('ai:'))
    .map((row) => row.line_source.slice(3));
  return { ai, human, untracked, tools };
}

/** Configured date before which no tool existed in the repository; null = none. */
function humanBefore(change: ChangeRow, settings: DeriveSettings): Date | null {
  const date = entryOf(settings.humanBeforeByRepo, change.slug) ?? settings.humanBefore;
  return date === null ? null : new Date(`${date}T00:00:00Z`);
}

/** What is known about who wrote a change. */
export function evidenceOf(change: ChangeRow, context: FactContext): Evidence {
  const { loaded, directory, settings } = context;
  const commits = loaded.commits.get(change.change_key) ?? [];
  const own = ownCommits(change, commits);
  const { added } = effective(change, commits, own);
  const usage = context.usage.get(change.change_key);
  const override = loaded.overrides.get(change.change_key);
  const author = authorOf(change, directory);
  const end = endOf(change);
  const before = humanBefore(change, settings);
  return {
    commits: commitEvidence(loaded, change, own),
    isOpaqueSquash:
      (change.kind === 'squash' || change.kind === 'pull_request') &&
      own.length === 1 &&
      own[0]?.sha === change.merge_sha,
    isAgentAuthored: author.kind === 'ai_agent',
    labels: change.labels,
    branch: change.branch,
    override: override ? { share: override.ai_share, toolId: override.tool_id } : null,
    lines: lineCounts(change, loaded, added),
    effectiveAdded: added,
    accepted:
      usage && usage.acceptedLines > 0
        ? { lines: usage.acceptedLines, isRepoKnown: usage.isRepoKnown, tools: usage.acceptedTools }
        : null,
    isActive: (usage?.activeTools.length ?? 0) > 0,
    activeTools: usage?.activeTools ?? [],
    isTrackedHuman: usage?.isTrackedHuman ?? false,
    isWithoutSeat: author.kind === 'human' && end !== null && directory.isWithoutSeat(author.personId, end),
    isBeforeTools: before !== null && change.merged_at !== null && change.merged_at < before,
    sessions: own.flatMap(({ sha }) => loaded.sessions.get(sha) ?? []).map(({ tool_id: tool }) => tool),
  };
}

function classOf(
  change: ChangeRow,
  commits: readonly CommitRow[],
  own: readonly CommitRow[]
): ReturnType<typeof classify> {
  const lines = (commit: CommitRow): number | null => total([commit.effective_added, commit.effective_deleted]);
  return classify({
    title: change.title,
    mergeSubject: commits.find(({ sha }) => sha === change.merge_sha)?.subject ?? null,
    labels: change.labels,
    issueTypes: change.linked_issue_types,
    branch: change.branch,
    commits: own.map((commit) => ({ subject: commit.subject, lines: lines(commit) })),
    fileKinds: [...new Set(own.flatMap((commit) => commit.file_kinds))],
    isRevert: change.is_revert,
  });
}

/** A request whose commits are not older than this when it is merged was made by the merge: nobody writes and merges one faster. */
const MADE_BY_MERGE_MS = 60_000;

/**
 * Earliest author time. Null = not known: forges date a squash with its merge (GitLab a few seconds before), and then when the work began
 * is not in git. A commit pushed straight to the default branch began when it was made.
 */
function firstCommitAt(change: ChangeRow, own: readonly CommitRow[]): Date | null {
  const first =
    change.first_commit_at ??
    (own.length === 0
      ? null
      : new Date(own.reduce((least, { authored_at: at }) => Math.min(least, at.getTime()), Infinity)));
  const isRequest = change.kind === 'squash' || (change.kind === 'merge' && change.change_key !== change.merge_sha);
  const isMadeByMerge =
    isRequest &&
    first !== null &&
    change.merged_at !== null &&
    own.length <= 1 &&
    Math.abs(change.merged_at.getTime() - first.getTime()) < MADE_BY_MERGE_MS;
  return isMadeByMerge ? null : first;
}

/** Who and when: dimensions of people. */
function people(change: ChangeRow, directory: Directory, end: Date): Record<string, unknown> {
  const human = responsible(change, directory);
  return {
    team_id: directory.teamAt(human?.personId ?? null, end) ?? ownerAt(change, end) ?? 'unknown',
    author_kind: authorOf(change, directory).kind,
    responsible_id: human?.personId ?? null,
    seniority: directory.seniorityAt(human?.personId ?? null, end),
  };
}

function sourceColumns(change: ChangeRow, context: FactContext): Record<string, unknown> {
  const evidence = evidenceOf(change, context);
  const source = codeSource(evidence, context.settings.source);
  return {
    code_source: source.codeSource,
    is_agent_authored: evidence.isAgentAuthored,
    ai_share: source.share,
    ai_share_lo: source.lo,
    ai_share_hi: source.hi,
    is_certain: source.isCertain,
    has_conflict: source.hasConflict,
    is_assumed: source.isAssumed,
    confidence: source.confidence,
    grade: source.grade,
    method: source.method,
    tools: source.tools,
    ...proofOf(evidence),
  };
}

/** The fact row of a merged (or, for counting, abandoned) change; null while it is open. */
export function changeFact(change: ChangeRow, context: FactContext): ChangeFact | null {
  const end = endOf(change);
  if (end === null || change.is_superseded) return null;
  const commits = context.loaded.commits.get(change.change_key) ?? [];
  const own = ownCommits(change, commits);
  const { added, deleted } = effective(change, commits, own);
  const classed = classOf(change, commits, own);
  return {
    repo_id: change.repo_id,
    change_id: change.change_id,
    change_key: change.change_key,
    merged_at: end,
    first_commit_at: firstCommitAt(change, own),
    created_at: change.created_at,
    first_ready_at: change.first_ready_at,
    ...reviewColumns(change, own, context.directory),
    title: change.title,
    web_url: change.web_url,
    merge_sha: change.merge_sha,
    service_id: change.service_id,
    ...people(change, context.directory, end),
    pr_class: classed.prClass,
    class_method: classed.method,
    is_class_ambiguous: classed.isAmbiguous,
    ...sourceColumns(change, context),
    commit_count: own.length,
    effective_added: added,
    effective_deleted: deleted,
    size: sizeOf(total([added, deleted])),
    zone: 'unknown',
    reverted_at: change.reverted_at,
    revert_change_key: change.revert_change_key,
    revert_method: change.revert_method,
    is_reapplied: change.is_reapplied,
  };
}
