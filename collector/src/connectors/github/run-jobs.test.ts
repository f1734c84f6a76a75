/** Jobs of runs: each in its attempt, all of them or named. */
import type { Answer, GitHub } from './client.ts';
import { CollectorError } from '../../errors.ts';
import { attemptOf, MOST_RUNS, readJobs } from './run-jobs.ts';
import { Ladder, TooHeavy } from '../../forge/ladder.ts';
import { checkRows, isForPull } from './normalize/builds.ts';
import { job as jobSchema } from './schema-suites.ts';
import { run as runSchema, type Pull, type Run } from './schema.ts';
import { drawnPull } from '../../../testing/github-server/drawn-pull.ts';

const at = (clock: string): string => `2026-03-02T${clock}:00Z`;
const naming = { accountId: (provider: string, key: string) => `${provider}:${key}`, provider: 'github' };

const runOf = (attempt: number, [from, to]: readonly [string, string | null], id = 7): Run =>
  runSchema.parse({ id, head_sha: 'a'.repeat(40), head_branch: 'main', event: 'push', run_attempt: attempt, run_started_at: at(from), created_at: at('10:00'), updated_at: at(to ?? from), status: to === null ? 'in_progress' : 'completed', conclusion: 'success', check_suite_node_id: `CS_${String(id)}`, pull_requests: [{ number: 5 }] }); // prettier-ignore
const jobOf = (name: string, [from, to]: readonly [string | null, string | null], databaseId = 1): object => ({ id: `CR_${name}_${String(databaseId)}`, databaseId, name, status: to === null ? 'QUEUED' : 'COMPLETED', conclusion: to === null ? null : 'FAILURE', startedAt: from && at(from), completedAt: to && at(to) }); // prettier-ignore
const suiteOf = (jobs: readonly (object | null)[], id = 7, more: object = {}): object => ({ id: `CS_${String(id)}`, checkRuns: { totalCount: jobs.length, pageInfo: { hasNextPage: false, endCursor: null }, nodes: jobs, ...more } }); // prettier-ignore

/** A GitHub that gives these answers. */
function gitHubOf(answer: (variables: Readonly<Record<string, unknown>>) => unknown): { github: GitHub; asked: number[] } {
  const asked: number[] = [];
  const ask: GitHub['ask'] = (_query, variables, schema) => {
    asked.push(Array.isArray(variables['ids']) ? variables['ids'].length : -1);
    return Promise.resolve().then((): Answer<never> => ({ data: schema.parse(answer(variables)) as never, errors: [] }));
  };
  const github = { ask, askOnce: ask, left: null, spent: 0, rest: () => Promise.reject(new Error('not asked')) };
  return { github, asked };
} // prettier-ignore

const first = runOf(1, ['10:00', '10:20']);
const second = runOf(2, ['11:00', '11:20']);
const told = (runs: readonly Run[]) => ({ newest: runs.at(-1) as Run, attempts: new Map(runs.map((one) => [one.run_attempt ?? 1, one])) }); // prettier-ignore

const cases: ReadonlyArray<readonly [string, object, Run[], number | RegExp | null]> = [
  ['of the only attempt', jobOf('build', ['10:01', '10:05']), [first], 1],
  ['that never began, of the only attempt', jobOf('build', [null, '10:05']), [first], 1],
  ['of the first of two attempts', jobOf('build', ['10:01', '10:05']), [first, second], 1],
  ['that began with the second', jobOf('build', ['11:00', '11:05']), [first, second], 2],
  ['that waits', jobOf('build', [null, null]), [first, runOf(2, ['11:00', null])], 2],
  ['that ended and never began', jobOf('build', [null, '10:05']), [first, second], /does not tell when it began/],
  ['that began after the run was listed', jobOf('build', ['12:00', '12:05']), [first, second], /next pass/],
  ['of an attempt that is not read', jobOf('build', ['10:01', '10:05']), [second], null],
  ['between two of which the later is not read', jobOf('build', ['10:40', '10:45']), [first, runOf(3, ['11:00', '11:20'])], null], // prettier-ignore
];

test.each(cases.map(([what, job, runs, expected]) => ({ what, job, runs, expected })))('a job $what', ({ job, runs, expected }) => {
  const found = attemptOf(jobSchema.parse(job), told(runs));
  if (expected instanceof RegExp) expect(found).toMatch(expected);
  else expect(found === null || typeof found === 'string' ? found : found.run_attempt).toBe(expected);
}); // prettier-ignore

test('a good job that is listed again with the second attempt is one, in its own attempt', async () => {
  const jobs = [jobOf('build', ['10:01', '10:05'], 21), jobOf('build', ['10:01', '10:05'], 11), jobOf('deploy', ['10:06', '10:20'], 12), jobOf('deploy', ['11:01', '11:20'], 22)]; // prettier-ignore
  const { github } = gitHubOf(() => ({ nodes: [suiteOf(jobs)] }));
  const { rows, skips } = await readJobs([second], [first], {
    github,
    naming,
    ladder: new Ladder(undefined, MOST_RUNS),
  });
  expect(skips).toEqual([]);
  expect(rows.map(({ values }) => [values['external_id'], values['attempt']])).toEqual([['CR_build_11', 1], ['CR_deploy_12', 1], ['CR_deploy_22', 2]]); // prettier-ignore
  // The checks of a change are replaced with each reading of it: jobs are none of them.
  expect(rows.map(({ values }) => values['change_key'])).toEqual([undefined, undefined, undefined]);
});

test('a suite that is null, one that is another, jobs that are null and a list that ends early are named', async () => {
  const runs = [1, 2, 3, 4].map((id) => runOf(1, ['10:00', '10:20'], id));
  const nodes = [null, suiteOf([], 99), suiteOf([jobOf('build', ['10:01', '10:05']), null], 3), suiteOf([jobOf('test', ['10:01', '10:05'])], 4, { totalCount: 200, pageInfo: { hasNextPage: true, endCursor: 'a' } })]; // prettier-ignore
  const { github } = gitHubOf(({ ids }) => (ids === undefined ? { node: null } : { nodes }));
  const { rows, skips } = await readJobs(runs, [], { github, naming, ladder: new Ladder(undefined, MOST_RUNS) });
  expect(rows).toHaveLength(2);
  expect(skips.map(({ item, reason }) => `${item}: ${reason}`)).toEqual(['run 1 jobs: GitHub did not give them', 'run 2 jobs: GitHub did not give them', 'run 3 jobs: 1 of 2 could be read', 'run 4 jobs: 1 of 200 could be read']); // prettier-ignore
});

const many = Array.from({ length: 120 }, (_none, id) => runOf(1, ['10:00', '10:20'], id));
const suites = (ids: unknown): object => ({ nodes: (ids as string[]).map((id) => suiteOf([jobOf(id, ['10:01', '10:05'])], Number(id.slice(3)))) }); // prettier-ignore

test('too heavy a page is asked for with fewer runs; one that cannot be read alone is named', async () => {
  const { github, asked } = gitHubOf(({ ids }) => {
    const given = ids as string[];
    if (given.length > 34 || given.includes('CS_40')) throw new TooHeavy({ code: 'source_unavailable', message: 'too heavy', fault: 'source' }); // prettier-ignore
    return suites(ids);
  });
  const { rows, skips } = await readJobs(many, [], { github, naming, ladder: new Ladder(undefined, MOST_RUNS) });
  expect(asked.slice(0, 3)).toEqual([100, 50, 34]);
  expect(rows).toHaveLength(119);
  expect(skips.map(({ item }) => item)).toEqual(['run 40 jobs']);
});

test('where GitHub is out of order nothing is named as unreadable: the pass ends', async () => {
  const { github } = gitHubOf(() => { throw new TooHeavy({ code: 'source_unavailable', message: 'out of order', fault: 'source' }); }); // prettier-ignore
  await expect(readJobs(many, [], { github, naming, ladder: new Ladder(1, MOST_RUNS) })).rejects.toThrow(
    'out of order'
  );
});

test('without the right to see checks the jobs are named once, and runs go on', async () => {
  const { github, asked } = gitHubOf(() => { throw new CollectorError({ code: 'source_forbidden', message: 'Checks: read is missing', fault: 'source' }); }); // prettier-ignore
  const { rows, skips } = await readJobs(many, [], { github, naming, ladder: new Ladder(undefined, MOST_RUNS) });
  expect([rows.length, asked]).toEqual([0, [100]]);
  expect(skips).toEqual([{ item: 'jobs of 120 runs from 119 to 0', reason: expect.stringMatching(/Checks: read/) as string }]); // prettier-ignore
});

test('the pages of jobs grow to a hundred, those of pull requests to fifty', () => {
  expect([new Ladder(undefined).size, new Ladder(100).size, new Ladder(undefined, MOST_RUNS).size]).toEqual([
    50, 50, 100,
  ]);
});

test('a check of a pull request that is a job of a run of another branch is told with that run, not twice', () => {
  const checkOf = (id: string, branch: string | null, event: string | null) => ({ __typename: 'CheckRun', id, name: id, checkSuite: { branch: branch === null ? null : { name: branch }, workflowRun: event === null ? null : { event } } }); // prettier-ignore
  const nodes = [checkOf('own', 'topic', 'push'), checkOf('pull', 'main', 'pull_request'), checkOf('landed', 'main', 'push'), checkOf('tag', null, 'push'), checkOf('other app', 'main', null)]; // prettier-ignore
  const pull = { ...drawnPull({}), headRefName: 'topic', last: { nodes: [{ commit: { oid: 'a'.repeat(40), statusCheckRollup: { contexts: { totalCount: 5, pageInfo: { hasNextPage: false, endCursor: null }, nodes } } } }] } } as Pull; // prettier-ignore
  expect(checkRows(pull, { ...naming, branch: 'main' }).map(({ values }) => values['external_id'])).toEqual(['own', 'pull', 'tag', 'other app']); // prettier-ignore
  expect([isForPull('pull_request_target'), isForPull('push'), isForPull(null)]).toEqual([true, false, false]);
});
