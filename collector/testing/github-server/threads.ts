/** What is said in the diff of a generated pull request: a thread with some reviews, by whoever wrote the review. Pure. */
import type { Account } from './people.ts';
import type { MadeEvent } from './pull-request.ts';

export interface MadeThread {
  readonly id: string;
  readonly at: number;
  readonly isResolved: boolean;
  readonly isOutdated: boolean;
  readonly comments: ReadonlyArray<{ readonly id: string; readonly at: number; readonly who: Account | null }>;
}

/** Follows from the events alone, so that nothing else of the pull request is drawn otherwise. @param huge Threads by the hundred, with long talks. */
export function threadsAfter(events: readonly MadeEvent[], author: Account | null, huge: boolean): MadeThread[] {
  const reviews = events.filter(({ __typename: type }) => type === 'PullRequestReview');
  return reviews.flatMap(({ id, at, who }, place) =>
    Array.from({ length: huge && place === 0 ? 75 : (at / 1000) % 3 }, (_none, index): MadeThread => {
      const name = `PRRT ${id}/${String(index)}`;
      const answers = huge && index === 0 ? 45 : (index + place) % 2;
      return {
        id: name,
        at,
        isResolved: (index + place) % 3 === 1,
        isOutdated: (index + place) % 4 === 2,
        comments: [
          { id: `${name}/0`, at, who },
          ...Array.from({ length: answers }, (_, answer) => ({ id: `${name}/${String(answer + 1)}`, at, who: author })),
        ],
      };
    })
  );
}

const BODIES = [
  '',
  'Because it was slow. Tested on staging.',
  '<!-- why? -->\n## Risks\nnone: can be reverted',
  'See #12.',
];
export const bodyOf = (number: number): string => BODIES[number % BODIES.length] ?? '';
