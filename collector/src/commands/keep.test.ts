/** What keeps collecting: one process a home, and nothing of it is left behind. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { lockKeySql } from '../store/held-lock.ts';
import { testDatabase, type TestDatabase } from '../../testing/database.ts';
import { runCli, startCli } from '../../testing/run-cli.ts';

const root = path.join(import.meta.dirname, '../../..');
let db: TestDatabase;
let folder: string;
const at = (...parts: string[]): string => path.join(folder, ...parts);

function repository(name: string): string {
  mkdirSync(at(name));
  const git = (...args: string[]): Buffer =>
    execFileSync('git', ['-c', 'user.name=Ana', '-c', 'user.email=ana@acme.io', ...args], { cwd: at(name) });
  git('init', '-q', '-b', 'main');
  writeFileSync(at(name, 'a.txt'), `${name}\n`);
  git('add', '.');
  git('commit', '-qm', 'First');
  return at(name);
}

const configuration = (port: number): string => {
  writeFileSync(at('throughline.yaml'), `http: { host: 127.0.0.1, port: ${String(port)} }\n`);
  return at('throughline.yaml');
};

beforeAll(async () => {
  db = await testDatabase();
  folder = mkdtempSync(path.join(tmpdir(), 'throughline-keep-'));
  // Open to the server's account when the tests run as root.
  chmodSync(folder, 0o755);
  repository('shop');
  repository('web');
});
const started: ChildProcess[] = [];
/** What a failed test left running. */
const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
};
afterAll(async () => {
  await Promise.all(started.map(end));
  rmSync(folder, { recursive: true, force: true });
  await db.close();
});

/** Resolves with what was said once `words` are among it. */
async function says(child: ChildProcess, words: string): Promise<string> {
  started.push(child);
  let said = '';
  for await (const chunk of child.stderr as NodeJS.ReadableStream) {
    said += String(chunk);
    if (said.includes(words)) {
      return said;
    }
  }
  throw new Error(`ended without "${words}": ${said}`);
}

const npmStart = (repo: string, home: string, ...more: string[]): string[] => [
  '--repo',
  at(repo),
  '--home',
  at(home),
  '--config',
  configuration(0),
  ...more,
];

test('a second npm start on one home answers, says who collects already, and ends', async () => {
  const start = { file: 'app/start.ts', url: db.url };
  const first = startCli(npmStart('shop', 'home'), start);
  await says(first, 'Collecting on schedule');
  const second = await runCli(npmStart('shop', 'home'), start);
  expect(second.code).toBe(0);
  expect(second.stdout).toContain('Does the code stay?');
  expect(second.stderr).toContain(
    `Another process collects into ${at('home')} already (process ${String(first.pid)}). It keeps these answers up to date; this one ends here.`
  );
  const other = await runCli(npmStart('web', 'home'), start);
  expect(other.code).toBe(0);
  expect(other.stderr).toContain('It does not read web, which was read once just now: to keep that up to date too');
  await end(first);
  // Once the first has ended the home is free again.
  const third = startCli(npmStart('shop', 'home'), start);
  await says(third, 'Collecting on schedule');
  await end(third);
}, 120_000);

test('a port that another program holds ends who is scraped there, and moves who is looked at in a terminal', async () => {
  const other = net.createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as net.AddressInfo;
  const args = ['--repo', at('shop'), '--home', at('ports'), '--config', configuration(port)];
  const run = await runCli(['run', ...args], { url: db.url });
  expect(run.code).toBe(1);
  expect(run.stderr).toContain('[http_port]');
  const start = startCli(args, { file: 'app/start.ts', url: db.url });
  const said = await says(start, 'Collecting on schedule');
  expect(said).toContain(`Port ${String(port)} is in use; another one is taken.`);
  expect(said).not.toContain(`http://127.0.0.1:${String(port)}`);
  await end(start);
  other.close();
}, 120_000);

test('health does not wait for the first pass, which another process holds up here', async () => {
  const holder = await db.pool.connect();
  await holder.query(`select pg_advisory_lock(${lockKeySql})`, ['stream git/history/slow']);
  repository('slow');
  const run = startCli(['run', '--repo', at('slow'), '--home', at('slow-home'), '--config', configuration(0)], {
    url: db.url,
  });
  try {
    let said = '';
    run.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const until = async (words: string): Promise<void> => {
      while (!said.includes(words) && run.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 50));
      expect(said).toContain(words);
    };
    await until('also during the first pass');
    const address = /http:[/][/]127\.0\.0\.1:\d+/.exec(said)?.[0] ?? '';
    expect(await (await fetch(`${address}/ready`)).json()).toEqual({ status: 'ok', first_pass: 'running' });
    expect((await fetch(`${address}/live`)).status).toBe(200);
    expect(said).not.toContain('Collecting on schedule');
    await holder.query('select pg_advisory_unlock_all()');
    await until('Collecting on schedule');
    expect(await (await fetch(`${address}/ready`)).json()).toEqual({ status: 'ok', first_pass: 'done' });
  } finally {
    holder.release(true);
    await end(run);
  }
}, 120_000);

/** Processes whose command line names the home. */
const processesOf = (home: string): string[] =>
  execFileSync('ps', ['-eo', 'args='], { encoding: 'utf8', maxBuffer: 1 << 24 })
    .split('\n')
    .filter((line) => line.includes(home));

async function allEnd(home: string): Promise<string[]> {
  for (let look = 0; look < 200 && processesOf(home).length > 0; look++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return processesOf(home);
}

test('SIGTERM to npm alone ends everything', async () => {
  const home = at('npm');
  const npm = spawn('npm', ['start', '--', ...npmStart('shop', 'npm')], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  await says(npm, 'Collecting on schedule');
  expect(processesOf(home).some((line) => line.includes('/postgres '))).toBe(true);
  npm.kill('SIGTERM');
  expect(await allEnd(home)).toEqual([]);
}, 120_000);

test('a launcher that is killed takes with it what it started', async () => {
  const home = at('killed');
  const launcher = spawn(
    process.execPath,
    [path.join(root, 'scripts/run.mjs'), 'app/start.ts', ...npmStart('shop', 'killed')],
    { cwd: root, stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, NODE_OPTIONS: '' } }
  );
  await says(launcher, 'Collecting on schedule');
  launcher.kill('SIGKILL');
  expect(await allEnd(home)).toEqual([]);
}, 120_000);
