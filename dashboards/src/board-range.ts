/** Where boards open: their own range, or the last stretch of it that can be shown. Pure. */

/** What is read of a board's JSON. */
export interface Board {
  readonly title: string;
  readonly time: BoardTime;
}

/** Grafana's range of a board: `now-1y`, `now`, or instants. */
export interface BoardTime {
  readonly from: string;
  readonly to: string;
}

/** Four weeks, counted from the first Monday of 1970: how ranges are cut where people are few. */
export interface Period {
  readonly place: number;
  /** Distinct people with a merged change in it. */
  readonly people: number;
}

/** Whether a board is of what readers of Grafana do, whatever was collected, and when: what they do now would lie outside of the range of the data. */
export function isOfReaders(
  panels: ReadonlyArray<{ readonly targets?: ReadonlyArray<{ readonly queryType: string }> }>,
  registry: ReadonlyMap<string, { readonly forAdmins?: boolean; readonly needs?: readonly string[] }>
): boolean {
  const asked = panels.flatMap(({ targets = [] }) => targets.map(({ queryType }) => registry.get(queryType)));
  // Beside the state of the collection, which each board has.
  const isKept = asked.every((metric) => metric?.forAdmins === true || metric?.needs?.length === 0);
  return isKept && asked.some((metric) => metric?.forAdmins === true);
}

const DAY_MS = 86_400_000;
const FIRST_MONDAY_MS = 4 * DAY_MS;
const FOUR_WEEKS_MS = 28 * DAY_MS;
const DAYS: Readonly<Record<string, number>> = { d: 1, w: 7, M: 30, y: 365 };
/** Day of a month from which on its first is far enough from the end. */
const MIDDLE = 15;
/** A shorter range is about today. */
const ABOUT_TODAY_DAYS = 90;

/** Days that a range back from now takes; null = it is no such range. */
function daysOf({ from, to }: BoardTime): number | null {
  const match = /^now-(\d+)([dwMy])$/.exec(from);
  return match === null || to !== 'now' ? null : Number(match[1]) * (DAYS[match[2] ?? ''] ?? 1);
}

const placeOf = (at: number): number => Math.floor((at - FIRST_MONDAY_MS) / FOUR_WEEKS_MS);
const startOf = (place: number): string => new Date(FIRST_MONDAY_MS + place * FOUR_WEEKS_MS).toISOString();

/** An axis is marked at firsts of months, and cuts a mark that lies at its very end: such a range goes on for some days, which are of the next period and not counted. */
function afterMark(end: string): string {
  return Number(end.slice(8, 10)) >= MIDDLE ? end : `${end.slice(0, 8)}${String(MIDDLE)}${end.slice(10)}`;
}

/** Periods that a range back from an end holds whole or begins in: as snap-range.ts cuts it. */
const within = (periods: readonly Period[], end: number, days: number): Period[] =>
  periods.filter(({ place }) => place < placeOf(end) && place >= placeOf(end - days * DAY_MS));

/** Whether its first and last periods are of enough people: else all of it is hidden. */
const isShown = (held: readonly Period[], k: number): boolean =>
  held.length > 0 && [held[0], held.at(-1)].every((period) => (period?.people ?? 0) >= k);

/**
 * The range that a board opens on in place of its own; null = its own shows something, or no other does.
 * @param periods In the order of time, none without people.
 */
export function rangeThatShows(
  time: BoardTime,
  periods: readonly Period[],
  { k, now }: { readonly k: number; readonly now: Date }
): BoardTime | null {
  const days = daysOf(time);
  if (days === null || isShown(within(periods, now.getTime(), days), k)) return null;
  const last = periods.findLast(({ place, people }) => people >= k && place < placeOf(now.getTime()));
  if (last === undefined) return null;
  const end = FIRST_MONDAY_MS + (last.place + 1) * FOUR_WEEKS_MS;
  const first = within(periods, end, Math.max(days, 28)).find(({ people }) => people >= k);
  if (first === undefined) return null;
  return { from: startOf(first.place), to: days < ABOUT_TODAY_DAYS ? 'now' : afterMark(startOf(last.place + 1)) };
}
