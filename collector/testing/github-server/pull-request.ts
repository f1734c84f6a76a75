/** One generated pull request with everything that will ever happen to it: a pure function of seed, repository and number. */
import { agent, automation, CLAUDE, people, reviewBot, type Account } from './people.ts';
import { drawOf, oidOf, type Draw } from './random.ts';
import { bodyOf, threadsAfter, type MadeThread } from './threads.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;

export interface MadeCommit {
  readonly oid: string;
  readonly message: string;
  readonly at: number;
  readonly author: Account;
  readonly additions: number;
  readonly deletions: number;
}

export interface MadeEvent {
  readonly __typename: string;
  readonly id: string;
  readonly at: number;
  readonly who: Account | null;
  readonly state?: string;
  readonly asked?: Account;
  readonly before?: MadeCommit;
}

export type Method = 'squash' | 'merge' | 'rebase';

export interface MadePull {
  readonly number: number;
  readonly title: string;
  readonly author: Account | null;
  readonly branch: string;
  readonly createdAt: number;
  readonly isDraft: boolean;
  readonly mergedAt: number | null;
  readonly closedAt: number | null;
  readonly mergedBy: Account;
  readonly method: Method;
  readonly commits: readonly MadeCommit[];
  /** On the base branch, oldest first; the last is the merge commit. */
  readonly landed: ReadonlyArray<{ readonly oid: string; readonly message: string; readonly at: number; readonly authoredAt: number }>; // prettier-ignore
  readonly events: readonly MadeEvent[];
  readonly threads: readonly MadeThread[];
  readonly body: string;
  readonly labels: readonly string[];
  readonly closes: number | null;
  /** When it conflicts with its base, if it is open then; null = never. */
  readonly conflict: { readonly from: number; readonly to: number } | null;
}

export interface PullPlace {
  readonly seed: string;
  readonly repository: string;
  readonly number: number;
  readonly createdAt: number;
  readonly method: Method;
  /** Every so many pull requests one is huge; 0 = none is. */
  readonly hugeEvery: number;
}

const TYPES = ['feat', 'fix', 'refactor', 'docs', 'chore', 'feat', 'fix'] as const;
const WORDS = 'cart checkout invoice search login export report queue cache mailer stock price coupon webhook'.split(
  ' '
);

function commitsOf(place: PullPlace, draw: Draw, { author, count }: { author: Account; count: number }): MadeCommit[] {
  const usesAi = draw.chance(0.4);
  let at = place.createdAt - draw.between(0.3, 30) * HOUR;
  return Array.from({ length: count }, (_none, index) => {
    const isMarked = author.__typename === 'User' && usesAi && draw.chance(0.7);
    const words = `${draw.of(TYPES)}: ${draw.of(WORDS)} ${draw.of(WORDS)} ${String(place.number)}.${String(index)}`;
    const commit = {
      oid: oidOf(place.seed, place.repository, place.number, 'commit', index),
      message: isMarked ? `${words}\n\n${CLAUDE}` : words,
      at: Math.floor(at / 1000) * 1000,
      author,
      additions: draw.whole(1, 80),
      deletions: draw.whole(0, 30),
    };
    at = Math.min(at + draw.between(0.05, 3) * HOUR, place.createdAt - (count - index) * 1000);
    return commit;
  });
}

interface Life {
  readonly events: MadeEvent[];
  readonly mergedAt: number | null;
  readonly closedAt: number | null;
}

function lifeOf(
  place: PullPlace,
  draw: Draw,
  who: { author: Account | null; isDraft: boolean; commits: readonly MadeCommit[]; huge: boolean }
): Life {
  const events: MadeEvent[] = [];
  const add = (type: string, when: number, { by, ...more }: { by: Account | null } & Partial<MadeEvent>): void => {
    events.push({ __typename: type, id: `${place.repository}#${String(place.number)}/${String(events.length)}`, at: Math.floor(when / 1000) * 1000, who: by, ...more }); // prettier-ignore
  };
  let at = place.createdAt;
  const reviewer = draw.of(people.filter((one) => one !== who.author));
  if (who.isDraft) add('ReadyForReviewEvent', (at += draw.between(1, 40) * HOUR), { by: who.author });
  add('PullRequestReview', at + draw.between(1, 6) * MINUTE, { by: reviewBot, state: 'COMMENTED' });
  if (draw.chance(0.7)) add('ReviewRequestedEvent', at + MINUTE, { by: who.author, asked: reviewer });
  if (draw.chance(0.3)) add('IssueComment', at + draw.between(1, 60) * MINUTE, { by: draw.of(people) });
  for (let index = 0; who.huge && index < 120; index++)
    add('IssueComment', at + index * MINUTE, { by: draw.of(people) });
  if (draw.chance(0.85)) {
    at += draw.between(0.2, 40) * HOUR;
    const asks = draw.chance(0.25);
    add('PullRequestReview', at, { by: reviewer, state: asks ? 'CHANGES_REQUESTED' : 'APPROVED' });
    if (asks) {
      at += draw.between(0.5, 20) * HOUR;
      const before = who.commits[0];
      if (before && draw.chance(0.4)) add('HeadRefForcePushedEvent', at, { by: who.author, before: { ...before, oid: oidOf(before.oid, 'before'), at: before.at - 2 * HOUR } }); // prettier-ignore
      add('PullRequestReview', (at += draw.between(0.2, 20) * HOUR), { by: reviewer, state: 'APPROVED' });
    }
  }
  at += draw.between(0.05, 6) * HOUR;
  const end = draw.next();
  const ended = Math.floor(at / 1000) * 1000;
  if (end < 0.86) add('MergedEvent', ended, { by: draw.of(people) });
  if (end < 0.95) add('ClosedEvent', ended, { by: reviewer });
  // Reviews also come late: what was merged is not done with.
  if (end < 0.86 && draw.chance(0.04)) add('PullRequestReview', at + draw.between(1, 90) * 24 * HOUR, { by: draw.of(people), state: 'COMMENTED' }); // prettier-ignore
  events.sort((a, b) => a.at - b.at);
  return { events, mergedAt: end < 0.86 ? ended : null, closedAt: end < 0.95 ? ended : null };
}

function landedOf(
  place: PullPlace,
  made: { title: string; branch: string; commits: readonly MadeCommit[]; mergedAt: number | null }
): MadePull['landed'] {
  const { title, branch, commits, mergedAt } = made;
  if (mergedAt === null) return [];
  const name = (index: number): string => oidOf(place.seed, place.repository, place.number, 'landed', index);
  if (place.method === 'rebase') {
    return commits.map((commit, index) => ({
      oid: name(index),
      message: commit.message,
      at: mergedAt,
      authoredAt: commit.at,
    }));
  }
  const message =
    place.method === 'merge'
      ? `Merge pull request #${String(place.number)} from acme/${branch}\n\n${title}`
      : `${title} (#${String(place.number)})`;
  return [{ oid: name(0), message, at: mergedAt, authoredAt: mergedAt }];
}

/** Drawn apart, so that all else is as it was. */
function conflictOf({ seed, repository, number, createdAt }: PullPlace): MadePull['conflict'] {
  const draw = drawOf(seed, repository, number, 'conflict');
  const from = createdAt + draw.between(0.1, 9) * HOUR;
  return draw.chance(0.6) ? { from, to: from + draw.between(1, 12) * HOUR } : null;
}

export function makePull(place: PullPlace): MadePull {
  const draw = drawOf(place.seed, place.repository, place.number);
  const kind = draw.next();
  const human = draw.of(people);
  const author = kind < 0.06 ? agent : kind < 0.12 ? automation : kind < 0.14 ? null : human;
  const huge = place.hugeEvery > 0 && place.number % place.hugeEvery === 0;
  const commits = commitsOf(place, draw, { author: author ?? human, count: huge ? 130 : draw.whole(1, 4) });
  const title = `${draw.of(TYPES)}: ${draw.of(WORDS)} for ${draw.of(WORDS)}`;
  const branch = author === agent ? `copilot/fix-${String(place.number)}` : `topic/${String(place.number)}`;
  const isDraft = draw.chance(0.2);
  const life = lifeOf(place, draw, { author, isDraft, commits, huge });
  return {
    number: place.number,
    title,
    author,
    branch,
    createdAt: Math.floor(place.createdAt / 1000) * 1000,
    isDraft,
    mergedBy: draw.of(people),
    method: place.method,
    commits,
    landed: landedOf(place, { title, branch, commits, mergedAt: life.mergedAt }),
    ...life,
    threads: threadsAfter(life.events, author, huge),
    body: bodyOf(place.number),
    labels: draw.chance(0.3) ? [draw.of(['bug', 'enhancement', 'documentation'])] : [],
    closes: draw.chance(0.2) ? 100_000 + draw.whole(1, 30) : null,
    conflict: conflictOf(place),
  };
}
