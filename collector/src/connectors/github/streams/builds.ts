/**
 * Runs of GitHub Actions by attempt (REST: GraphQL does not list them), with the jobs of those on the default branch and of those that
 * deploy. One question lists no more than 1,000: a slice of time that holds more is halved. A run that had not ended is asked for again
 * with the next slice, and so is one that was repeated within a day.
 */
import type { Page, Skip, Stream, StreamContext } from '../../../connector.ts';
import { sourceInvalid, wrongIn } from '../../../lenient.ts';
import { openGitHub, unitWith, type GitHub } from '../client.ts';
import { providerOf, type Section } from '../config.ts';
import { buildsCursor, found as foundSchema, type BuildsCursor, type Found } from '../cursors.ts';
import { MOST_RUNS, readJobs } from '../run-jobs.ts';
import { Ladder } from '../../../forge/ladder.ts';
import { isForPull, runRows } from '../normalize/builds.ts';
import { ruleOf, runDeployment } from '../normalize/deployments.ts';
import { run as runSchema, runs as schema, type Run } from '../schema.ts';
import { digestOf, readBackTo, servicesOf, sinceOf } from '../../../forge/rules.ts';
import { targetOf } from './deployments.ts';
import { goneIfLost } from '../../../forge/gone.ts';
import { foundOf, isLookedAtSince } from './repositories.ts';

const PAGE = 100;
const MOST = 1000;
/** Earlier attempts of one run that are asked for. */
const MOST_ATTEMPTS = 5;
const DAY = 86_400_000;
const OVERLAP_MS = DAY;
const SHORTEST_MS = 60_000;
/** Where nothing moves, runs that the clock starts are looked for so often. */
const QUIET_MS = 6 * 60 * 60_000;

interface Slice {
  readonly from: string;
  readonly to: string;
  readonly page: number;
}

async function readSlice(
  github: GitHub,
  found: Found,
  { from, to, page }: Slice
): Promise<{ total: number; runs: readonly Run[]; bad: readonly Skip[] }> {
  const answer = await github.rest(`repos/${found.name}/actions/runs`, {
    created: `${from}..${to}`,
    per_page: PAGE,
    page,
  });
  const parsed = schema.safeParse(answer.json());
  if (!parsed.success) throw sourceInvalid('GitHub', parsed.error);
  const { total_count: total, workflow_runs: runs } = parsed.data;
  return { total, runs: runs.good, bad: runs.bad };
}

/** Earlier attempts of runs that were repeated: the list tells the newest alone. */
async function earlier(github: GitHub, found: Found, runs: readonly Run[]): Promise<{ before: Run[]; bad: Skip[] }> {
  const before: Run[] = [];
  const bad: Skip[] = [];
  for (const { id, run_attempt: newest } of runs) {
    const left = (newest ?? 1) - 1 - MOST_ATTEMPTS;
    if (left > 0) bad.push({ item: `run ${String(id)}`, reason: `its first ${String(left)} of ${String(newest)} attempts are not read: ${String(MOST_ATTEMPTS)} before the newest are` }); // prettier-ignore
    for (let attempt = Math.max(1, (newest ?? 1) - MOST_ATTEMPTS); attempt < (newest ?? 1); attempt++) {
      const answer = await github.rest(
        `repos/${found.name}/actions/runs/${String(id)}/attempts/${String(attempt)}`,
        {}
      );
      const one = runSchema.safeParse(answer.json());
      if (one.success) before.push(one.data);
      else bad.push({ item: `run ${String(id)} attempt ${String(attempt)}`, reason: `it is not as GitHub describes it: ${wrongIn(one.error)}` }); // prettier-ignore
    }
  }
  return { before, bad };
}

const shown = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');

async function* pages(
  context: StreamContext<Section>,
  found: Found,
  start: BuildsCursor
): AsyncGenerator<Page<BuildsCursor>> {
  const github = await openGitHub(context);
  const target = targetOf(context);
  const naming = { accountId: context.accountId, provider: providerOf(context.section) };
  const rules = { rules: context.section.deployments, name: found.name, branch: found.branch };
  const end = context.now().getTime();
  const floor =
    start.seen === null ? sinceOf(context.section, context.now()).getTime() : Date.parse(start.seen) - OVERLAP_MS;
  const sliceFrom = (from: number): Slice => ({ from: shown(from), to: shown(end), page: 1 });
  let slice: Slice = start.slice ?? sliceFrom(floor);
  const ladder = new Ladder(start.size, MOST_RUNS);
  let done = 0;
  let isFirst = start.seen === null;
  for (;;) {
    const { total, runs, bad } = await readSlice(github, found, slice);
    const [from, to] = [Date.parse(slice.from), Date.parse(slice.to)];
    if (total > MOST && slice.page === 1 && to - from > SHORTEST_MS) {
      slice = { ...slice, to: shown(from + (to - from) / 2) };
      continue;
    }
    const skips: Skip[] = total > MOST && slice.page === 1 ? [{ item: `${slice.from}..${slice.to}`, reason: `${String(total)} runs began within a minute; GitHub lists 1,000 of them` }] : []; // prettier-ignore
    done += runs.length;
    const isMore = runs.length + bad.length === PAGE && slice.page * PAGE < Math.min(total, MOST);
    const next: Slice | null = isMore ? { ...slice, page: slice.page + 1 } : to < end ? sliceFrom(to) : null;
    const deployed = runs.flatMap((run) => {
      const rule = ruleOf(run, rules);
      return rule === undefined ? [] : runDeployment(run, rule, target);
    });
    const again = await earlier(github, found, runs);
    const ours = runs.filter((run) => !isForPull(run.event));
    const worked = ours.filter((run) => run.head_branch === found.branch || ruleOf(run, rules) !== undefined);
    const jobs = await readJobs(worked, again.before, { github, naming, ladder });
    const kept = { ...start, size: ladder.size };
    yield {
      rows: [
        ...[...again.before, ...runs].flatMap((run) => runRows(run, naming)),
        ...jobs.rows,
        ...servicesOf(deployed),
        ...(isFirst && deployed.length > 0 ? [readBackTo(target, floor)] : []),
        ...deployed,
      ],
      skips: [...skips, ...bad, ...again.bad, ...jobs.skips],
      cursor:
        next === null
          ? { ...kept, seen: shown(end), slice: null, readAt: shown(end), checkedAt: shown(end), mark: markOf(found) }
          : { ...kept, slice: next },
      ...(next === null ? { watermark: context.now() } : {}),
      progress: { done, total: null, unit: unitWith('runs', github) },
    };
    if (next === null) return;
    isFirst &&= deployed.length === 0;
    slice = next;
  }
}

/** What makes runs begin, but for the clock: a push, or a pull request. */
const markOf = ({ pushed, pulls }: Found): string => `${pushed ?? ''} ${pulls ?? ''}`;

const isIdle = (cursor: BuildsCursor, found: Found, { askedAt, now }: StreamContext<Section>): boolean =>
  cursor.slice === null &&
  cursor.mark === markOf(found) &&
  isLookedAtSince(cursor.checkedAt, found, askedAt) &&
  now().getTime() - Date.parse(cursor.readAt) < QUIET_MS;

async function* pull(context: StreamContext<Section>, stored: BuildsCursor | null): AsyncGenerator<Page<BuildsCursor>> {
  const found = foundOf(context, foundSchema);
  const rules = digestOf(context.section.deployments);
  const known = stored !== null && stored.rules === rules ? stored : null;
  const start: BuildsCursor = known ?? {
    seen: null,
    slice: null,
    readAt: new Date(0).toISOString(),
    checkedAt: new Date(0).toISOString(),
    mark: '',
    rules,
  };
  if (known !== null && isIdle(known, found, context)) {
    yield {
      rows: [],
      cursor: { ...known, checkedAt: context.now().toISOString() },
      watermark: new Date(known.readAt),
    };
    return;
  }
  yield* goneIfLost(context, start, () => pages(context, found, start));
}

export const builds: Stream<Section, BuildsCursor> = {
  id: 'builds',
  cursor: buildsCursor,
  every: '9-59/30 * * * *',
  scopes: ({ found }) => found('repositories'),
  needs: 'repositories',
  pull,
};
