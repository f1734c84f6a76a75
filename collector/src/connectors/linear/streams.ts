/** Streams `teams`, `cycles` and `issues`. */
import { createHash } from 'node:crypto';
import type { Page, Skip, Stream, StreamContext } from '../../connector.ts';
import { beginning, newestOf } from './changes.ts';
import { follow, linearOf, TooComplex, WORKSPACE, type Linear } from './client.ts';
import type { Section } from './config.ts';
import { wholeIssue } from './lists.ts';
import { cycleRow, ofIssue, projectRow } from './normalize.ts';
import { CYCLES, ISSUES, TEAMS } from './queries.ts';
import { changesCursor, cyclePage, issuePage, teamPage, type ChangesCursor, type Issue, type Team } from './schema.ts';
import { z } from 'zod';

const PAGE = 50;
/** Issues of a page: the next smaller one where Linear finds a page too complex. */
const LADDER = [40, 20, 8, 2, 1] as const;
const DAY_MS = 86_400_000;

const isWanted = ({ teams }: Section, key: string): boolean => teams.length === 0 || teams.some((one) => one.toUpperCase() === key.toUpperCase()); // prettier-ignore

async function* teamPages(linear: Linear): AsyncGenerator<{ readonly good: Team[]; readonly bad: readonly Skip[] }> {
  const next = follow('teams');
  let after: string | null = null;
  do {
    const { teams }: z.infer<typeof teamPage> = await linear.ask(TEAMS, { first: PAGE, after }, teamPage);
    yield { good: teams.nodes.good, bad: teams.nodes.bad.map(({ item, reason }) => ({ item: `linear ${item}`, reason })) };
    after = next(teams);
  } while (after !== null);
} // prettier-ignore

const readCursor = z.object({ readAt: z.string() });

export const teams: Stream<Section, z.infer<typeof readCursor>> = {
  id: 'teams',
  cursor: readCursor,
  every: '17 * * * *',
  scopes: () => [WORKSPACE],
  async *pull(context) {
    const at = context.now();
    for await (const { good, bad } of teamPages(linearOf(context))) {
      const wanted = good.filter(({ key }) => isWanted(context.section, key));
      yield { rows: wanted.map(projectRow), skips: bad, cursor: { readAt: at.toISOString() }, watermark: at };
    }
  },
};

/** Both read teams of the configuration, changed since a floor. */
const filterOf = ({ section }: StreamContext<Section>, floor: string): object => ({
  updatedAt: { gte: floor },
  ...(section.teams.length === 0 ? {} : { team: { key: { in: section.teams.map((key) => key.toUpperCase()) } } }),
});

const firstOf = ({ section, now }: StreamContext<Section>): Date =>
  new Date(now().getTime() - section.since_days * DAY_MS);

async function* pullCycles(context: StreamContext<Section>, stored: ChangesCursor | null): AsyncGenerator<Page<ChangesCursor>> {
  const linear = linearOf(context);
  const readAt = context.now();
  const next = follow('cycles');
  let at: ChangesCursor & { floor: string } = beginning(stored, { rules: JSON.stringify(context.section.teams), first: firstOf(context) });
  for (;;) {
    const { cycles } = await linear.ask(CYCLES, { first: PAGE, after: at.after, filter: filterOf(context, at.floor) }, cyclePage);
    const { good, bad } = cycles.nodes;
    const after = next(cycles);
    const isLast = after === null;
    const since = newestOf(at.since, good.map(({ updatedAt }) => updatedAt), readAt);
    at = { ...at, after, ...(isLast ? { since } : {}) };
    yield { rows: good.map(cycleRow), skips: bad.map(({ item, reason }) => ({ item: `linear ${item}`, reason })), cursor: at, ...(isLast ? { watermark: readAt } : {}) };
    if (isLast) return;
  }
} // prettier-ignore

export const cycles: Stream<Section, ChangesCursor> = {
  id: 'cycles',
  cursor: changesCursor,
  every: '3-59/15 * * * *',
  scopes: () => [WORKSPACE],
  pull: pullCycles,
};

/** What the configuration makes of an issue: with other words all are read again. */
const rulesOf = ({ states, types, customer_labels, revenue_labels, teams: keys }: Section): string =>
  createHash('sha256').update(JSON.stringify([states, types, customer_labels, revenue_labels, keys])).digest('hex').slice(0, 16); // prettier-ignore

type IssuePage = z.infer<typeof issuePage>['issues'];

/** A page of issues, as large as Linear answers it. */
class Pages {
  private rung = 0;
  private readonly linear: Linear;

  constructor(linear: Linear) {
    this.linear = linear;
  }

  /** @throws CollectorError */
  async read(after: string | null, filter: object): Promise<IssuePage> {
    for (;;) {
      try {
        return (await this.linear.ask(ISSUES, { first: LADDER[this.rung], after, filter }, issuePage)).issues;
      } catch (error) {
        if (!(error instanceof TooComplex) || this.rung >= LADDER.length - 1) throw error;
        this.rung += 1;
      }
    }
  }
}

async function* pullIssues(context: StreamContext<Section>, stored: ChangesCursor | null, signal: AbortSignal): AsyncGenerator<Page<ChangesCursor>> {
  const linear = linearOf(context);
  const pages = new Pages(linear);
  const readAt = context.now();
  const next = follow('issues');
  const keys = new Map<string, string>();
  for await (const { good } of teamPages(linear)) for (const { id, key } of good) keys.set(id, key);
  let at: ChangesCursor & { floor: string } = beginning(stored, { rules: rulesOf(context.section), first: firstOf(context) });
  let newest = at.since;
  let done = 0;
  for (;;) {
    signal.throwIfAborted();
    const { pageInfo, nodes } = await pages.read(at.after, filterOf(context, at.floor));
    const skips: Skip[] = nodes.bad.map(({ item, reason }) => ({ item: `linear ${item}`, reason }));
    const whole: Issue[] = [];
    for (const one of nodes.good) {
      const read = await wholeIssue(one, linear);
      whole.push(read.issue);
      for (const skip of read.skips) skips.push(skip);
    }
    const made = whole.map((issue) => ofIssue(issue, { section: context.section, accountId: context.accountId, now: readAt, teams: keys }));
    for (const skip of made.flatMap((one) => one.skips)) skips.push(skip);
    newest = newestOf(newest, whole.map(({ updatedAt }) => updatedAt), readAt);
    const after = next({ pageInfo, nodes });
    const isLast = after === null;
    // They come in the order of their changes: where the pass breaks off, the next one goes on.
    at = { ...at, since: isLast ? newest : at.since, after };
    done += nodes.good.length + nodes.bad.length;
    yield {
      rows: made.flatMap(({ rows }) => rows),
      replaced: made.flatMap(({ replaced }) => replaced),
      skips,
      cursor: at,
      ...(isLast ? { watermark: readAt } : {}),
      progress: { done, total: isLast ? done : null, unit: 'issues' },
    };
    if (isLast) return;
  }
} // prettier-ignore

export const issues: Stream<Section, ChangesCursor> = {
  id: 'issues',
  cursor: changesCursor,
  every: '7-59/15 * * * *',
  isEarly: true,
  scopes: () => [WORKSPACE],
  pull: pullIssues,
};
