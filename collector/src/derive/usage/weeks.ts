/**
 * Usage of one person by week (metrics.md QT1). Pure. Days are local dates as whole days since 1970-01-01; weeks are named by Monday.
 * Silence is a zero only where something was listening: the person's own telemetry, a heartbeat of the tool, or, for declared
 * usage, commits without a mark. Everything else is unknown (coverage below 2).
 */

/** What is counted: a tool as a whole (workflowId ''), or its part in one workflow. */
export interface Scope {
  readonly toolId: string;
  readonly workflowId: string;
  readonly nominalGrade: number;
  /** Somebody declared uses of the tool by marks. */
  readonly isDeclared: boolean;
}

export interface DayUse {
  readonly day: number;
  readonly uses: number;
  readonly accepted: number;
  readonly grade: number;
  readonly isDeclared: boolean;
}

export interface PersonUsage {
  /** By `scopeKey`, in order of days. */
  readonly uses: ReadonlyMap<string, readonly DayUse[]>;
  /** Days with commits, ascending. */
  readonly commitDays: readonly number[];
  /** Seats by tool: first day, and the day after the last. */
  readonly seats: ReadonlyMap<string, ReadonlyArray<{ readonly from: number; readonly to: number }>>;
  /** Weeks with a completion. */
  readonly completionWeeks: ReadonlySet<number>;
}

export type Basis = 'declared' | 'activity' | 'event' | 'observed_zero' | 'seat' | 'none';

export interface UsageWeek {
  readonly scope: Scope;
  readonly monday: number;
  readonly week: Sums;
  readonly trailing: State;
  readonly prior: State;
  readonly isSeated: boolean;
}

interface Sums {
  readonly uses: number;
  readonly days: number;
  readonly accepted: number;
}
interface State extends Sums {
  readonly coverage: number;
  readonly basis: Basis;
}

export const scopeKey = ({ toolId, workflowId }: Pick<Scope, 'toolId' | 'workflowId'>): string =>
  `${toolId}/${workflowId}`;

/** Monday of the week of a day. 1970-01-01 was a Thursday. */
export const mondayOfDay = (day: number): number => day - ((((day + 3) % 7) + 7) % 7);

/** Days on which a tool was observed, by tool; answers whether it was so in each of the four weeks before a day. */
export class Life {
  private readonly days: ReadonlyMap<string, ReadonlySet<number>>;
  private readonly answers = new Map<string, boolean>();

  constructor(days: ReadonlyMap<string, ReadonlySet<number>>) {
    this.days = days;
  }

  isAlive(toolId: string, until: number): boolean {
    const key = `${toolId}/${String(until)}`;
    const known = this.answers.get(key);
    if (known !== undefined) return known;
    const days = this.days.get(toolId);
    const hasSign = (block: number): boolean =>
      [1, 2, 3, 4, 5, 6, 7].some((back) => days?.has(until - block * 7 - back));
    const answer = days !== undefined && [0, 1, 2, 3].every(hasSign);
    this.answers.set(key, answer);
    return answer;
  }
}

/** Index of the first element not below `value`. */
function lowerBound(length: number, isBelow: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBelow(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function within(uses: readonly DayUse[], from: number, until: number): readonly DayUse[] {
  const start = lowerBound(uses.length, (index) => (uses[index]?.day ?? 0) < from);
  const end = lowerBound(uses.length, (index) => (uses[index]?.day ?? 0) < until);
  return uses.slice(start, end);
}

/** Telemetry counts where there is any in the window, else what was declared. */
function sum(uses: readonly DayUse[], isDeclared: boolean): Sums {
  const counted = uses.filter((use) => use.isDeclared === isDeclared);
  return {
    uses: counted.reduce((all, use) => all + use.uses, 0),
    days: counted.filter((use) => use.uses > 0).length,
    accepted: counted.reduce((all, use) => all + use.accepted, 0),
  };
}

const EMPTY: readonly DayUse[] = [];

/** Grade and basis of what is known about a person and a tool in the 30 days before a day. */
function known(
  person: PersonUsage,
  scope: Scope,
  window: { until: number; isSeated: boolean; life: Life }
): { coverage: number; basis: Basis } {
  const { until, isSeated, life } = window;
  const own = within(person.uses.get(scopeKey(scope)) ?? EMPTY, until - 30, until);
  const whole =
    scope.workflowId === ''
      ? own
      : within(person.uses.get(scopeKey({ toolId: scope.toolId, workflowId: '' })) ?? EMPTY, until - 30, until);
  const telemetry = whole.filter((use) => !use.isDeclared);
  if (telemetry.length > 0) {
    const coverage = telemetry.reduce((best, use) => Math.max(best, use.grade), 0);
    const hasUse = own.some((use) => !use.isDeclared && use.uses > 0);
    return { coverage, basis: !hasUse ? 'observed_zero' : coverage >= 3 ? 'event' : 'activity' };
  }
  if (own.some((use) => use.isDeclared)) return { coverage: 3, basis: 'declared' };
  if (life.isAlive(scope.toolId, until)) return { coverage: Math.max(scope.nominalGrade, 2), basis: 'observed_zero' };
  const days = person.commitDays;
  const first = days[lowerBound(days.length, (index) => (days[index] ?? 0) < until - 30)];
  if (scope.isDeclared && scope.workflowId === '' && first !== undefined && first < until)
    return { coverage: 3, basis: 'declared' };
  return isSeated ? { coverage: 1, basis: 'seat' } : { coverage: 0, basis: 'none' };
}

const seatedIn = (person: PersonUsage, toolId: string, monday: number): boolean =>
  person.seats.get(toolId)?.some(({ from, to }) => from < monday + 7 && to > monday) ?? false;

/** Weeks in which a person counts at all: a completion, a seat, or a use in the 30 days before the end of the week. `last` = newest Monday. */
export function eligibleWeeks(person: PersonUsage, last: number): number[] {
  const weeks = new Set(person.completionWeeks);
  for (const periods of person.seats.values()) {
    for (const { from, to } of periods) {
      for (let monday = mondayOfDay(from); monday <= last && monday < to; monday += 7) weeks.add(monday);
    }
  }
  for (const days of person.uses.values()) {
    for (const { day } of days)
      for (let monday = mondayOfDay(day); monday + 7 - 30 <= day; monday += 7) weeks.add(monday);
  }
  return [...weeks].sort((a, b) => a - b);
}

/** Rows of one person for weeks in which they count: of every tool, so that shares of all tools are of the same people. */
export function usageWeeks(
  person: PersonUsage,
  weeks: readonly number[],
  at: { scopes: readonly Scope[]; life: Life }
): UsageWeek[] {
  return weeks.flatMap((monday) =>
    at.scopes.flatMap((scope): UsageWeek[] => {
      const isSeated = seatedIn(person, scope.toolId, monday);
      const state = (until: number): State => {
        const what = known(person, scope, { until, isSeated, life: at.life });
        const uses = within(person.uses.get(scopeKey(scope)) ?? EMPTY, until - 30, until);
        return { ...sum(uses, what.basis === 'declared'), ...what };
      };
      const trailing = state(monday + 7);
      const week = sum(
        within(person.uses.get(scopeKey(scope)) ?? EMPTY, monday, monday + 7),
        trailing.basis === 'declared'
      );
      return [{ scope, monday, week, trailing, prior: state(monday), isSeated }];
    })
  );
}
