/** When an issue was ready, started and done, by the states that it went through. Pure. */

export interface StateEvent {
  readonly at: Date;
  readonly from_value: string | null;
  readonly to_value: string | null;
  readonly category: string | null;
  readonly stage: string | null;
  readonly method: string;
}

export interface IssueInput {
  readonly created_at: Date;
  /** As the source itself says them. */
  readonly started_at: Date | null;
  readonly done_at: Date | null;
  readonly cancelled_at: Date | null;
  /** Changes of its state in the order in which the source tells them. */
  readonly events: readonly StateEvent[];
  /** When it was first put into a cycle; null = never. */
  readonly cycle_at: Date | null;
  readonly moves: number;
}

export interface Span {
  readonly state: string | null;
  readonly stage: string | null;
  readonly began_at: Date;
  readonly ended_at: Date | null;
}

/** Columns of issue_fact, and its rows of issue_stage. */
export interface IssueTimes {
  readonly ready_at: Date | null;
  readonly ready_basis: 'state' | 'cycle' | null;
  readonly started_at: Date | null;
  readonly started_basis: Basis | null;
  readonly done_at: Date | null;
  readonly done_basis: Basis | null;
  readonly cancelled_at: Date | null;
  readonly stage: string | null;
  readonly reopened_count: number;
  readonly moved_count: number;
  readonly bad_order_count: number;
  readonly unmapped_states: readonly string[];
  readonly spans: readonly Span[];
}

type Basis = 'state' | 'category' | 'source';
type Kind = 'before' | 'started' | 'done' | 'cancelled' | null;

const OF_STAGE: Readonly<Record<string, Kind>> = { backlog: 'before', ready: 'before', in_progress: 'started', review: 'started', done: 'done', cancelled: 'cancelled' }; // prettier-ignore
const OF_CATEGORY: Readonly<Record<string, Kind>> = { backlog: 'before', unstarted: 'before', open: 'before', started: 'started', completed: 'done', cancelled: 'cancelled' }; // prettier-ignore

/** Where an issue stands in a state: by its stage, else by what the source says of it; null = nobody knows. */
const kindOf = ({ stage, category }: StateEvent): Kind =>
  stage !== null ? (OF_STAGE[stage] ?? null) : category !== null ? (OF_CATEGORY[category] ?? null) : null;
const basisOf = ({ stage }: StateEvent): Basis => (stage !== null ? 'state' : 'category');
const isClosed = (kind: Kind): boolean => kind === 'done' || kind === 'cancelled';

/** Clocks of one source differ by less: what it says of one instant is in any order. */
const SAME_MS = 1000;

/** Changes whose time goes back. */
function badOrder({ created_at: createdAt, events }: IssueInput): number {
  return events.filter(({ at }, index) => at.getTime() < (events[index - 1]?.at ?? createdAt).getTime() - SAME_MS).length;
} // prettier-ignore

/** A snapshot says that it was so by then, not when it became so. */
const isTimed = ({ method }: StateEvent): boolean => method !== 'snapshot';

/** Its start in the state that it is in now, over neighbouring states of the same kind. */
function lastRun(events: readonly StateEvent[], kind: Kind): StateEvent | null {
  const last = events.at(-1);
  if (last === undefined || kindOf(last) !== kind) return null;
  const before = events.findLastIndex((one) => kindOf(one) !== kind);
  return events[before + 1] ?? null;
}

/** Ready for whoever begins it: brought into such a state, for being made in one nobody decided. */
function readyBefore(events: readonly StateEvent[], start: number): Date | null {
  const entry = events.slice(0, start).findLast((one, index) => {
    const isEntered = index > 0 ? events[index - 1]?.stage !== 'ready' : one.from_value !== null;
    return one.stage === 'ready' && isEntered && isTimed(one);
  });
  return entry?.at ?? null;
}

/** Where the states say nothing of it, what the source itself says. */
function endOf(input: IssueInput, kind: 'done' | 'cancelled', said: Date | null): { at: Date; basis: Basis } | null {
  const run = lastRun(input.events, kind);
  // Made in it: brought from elsewhere, when it ended only the source may know.
  if (run?.method === 'created' && said !== null) return { at: said, basis: 'source' };
  if (run !== null) return isTimed(run) ? { at: run.at, basis: basisOf(run) } : said && { at: said, basis: 'source' };
  const last = input.events.at(-1);
  return said !== null && (last === undefined || kindOf(last) === null) ? { at: said, basis: 'source' } : null;
}

function spansOf(events: readonly StateEvent[]): Span[] {
  return events.map(({ at, to_value: state, stage }, index) => ({
    state,
    stage,
    began_at: at,
    ended_at: events[index + 1]?.at ?? null,
  }));
}

function startOf({ events, started_at: said }: IssueInput): { at: Date; basis: Basis; index: number } | null {
  const index = events.findIndex((one) => kindOf(one) === 'started');
  const first = events[index];
  if (first !== undefined && isTimed(first)) return { at: first.at, basis: basisOf(first), index };
  return said === null ? null : { at: said, basis: 'source', index: events.findIndex(({ at }) => at >= said) };
}

/** What is known of an issue. One whose time goes back has an end, by which it is counted, and neither start nor spans. */
export function timesOf(input: IssueInput): IssueTimes {
  const { events, cycle_at: cycleAt } = input;
  const bad = badOrder(input);
  const start = bad > 0 ? null : startOf(input);
  const done = endOf(input, 'done', input.done_at);
  const until = start === null || start.index < 0 ? events.length : start.index;
  const ready = bad > 0 ? null : readyBefore(events, until);
  const end = start?.at ?? done?.at ?? null;
  const planned = bad === 0 && cycleAt !== null && (end === null || cycleAt <= end) ? cycleAt : null;
  const kinds = events.map(kindOf).filter((kind) => kind !== null);
  return {
    ready_at: ready ?? planned,
    ready_basis: ready !== null ? 'state' : planned !== null ? 'cycle' : null,
    started_at: start?.at ?? null,
    started_basis: start?.basis ?? null,
    done_at: done?.at ?? null,
    done_basis: done?.basis ?? null,
    cancelled_at: endOf(input, 'cancelled', input.cancelled_at)?.at ?? null,
    stage: events.at(-1)?.stage ?? null,
    reopened_count: kinds.filter((kind, index) => !isClosed(kind) && isClosed(kinds[index - 1] ?? null)).length,
    moved_count: input.moves,
    bad_order_count: bad,
    unmapped_states: [...new Set(events.flatMap(({ stage, category, to_value: state }) => (stage === null && category !== 'open' && state !== null ? [state] : [])))].sort(),
    spans: bad > 0 ? [] : spansOf(events),
  };
} // prettier-ignore
