/** What a repository is: its history and its remote, not the name of its folder. */
import { jest } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { testDatabase, type TestDatabase } from '../../../testing/database.ts';
import { runCli } from '../../../testing/run-cli.ts';
import { TestRepository } from './fixtures/make-repository.ts';

// Each test starts several processes: what hangs ends then, however busy the machine is.
jest.setTimeout(240_000);

const parent = mkdtempSync(path.join(tmpdir(), 'throughline-shared-'));
const shop = new TestRepository();
const other = new TestRepository();
const at = (...names: string[]): string => path.join(parent, ...names);
let db: TestDatabase;

beforeAll(() => {
  for (let n = 1; n <= 4; n++)
    shop.commit('main', { message: `Shop ${String(n)}\n`, files: { 'a.ts': `const shop${String(n)} = 1;\n` } });
  shop.git('tag', 'v1.0.0', 'main~1');
  for (let n = 1; n <= 2; n++)
    other.commit('main', { message: `Other ${String(n)}\n`, files: { 'b.ts': `const other${String(n)} = 1;\n` } });
  other.save();
  mkdirSync(at('team'), { recursive: true });
  cpSync(shop.folder, at('copy'), { recursive: true });
  cpSync(other.folder, at('team', 'shop'), { recursive: true });
  execFileSync('git', ['clone', '-q', shop.folder, at('fork')]);
  execFileSync('git', [
    '-C',
    at('fork'),
    '-c',
    'user.name=Bo',
    '-c',
    'user.email=bo@acme.io',
    'commit',
    '-q',
    '--allow-empty',
    '-m',
    'Only in the fork',
  ]);
});
beforeEach(async () => {
  db = await testDatabase();
});
afterEach(() => db.close());
afterAll(() => {
  shop.remove();
  other.remove();
  rmSync(parent, { recursive: true });
});

const collect = async (...repos: string[]): Promise<{ code: number | null; stderr: string }> =>
  runCli(['collect', '--quiet', ...repos.flatMap((repo) => ['--repo', repo])], { url: db.url });
const facts = async (): Promise<unknown> =>
  (
    await db.pool.query(
      `select r.slug, (select count(*)::int from change_fact f where f.repo_id = r.repo_id) as changes, (select count(*)::int from change_survival d where d.repo_id = r.repo_id) as lasting
       from repo r order by r.repo_id`
    )
  ).rows;

it('two folders of one name are two repositories', async () => {
  expect(await collect(shop.folder, at('team', 'shop'))).toMatchObject({ code: 0, stderr: '' });
  expect(await facts()).toMatchObject([
    { slug: 'shop', changes: 4 },
    { slug: 'team/shop', changes: 2 },
  ]);
});

it('a copy, a URL of the same and a fork beside its original count what is theirs alone, and status says so', async () => {
  await collect(shop.folder, at('copy'), at('fork'), `file://${shop.folder}`);
  const counted = (await facts()) as { slug: string; changes: number; lasting: number }[];
  expect(counted.map(({ changes }) => changes)).toEqual([4, 0, 1, 0]);
  expect(counted.filter(({ changes }) => changes === 0).map(({ lasting }) => lasting)).toEqual([0, 0]);
  const status = await runCli(['status'], { url: db.url });
  expect(status.stdout).toMatch(/4 of 4 commits of the branch are in shop too, which is listed first/);
  expect(status.stdout).toMatch(/4 of 5 commits of the branch are in shop too/);
  expect((await db.pool.query(`select count(*)::int as n from deployment`)).rows).toEqual([{ n: 1 }]);
});

it('what was counted in the copy alone is taken back once the original comes, and counted again without it', async () => {
  await collect(at('copy'));
  await collect(shop.folder, at('copy'));
  const counts = async (): Promise<number[]> =>
    ((await facts()) as { slug: string; changes: number }[])
      .sort((a, b) => (a.slug < b.slug ? -1 : 1))
      .map(({ changes }) => changes);
  expect(await counts()).toEqual([0, 4]);
});

it('a name that stands for another history is refused, with the way out', async () => {
  await collect(shop.folder);
  expect(await collect(at('team', 'shop'))).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/slug of its own.*\[repository_other\]/s) as string,
  });
  expect(await facts()).toMatchObject([{ slug: 'shop', changes: 4 }]);
});
