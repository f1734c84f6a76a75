/** What is known about who wrote a change, and what each kind of evidence is worth. Types and constants only. */

export type CodeSource = 'human' | 'ai_assisted' | 'ai_heavy' | 'unknown';

/** Least positive share: "some, but how much is not known". */
export const EPSILON = 1e-6;

/** Confidence by kind of evidence (metrics.md 2.1). */
export const CONFIDENCE = {
  override: 1,
  lines: 0.95,
  lineCount: 0.9,
  agent: 0.85,
  label: 0.8,
  trailer: 0.7,
  /** A marked squash whose own commits are not known: the mark may stand for one of many. */
  squash: 0.5,
  event: 0.5,
  eventRepoUnknown: 0.4,
  activity: 0.3,
  trackerFoundNothing: 0.95,
  noSeat: 0.6,
  humanBefore: 0.9,
} as const;

/** A row of commit_mark. */
export interface Mark {
  readonly toolId: string;
  /** author | committer | co_author | trailer | text | branch | note | session_note | line_count | explicit_human | distrusted. */
  readonly kind: string;
  readonly grade: number;
  readonly confidence: number;
  /** Share of the commit's lines by AI; null = the mark does not say. */
  readonly aiShare: number | null;
}

/** One own commit of the change. */
export interface CommitEvidence {
  /** Effective lines added; null = not measured. */
  readonly effectiveAdded: number | null;
  readonly marks: readonly Mark[];
  /** Manual share of this commit; null = none. */
  readonly override: number | null;
  readonly overrideTool: string | null;
}

export interface Evidence {
  readonly commits: readonly CommitEvidence[];
  /** The commits are the squashed commit itself; what it was made of is not known. */
  readonly isOpaqueSquash: boolean;
  readonly isAgentAuthored: boolean;
  readonly labels: readonly string[];
  readonly branch: string | null;
  /** Manual share of the whole change; null = none. */
  readonly override: { readonly share: number; readonly toolId: string | null } | null;
  /** Effective lines of the change by line attestation; null = no attestation at all. */
  readonly lines: {
    readonly ai: number;
    readonly human: number;
    readonly untracked: number;
    readonly tools: readonly string[];
  } | null;
  /** Effective lines added by the change; null = not measured. */
  readonly effectiveAdded: number | null;
  /** Accepted lines of timestamped events by the author in the window; null = none. */
  readonly accepted: {
    readonly lines: number;
    readonly isRepoKnown: boolean;
    readonly tools: readonly string[];
  } | null;
  /** The author used a tool on a day of the window. */
  readonly isActive: boolean;
  readonly activeTools: readonly string[];
  /** A line tracker ran for the author on every commit day and found no AI lines. */
  readonly isTrackedHuman: boolean;
  /** Seats are known for all configured tools and the author held none. */
  readonly isWithoutSeat: boolean;
  /** Merged before any tool existed here (configuration). */
  readonly isBeforeTools: boolean;
  /** Tools whose sessions told, otherwise than by a mark, that its commits came of them. */
  readonly sessions: readonly string[];
}

/** What one kind of evidence says. `codeSource` is set where it says a class and not a share. */
export interface Verdict {
  readonly grade: number;
  readonly method: string;
  readonly codeSource?: CodeSource;
  readonly share: number | null;
  readonly lo: number | null;
  readonly hi: number | null;
  readonly confidence: number | null;
  readonly tools: readonly string[];
  /** Signals of the same grade disagree about human or AI. */
  readonly isDisputed?: boolean;
}

export interface SourceResult {
  readonly codeSource: CodeSource;
  readonly share: number | null;
  readonly lo: number | null;
  readonly hi: number | null;
  readonly isCertain: boolean;
  readonly hasConflict: boolean;
  readonly isAssumed: boolean;
  readonly confidence: number | null;
  readonly grade: number;
  readonly method: string;
  readonly tools: readonly string[];
}

/** Weights of the own commits: effective lines added, or 1 each where no lines are known (deletions only). */
export function commitWeights(commits: readonly CommitEvidence[]): readonly number[] {
  const isMeasured = commits.some(({ effectiveAdded }) => (effectiveAdded ?? 0) > 0);
  return commits.map(({ effectiveAdded }) => (isMeasured ? (effectiveAdded ?? 0) : 1));
}
