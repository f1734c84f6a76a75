/** Business time (metrics.md 0.6): the measure of an interval within the open hours of a calendar. Local time, so DST days count as open. */

/** Open hours of a team. */
export interface BusinessCalendar {
  /** IANA zone. */
  readonly timeZone: string;
  /** Minutes after local midnight. */
  readonly opens: number;
  readonly closes: number;
  /** Open days, 0 = Sunday … 6 = Saturday. */
  readonly days: readonly number[];
  /** Local dates, YYYY-MM-DD. */
  readonly holidays: readonly string[];
}

const MINUTE = 60_000;
const DAY = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

function format(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(timeZone, made);
  return made;
}

/** Offset of the zone from UTC at an instant, in ms. */
function offset(timeZone: string, at: number): number {
  if (timeZone === 'UTC') return 0;
  const part = Object.fromEntries(
    format(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)])
  );
  const local = Date.UTC(
    part['year'] ?? 0,
    (part['month'] ?? 1) - 1,
    part['day'],
    part['hour'],
    part['minute'],
    part['second']
  );
  return local - Math.floor(at / 1000) * 1000;
}

/** Local date of an instant, as ms of its midnight read as UTC. */
export const localDay = (timeZone: string, at: number): number => Math.floor((at + offset(timeZone, at)) / DAY) * DAY;

/** Monday of the local week of an instant, YYYY-MM-DD. */
export function localMonday(timeZone: string, at: number): string {
  const day = localDay(timeZone, at);
  const weekday = (new Date(day).getUTCDay() + 6) % 7;
  return new Date(day - weekday * DAY).toISOString().slice(0, 10);
}

/** Instant of a local time; a time that a DST change skips or repeats is read with the offset before the change. */
function instant(timeZone: string, local: number): number {
  const guess = local - offset(timeZone, local);
  return local - offset(timeZone, guess);
}

/** A calendar with its open days cached: local midnight → opening and closing instants. */
export class BusinessClock {
  private readonly calendar: BusinessCalendar;
  private readonly holidays: ReadonlySet<string>;
  private readonly spans = new Map<number, readonly [number, number]>();

  constructor(calendar: BusinessCalendar) {
    this.calendar = calendar;
    this.holidays = new Set(calendar.holidays);
  }

  private isOpen(day: number): boolean {
    const date = new Date(day);
    return this.calendar.days.includes(date.getUTCDay()) && !this.holidays.has(date.toISOString().slice(0, 10));
  }

  private span(day: number): readonly [number, number] {
    const known = this.spans.get(day);
    if (known) return known;
    const { timeZone, opens, closes } = this.calendar;
    const made = [instant(timeZone, day + opens * MINUTE), instant(timeZone, day + closes * MINUTE)] as const;
    this.spans.set(day, made);
    return made;
  }

  /** Open minutes in [from, to), epoch ms. 0 where the interval is empty; the caller rejects `to < from`. */
  minutes(from: number, to: number): number {
    let total = 0;
    const last = localDay(this.calendar.timeZone, to);
    for (let day = localDay(this.calendar.timeZone, from); day <= last; day += DAY) {
      if (!this.isOpen(day)) continue;
      const [opens, closes] = this.span(day);
      total += Math.max(0, Math.min(to, closes) - Math.max(from, opens));
    }
    return total / MINUTE;
  }
}
