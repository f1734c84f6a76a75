/** `npm start -- --github` as a new user meets it: an organisation with its git histories, from a generated GitHub. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { jest } from '@jest/globals';
import { testDatabase, type TestDatabase } from '../../testing/database.ts';
import { writeGit } from '../../testing/github-server/git.ts';
import { startGitHub, type GitHubServer } from '../../testing/github-server/server.ts';
import { World } from '../../testing/github-server/world.ts';
import { runCli, type Ended } from '../../testing/run-cli.ts';

jest.setTimeout(300_000);

const token = 'github-token-never-shown';
let db: TestDatabase;
let server: GitHubServer;
let folder: string;

beforeAll(async () => {
  db = await testDatabase();
  folder = mkdtempSync(path.join(tmpdir(), 'throughline-start-github-'));
  const now = new Date();
  const world = new World({ repositories: 3, pulls: 400, days: 200, hugeEvery: 0, end: now });
  writeGit(world, path.join(folder, 'git'), now.getTime());
  server = await startGitHub({ world, now, token, gitUrl: `file://${path.join(folder, 'git')}` });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
  await db.close();
});

const npmStart = (args: readonly string[], env: Record<string, string> = {}): Promise<Ended> =>
  runCli(['--once', '--home', path.join(folder, 'home'), ...args], {
    file: 'app/start.ts',
    url: db.url,
    cwd: folder,
    env: { GITHUB_TOKEN: token, GITHUB_SERVER_URL: server.url, ...env },
  });

interface Answered {
  readonly about: {
    readonly repositories: string[];
    readonly known_from: string | null;
    readonly findings: Record<string, string[]>;
  };
}

test('an organisation gets three answers without a word about missing telemetry or unknown starts', async () => {
  const { code, stdout, stderr } = await npmStart(['--github', 'acme', '--json']);
  expect(stderr).not.toContain(token);
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  const answered = JSON.parse(stdout) as Answered & Record<string, ReadonlyArray<Record<string, unknown>>>;
  expect(answered.about.repositories).toEqual(['acme/cart', 'acme/checkout', 'acme/shop']);
  expect(answered.about.known_from).not.toBeNull();
  const statuses = ['cycle-time-by-usage', 'durability', 'dora-by-source'].flatMap((metric) =>
    (answered[metric] ?? []).map(({ status }) => status)
  );
  expect(statuses.length).toBeGreaterThan(10);
  expect(statuses).not.toContain('no_start');
  expect(statuses).not.toContain('no_telemetry');
  const { rows } = await db.pool.query<{
    facts: number;
    timed: number;
    deployed: number;
    doubled: number;
  }>(`select count(*)::integer as facts,
    count(*) filter (where first_commit_at < merged_at)::integer as timed, count(deployed_at)::integer as deployed,
    count(*) filter (where change_key !~ '^[0-9]+$' and title !~ '^Begin')::integer as doubled from change_fact`);
  const [found] = rows;
  // Each merge is one change, whichever way it was merged and whatever git made of it; the first commit of each repository is its own.
  expect(found).toMatchObject({ doubled: 0, timed: (found?.facts ?? 0) - 3 });
  expect(found?.deployed).toBeGreaterThan(50);
});

test('first answers come before the rest is read', async () => {
  const { stdout, code } = await npmStart(['--github', 'acme/shop']);
  expect(code).toBe(0);
  expect(stdout.indexOf('These are first answers')).toBeGreaterThan(0);
  expect(stdout.slice(stdout.indexOf('These are first answers'))).toContain('acme/shop');
});

test.each([
  {
    name: 'no token',
    args: ['--github', 'acme'],
    env: { GITHUB_TOKEN: '' },
    line: /asks for a token, and GITHUB_TOKEN is set, but empty/,
  },
  { name: 'a wrong token', args: ['--github', 'acme'], env: { GITHUB_TOKEN: 'another-token' }, line: /token is not accepted/ }, // prettier-ignore
  { name: 'no such organisation', args: ['--github', 'nobody'], env: {}, line: /organisation or user nobody/ },
  { name: 'no such repository', args: ['--github', 'acme/nothing'], env: {}, line: /acme\/nothing/ },
  { name: 'no name at all', args: ['--github', 'https://github.com/acme'], env: {}, line: /Give an organisation, a user or owner\/repository/ }, // prettier-ignore
])('$name is one clear line', async ({ args, env, line }) => {
  const { code, stderr } = await npmStart(args, env);
  expect(code).toBe(1);
  expect(stderr).toMatch(line);
  expect(stderr).not.toMatch(/token-never-shown|another-token/);
});
