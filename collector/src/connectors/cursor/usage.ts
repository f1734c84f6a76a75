/** Stream `usage`: the day of every member; days that are not settled are read again. */
import type { Http, Page, Skip, Stream, StreamContext } from '../../connector.ts';
import { addDays, daysToRead, startOf, type Window } from '../../days.ts';
import { reportedDay } from '../../reported-day.ts';
import { apiOf, pagesOf, TEAM } from './client.ts';
import type { Section } from './config.ts';
import { isUsed, ofDaily, TOOL, whoseRow } from './normalize.ts';
import { cursor, dailyPage, SETTLES_AFTER_DAYS, type Cursor, type DailyPage, type DailyRow } from './schema.ts';

/** Days of one request (30 are allowed): all of its people are held at once. */
const DAYS = 7;
/** Days back to which those who are members now are those who were members then. */
const SAME_MEMBERS_DAYS = 7;

interface Read {
  /** Rows by day, then by user: a user who comes on two pages is one. */
  readonly days: Map<string, Map<string, DailyRow>>;
  readonly skips: Skip[];
}

/** From the first instant of a day to the last of another one. */
async function readDays(http: Http, [first, last]: readonly [string, string], signal: AbortSignal): Promise<Read> {
  const days: Read['days'] = new Map();
  const skips: Skip[] = [];
  const users = new Set<string>();
  let nameless = 0;
  let all: number | null = null;
  const asking = { path: 'teams/daily-usage-data', days: [first, last], schema: dailyPage, signal, count: ({ data: { good, bad } }: DailyPage) => ({ count: good.length + bad.length }) } as const; // prettier-ignore
  for await (const { page, answer } of pagesOf(http, asking)) {
    const { data, pagination } = answer;
    for (const { item, reason } of data.bad) skips.push({ item: `cursor daily use ${first} page ${String(page)} ${item}`, reason }); // prettier-ignore
    for (const row of data.good) {
      const email = whoseRow(row);
      if (email === null) nameless += 1;
      else {
        const user = row.userId ?? email;
        users.add(user);
        days.set(row.day, (days.get(row.day) ?? new Map<string, DailyRow>()).set(user, row));
      }
    }
    all = pagination?.totalUsers ?? all;
    if (data.good.length + data.bad.length === 0) break;
  }
  const item = `cursor daily use ${first} to ${last}`;
  if (nameless > 0) skips.push({ item: `${item} without an address`, reason: `${String(nameless)} rows of people who were removed from the team name nobody` }); // prettier-ignore
  if (all !== null && users.size < all && users.size > 0) skips.push({ item: `${item} is not whole`, reason: `${String(users.size)} of ${String(all)} people came` }); // prettier-ignore
  return { days, skips };
}

type PageRows = Pick<Page<unknown>, 'rows' | 'skips'>;

/**
 * Rows of a day. One on which nobody did anything is not counted yet, or nobody worked: it says nothing. Every member has a row, with zeros too,
 * and who was removed has none any more: that somebody is not in it takes nothing back, and only of a day that is read soon after does it say that
 * whoever is not in it did not use the tool.
 */
function ofDay(rows: readonly DailyRow[], { day, skips, isRecent }: { day: string; skips: readonly Skip[]; isRecent: boolean }, { accountId }: StreamContext<Section>): PageRows {
  const counted = rows.some(isUsed) ? rows.map((row) => ofDaily(row, whoseRow(row) ?? '', accountId)) : [];
  const page = reportedDay({ source: 'cursor', scope: 'daily', toolId: TOOL, day }, counted, skips);
  return { rows: page.rows.filter(({ table }) => isRecent || table !== 'heartbeat'), skips };
} // prettier-ignore

/** Days in groups of one request each. */
export function* grouped<One>(all: readonly One[]): Iterable<readonly One[]> {
  for (let at = 0; at < all.length; at += DAYS) yield all.slice(at, at + DAYS);
}

/** What is read again, of uses and of days alike. */
export const windowOf = ({ section, now }: Pick<StreamContext<Section>, 'section' | 'now'>, before: Cursor | null): Window => ({
  from: before?.from ?? null,
  now: now(),
  sinceDays: section.since_days,
  settlesAfter: SETTLES_AFTER_DAYS,
  lag: 1,
}); // prettier-ignore

async function* pull(
  context: StreamContext<Section>,
  before: Cursor | null,
  signal: AbortSignal
): AsyncIterable<Page<Cursor>> {
  const days = [...daysToRead(windowOf(context, before))];
  const recent = addDays(context.now().toISOString().slice(0, 10), -SAME_MEMBERS_DAYS);
  const http = apiOf(context);
  let done = 0;
  for (const group of grouped(days)) {
    const [first, last] = [group[0]?.day ?? '', group.at(-1)?.day ?? ''];
    const read = await readDays(http, [first, last], signal);
    for (const { day, from } of group) {
      const skips = day === last ? read.skips : [];
      yield {
        ...ofDay([...(read.days.get(day)?.values() ?? [])], { day, skips, isRecent: day >= recent }, context),
        cursor: { from },
        // Complete up to the end of the days that do not change any more.
        watermark: startOf(from),
        progress: { done: ++done, total: days.length, unit: 'days' },
      };
    }
  }
}

export const usage: Stream<Section, Cursor> = {
  id: 'usage',
  category: 'usage',
  cursor,
  every: '11 */3 * * *',
  scopes: () => [TEAM],
  pull,
};
