/** `npm start -- --gitlab` as a new user meets it: a project merged in each way that GitLab has, with its git history, asked by the metrics. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { jest } from '@jest/globals';
import { testDatabase, type TestDatabase } from '../../testing/database.ts';
import { fillProject } from '../../testing/gitlab-server/filled.ts';
import { serveGitLab } from '../../testing/gitlab-server/server.ts';
import { newWorld, type World } from '../../testing/gitlab-server/world.ts';
import { runCli, type Ended } from '../../testing/run-cli.ts';
import type { Vendor } from '../../testing/vendors/serve.ts';

jest.setTimeout(300_000);

const COUNT = 120;
let db: TestDatabase;
let server: Vendor;
let world: World;
let folder: string;

beforeAll(async () => {
  db = await testDatabase();
  folder = mkdtempSync(path.join(tmpdir(), 'throughline-start-gitlab-'));
  world = newWorld({ groups: [{ id: 5, path: 'acme', name: 'Acme', parent: null, members: [] }], git: path.join(folder, 'git') });
  fillProject(world, { path: 'acme/platform/shop', target: path.join(folder, 'git/acme/platform/shop.git'), count: COUNT, end: Date.now() - 86_400_000 });
  server = await serveGitLab(world);
}); // prettier-ignore
afterAll(async () => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
  await db.close();
});

const npmStart = (args: readonly string[], env: Record<string, string> = {}, file = 'app/start.ts'): Promise<Ended> =>
  runCli([...args, ...(file === 'app/start.ts' ? ['--once'] : []), '--home', path.join(folder, 'home')], {
    file,
    url: db.url,
    cwd: folder,
    env: { GITLAB_TOKEN: world.token, GITLAB_URL: server.url, ...env },
  });

type Row = Readonly<Record<string, unknown>>;
const ask = async (metric: string, ...args: readonly string[]): Promise<Row[]> => {
  const { code, stdout, stderr } = await npmStart([metric, ...args, '--from', '250d', '--to', '0d', '--json'], {}, 'app/query.ts'); // prettier-ignore
  expect([metric, code, code === 0 ? '' : stderr]).toEqual([metric, 0, '']);
  return JSON.parse(stdout) as Row[];
};

test('a group gets three answers; each way of merging is one change with its start, its review, its source and its deployment', async () => {
  const { code, stdout, stderr } = await npmStart(['--gitlab', 'acme', '--json']);
  expect(stderr).not.toContain(world.token);
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  const { about } = JSON.parse(stdout) as { about: { repositories: string[]; known_from: string | null } };
  expect([about.repositories, about.known_from === null]).toEqual([['acme/platform/shop'], false]);
  const { rows } = await db.pool.query<Row>(`select c.merge_method as method, count(*)::integer as n, count(f.deployed_at)::integer as deployed, count(f.first_review_at)::integer as reviewed,
      count(*) filter (where f.first_commit_at < f.merged_at)::integer as timed, count(*) filter (where f.code_source like 'ai%')::integer as ai
    from change_fact f join change c using (repo_id, change_key) where c.source <> 'git' group by 1 order by 1`);
  const each = COUNT / 4;
  expect(rows).toEqual([
    { method: 'merge', n: each, deployed: each, reviewed: each, timed: each, ai: each },
    { method: 'rebase', n: each, deployed: each, reviewed: each, timed: each, ai: 0 },
    // What the very first deployment shipped nobody knows.
    { method: 'squash', n: 2 * each, deployed: 2 * each - 1, reviewed: 2 * each, timed: 2 * each, ai: each },
  ]);
  // Only the first commit of the repository is no merge request.
  expect((await db.pool.query('select c.title from change_fact f join change c using (repo_id, change_key) where c.change_key !~ $1', ['^[0-9]{1,9}$'])).rows).toEqual([{ title: 'Begin' }]);
}); // prettier-ignore

test('the metrics find what was planted: waits for reviews, the way to production, failures of marked changes, jobs of nine minutes', async () => {
  const flow = await ask('flow-shift');
  const stage = (name: string): unknown => flow.find((row) => row['stage'] === name)?.['value'];
  // Opened 47 hours before the merge and approved one before it; deployed two hours after it.
  expect([stage('review'), stage('production'), flow[0]?.['bottleneck']]).toEqual([46 * 60, 3 * 60, 'review']);
  const failures = await ask('dora-by-source');
  // Every tenth change broke something, and each of those is marked; the newest is too young to be asked about.
  expect(failures.filter(({ status }) => status === 'ok').map((row) => [row['code_source'], row['event_sum']])).toEqual([['ai_heavy', 11], ['unknown', 0]]);
  expect(await ask('build-health')).toMatchObject([{ value: 9, queue_p50: 1, n: 2 * COUNT, failed_share: 0 }]);
  expect(await ask('incident-health')).toMatchObject([{ n: COUNT / 10, status: 'ok' }]);
  const [review] = await ask('review-burden');
  expect(review).toMatchObject({ status: 'ok', basis: 'measured', n_reviewers: 10 });
  const cycle = await ask('cycle-time-by-usage');
  expect(cycle.map(({ tool, status }) => [tool, status])).toContainEqual(['claude-code', 'suppressed_k']);
}); // prettier-ignore

test.each([
  { name: 'no token', args: ['--gitlab', 'acme'], env: { GITLAB_TOKEN: '' }, line: /asks for a token, and GITLAB_TOKEN is set, but empty/ }, // prettier-ignore
  { name: 'a wrong token', args: ['--gitlab', 'acme'], env: { GITLAB_TOKEN: 'glpat-another-token' }, line: /token is not accepted/ }, // prettier-ignore
  { name: 'no such group', args: ['--gitlab', 'nobody'], env: {}, line: /nobody is not there/ },
  { name: 'no path', args: ['--gitlab', 'a b'], env: {}, line: /Give the full path of a group/ },
])('$name is one clear line', async ({ args, env, line }) => {
  const { code, stderr } = await npmStart(args, env);
  expect(code).toBe(1);
  expect(stderr).toMatch(line);
  expect(stderr).not.toMatch(/never-shown|another-token/);
});
