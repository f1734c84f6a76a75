import type { Rewritten, SpanDelta } from './contract.ts';

/**
 * What a force push does to stored spans (sums, not deltas). Lines born in removed commits are closed as `history_rewritten`: alive ones
 * at the time of the push (`diedSha` stays null), dead ones where they died. Deaths in removed commits did not happen to lines that the
 * new history still has: those are alive again. In SQL:
 *
 *   update … set death_kind = 'history_rewritten', died_at = coalesce(died_at, greatest(:at, born_at)) where born_sha = any(:removed);
 *   move lines of rows with died_sha = any(:removed) and not born_sha = any(:removed) to the alive row of the same key.
 */
export function closeRewritten(spans: Iterable<SpanDelta>, event: Rewritten): SpanDelta[] {
  const removed = new Set(event.removed);
  return Array.from(spans, (span): SpanDelta => {
    if (span.deathKind === 'history_rewritten') return span;
    if (removed.has(span.bornSha))
      return { ...span, deathKind: 'history_rewritten', diedAt: span.diedAt ?? Math.max(event.at, span.bornAt) };
    if (span.diedSha !== null && removed.has(span.diedSha))
      return { ...span, diedSha: null, diedAt: null, deathKind: null };
    return span;
  });
}
