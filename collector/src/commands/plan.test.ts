/** `throughline plan` as a person runs it: what it prints, what it writes, and what it says of bad input. No store is made for it. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { testDatabase } from '../../testing/database.ts';
import { startGitHub, type GitHubServer } from '../../testing/github-server/server.ts';
import { World } from '../../testing/github-server/world.ts';
import { runCli } from '../../testing/run-cli.ts';
import { jest } from '@jest/globals';
import { TestRepository } from '../connectors/git/fixtures/make-repository.ts';
import { person, reviews } from '../derive/fixtures/reviews.ts';
import { lineOf } from '../errors.ts';
import { plan as planCommand } from './plan.ts';

const token = 'github-token-never-shown';
let folder: string;
let repo: TestRepository;
let server: GitHubServer;
const at = (...parts: string[]): string => path.join(folder, ...parts);

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'throughline-plan-command-'));
  repo = new TestRepository();
  repo.commit('main', { files: { CODEOWNERS: '* @acme/checkout\n', 'a.txt': 'a' } });
  repo.git('tag', 'v1.0.0');
  const now = new Date('2026-10-05T12:00:00Z');
  const world = new World({ repositories: 3, pulls: 60, days: 60, hugeEvery: 0, end: now });
  if (world.repositories[1]) world.repositories[1].environments = ['prod-eu'];
  writeFileSync(at('empty.yaml'), '# nothing\n');
  writeFileSync(at('bad.yaml'), 'github:\n  ownerss: [acme]\n  token: x\n  owners: [acme]\n');
  server = await startGitHub({ world, now, token });
});
afterAll(async () => {
  await server.close();
  repo.remove();
  rmSync(folder, { recursive: true, force: true });
});

interface Given {
  readonly repo?: readonly string[];
  readonly github?: readonly string[];
  readonly config?: string;
  readonly write?: boolean;
  readonly json?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command in this process: what it prints, and the line of what it throws. */
async function plan({ repo: repos = [], github = [], config = 'throughline.yaml', env = {}, ...rest }: Given): Promise<Ended> {
  const said = { stdout: '', stderr: '' };
  const listen = (name: 'stdout' | 'stderr') =>
    jest.spyOn(process[name], 'write').mockImplementation((text) => {
      said[name] += String(text);
      return true;
    });
  const spies = [listen('stdout'), listen('stderr')];
  const before = { ...process.env };
  Object.assign(process.env, { GITHUB_TOKEN: token, GITHUB_SERVER_URL: server.url }, env);
  let code = 1;
  try {
    code = await planCommand({ home: at('home'), config: at(config), repo: repos, named: { github }, write: false, json: false, all: false, ...rest }); // prettier-ignore
  } catch (error) {
    said.stderr += lineOf(error);
  } finally {
    spies.forEach((spy) => spy.mockRestore());
    process.env = before;
  }
  expect(`${said.stdout}${said.stderr}`).not.toContain('never-shown');
  return { code, ...said };
} // prettier-ignore

test('of a repository it prints a plan on one screen, as data too, and neither store nor file is made', async () => {
  const { code, stdout } = await runCli(['plan', '--home', at('home'), '--repo', repo.folder], { cwd: folder });
  expect(code).toBe(0);
  expect(stdout).toMatch(/shop: tags v\[0-9\]\*\. 1 tag such as v1\.0\.0: versions\./);
  expect(stdout).toMatch(
    /missing {2}Coordination tax +no reviews\. Next: read the pull requests: --github NAME[\s\S]*missing {2}Review queue +as Coordination tax/
  );
  expect(stdout.split('\n').length).toBeLessThanOrEqual(60);
  const data = JSON.parse((await plan({ config: 'empty.yaml', repo: [repo.folder], json: true })).stdout) as Record<
    string,
    unknown
  >;
  expect(Object.keys(data).sort()).toEqual(
    'accounts choices facts faults metrics notices people repositories sources suspected teams tools'.split(' ')
  );
  expect(existsSync(at('home'))).toBe(false);
  expect(existsSync(at('throughline.yaml'))).toBe(false);
});

test('--write adds what was found to the file and shows it; again it changes nothing', async () => {
  writeFileSync(at('throughline.yaml'), '# ours\ntime_zone: Europe/Berlin  # here\n');
  const args = { write: true, repo: [repo.folder], github: ['acme'] };
  const first = await plan(args);
  expect({ code: first.code, stderr: first.code === 0 ? '' : first.stderr }).toEqual({ code: 0, stderr: '' });
  const written = readFileSync(at('throughline.yaml'), 'utf8');
  expect(written.replaceAll(server.url, 'URL').replace(/path: .*shop/, 'path: REPO')).toMatchInlineSnapshot(`
    "# ours
    time_zone: Europe/Berlin  # here
    github:
      token: \${GITHUB_TOKEN} # the variable that holds the token
      url: URL # GITHUB_SERVER_URL
      owners:
        - acme
      environments:
        - { name: prod-eu } # 1 deployment, its name says production
    repositories:
      - path: REPO
        team: checkout # owner of everything in CODEOWNERS
        tag_patterns: [ "v[0-9]*" ] # 1 tag such as v1.0.0: versions
    "
  `);
  expect(first.stdout).toContain('  + github:');
  const second = await plan(args);
  expect(second.stdout).toContain('has all of it already: nothing was written.');
  expect(readFileSync(at('throughline.yaml'), 'utf8')).toBe(written);
  const third = await plan({ write: true });
  expect([third.code, readFileSync(at('throughline.yaml'), 'utf8')]).toEqual([0, written]);
}, 30_000);

test.each([
  { name: 'nothing to plan for', given: {}, line: /There is nothing to plan for.*--repo PATH_OR_URL or --github NAME.*\[plan_nothing\]/ }, // prettier-ignore
  { name: 'no token', given: { github: ['acme'], env: { GITHUB_TOKEN: '' } }, line: /--github asks for a token, and GITHUB_TOKEN is set, but empty\./ }, // prettier-ignore
  { name: 'a token that is not accepted', given: { github: ['acme'], write: true, env: { GITHUB_TOKEN: 'another' } }, line: /the token is not accepted[^]*nothing was written/ }, // prettier-ignore
  { name: 'a configuration that is not there', given: { config: 'none.yaml' }, line: /There is no configuration .*none\.yaml/ }, // prettier-ignore
  { name: 'a configuration with a fault', given: { config: 'bad.yaml', write: true }, line: /bad\.yaml:2: github\.ownerss: unknown key/ }, // prettier-ignore
])('$name is one clear line', async ({ given, line }) => {
  const { code, stderr } = await plan({ config: 'empty.yaml', ...given });
  expect(code).toBe(1);
  expect(stderr).toMatch(line);
  expect(readFileSync(at('empty.yaml'), 'utf8')).toBe('# nothing\n');
});

test('a repository that is none is one line, and the others are planned', async () => {
  const { code, stdout } = await plan({ config: 'empty.yaml', repo: [at('nowhere'), repo.folder] });
  expect(code).toBe(0);
  expect(stdout).toMatch(/nowhere does not exist\. Check the path and its rights\./);
  expect(stdout).toContain('tags v[0-9]*');
});

describe('a store that is there', () => {
  const configured = (accounts: string): string => `repositories: [{ path: "${repo.folder}" }]\n${accounts}`;
  const suspects = async (given: Given): Promise<unknown> =>
    (JSON.parse((await plan({ ...given, json: true })).stdout) as { suspected: unknown }).suspected;

  test('tells who behaves like a program, with the reasons and both ways to decide it; --write decides nothing', async () => {
    const db = await testDatabase();
    try {
      await db.pool.query(`insert into repo (repo_id, slug) overriding system value values (1, 'acme/shop')`);
      for (const login of ['ana', 'quick', 'sleepless']) await person(db.pool, login, login === 'ana');
      await reviews(db.pool, 'ana', { count: 30, minutes: 90, every: 1, hours: 8 });
      await reviews(db.pool, 'quick', { count: 20, minutes: 0, every: 1, hours: 8 });
      await reviews(db.pool, 'sleepless', { count: 120, minutes: 40, every: 1, hours: 24 });
      writeFileSync(at('store.yaml'), configured(''));
      const given = { config: 'store.yaml', env: { DATABASE_URL: db.url } };
      const { code, stdout } = await plan({ ...given, write: true });
      expect(code).toBe(0);
      const said = stdout.replace(/\s+/g, ' ');
      expect(said).toContain('2 people of the store may be programs and count as human until you decide it; --write decides nothing: sleepless: it reviews at all hours of the day, it never wrote a commit or a change (120 changes reviewed in 90 days). If it is one: accounts: { automation: ["sleepless"] }; if not: accounts: { people: ["sleepless"] } quick: nine of ten reviews come within a minute of being asked, it never'); // prettier-ignore
      expect(readFileSync(at('store.yaml'), 'utf8')).not.toMatch(/accounts|quick|sleepless/);
      expect(await suspects(given)).toMatchObject([
        { account: 'sleepless', reviews: 120, signs: ['around_the_clock', 'no_commits'] },
        { account: 'quick', names: ['quick'], because: 'nine of ten reviews come within a minute of being asked, it never wrote a commit or a change' }, // prettier-ignore
      ]);
      // Decided is decided, before it is collected again too.
      writeFileSync(at('store.yaml'), configured('accounts: { automation: [sleep*], people: [quick] }\n'));
      expect(await suspects(given)).toEqual([]);
    } finally {
      await db.close();
    }
  });

  test('or why it could not be asked; the plan is told without it', async () => {
    writeFileSync(at('store.yaml'), configured(''));
    const empty = await testDatabase({ isEmpty: true });
    expect(await suspects({ config: 'store.yaml', env: { DATABASE_URL: empty.url } })).toBeNull();
    const tables = await empty.pool.query('select from pg_tables where schemaname = $1', ['public']);
    expect(tables.rowCount).toBe(0);
    await empty.close();
    const { code, stdout } = await plan({ config: 'store.yaml', env: { DATABASE_URL: empty.url } });
    expect(code).toBe(0);
    expect(stdout.replace(/\s+/g, ' ')).toMatch(
      /tags v\[0-9\]\*.*Who behaves like a program is not known: the store could not be asked\. The database does not exist\..*\[store_missing\]/
    );
  });
});
