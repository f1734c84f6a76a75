/** What is said in the diffs of the demo's changes, who merges them, and how their texts explain them. */
import type { DemoChange } from './changes.ts';
import type { DemoEvent } from './forge.ts';
import { HOUR_MS } from './organisation.ts';
import { generator, plantedDecks, seedOf } from './random.ts';
import { TRUTHS } from './truths.ts';

const MINUTE_MS = HOUR_MS / 60;
const REVIEW_BOT = 'copilot-pull-request-reviewer[bot]';
/** Threads that an AI reviewer begins in a diff. */
const BOT_THREADS = 2;

export interface Said {
  readonly events: readonly DemoEvent[];
  /** As `change.explanation`. */
  readonly explanation: number;
}

const isHuman = ({ who }: DemoEvent): boolean => typeof who !== 'string';

/** Follows what a forge tells of a change; draws from a stream of its own, so that nothing else is drawn otherwise. */
export function saying(seed: number): (change: DemoChange, events: readonly DemoEvent[]) => Said {
  const random = generator(seedOf(seed, 'said'));
  const isSelfMerged = plantedDecks(random, { all: TRUTHS.selfMerged }, 20);
  const isChanged = plantedDecks(random, { all: TRUTHS.aiComments.changed }, 20);
  const isSettled = plantedDecks(random, { all: TRUTHS.aiComments.settled / (1 - TRUTHS.aiComments.changed) }, 20);
  const isExplained = plantedDecks(random, TRUTHS.explained.well, 20);
  // What is left of a comment goes to the next change of its source: the planted rate holds in short runs too.
  const left = new Map<string, number>();
  const commentsOn = ({ source, lines }: DemoChange): number => {
    const due = (left.get(source) ?? 0) + (TRUTHS.commentsPer100[source] * lines) / 100;
    left.set(source, due - Math.floor(due));
    return Math.floor(due);
  };
  return (change, events) => {
    const reviews = events.filter((event) => event.kind === 'review');
    const [first] = reviews.filter(isHuman);
    const count = first === undefined ? 0 : commentsOn(change);
    const comment = (state: DemoEvent['state'], said: Pick<DemoEvent, 'at' | 'who'>): DemoEvent => ({ ...said, kind: 'review_comment', state }); // prettier-ignore
    const byPeople = Array.from({ length: count }, () =>
      comment(random() < 0.7 ? 'outdated' : 'resolved', first as DemoEvent)
    );
    const byBot = reviews
      .filter(({ who }) => who === REVIEW_BOT)
      .flatMap((review) =>
        Array.from({ length: BOT_THREADS }, () =>
          comment(isChanged('all') ? 'outdated' : isSettled('all') ? 'resolved' : 'open', {
            at: new Date(review.at.getTime() + MINUTE_MS / 2),
            who: REVIEW_BOT,
          })
        )
      );
    const isOwn = first === undefined && isSelfMerged('all');
    const merged: DemoEvent = { at: change.mergedAt, who: isOwn ? change.author : change.reviewer, kind: 'merged', state: null }; // prettier-ignore
    return {
      events: [...byPeople, ...byBot, merged],
      explanation: isExplained(change.source) ? TRUTHS.explained.points.well : TRUTHS.explained.points.else,
    };
  };
}
