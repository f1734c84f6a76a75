/** Line histories of the demo: how many effective lines of each change die when, and by which later change. */
import { generator, pickWeighted, seedOf } from './random.ts';
import { DAY_MS, type Timeline } from './organisation.ts';
import type { DemoChange } from './changes.ts';
import { TRUTHS } from './truths.ts';

/** Lines of a change that ended together; `killer` null = alive. */
export interface DemoSpan {
  readonly origin: DemoChange;
  readonly killer: DemoChange | null;
  readonly kind: '' | 'modified' | 'deleted' | 'reverted';
  readonly lines: number;
}

/** First change of the list merged at or after the instant, later than `after`; null = none yet. */
function killerAt(later: readonly DemoChange[], at: number, after: DemoChange): DemoChange | null {
  let low = 0;
  let high = later.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((later[middle] as DemoChange).mergedAt.getTime() < at) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  // The killer before the instant keeps a death that is due on day 90 on day 90.
  const found = later[low - 1];
  return found && found.mergedAt > after.mergedAt ? found : (later[low] ?? null);
}

/**
 * Share of a change's lines that is rewritten within 90 days, given that it was not reverted: what is planted less the reverts.
 * Spread over changes (some are rewritten wholly, most a little), because lines of a change die together.
 */
function rewrittenShare(change: DemoChange, random: () => number): number {
  const reverted = TRUTHS.revertedWithin30[change.source];
  const mean = 1 - TRUTHS.aliveAt90[change.source] / (1 - reverted);
  const spread = Math.min(mean, 1 - mean) * 0.9;
  return mean + (random() * 2 - 1) * spread;
}

/** Ages in days at which a rewrite happens within 90 days, early more often than late. */
const early = (random: () => number): number => 90 * random() ** 1.7;

function spansOf(change: DemoChange, later: readonly DemoChange[], random: () => number): DemoSpan[] {
  const spans: DemoSpan[] = [];
  let left = change.lines;
  const end = (age: number, lines: number): void => {
    const killer = killerAt(later, change.mergedAt.getTime() + age * DAY_MS, change);
    const taken = Math.min(lines, left);
    if (killer && taken > 0) {
      const kind = pickWeighted(random, { modified: 7, deleted: 3 });
      spans.push({ origin: change, killer, kind, lines: taken });
      left -= taken;
    }
  };
  const total = change.lines * rewrittenShare(change, random);
  let given = 0;
  for (let part = 1; part <= 4; part++) {
    const upTo = Math.round((total * part) / 4);
    end(early(random), upTo - given);
    given = upTo;
  }
  // After 90 days code goes on changing slowly.
  end(90 + random() * 240, Math.round(left * 0.15));
  return left > 0 ? [...spans, { origin: change, killer: null, kind: '', lines: left }] : spans;
}

/** Merges spans of one origin and killer, as the store's key asks. */
function merged(spans: readonly DemoSpan[]): DemoSpan[] {
  const byKey = new Map<string, DemoSpan>();
  for (const span of spans) {
    const key = `${span.killer?.sha ?? ''}/${span.kind}`;
    const known = byKey.get(key);
    byKey.set(key, known ? { ...known, lines: known.lines + span.lines } : span);
  }
  return [...byKey.values()];
}

/** Line spans of one repository; `list` in order of merging. */
export function lineSpans(seed: number, list: readonly DemoChange[], time: Timeline): DemoSpan[] {
  const random = generator(seedOf(seed, `lines/${list[0]?.repo ?? ''}`));
  const revertOf = new Map(list.filter((change) => change.reverts !== null).map((change) => [change.reverts, change]));
  return list.flatMap((change) => {
    if (change.lines === 0) {
      return [];
    }
    const revert = revertOf.get(change.number);
    if (revert && revert.mergedAt < time.now) {
      return [{ origin: change, killer: revert, kind: 'reverted' as const, lines: change.lines }];
    }
    return merged(spansOf(change, list, random));
  });
}
