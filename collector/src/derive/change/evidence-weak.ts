/** Evidence of grades 2 and 1, hints, and evidence of humans. */
import { toolOfBranch } from '../../attribution/tools.ts';
import { CONFIDENCE, EPSILON, type Evidence, type Verdict } from './evidence.ts';

/** Tool hinted at by the branch name or a branch mark; null = no hint. */
export function branchHint(evidence: Evidence): string | null {
  const byName = toolOfBranch(evidence.branch)?.tool.id;
  const byMark = evidence.commits.flatMap(({ marks }) => marks).find(({ kind }) => kind === 'branch')?.toolId;
  return byName ?? byMark ?? null;
}

/** Accepted lines of the author's tool events in the window; they may have gone elsewhere, so the interval is open. */
export function events(evidence: Evidence): Verdict | null {
  const added = evidence.effectiveAdded ?? 0;
  if (evidence.accepted === null || evidence.accepted.lines <= 0 || added === 0) return null;
  return {
    grade: 2,
    method: 'event',
    share: Math.min(1, evidence.accepted.lines / added),
    lo: 0,
    hi: 1,
    confidence: evidence.accepted.isRepoKnown ? CONFIDENCE.event : CONFIDENCE.eventRepoUnknown,
    tools: evidence.accepted.tools,
  };
}

/** Mere activity or a branch name: names tools, and decides only where the organisation accepts activity. */
export function activity(evidence: Evidence, isAccepted: boolean): Verdict | null {
  const hint = branchHint(evidence);
  if (!evidence.isActive && hint === null) return null;
  return {
    grade: 1,
    method: evidence.isActive ? 'activity' : 'branch',
    codeSource: isAccepted ? 'ai_assisted' : 'unknown',
    share: null,
    lo: isAccepted ? EPSILON : 0,
    hi: 1,
    confidence: CONFIDENCE.activity,
    tools: [...evidence.activeTools, ...(hint === null ? [] : [hint])],
  };
}

const human = (method: string, grade: number, confidence: number): Verdict => ({
  grade,
  method,
  codeSource: 'human',
  share: 0,
  lo: 0,
  hi: 0,
  confidence,
  tools: [],
});

/** A line tracker ran for the author on every commit day and found nothing by AI. */
export const tracker = (evidence: Evidence): Verdict | null =>
  evidence.isTrackedHuman ? human('tracker', 4, CONFIDENCE.trackerFoundNothing) : null;

/** Evidence that there was no tool to use (labels are among the declared). A sign of a tool takes it away. */
export function humanEvidence(evidence: Evidence): Verdict | null {
  const hasSign =
    evidence.isActive || branchHint(evidence) !== null || evidence.commits.some(({ marks }) => marks.length > 0);
  if (hasSign) return null;
  if (evidence.isBeforeTools) return human('human_before', 0, CONFIDENCE.humanBefore);
  if (evidence.isWithoutSeat) return human('no_seat', 1, CONFIDENCE.noSeat);
  return null;
}
