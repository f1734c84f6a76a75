/** A store that is not ready: waited for, said once, and not for ever. */
import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { testDatabase, type TestDatabase } from '../../testing/database.ts';
import { runCli, startCli, endOf } from '../../testing/run-cli.ts';
import { waitForStore } from './wait.ts';

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
