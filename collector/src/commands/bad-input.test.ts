import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isReachable } from '../embedded/account.ts';
import { testDatabase, type TestDatabase } from '../../testing/database.ts';
import { endOf, runCli, startCli, type Ended } from '../../testing/run-cli.ts';

let db: TestDatabase;
let folder: string;
const at = (...parts: string[]): string => path.join(folder, ...parts);

function git(cwd: string, ...args: string[]): void {
  execFileSync('git', ['-c', 'user.name=Ana', '-c', 'user.email=ana@acme.io', ...args], { cwd, stdio: 'ignore' });
}

function commit(file: string): void {
  writeFileSync(at('shop', file), `text of ${file}\n`);
  git(at('shop'), 'add', '.');
  git(at('shop'), 'commit', '-qm', `Add ${file}`);
}

beforeAll(async () => {
  db = await testDatabase();
  folder = mkdtempSync(path.join(tmpdir(), 'throughline-bad-'));
  for (const name of ['no-repository', 'no-commits', 'shop']) {
    mkdirSync(at(name));
  }
  git(at('no-commits'), 'init', '-q');
  git(at('shop'), 'init', '-q', '-b', 'main');
  commit('a.txt');
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await db.close();
});

const throughline = (...args: string[]): Promise<Ended> => runCli([...args, '--home', at('home')], { url: db.url });
const npmStart = (...args: string[]): Promise<Ended> =>
  runCli([...args, '--home', at('home')], { url: db.url, file: 'app/start.ts' });

function config(text: string): string {
  const file = at('throughline.yaml');
  writeFileSync(file, text);
  return file;
}

/** Without what went well. */
const faultsOf = ({ stderr }: Ended): string[] =>
  stderr.split('\n').filter((line) => line !== '' && !/^Derived facts: up to date/.test(line));

test.each([
  [
    'a folder that does not exist',
    () => ['--repo', at('nowhere')],
    'nowhere does not exist. Check the path and its rights. [git_path]',
  ],
  [
    'a folder without a repository',
    () => ['--repo', at('no-repository')],
    'no-repository is not a git repository. Give the folder of a clone, or a URL. [git_not_a_repository]',
  ],
  [
    'a repository without commits',
    () => ['--repo', at('no-commits')],
    'no-commits has no commits. Commit something, or name another repository. [git_no_commits]',
  ],
  [
    'a branch that does not exist',
    () => ['--config', config(`repositories: [{ path: ${at('shop')}, branch: next }]`)],
    'shop has no branch "next". Set branch to one of main. [git_branch]',
  ],
  [
    'a remote that does not answer',
    () => ['--repo', 'https://ana:geheim@127.0.0.1:9/acme/shop.git'],
    '. Check the URL, the network and your git credentials. [git_unreachable]',
  ],
])('collect with %s: one line, exit code 1, no repository left behind', async (_name, args, end) => {
  const ended = await throughline('collect', ...args());
  expect(ended.code).toBe(1);
  expect(faultsOf(ended)).toEqual([expect.stringMatching(/^\S+: history: /)]);
  expect(faultsOf(ended)[0]).toContain(end);
  expect(ended.stderr).not.toContain('geheim');
  expect((await db.pool.query('select slug from repo')).rows).toEqual([]);
});

// Root may enter everything: then the command runs as somebody else, who must be able to enter the checkout.
const other = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : null;
const canTry = process.platform !== 'win32' && (other === null || isReachable(import.meta.dirname, other));

(canTry ? test : test.skip)('a folder that this user may not enter is named with the reason', async () => {
  const closed = at('closed');
  mkdirSync(path.join(closed, 'shop'), { recursive: true });
  mkdirSync(at('open'));
  chmodSync(folder, 0o755);
  chmodSync(at('open'), 0o777);
  chmodSync(closed, 0o000);
  const args = ['collect', '--repo', path.join(closed, 'shop'), '--home', at('open', 'home')];
  const ended = await runCli(args, { url: db.url, ...(other ? { account: other } : {}) });
  chmodSync(closed, 0o755);
  expect(faultsOf(ended)).toEqual([
    `shop: history: ${path.join(closed, 'shop')} may not be read (EACCES). Check the path and its rights. [git_path]`,
  ]);
});

test('npm start without one readable repository ends with that line: no empty tables, no JSON', async () => {
  const ended = await npmStart('--repo', at('no-repository'), '--once', '--json');
  expect(ended).toMatchObject({ code: 1, stdout: '' });
  expect(faultsOf(ended)).toHaveLength(1);
});

test.each([
  [
    ['--from', 'yesterday'],
    '--from yesterday is not a date of the years 1900 to 2199. Use 2026-01-31, 2026-01-31T12:00:00Z, or 90d for 90 days ago.',
  ],
  [
    ['--from', '2026-09-01', '--to', '2026-08-01'],
    '--from 2026-09-01 is not before --to 2026-08-01. Give an earlier --from.',
  ],
])('npm start %j is refused before anything is collected', async (args, message) => {
  const ended = await npmStart(...args);
  expect(ended).toEqual({ code: 1, stdout: '', stderr: `throughline: ${message} [bad_range]\n` });
});

test.each([
  [['lines', '--repo', 'nowhere'], / does not exist\. Check the path and its rights\. \[git_path\]$/],
  [
    ['lines', '--repo', 'no-repository'],
    / is not a git repository\. Give the folder of a clone, or a URL\. \[git_not_a_repository\]$/,
  ],
  [['lines', '--repo', 'no-commits'], /: "HEAD" names no commit: .* \[no_such_revision\]$/],
  [['lines', '--repo', 'shop', '--at', 'v9'], /: "v9" names no commit: .* \[no_such_revision\]$/],
])('%j: one line with its code', async (args, line) => {
  const ended = await runCli(args, { cwd: folder });
  expect(ended).toMatchObject({ code: 1, stdout: '' });
  expect(ended.stderr.trim()).toMatch(line);
  expect(ended.stderr.trim()).not.toContain('\n');
});

test.each([
  ['postgres://ana:geheim@127.0.0.1:1/shop', 'Cannot reach the store.', 'store_unreachable'],
  ['mysql://ana:geheim@127.0.0.1:1/shop', 'DATABASE_URL is not a Postgres URL.', 'store_url'],
])('a store at %s: one line without the password', async (url, words, code) => {
  for (const command of ['status', 'migrate']) {
    const ended = await runCli([command, '--home', at('home')], { url });
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr.trim()).toMatch(new RegExp(`^throughline: ${words}.*\\[${code}\\]$`));
    expect(ended.stderr).not.toContain('geheim');
  }
});

test('a store from before the first release is left as it is, with the way out', async () => {
  const old = await testDatabase({ isEmpty: true });
  try {
    await old.pool.query(`create table throughline_migration (name text primary key, sha256 text not null);
      insert into throughline_migration values ('000001_core', 'x'), ('000050_calendar-events', 'x')`);
    for (const command of ['migrate', 'demo', 'status']) {
      const { code, stderr } = await runCli([command, '--home', at('home')], { url: old.url });
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /^throughline: The store was made by a version from before the first release \(it has 000050_calendar-events.* DATABASE_URL .*--home.*throughline demo.* \[schema_unreleased\]\n$/
      );
    }
    const doctor = await runCli(['doctor', '--home', at('home')], { url: old.url });
    expect(doctor.stdout + doctor.stderr).toMatch(
      /schema: the store was made by a version from before the first release/
    );
  } finally {
    await old.close();
  }
});

test('a store of a newer collector, and one whose migration was edited, are left as they are', async () => {
  const other = await testDatabase();
  try {
    await other.pool.query(`insert into throughline_migration (name, sha256) values ('999999_future', 'x')`);
    expect((await runCli(['migrate', '--home', at('home')], { url: other.url })).stderr).toMatch(
      /^throughline: The store was migrated by a newer collector \(it has 999999_future; .* \[schema_newer\]\n$/
    );
    await other.pool.query(`delete from throughline_migration where name = '999999_future'`);
    await other.pool.query(`update throughline_migration set sha256 = 'x' where name = '000001_organisation'`);
    expect((await runCli(['status', '--home', at('home')], { url: other.url })).stderr).toMatch(
      /^throughline: Migration 000001_organisation was changed .* \[schema_edited\]\n$/
    );
  } finally {
    await other.close();
  }
});

test('a port in use is named, with the key that changes it', async () => {
  const other = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as net.AddressInfo;
  const file = config(`repositories: [{ path: ${at('shop')} }]\nhttp: { port: ${String(port)} }`);
  const ended = await throughline('run', '--config', file);
  other.close();
  expect(ended.code).toBe(1);
  expect(ended.stderr).toContain(
    `throughline: Port ${String(port)} on 127.0.0.1 is in use or not allowed. Set http.port in throughline.yaml to another one. [http_port]`
  );
});

test('Ctrl-C in the middle of a job: exit code 130, no fault, and the next run carries on', async () => {
  commit('b.txt');
  const blocker = await db.pool.connect();
  await blocker.query('begin; lock table git_commit in share mode');
  const child = startCli(['collect', '--repo', at('shop'), '--home', at('home')], { url: db.url });
  const end = endOf(child);
  for (let waiting = 0; waiting === 0;) {
    const { rowCount } = await db.pool.query(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
    );
    waiting = rowCount ?? 0;
    await sleep(20);
  }
  child.kill('SIGINT');
  await blocker.query('rollback');
  blocker.release();
  const { code, stderr } = await end;
  expect(code).toBe(130);
  expect(stderr).toMatch(
    /^Stopping; what is stored is kept and the next run carries on from it\. Ctrl-C again ends at once\.\n/
  );
  expect(stderr).not.toMatch(/throughline:|aborted|\bat .*:\d+/);
  expect((await throughline('collect', '--repo', at('shop'))).code).toBe(0);
  expect((await db.pool.query('select count(*)::int as spans from line_span')).rows).toEqual([{ spans: 2 }]);
});

test('a store that goes away in the middle of a page: one line, and the next run carries on', async () => {
  commit('c.txt');
  const blocker = await db.pool.connect();
  await blocker.query('begin; lock table git_commit in share mode');
  const end = endOf(startCli(['collect', '--repo', at('shop'), '--home', at('home')], { url: db.url }));
  const others = `from pg_stat_activity where datname = current_database() and application_name like 'throughline%'`;
  for (let waiting = 0; waiting === 0;) {
    waiting = (await db.pool.query(`select ${others} and wait_event_type = 'Lock'`)).rowCount ?? 0;
    await sleep(20);
  }
  await db.pool.query(`select pg_terminate_backend(pid) ${others}`);
  await blocker.query('rollback');
  blocker.release();
  const ended = await end;
  expect(ended.code).toBe(1);
  expect(faultsOf(ended)).toEqual([expect.stringMatching(/^shop: history: The store went away\. .* \[store_gone\]$/)]);
  expect((await throughline('collect', '--repo', at('shop'))).code).toBe(0);
  expect((await db.pool.query('select count(*)::int as commits from git_commit')).rows).toEqual([{ commits: 3 }]);
});
