/** A store that is not ready, yet or again: waited for, said once, and not for ever. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { testDatabase, type TestDatabase } from '../../testing/database.ts';
import { runCli, startCli, endOf } from '../../testing/run-cli.ts';
import { lockKeySql } from './held-lock.ts';
import { outlastingStore, waitForStore } from './wait.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The same store behind another port, from now on. */
async function openGate(port: number): Promise<() => void> {
  const target = new URL(db.url);
  const sockets = new Set<net.Socket>();
  const gate = net.createServer((socket) => {
    const store = net.connect(Number(target.port), target.hostname);
    for (const end of [socket, store]) {
      sockets.add(end);
      end.on('error', () => undefined);
    }
    socket.pipe(store).pipe(socket);
  });
  gate.listen(port, '127.0.0.1');
  await once(gate, 'listening');
  return () => {
    for (const socket of sockets) socket.destroy();
    gate.close();
  };
}

const behind = (port: number): string => {
  const url = new URL(db.url);
  url.port = String(port);
  return url.href;
};
const never = new AbortController().signal;

test('a store that comes up later is waited for, with one line before and one after', async () => {
  const port = await freePort();
  const said: string[] = [];
  const waiting = waitForStore(behind(port), { seconds: 60, say: (text) => said.push(text), signal: never });
  await sleep(1_500);
  const shut = await openGate(port);
  await waiting;
  shut();
  expect(said).toEqual([
    expect.stringMatching(/^The store is not ready; waiting for it, up to 60 s\. Cannot reach the store\./),
    expect.stringMatching(/^The store answers, after \d+ s\.$/),
  ]);
}, 60_000);

test('the wait is bounded, and ends with why the store does not answer', async () => {
  const began = Date.now();
  const waiting = waitForStore(behind(await freePort()), { seconds: 2, say: () => undefined, signal: never });
  await expect(waiting).rejects.toMatchObject({ code: 'store_unreachable' });
  expect(Date.now() - began).toBeGreaterThanOrEqual(2_000);
});

test('what waiting does not mend is said at once', async () => {
  const said: string[] = [];
  const url = new URL(db.url);
  url.pathname = '/no_such_database';
  const waiting = waitForStore(url.href, { seconds: 60, say: (text) => said.push(text), signal: never });
  await expect(waiting).rejects.toMatchObject({ code: 'store_missing' });
  expect(said).toEqual([]);
});

test('an interrupt ends the wait', async () => {
  const abort = new AbortController();
  const waiting = waitForStore(behind(await freePort()), {
    seconds: 60,
    say: () => abort.abort(),
    signal: abort.signal,
  });
  await expect(waiting).rejects.toThrow(/abort/i);
});

test('throughline run waits, --wait 0 does not, and a wait that is no number is refused', async () => {
  const url = behind(await freePort());
  const run = await runCli(['run', '--wait', '0', '--home', '/nonexistent'], { url });
  expect(run).toMatchObject({ code: 1, stderr: expect.stringContaining('[store_unreachable]') as string });
  expect(run.stderr).not.toContain('waiting');
  const child = startCli(['run', '--wait', '2'], { url });
  expect(await endOf(child)).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /The store is not ready; waiting for it, up to 2 s\.[^]*\[store_unreachable\]/
    ) as string,
  });
  const wrong = await runCli(['run', '--wait', 'soon'], { url });
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('"soon"') as string });
}, 60_000);

test('a store that goes away during the first pass is waited for, and the pass carries on', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'throughline-wait-'));
  const git = (...args: string[]): Buffer =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=Ana', '-c', 'user.email=ana@acme.io', ...args]);
  git('init', '-q', '-b', 'main', 'shop');
  git('-C', 'shop', 'commit', '-q', '--allow-empty', '-m', 'First');
  // Another process is at the stream: the pass is under way until that one lets go.
  const holder = await db.pool.connect();
  await holder.query(`select pg_advisory_lock(${lockKeySql})`, ['stream git/history/shop']);
  const port = await freePort();
  let shut = await openGate(port);
  const config = path.join(folder, 'throughline.yaml');
  writeFileSync(config, 'http: { host: 127.0.0.1, port: 0 }\nrepositories: [{ path: shop }]\n');
  const run = startCli(['run', '--config', config, '--home', path.join(folder, 'home'), '--wait', '60'], {
    url: behind(port),
  });
  let said = '';
  run.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const until = async (words: RegExp): Promise<void> => {
    while (!words.test(said) && run.exitCode === null) await sleep(50);
    expect(said).toMatch(words);
  };
  try {
    await until(/also during the first pass/);
    shut();
    await until(/The store is not ready; waiting for it, up to 60 s\./);
    shut = await openGate(port);
    await until(/The store answers, after \d+ s\./);
    await holder.query('select pg_advisory_unlock_all()');
    await until(/shop: history: \d+ facts new or changed[^]*Collecting on schedule/);
    expect(said).not.toContain('[internal]');
  } finally {
    holder.release(true);
    run.kill('SIGTERM');
    await endOf(run);
    shut();
    rmSync(folder, { recursive: true });
  }
}, 60_000);

test('a store that goes away at every try is no longer waited for, and other faults are said at once', async () => {
  const patience = { seconds: 5, say: () => undefined, signal: never };
  const tries = async (error: Error): Promise<number> => {
    let count = 0;
    const work = (): Promise<never> => {
      count++;
      return Promise.reject(error);
    };
    await expect(outlastingStore(work, { url: db.url, patience })).rejects.toThrow();
    return count;
  };
  expect(await tries(Object.assign(new Error('gone'), { code: '57P01' }))).toBe(11);
  expect(await tries(Object.assign(new Error('no'), { code: '28P01' }))).toBe(1);
  expect(await tries(new Error('a defect'))).toBe(1);
});
