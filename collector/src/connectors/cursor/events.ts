/** Stream `events`: single uses with tokens and cost, day by day; days that are not settled are read again. */
import type { Http, HouseRow, Page, Skip, Stream, StreamContext } from '../../connector.ts';
import { dayOf, daysToRead, startOf } from '../../days.ts';
import { reportedDay, type Counted } from '../../reported-day.ts';
import { apiOf, pagesOf, TEAM } from './client.ts';
import type { Section } from './config.ts';
import { accountOfEvent, ofEvent, pointOf, TOOL } from './normalize.ts';
import { cursor, eventPage, type Cursor, type EventPage, type UsageEvent } from './schema.ts';
import { windowOf } from './usage.ts';

interface Read {
  readonly events: UsageEvent[];
  readonly skips: Skip[];
}

async function readDay(http: Http, day: string, signal: AbortSignal): Promise<Read> {
  // What is added meanwhile moves the rest: the same use may come on two pages.
  const events = new Map<string, UsageEvent>();
  const skips: Skip[] = [];
  let came = 0;
  let all: number | null = null;
  const asking = { path: 'teams/filtered-usage-events', days: [day, day], schema: eventPage, signal, count: ({ usageEvents: { good, bad }, totalUsageEventsCount: total }: EventPage) => ({ count: good.length + bad.length, total: total ?? null }) } as const; // prettier-ignore
  for await (const { page, answer } of pagesOf(http, asking)) {
    const { usageEvents: found, totalUsageEventsCount: total } = answer;
    for (const { item, reason } of found.bad) skips.push({ item: `cursor uses ${day} page ${String(page)} ${item}`, reason }); // prettier-ignore
    for (const event of found.good) events.set(JSON.stringify(event), event);
    came += found.good.length + found.bad.length;
    all = total ?? all;
    if (found.good.length + found.bad.length === 0) break;
  }
  if (all !== null && came < all) skips.push({ item: `cursor uses ${day} are not whole`, reason: `${String(came)} of ${String(all)} came` }); // prettier-ignore
  const own = [...events.values()].filter(({ timestamp }) => dayOf(new Date(timestamp)) === day);
  return { events: own, skips };
}

/** Rows of a day: what uses add to it by account, and each as a point. A use of somebody who was removed is counted and belongs to nobody. */
function ofDay({ events, skips }: Read, day: string, { accountId }: StreamContext<Section>): Pick<Page<Cursor>, 'rows' | 'skips'> {
  const counted: Counted[] = [];
  const points: HouseRow[] = [];
  let nameless = 0;
  for (const event of events) {
    const account = accountOfEvent(event, accountId);
    if (account === null) nameless += 1;
    else {
      counted.push(ofEvent(event, account));
      points.push(pointOf(event, account));
    }
  }
  const gone = nameless === 0 ? [] : [{ item: `cursor uses ${day} without an address`, reason: `${String(nameless)} of people who were removed from the team, or of nobody` }];
  // Who was removed is not in it any more: nothing is taken back.
  const { rows } = reportedDay({ source: 'cursor', scope: 'events', toolId: TOOL, day, grade: 3 }, counted);
  return { rows: [...rows.filter(({ table }) => table !== 'heartbeat'), ...points], skips: [...skips, ...gone] };
} // prettier-ignore

async function* pull(
  context: StreamContext<Section>,
  before: Cursor | null,
  signal: AbortSignal
): AsyncIterable<Page<Cursor>> {
  const days = [...daysToRead(windowOf(context, before))];
  const http = apiOf(context);
  for (const [done, { day, from }] of days.entries()) {
    yield {
      ...ofDay(await readDay(http, day, signal), day, context),
      cursor: { from },
      watermark: startOf(from),
      progress: { done: done + 1, total: days.length, unit: 'days' },
    };
  }
}

export const events: Stream<Section, Cursor> = {
  id: 'events',
  category: 'usage',
  cursor,
  every: '31 */6 * * *',
  scopes: ({ section }) => (section.events ? [TEAM] : []),
  pull,
};
