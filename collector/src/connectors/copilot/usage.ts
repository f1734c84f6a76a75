/** Stream `usage`: the day of every user, day by day; days that are not final are read again. */
import type { Page, Skip, Stream, StreamContext } from '../../connector.ts';
import { daysToRead, startOf } from '../../days.ts';
import { foreignJson } from '../../foreign.ts';
import { eachEntry } from '../../lenient.ts';
import { reportedDay } from '../../reported-day.ts';
import type { Section } from './config.ts';
import { enterpriseScope, organisationScope, pathOf, readReport } from './client.ts';
import { ofUserDay, TOOL } from './normalize.ts';
import { FIRST_DAY, SETTLES_AFTER_DAYS, usageCursor, userDay, type UsageCursor, type UserDay } from './schema.ts';

/** Lines of one file that are named, where they cannot be used. */
const MOST_SKIPS = 1_000;

/** The lines of one file; only what is needed of each is kept. */
class Lines {
  readonly users: UserDay[] = [];
  readonly skips: Skip[] = [];
  private count = 0;
  private skipped = 0;
  private readonly day: string;

  constructor(day: string) {
    this.day = day;
  }
  take(line: string): void {
    this.count += 1;
    const item = `copilot ${this.day} line`;
    const { good, bad } = eachEntry([line], item, (text) => userDay.parse(foreignJson(String(text))));
    for (const { reason } of bad) this.skip(reason);
    for (const one of good) {
      if (one.day === this.day) this.users.push(one);
      else this.skip(`it is of ${one.day}`);
    }
  }

  private skip(reason: string): void {
    this.skipped += 1;
    const item = `copilot ${this.day} line`;
    if (this.skipped < MOST_SKIPS) this.skips.push({ item: `${item} ${String(this.count)}`, reason });
    else this.skips[MOST_SKIPS - 1] = { item: `${item}s beyond`, reason: `${String(this.skipped - MOST_SKIPS + 1)} more lines could not be used` }; // prettier-ignore
  }
}

async function* pull(
  context: StreamContext<Section>,
  cursor: UsageCursor | null,
  signal: AbortSignal
): AsyncIterable<Page<UsageCursor>> {
  const { section, scope, accountId, now } = context;
  const naming = { accountId, section, scope: scope.name };
  const path = `${pathOf(scope.name)}/copilot/metrics/reports/users-1-day`;
  const days = [
    ...daysToRead({
      from: cursor?.from ?? null,
      now: now(),
      sinceDays: section.since_days,
      settlesAfter: SETTLES_AFTER_DAYS,
      lag: 1,
      first: FIRST_DAY,
    }),
  ];
  for (const [done, { day, from }] of days.entries()) {
    signal.throwIfAborted();
    const files = await readReport(context, { path, day }, () => new Lines(day));
    const found = files ?? [];
    yield {
      ...reportedDay(
        { source: 'copilot', scope: scope.name, toolId: TOOL, day },
        found.flatMap(({ users }) => users.map((one) => ofUserDay(one, naming))),
        found.flatMap(({ skips }) => skips)
      ),
      cursor: { from },
      // Complete up to the end of the days that do not change any more.
      watermark: startOf(from),
      progress: { done: done + 1, total: days.length, unit: 'days' },
    };
  }
}

/** An enterprise reports its organisations too: they are not added to it. */
export const usage: Stream<Section, UsageCursor> = {
  id: 'usage',
  category: 'usage',
  cursor: usageCursor,
  every: '23 */6 * * *',
  scopes: ({ section: { organisations, enterprise } }) =>
    enterprise === undefined ? organisations.map(organisationScope) : [enterpriseScope(enterprise)],
  pull,
};
