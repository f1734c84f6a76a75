/** Remotes that never end, by any of the ways that a remote has. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runRemote } from './remote.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'throughline-remote-'));
const bare = path.join(folder, 'look.git');
const sockets = new Set<Socket>();
/** Says what `talk` writes to whoever comes, and reads nothing. */
const server = (talk: (socket: Socket) => void): Promise<string> =>
  new Promise((resolve) => {
    const listening = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      talk(socket);
    });
    listening.listen(0, '127.0.0.1', () => {
      listening.unref();
      resolve(`git://127.0.0.1:${String((listening.address() as AddressInfo).port)}/a.git`);
    });
  });

const look = (source: string, limits: object): Promise<string> =>
  runRemote(
    { source, signal: new AbortController().signal },
    { folder: bare, args: ['ls-remote', 'origin'], ...limits }
  );

beforeAll(() => {
  execFileSync('git', ['init', '--quiet', '--bare', bare]);
});
afterAll(() => {
  for (const socket of sockets) socket.destroy();
  rmSync(folder, { recursive: true, force: true });
});

const packet = (text: string): string => (text.length + 4).toString(16).padStart(4, '0') + text;
const sha = 'a'.repeat(40);

test('a remote that takes the connection and says nothing is given up', async () => {
  const source = await server(() => undefined);
  await expect(look(source, { silentMs: 300 })).rejects.toThrow('it said nothing for 0.3 s');
});

test('a remote that goes on for ever, a little at a time, is given up', async () => {
  const source = await server((socket) => {
    socket.write(packet(`${sha} refs/heads/main\0 agent=x\n`));
    const timer = setInterval(() => socket.write(packet(`${sha} refs/heads/${String(Date.now())}\n`)), 20);
    socket.on('close', () => clearInterval(timer));
  });
  await expect(look(source, { totalMs: 800 })).rejects.toThrow('it was not done after 0.8 s');
});

test('an answer that is too long ends with an error, not with the process', async () => {
  const source = await server((socket) => {
    socket.write(packet(`${sha} refs/heads/main\0 agent=x\n`));
    for (let at = 0; at < 50; at++) socket.write(packet(`${sha} refs/heads/${String(at)}${'x'.repeat(60_000)}\n`));
    socket.write('0000');
  });
  await expect(look(source, { maxCharacters: 1e6 })).rejects.toThrow('its answer is longer than 1 MB');
});
