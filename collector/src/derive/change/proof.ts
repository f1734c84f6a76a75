/**
 * Two looks at who wrote a change that know nothing of each other: its marks, and what is known better (metrics.md 2.1: an audit, attested or
 * counted lines, a tracker, sessions that told their commits). How many of the changes that AI wrote by the second carry the first is the
 * recall of marks.
 */
import { UNNAMED_TOOL } from '../../attribution/tools.ts';
import { aiLabels, isAiMark } from './evidence-declared.ts';
import { lineCounts, lines, override } from './evidence-lines.ts';
import { tracker } from './evidence-weak.ts';
import type { Evidence, Verdict } from './evidence.ts';

export type ProvenBy = 'audit' | 'line' | 'line_count' | 'tracker' | 'session';

/** Columns of change_fact. */
export interface Proof {
  /** Tools named by its marks, `generic` for a mark that names none; empty = it carries no mark. */
  readonly marked_tools: readonly string[];
  /** What knows better than marks; null = nothing. */
  readonly proven_by: ProvenBy | null;
  /** AI wrote some of it; null with proven_by. */
  readonly proven_ai: boolean | null;
  readonly proven_tools: readonly string[];
}

/** Surest first. */
const RUNGS: ReadonlyArray<readonly [ProvenBy, (evidence: Evidence) => Verdict | null]> = [
  ['audit', override],
  ['line', lines],
  ['line_count', lineCounts],
  ['tracker', tracker],
];

const sorted = (tools: readonly string[]): readonly string[] => [...new Set(tools)].sort();

/** No marks: they are what marks are compared with. */
const NOTES: ReadonlySet<string> = new Set(['note', 'session_note']);

function markedTools(evidence: Evidence): readonly string[] {
  const named = evidence.commits.flatMap(({ marks }) =>
    marks.filter((mark) => isAiMark(mark) && !NOTES.has(mark.kind)).map(({ toolId }) => toolId)
  );
  const isDeclared = evidence.isAgentAuthored || aiLabels(evidence.labels).length > 0;
  return sorted(named.length === 0 && isDeclared ? [UNNAMED_TOOL] : named);
}

/** Marks and proof of a change. Lines that leave open whether AI wrote any (untracked ones) prove nothing. */
export function proofOf(evidence: Evidence): Proof {
  const marked_tools = markedTools(evidence);
  for (const [proven_by, rung] of RUNGS) {
    const verdict = rung(evidence);
    if (verdict === null) continue;
    const isAi = (verdict.share ?? 0) > 0;
    if (!isAi && (verdict.hi ?? 1) > 0) continue;
    return { marked_tools, proven_by, proven_ai: isAi, proven_tools: isAi ? sorted(verdict.tools) : [] };
  }
  const { sessions } = evidence;
  return sessions.length > 0
    ? { marked_tools, proven_by: 'session', proven_ai: true, proven_tools: sorted(sessions) }
    : { marked_tools, proven_by: null, proven_ai: null, proven_tools: [] };
}
