/** What the review of a merged change took (metrics.md QT5): rows of `change_review` and `reviewer_part`. Pure. */
import type { ChangeFact } from '../change/fact.ts';
import { grouped, type ChangeRow, type CommitRow } from '../change/load.ts';
import { namesOf, writersOf } from '../change/reviews.ts';
import type { BusinessClock } from '../completion/business-clock.ts';
import type { Directory } from '../identity/directory.ts';
import { sessionMinutes } from './sessions.ts';

/** An event of a change, in order. */
export interface HappenedRow {
  readonly at: Date;
  readonly kind: string;
  /** Of a request who was asked; null = an account that is gone. */
  readonly account_id: string | null;
  readonly state: string | null;
}

export interface Reviewed {
  readonly change: ChangeRow;
  readonly fact: ChangeFact;
  readonly own: readonly Pick<CommitRow, 'author_account_id'>[];
  readonly events: readonly HappenedRow[];
}

export interface ReviewContext {
  readonly directory: Pick<Directory, 'actor' | 'teamAt' | 'seniorityAt'>;
  /** Open hours of a team. */
  readonly clockOf: (teamId: string) => BusinessClock;
}

export interface ReviewRows {
  readonly review: Readonly<Record<string, unknown>>;
  readonly parts: ReadonlyArray<Readonly<Record<string, unknown>>>;
}

const UNKNOWN = 'unknown';
/** Fewer effective lines can be read in a few minutes. */
const STAMP_LINES = 200;
const STAMP_MINUTES = 5;
const MINUTE_MS = 60_000;

const isReview = ({ kind }: HappenedRow): boolean => kind === 'review' || kind === 'approve';
const isComment = ({ kind }: HappenedRow): boolean => kind === 'comment' || kind === 'review_comment';
const isApproval = ({ kind, state }: HappenedRow): boolean => kind === 'approve' || state === 'approved';
/** What makes somebody a reviewer; a word in the conversation does not. */
const looks = (event: HappenedRow): boolean => isReview(event) || event.kind === 'review_comment';

/** A reviewer and what they did until the merge. */
interface Reviewer {
  readonly personId: string | null;
  readonly events: readonly HappenedRow[];
  readonly firstAt: Date;
  readonly teamId: string;
}

function reviewersOf({ change, own, events }: Reviewed, { directory }: ReviewContext): Reviewer[] {
  const writers = writersOf(change, own, directory);
  const byName = new Map<string, { personId: string | null; events: HappenedRow[] }>();
  for (const event of events) {
    const account = event.account_id;
    if (account === null || !(isReview(event) || isComment(event)) || event.at > (change.merged_at ?? event.at))
      continue;
    const { kind, personId } = directory.actor(account, event.at);
    if (kind !== 'human' || namesOf(account, event.at, directory).some((name) => writers.has(name))) continue;
    const known = byName.get(personId ?? account) ?? { personId, events: [] };
    byName.set(personId ?? account, known);
    known.events.push(event);
  }
  return [...byName.values()].flatMap(({ personId, events: all }): Reviewer[] => {
    const first = all.find(looks);
    if (first === undefined) return [];
    return [{ personId, events: all, firstAt: first.at, teamId: directory.teamAt(personId, first.at) ?? UNKNOWN }];
  });
}

/** From when a first review was waited for: ready, or asked for later and still before it. */
function askedAt({ change, events }: Reviewed, first: Date | null): Date | null {
  const ready = change.first_ready_at ?? change.created_at;
  const asked = events.find(({ kind, at }) => kind === 'review_requested' && (first === null || at <= first))?.at;
  return asked !== undefined && ready !== null && asked > ready ? asked : ready;
}

/** Business minutes from one instant to another, 0 where it comes before; null = one of them is not known. */
function minutesTo(clock: BusinessClock, from: Date | null, to: Date | null): number | null {
  return from === null || to === null ? null : to <= from ? 0 : clock.minutes(from.getTime(), to.getTime());
}

const linesOf = (fact: ChangeFact): number | null => {
  const [added, deleted] = [fact['effective_added'], fact['effective_deleted']];
  return typeof added === 'number' && typeof deleted === 'number' ? added + deleted : null;
};

/** Merged without a review by who wrote it, which whoever asked an agent for it did not; null = who merged it is not known. */
function selfMerged({ change, own, events }: Reviewed, isReviewed: boolean, { directory }: ReviewContext): boolean | null {
  const merger = events.findLast(({ kind }) => kind === 'merged');
  if (merger === undefined || merger.account_id === null) return null;
  const writers = writersOf({ ...change, requester_account_id: null }, own, directory);
  return !isReviewed && namesOf(merger.account_id, merger.at, directory).some((name) => writers.has(name));
} // prettier-ignore

/** Null = neither team, or only one, is known. */
function crossTeam({ change, fact }: Reviewed, reviewers: readonly Reviewer[], { directory }: ReviewContext): boolean | null {
  const author = fact['responsible_id'];
  const team = typeof author !== 'string' || change.merged_at === null ? null : directory.teamAt(author, change.merged_at);
  const known = reviewers.filter(({ teamId }) => teamId !== UNKNOWN);
  return team === null || known.length === 0 ? null : known.some(({ teamId }) => teamId !== team);
} // prettier-ignore

/** What agents that did not write it, and programs, said of it. */
function byMachines({ change, events }: Reviewed, { directory }: ReviewContext): Record<string, unknown> {
  const of = (kind: string): HappenedRow[] =>
    events.filter((event) => event.account_id !== null && event.account_id !== change.author_account_id && looks(event) &&
      event.at <= (change.merged_at ?? event.at) && directory.actor(event.account_id, event.at).kind === kind);
  const agents = of('ai_agent');
  const threads = agents.filter(({ kind, state }) => kind === 'review_comment' && state !== 'reply');
  return {
    is_ai_reviewed: agents.length > 0,
    ai_comment_count: threads.length,
    ai_changed_count: threads.filter(({ state }) => state === 'outdated' || state === 'resolved_outdated').length,
    ai_settled_count: threads.filter(({ state }) => state === 'resolved').length,
    program_review_count: of('automation').filter(isReview).length,
  };
} // prettier-ignore

/** Null = it was not opened at a forge, is not merged, or is a program's. */
export function reviewRows(reviewed: Reviewed, context: ReviewContext): ReviewRows | null {
  const { change, fact } = reviewed;
  if (change.created_at === null || change.merged_at === null || change.is_superseded) return null;
  if (fact['author_kind'] === 'automation') return null;
  const first = fact['first_review_at'] as Date | null;
  const isReviewed = first !== null;
  const reviewers = isReviewed ? reviewersOf(reviewed, context) : [];
  const keys = { repo_id: change.repo_id, change_id: change.change_id, change_key: change.change_key };
  const parts = partsOf(reviewers, context).map((part) => ({ ...keys, ...part }));
  return {
    review: {
      ...keys,
      is_reviewed: isReviewed,
      is_self_merged: selfMerged(reviewed, isReviewed, context),
      ...timesOf(reviewed, reviewers, context),
      review_minutes: isReviewed ? parts.reduce((sum, part) => sum + part.review_minutes, 0) : null,
      comment_count: isReviewed ? parts.reduce((sum, part) => sum + part.comment_count, 0) : null,
      is_blocked: isReviewed ? reviewers.some(({ events }) => events.some(({ state }) => state === 'changes_requested')) : null,
      is_cross_team: crossTeam(reviewed, reviewers, context),
      explanation: change.explanation,
      ...byMachines(reviewed, context),
    },
    parts,
  };
} // prettier-ignore

/** Waits, and whether the approval can have been more than a stamp. */
function timesOf(reviewed: Reviewed, reviewers: readonly Reviewer[], { clockOf }: ReviewContext): Record<string, unknown> {
  const { change, fact } = reviewed;
  const first = fact['first_review_at'] as Date | null;
  const asked = askedAt(reviewed, first);
  const teamAt = (at: Date | null): string => reviewers.find(({ events }) => events.some((event) => isReview(event) && event.at.getTime() === at?.getTime()))?.teamId ?? UNKNOWN;
  const approvals = reviewers.flatMap(({ events }) => events.filter(isApproval)).map(({ at }) => at);
  const approved = approvals.reduce<Date | null>((last, at) => (last === null || at > last ? at : last), null);
  const lines = linesOf(fact);
  const isSaid = reviewers.some(({ events }) => events.some(isComment));
  const took = asked === null || approved === null ? null : (approved.getTime() - asked.getTime()) / MINUTE_MS;
  return {
    wait_minutes: minutesTo(clockOf(teamAt(first)), asked, first),
    elapsed_minutes: minutesTo(clockOf(teamAt(approved)), change.first_ready_at ?? change.created_at, approved),
    is_stamp: lines === null || lines < STAMP_LINES || took === null ? null : !isSaid && took < STAMP_MINUTES,
  };
} // prettier-ignore

/** Those whom nobody knows are one. */
function partsOf(reviewers: readonly Reviewer[], { directory }: ReviewContext) {
  const groups = grouped(reviewers, ({ personId }) => personId ?? '');
  return [...groups].map(([personId, own]) => {
    const [earliest] = own.map(({ firstAt }) => firstAt).sort((one, two) => one.getTime() - two.getTime());
    const at = earliest as Date;
    return {
      person_id: personId,
      first_at: at,
      review_minutes: own.reduce((sum, { events }) => sum + sessionMinutes(events.map((event) => event.at)), 0),
      comment_count: own.reduce((sum, { events }) => sum + events.filter(isComment).length, 0),
      team_id: personId === '' ? UNKNOWN : (own[0]?.teamId ?? UNKNOWN),
      seniority: personId === '' ? UNKNOWN : directory.seniorityAt(personId, at),
    };
  });
}
