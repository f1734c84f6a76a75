/**
 * Who wrote a change (metrics.md 2.1): evidence by grade, the highest grade with usable data wins. Pure.
 * Absence of a mark is never evidence of a human: without evidence the source is `unknown`.
 */
import { declared } from './evidence-declared.ts';
import { lineCounts, lines, override } from './evidence-lines.ts';
import { activity, branchHint, events, humanEvidence, tracker } from './evidence-weak.ts';
import type { CodeSource, Evidence, SourceResult, Verdict } from './evidence.ts';

/** Thresholds and choices of the organisation. */
export interface SourceSettings {
  /** ai_heavy strictly above this share. */
  readonly heavyShare: number;
  readonly acceptActivity: boolean;
  readonly assumeUnmarked: 'unknown' | 'human';
}

/** Class of a share; exactly the threshold is ai_assisted. 0 says nothing unless nothing is left open above it. */
export function classOfShare(share: number, hi: number, heavyShare: number): CodeSource {
  if (share > heavyShare + 1e-12) return 'ai_heavy';
  if (share > 0) return 'ai_assisted';
  return hi > 0 ? 'unknown' : 'human';
}

/** The interval lies on one side of 0 and on one side of the threshold. */
export function isCertain(lo: number | null, hi: number | null, heavyShare: number): boolean {
  if (lo === null || hi === null) return false;
  return (hi <= 0 || lo > 0) && (hi <= heavyShare + 1e-12 || lo > heavyShare);
}

const sourceOf = (verdict: Verdict, heavyShare: number): CodeSource =>
  verdict.codeSource ?? classOfShare(verdict.share ?? 0, verdict.hi ?? 0, heavyShare);

function result(verdict: Verdict, settings: SourceSettings): SourceResult {
  const codeSource = sourceOf(verdict, settings.heavyShare);
  const isKnown = codeSource !== 'unknown';
  return {
    codeSource,
    share: isKnown ? verdict.share : null,
    lo: verdict.lo,
    hi: verdict.hi,
    isCertain: isKnown && isCertain(verdict.lo, verdict.hi, settings.heavyShare),
    hasConflict: false,
    isAssumed: false,
    confidence: isKnown ? verdict.confidence : null,
    grade: verdict.grade,
    method: verdict.method,
    tools: [...new Set(verdict.tools)].sort(),
  };
}

const NOTHING: Verdict = {
  grade: 0,
  method: 'none',
  codeSource: 'unknown',
  share: null,
  lo: null,
  hi: null,
  confidence: null,
  tools: [],
};

/** Only where nothing at all hints at AI; a distrusted mark or a hint keeps it unknown. */
function assumed(evidence: Evidence, settings: SourceSettings): SourceResult | null {
  const isSilent =
    evidence.commits.every(({ marks }) => marks.length === 0) && !evidence.isActive && branchHint(evidence) === null;
  if (settings.assumeUnmarked !== 'human' || !isSilent) return null;
  const human = result({ ...NOTHING, method: 'assumed', codeSource: 'human', share: 0, lo: 0, hi: 1 }, settings);
  return { ...human, confidence: null, isCertain: false, isAssumed: true };
}

/** Code source of a change from its evidence. */
export function codeSource(evidence: Evidence, settings: SourceSettings): SourceResult {
  const human = humanEvidence(evidence);
  const verdicts = [
    ...[override, lines, lineCounts, tracker, declared, events].map((rung) => rung(evidence, settings.heavyShare)),
    human,
  ]
    .filter((verdict) => verdict !== null)
    .map((verdict) => ({ verdict, says: sourceOf(verdict, settings.heavyShare) }))
    // Data that leaves everything open (nothing but untracked lines) decides nothing; the next grade may.
    .filter(({ says }) => says !== 'unknown');
  const [best, ...others] = verdicts;
  if (best === undefined) {
    const weak = activity(evidence, settings.acceptActivity) ?? lines(evidence);
    return weak === null ? (assumed(evidence, settings) ?? result(NOTHING, settings)) : result(weak, settings);
  }
  // A person's word stands above the signals; it does not conflict with them.
  const disagrees = best.verdict.method !== 'override' && others.some(({ says }) => says !== best.says);
  return { ...result(best.verdict, settings), hasConflict: disagrees || best.verdict.isDisputed === true };
}
