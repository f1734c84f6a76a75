/** UTC days as vendors count them, written YYYY-MM-DD. */

const DAY_MS = 86_400_000;

export const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

/** The day so many days later; earlier where negative. */
export const addDays = (day: string, days: number): string => dayOf(new Date(Date.parse(day) + days * DAY_MS));

/** Its first instant. */
export const startOf = (day: string): Date => new Date(`${day}T00:00:00.000Z`);

/** The later of both. */
export const later = (a: string, b: string): string => (a > b ? a : b);

/** The earlier of both. */
export const earlier = (a: string, b: string): string => (a < b ? a : b);

/** What a source reads again: a day is corrected until it has settled. */
export interface Window {
  /** First day that was not settled when it was read last; null = nothing was read. */
  readonly from: string | null;
  readonly now: Date;
  /** Days that a first pass reads. */
  readonly sinceDays: number;
  /** A day is settled when so many days have passed since it began. */
  readonly settlesAfter: number;
  /** Newest day that is read: so many before today. */
  readonly lag: number;
  /** The source has nothing before; default: no limit. */
  readonly first?: string;
}

/** Days to read, oldest first, each with the first day that is not settled once it is read. */
export function* daysToRead({
  from,
  now,
  sinceDays,
  settlesAfter,
  lag,
  first = '1970-01-01',
}: Window): Iterable<{ day: string; from: string }> {
  // prettier-ignore
  const today = dayOf(now);
  const unsettled = addDays(today, 1 - settlesAfter);
  const last = addDays(today, -lag);
  // Whatever a cursor says, the window is read again, and no further back than the source keeps.
  const start = from === null ? addDays(last, 1 - sinceDays) : earlier(from, addDays(today, -settlesAfter));
  for (let day = later(start, first); day <= last; day = addDays(day, 1)) {
    yield { day, from: earlier(addDays(day, 1), unsettled) };
  }
}
