/**
 * Jobs of runs by attempt. GitHub lists the jobs of all attempts of a run together and does not tell which attempt a job belongs to: its
 * time does, as an attempt begins after the one before has ended. A job of which this cannot be told is named.
 */
import type { HouseRow, Skip } from '../../connector.ts';
import { CollectorError, messageOf } from '../../errors.ts';
import type { GitHub } from './client.ts';
import { isTooHeavy, type Ladder } from '../../forge/ladder.ts';
import type { Naming } from './normalize/accounts.ts';
import { jobRow } from './normalize/builds.ts';
import { JOBS, JOBS_REST } from './queries/jobs.ts';
import { moreJobs, suite as suiteSchema, type Job } from './schema-suites.ts';
import { several, type Run } from './schema.ts';

/** Runs of one question: what a point buys. */
export const MOST_RUNS = 100;
const PAGE = 100;
/** Pages of one run: more jobs are an accident. */
const MAX_PAGES = 20;

interface Jobs {
  readonly rows: HouseRow[];
  readonly skips: Skip[];
}

const skip = ({ id }: Run, reason: string, what = 'jobs'): Skip => ({ item: `run ${String(id)} ${what}`, reason });

/** One run in all attempts that were read. */
interface Repeated {
  readonly newest: Run;
  /** By number. */
  readonly attempts: ReadonlyMap<number, Run>;
}

/** The attempt that a job belongs to; a text = why that cannot be told; null = an attempt that is not read, which is named already. */
export function attemptOf(job: Pick<Job, 'startedAt' | 'status'>, { newest, attempts }: Repeated): Run | string | null {
  const last = newest.run_attempt ?? 1;
  const startedAt = job.startedAt ?? null;
  if (newest.status === 'completed' && startedAt !== null && startedAt > newest.updated_at) {
    return 'it began after GitHub had listed the run as ended; the next pass asks again';
  }
  if (last === 1) return newest;
  if (startedAt === null) {
    // What waits can only wait in the newest attempt.
    return job.status === 'COMPLETED' ? 'GitHub does not tell when it began, so not in which attempt' : newest;
  }
  for (let number = last; number >= 1; number--) {
    const run = attempts.get(number);
    if (run === undefined) return null;
    const from = run.run_started_at ?? null;
    if (from === null) return `GitHub does not tell when attempt ${String(number)} began, so not in which attempt this ran`; // prettier-ignore
    if (startedAt >= from) return run;
  }
  return 'it began before the run';
}

const sameOf = ({ name, startedAt, completedAt }: Job): string => JSON.stringify([name, startedAt ?? null, completedAt ?? null]); // prettier-ignore

/** Where only failed jobs are repeated, GitHub may list the good ones again: the same name, begin and end are one job, its first. */
function once(jobs: readonly Job[]): Job[] {
  const first = new Map<string, Job>();
  for (const job of jobs) {
    const known = first.get(sameOf(job));
    if (known === undefined || (job.databaseId ?? 0) < (known.databaseId ?? 0)) first.set(sameOf(job), job);
  }
  return jobs.filter((job) => job.startedAt == null || job.completedAt == null || first.get(sameOf(job)) === job);
}

function rowsOf(jobs: readonly Job[], repeated: Repeated, naming: Naming): Jobs {
  const rows: HouseRow[] = [];
  const skips: Skip[] = [];
  for (const job of (repeated.newest.run_attempt ?? 1) > 1 ? once(jobs) : jobs) {
    const attempt = attemptOf(job, repeated);
    if (typeof attempt === 'string') skips.push(skip(repeated.newest, attempt, `job ${job.name.slice(0, 100)}`));
    else if (attempt !== null) rows.push(jobRow(job, attempt, naming));
  }
  return { rows, skips };
}

/** All jobs of a run: the first page as given, and the rest of it. */
async function complete(run: Run, given: unknown, github: GitHub): Promise<{ jobs: Job[]; skips: Skip[] }> {
  const parsed = suiteSchema.safeParse(given);
  if (!parsed.success || parsed.data.checkRuns === null) {
    return { jobs: [], skips: [skip(run, parsed.success ? 'GitHub did not give them' : 'they are not as GitHub describes them')] }; // prettier-ignore
  }
  const { totalCount: total, nodes, bad, pageInfo } = parsed.data.checkRuns;
  const jobs = nodes.filter((job) => job !== null);
  const skips: Skip[] = bad.map(({ item, reason }) => skip(run, reason, item));
  let { hasNextPage, endCursor } = pageInfo;
  for (let pages = 0; hasNextPage && pages < MAX_PAGES; pages++) {
    const { data } = await github.ask(JOBS_REST, { id: parsed.data.id, first: PAGE, after: endCursor }, moreJobs);
    const more = data.node?.checkRuns;
    if (more == null || more.pageInfo.endCursor === endCursor) break;
    for (const job of more.nodes) if (job !== null) jobs.push(job);
    for (const { item, reason } of more.bad) skips.push(skip(run, reason, item));
    ({ hasNextPage, endCursor } = more.pageInfo);
  }
  const known = jobs.length + skips.length;
  if (known < total) skips.push(skip(run, `${String(known)} of ${String(total)} could be read`));
  return { jobs, skips };
}

/** One question. What it gives goes by the node id that it carries: a place in a list is no name. */
async function ask(runs: readonly Repeated[], isEager: boolean, { github, naming }: Reading): Promise<Jobs> {
  const ids = runs.map(({ newest }) => newest.check_suite_node_id);
  const asking = isEager ? github.askOnce : github.ask;
  const { data, errors } = await asking(JOBS, { ids, first: PAGE, after: null }, several);
  const byId = new Map(data.nodes.map((node) => [(node as { id?: unknown } | null)?.id, node]));
  const rows: HouseRow[] = [];
  const skips: Skip[] = [];
  for (const [at, repeated] of runs.entries()) {
    const node = byId.get(ids[at]);
    if (node === undefined) {
      const said = errors.find(({ path }) => path?.[1] === at)?.message;
      skips.push(skip(repeated.newest, `GitHub did not give them${said === undefined ? '' : `: ${said.slice(0, 200)}`}`)); // prettier-ignore
      continue;
    }
    const { jobs, skips: missing } = await complete(repeated.newest, node, github);
    const found = rowsOf(jobs, repeated, naming);
    for (const row of found.rows) rows.push(row);
    for (const one of [...missing, ...found.skips]) skips.push(one);
  }
  return { rows, skips };
}

export interface Reading {
  readonly github: GitHub;
  readonly naming: Naming;
  readonly ladder: Ladder;
}

const isRefusal = (error: unknown): error is CollectorError =>
  error instanceof CollectorError && error.code === 'source_forbidden';

/** Jobs of runs. @param before Earlier attempts of these runs. @throws CollectorError where GitHub is out of order. */
export async function readJobs(runs: readonly Run[], before: readonly Run[], reading: Reading): Promise<Jobs> {
  const { github, ladder } = reading;
  const rows: HouseRow[] = [];
  const skips: Skip[] = runs.filter((run) => run.check_suite_node_id == null).map((run) => skip(run, 'GitHub tells no check suite of it')); // prettier-ignore
  const wanted = runs.filter((run) => run.check_suite_node_id != null).map((newest): Repeated => {
    const all = [...before.filter(({ id }) => id === newest.id), newest];
    return { newest, attempts: new Map(all.map((run) => [run.run_attempt ?? 1, run])) };
  }); // prettier-ignore
  for (let at = 0; at < wanted.length;) {
    const some = wanted.slice(at, at + ladder.size);
    try {
      const got = await ask(some, !ladder.isLowest, reading);
      for (const row of got.rows) rows.push(row);
      for (const one of got.skips) skips.push(one);
      ladder.good();
    } catch (error) {
      if (isRefusal(error)) {
        const rest = wanted.length - at;
        return { rows, skips: [...skips, { item: `jobs of ${String(rest)} runs from ${String(wanted.at(-1)?.newest.id)} to ${String(some[0]?.newest.id)}`, reason: messageOf(error) }] }; // prettier-ignore
      }
      if (!isTooHeavy(error)) throw error;
      if (!ladder.isLowest) {
        ladder.shrink();
        continue;
      }
      // Out of order altogether, or this one alone? A question about nothing tells.
      await github.ask(JOBS, { ids: [], first: 1, after: null }, several);
      for (const { newest } of some) skips.push(skip(newest, 'GitHub cannot give them, not even alone'));
    }
    at += some.length;
  }
  return { rows, skips };
}
