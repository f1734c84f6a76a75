/** Runs of GitHub Actions of the generated organisation: through REST with their attempts, through GraphQL as check suites with their jobs. */
import { connect, type PageArgs } from './connection.ts';
import type { View } from './nodes.ts';
import type { Account } from './people.ts';
import { drawOf, oidOf } from './random.ts';
import type { MadeRepository, World } from './world.ts';

const MINUTE = 60_000;
const iso = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');

export interface MadeRun {
  readonly id: number;
  readonly suite: string;
  readonly createdAt: number;
  readonly took: number;
  /** When each attempt begins; all but the last fail. */
  readonly attempts: readonly number[];
  readonly sha: string;
  readonly by: Account;
  readonly jobs: readonly string[];
}

/** A run for each merge; one in ten fails and is repeated. Null = it is not merged. */
function runOf(world: World, repository: MadeRepository, number: number): MadeRun | null {
  const { mergedAt, landed, mergedBy, commits } = world.pull(repository, number);
  const sha = landed.at(-1)?.oid;
  if (mergedAt === null || sha === undefined) return null;
  const draw = drawOf('run', repository.id, number);
  const took = draw.whole(2, 15) * MINUTE;
  return {
    id: Number.parseInt(oidOf('run', repository.id, number).slice(0, 10), 16),
    suite: `CS_${String(repository.index)}_${String(number)}`,
    createdAt: mergedAt,
    took,
    attempts: draw.chance(0.1) ? [mergedAt, mergedAt + took + 30 * MINUTE] : [mergedAt],
    sha,
    by: mergedBy,
    jobs: ['build', 'deploy', ...(commits.length > 100 ? Array.from({ length: 120 }, (_none, at) => `test ${String(at)}`) : [])], // prettier-ignore
  };
}

/** The newest first. */
export function runsOf(world: World, repository: MadeRepository): MadeRun[] {
  const numbers = Array.from({ length: repository.count }, (_none, at) => at + 1);
  return numbers.flatMap((number) => runOf(world, repository, number) ?? []).sort((a, b) => b.createdAt - a.createdAt);
}

/** @param at One attempt; default the newest. */
export function showRun(made: MadeRun, now: number, at?: number): object {
  const attempt = at ?? Math.max(1, made.attempts.filter((from) => from <= now).length);
  const started = made.attempts[attempt - 1] ?? made.createdAt;
  const isDone = now >= started + made.took;
  return {
    id: made.id,
    name: 'Deploy',
    path: '.github/workflows/deploy.yml',
    event: 'push',
    status: isDone ? 'completed' : 'in_progress',
    conclusion: isDone ? (attempt < made.attempts.length ? 'failure' : 'success') : null,
    head_sha: made.sha,
    head_branch: 'main',
    check_suite_node_id: made.suite,
    run_attempt: attempt,
    run_started_at: iso(started),
    created_at: iso(made.createdAt),
    updated_at: iso(isDone ? started + made.took : started),
    html_url: null,
    pull_requests: [],
    triggering_actor: { login: made.by.login, id: made.by.databaseId, type: 'User' },
  };
}

interface MadeJob {
  readonly id: string;
  readonly name: string;
  readonly attempt: number;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly isGood: boolean;
}

/** Jobs of all attempts; the last of a run, which the others wait for, fails where the attempt does. */
const jobsOf = ({ suite, attempts, took, jobs }: MadeRun): MadeJob[] =>
  attempts.flatMap((from, at) =>
    jobs.map((name, index) => {
      const id = `CR_${oidOf(suite, at, name)}`;
      const isLast = name === 'deploy';
      const isGood = !isLast || at === attempts.length - 1;
      const startedAt = from + (isLast ? took / 2 : 1000 * Math.min(index, 20));
      return { id, name, attempt: at + 1, startedAt, endedAt: isLast ? from + took : from + took / 2, isGood };
    })
  );

interface Asked extends PageArgs {
  readonly filterBy?: { readonly checkType?: 'ALL' | 'LATEST' };
}

/** The check suite of a run; null = there is none yet. */
export function suiteNode({ world, now }: View, repository: MadeRepository, number: number): object | null {
  const made = runOf(world, repository, number);
  if (made === null || made.createdAt > now) return null;
  const newest = made.attempts.filter((from) => from <= now).length;
  const jobs = jobsOf(made).filter(({ startedAt }) => startedAt <= now);
  return {
    __typename: 'CheckSuite',
    id: made.suite,
    branch: { name: 'main' },
    workflowRun: { databaseId: made.id, event: 'push' },
    checkRuns: ({ filterBy, ...args }: Asked) =>
      connect(filterBy?.checkType === 'ALL' ? jobs : jobs.filter(({ attempt }) => attempt === newest), args, {
        keyOf: ({ id }) => id,
        show: ({ id, name, startedAt, endedAt, isGood }) => ({
          __typename: 'CheckRun',
          id,
          databaseId: Number.parseInt(id.slice(3, 10), 16),
          name,
          status: endedAt <= now ? 'COMPLETED' : 'IN_PROGRESS',
          conclusion: endedAt <= now ? (isGood ? 'SUCCESS' : 'FAILURE') : null,
          startedAt: iso(startedAt),
          completedAt: endedAt <= now ? iso(endedAt) : null,
          detailsUrl: null,
        }),
      }),
  };
}
