/** Evidence of grade 4: manual overrides, line attestations, line counts. */
import { isAiMark } from './evidence-declared.ts';
import { CONFIDENCE, commitWeights, type Evidence, type Verdict } from './evidence.ts';

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/** A person's word about the change, or about every one of its commits that matters. */
export function override(evidence: Evidence): Verdict | null {
  const exact = (share: number, tools: readonly string[]): Verdict => ({
    grade: 4,
    method: 'override',
    share,
    lo: share,
    hi: share,
    confidence: CONFIDENCE.override,
    tools,
  });
  if (evidence.override) {
    return exact(evidence.override.share, evidence.override.toolId === null ? [] : [evidence.override.toolId]);
  }
  if (evidence.commits.length === 0 || evidence.commits.some((commit) => commit.override === null)) return null;
  const weights = commitWeights(evidence.commits);
  const ai = sum(evidence.commits.map((commit, index) => (commit.override ?? 0) * (weights[index] ?? 0)));
  return exact(
    ai / sum(weights),
    evidence.commits.map((commit) => commit.overrideTool).filter((tool) => tool !== null)
  );
}

/** Attested lines of the effective lines; untracked ones count as human below and as AI above. */
export function lines({ lines: counted }: Evidence): Verdict | null {
  if (counted === null) return null;
  const total = counted.ai + counted.human + counted.untracked;
  if (total === 0 || counted.ai + counted.human === 0) return null;
  return {
    grade: 4,
    method: 'git_ai_note',
    share: counted.ai / total,
    lo: counted.ai / total,
    hi: (counted.ai + counted.untracked) / total,
    confidence: CONFIDENCE.lines,
    tools: counted.tools,
  };
}

/** AI share of one commit by line counts of several tools, which add up; null = not counted. A tool counts its own lines: none says nothing against another's mark. */
function countedShare(commit: Evidence['commits'][number]): number | null {
  if (commit.override !== null) return commit.override;
  const counts = commit.marks.filter(({ kind, aiShare }) => kind === 'line_count' && aiShare !== null);
  const share = Math.min(1, sum(counts.map(({ aiShare }) => aiShare ?? 0)));
  const isOpen = share === 0 && commit.marks.some((mark) => isAiMark(mark) && !counts.some(({ toolId }) => toolId === mark.toolId)); // prettier-ignore
  return counts.length === 0 || isOpen ? null : share;
}

/** Line counts without positions; commits without a count are open between human and AI. */
export function lineCounts({ commits }: Evidence): Verdict | null {
  const shares = commits.map(countedShare);
  if (shares.every((share) => share === null)) return null;
  const weights = commitWeights(commits);
  const total = sum(weights);
  const ai = sum(shares.map((share, index) => (share ?? 0) * (weights[index] ?? 0)));
  const open = sum(shares.map((share, index) => (share === null ? (weights[index] ?? 0) : 0)));
  return {
    grade: 4,
    method: 'line_count',
    share: ai / total,
    lo: ai / total,
    hi: Math.min(1, (ai + open) / total),
    confidence: CONFIDENCE.lineCount,
    tools: commits.flatMap(({ marks }) =>
      marks.filter(({ kind }) => kind === 'line_count').map(({ toolId }) => toolId)
    ),
  };
}
