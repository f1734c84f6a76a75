/** The changes of the demo organisation: when, by whom, of which class, written by whom, how long they took. */
import { about, deck, generator, pickWeighted, pick, plantedDecks, seedOf, skewedFactors } from './random.ts';
import {
  DAY_MS,
  HOUR_MS,
  TEAM_REPOS,
  WEEKS,
  WEEK_MS,
  processAt,
  teamAt,
  type Developer,
  type Timeline,
} from './organisation.ts';
import { markings, type Better } from './markings.ts';
import { TRUTHS, type PlantedSource } from './truths.ts';

export type DemoClass = 'feature' | 'bugfix' | 'refactor' | 'chore' | 'docs' | 'test';

/** Evidence that tells the code source of a change. */
export type Evidence = 'trailer' | 'label' | 'agent' | 'before_tools' | 'none';

export interface DemoChange {
  readonly repo: string;
  readonly number: number;
  readonly author: Developer;
  readonly reviewer: Developer;
  readonly prClass: DemoClass;
  readonly title: string;
  readonly source: PlantedSource;
  readonly evidence: Evidence;
  readonly firstCommitAt: Date;
  readonly readyAt: Date;
  readonly mergedAt: Date;
  readonly commitCount: number;
  readonly lines: number;
  /** Sha of the commit that brought it to the default branch. */
  readonly sha: string;
  /** The change that this one reverts; null = it is no revert. */
  readonly reverts: number | null;
  /** What tells who wrote it beside its marks; null = nothing. */
  readonly better: Better;
  /** It carries the trailer or label of its evidence. */
  readonly isMarked: boolean;
  /** Tool that its trailer names. */
  readonly markedBy: string;
}

const CHECKOUT_DECK: readonly DemoClass[] = ['refactor', 'refactor', 'bugfix', 'feature', 'feature'];
const OTHER_DECK: readonly DemoClass[] = [
  'feature',
  'feature',
  'feature',
  'bugfix',
  'bugfix',
  'refactor',
  'chore',
  'docs',
  'test',
];
const OTHER_HOURS: Readonly<Record<DemoClass, number>> = {
  feature: 14,
  bugfix: 6,
  refactor: 12,
  chore: 3,
  docs: 2,
  test: 5,
};
const PREFIX: Readonly<Record<DemoClass, string>> = {
  feature: 'feat',
  bugfix: 'fix',
  refactor: 'refactor',
  chore: 'chore',
  docs: 'docs',
  test: 'test',
};
const NOUNS =
  'cart,price list,search index,login,invoice,coupon,stock feed,session,webhook,export,retry queue,cache'.split(',');
const VERBS = 'split,tighten,simplify,extend,cover,rename,guard,speed up,unify,replace'.split(',');

const SOURCE_BY_BAND: Readonly<Record<Developer['band'], Readonly<Record<PlantedSource, number>>>> = {
  high: { ai_heavy: 55, ai_assisted: 20, human: 15, unknown: 10 },
  low: { ai_heavy: 0, ai_assisted: 15, human: 65, unknown: 20 },
  zero: { ai_heavy: 0, ai_assisted: 0, human: 78, unknown: 22 },
};

/** Carriers own a third of the refactors, so that the class as a whole gains what is planted. */
const CARRIER_REFACTOR = 1 + TRUTHS.cycle.change.refactor * (TRUTHS.cycle.developers / TRUTHS.cycle.carriers);

function hoursOf(author: Developer, prClass: DemoClass, isAfter: boolean): number {
  if (author.team !== TRUTHS.cycle.team) {
    return OTHER_HOURS[prClass];
  }
  const kind = prClass as keyof typeof TRUTHS.cycle.hoursBefore;
  const before = TRUTHS.cycle.hoursBefore[kind];
  if (!isAfter) {
    return before;
  }
  return before * (kind === 'refactor' ? (author.isCarrier ? CARRIER_REFACTOR : 1) : 1 + TRUTHS.cycle.change[kind]);
}

function evidenceOf(author: Developer, source: PlantedSource, random: () => number): Evidence {
  if (source === 'unknown') {
    return 'none';
  }
  if (source === 'human' || author.band !== 'high') {
    return 'label';
  }
  return source === 'ai_heavy' && random() < 0.12 ? 'agent' : 'trailer';
}

function sourceOf({ author, time, random }: Work, at: Date): { source: PlantedSource; evidence: Evidence } {
  if (at < time.humanBefore) {
    return { source: 'human', evidence: 'before_tools' };
  }
  const weights = at < time.landing ? SOURCE_BY_BAND.zero : SOURCE_BY_BAND[author.band];
  const source = pickWeighted(random, weights);
  return { source, evidence: evidenceOf(author, source, random) };
}

/** Moves an instant into office hours of a weekday, so that the organisation sleeps. */
function atWork(ms: number, random: () => number): number {
  const date = new Date(ms);
  const weekend = date.getUTCDay() === 6 ? 2 : date.getUTCDay() === 0 ? 1 : 0;
  const midnight = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()) + weekend * DAY_MS;
  return midnight + (8 + random() * 9) * HOUR_MS;
}

type Draft = Omit<DemoChange, 'number' | 'sha' | 'reverts' | 'better' | 'isMarked' | 'markedBy'>;

interface Work {
  readonly author: Developer;
  readonly reviewers: readonly Developer[];
  readonly time: Timeline;
  readonly random: () => number;
  readonly factors: Generator<number, never>;
}

function draft(work: Work, prClass: DemoClass, mergedMs: number): Draft {
  const { author, reviewers, time, random, factors } = work;
  const mergedAt = new Date(mergedMs);
  const { source, evidence } = sourceOf(work, mergedAt);
  const isMended = mergedAt >= processAt(time) && teamAt(author, mergedAt, time) === TRUTHS.process.team;
  const usual = hoursOf(author, prClass, mergedAt >= time.landing) * factors.next().value * HOUR_MS;
  const total = isMended ? usual * TRUTHS.process.ofBefore : usual;
  const { before, after } = TRUTHS.reviewShare;
  const reviewShare = mergedAt >= time.landing && !isMended ? after : before;
  const firstCommitAt = new Date(mergedMs - total);
  const readyAt = new Date(mergedMs - total * reviewShare);
  return {
    repo: pick(random, TEAM_REPOS[teamAt(author, mergedAt, time)] as readonly string[]),
    author,
    reviewer: pick(random, reviewers),
    prClass,
    title: `${PREFIX[prClass]}: ${pick(random, VERBS)} ${pick(random, NOUNS)}`,
    source,
    evidence,
    firstCommitAt,
    readyAt,
    mergedAt,
    commitCount: 1 + Math.floor(random() * 4),
    lines: Math.max(12, Math.round(90 * Math.exp(0.8 * (random() + random() + random() - 1.5)))),
  };
}

function draftsOf(
  author: Developer,
  everybody: readonly Developer[],
  context: { seed: number; time: Timeline }
): Draft[] {
  const { seed, time } = context;
  const random = generator(seedOf(seed, `changes/${author.key}`));
  const reviewers = everybody.filter((other) => other.team === author.team && other.key !== author.key);
  const phases = [false, true].map(() => ({
    classes: deck(random, author.team === TRUTHS.cycle.team ? CHECKOUT_DECK : OTHER_DECK),
    // One stream of factors a class: the planted mean of a class must hold for each developer.
    factors: new Map<DemoClass, Generator<number, never>>(),
  }));
  const out: Draft[] = [];
  for (let week = 0; week < WEEKS; week++) {
    for (let count = about(random, author.changesPerWeek); count > 0; count--) {
      const mergedMs = atWork(time.start.getTime() + week * WEEK_MS + random() * 5 * DAY_MS, random);
      const phase = phases[mergedMs >= time.landing.getTime() ? 1 : 0] as (typeof phases)[number];
      const prClass = phase.classes.next().value;
      const factors = phase.factors.get(prClass) ?? skewedFactors(random);
      phase.factors.set(prClass, factors);
      if (mergedMs < time.now.getTime() - HOUR_MS) {
        out.push(draft({ author, reviewers, time, random, factors }, prClass, mergedMs));
      }
    }
  }
  return out;
}

const hex = (random: () => number, digits: number): string =>
  Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join('');

/** Reverts of the planted share of each source, one to 25 days after the change; they are changes of their own. */
function withReverts(
  drafts: readonly Draft[],
  seed: number,
  time: Timeline
): Array<Draft & { revertOf: Draft | null }> {
  const random = generator(seedOf(seed, 'reverts'));
  const isReverted = plantedDecks(random, TRUTHS.revertedWithin30, 200);
  const out: Array<Draft & { revertOf: Draft | null }> = [];
  for (const change of drafts) {
    out.push({ ...change, revertOf: null });
    if (!isReverted(change.source)) {
      continue;
    }
    const mergedMs = atWork(change.mergedAt.getTime() + (1 + random() * 24) * DAY_MS, random);
    if (mergedMs < time.now.getTime() - HOUR_MS) {
      const start = mergedMs - HOUR_MS;
      out.push({
        ...change,
        author: change.reviewer,
        reviewer: change.author,
        title: `Revert "${change.title}"`,
        source: mergedMs < time.humanBefore.getTime() ? 'human' : 'unknown',
        evidence: mergedMs < time.humanBefore.getTime() ? 'before_tools' : 'none',
        firstCommitAt: new Date(start),
        readyAt: new Date(start + HOUR_MS / 4),
        mergedAt: new Date(mergedMs),
        commitCount: 1,
        lines: 0,
        revertOf: change,
      });
    }
  }
  return out;
}

/** All changes in the order in which they were merged, numbered per repository. */
export function changes(seed: number, people: readonly Developer[], time: Timeline): DemoChange[] {
  const drafts = people
    .flatMap((author) => draftsOf(author, people, { seed, time }))
    .sort((a, b) => a.mergedAt.getTime() - b.mergedAt.getTime());
  const random = generator(seedOf(seed, 'shas'));
  const counters = new Map<string, number>();
  const numbers = new Map<string, number>();
  const markingOf = markings(seed, time);
  const keyOf = (change: Draft): string =>
    `${change.repo}/${change.author.key}/${String(change.mergedAt.getTime())}/${change.title}`;
  return withReverts(drafts, seed, time)
    .sort((a, b) => a.mergedAt.getTime() - b.mergedAt.getTime())
    .map(({ revertOf, ...change }) => {
      const number = (counters.get(change.repo) ?? 0) + 1;
      counters.set(change.repo, number);
      numbers.set(keyOf(change), number);
      return {
        ...change,
        number,
        sha: hex(random, 40),
        reverts: revertOf === null ? null : (numbers.get(keyOf(revertOf)) ?? null),
        ...markingOf({ ...change, isRevert: revertOf !== null }),
      };
    });
}
