/** A collector that receives and works off, as a process that may be killed: `node otlp-process.ts`, its store in DATABASE_URL. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { receive } from './receiving.ts';

export const TOKEN = 'token-of-a-process';

/** Until it is killed. */
async function run(): Promise<void> {
  const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'] ?? '', max: 5 });
  // A store that goes away takes idle connections along: that is no end of the process.
  pool.on('error', () => undefined);
  const { url, work } = await receive({ pool }, { otlp: { tokens: [{ token: TOKEN }] } }, { port: Number(process.env['PORT']) }); // prettier-ignore
  process.stdout.write(`${url}\n`);
  for (;;) {
    await work().catch(() => undefined);
    await pause(20);
  }
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Starts one and waits until it listens. @returns how it is killed. */
export async function startOtlp(databaseUrl: string, port: number): Promise<{ kill: () => Promise<void> }> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', import.meta.filename], {
    env: { ...process.env, NODE_OPTIONS: '', DATABASE_URL: databaseUrl, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(() => Promise.reject(new Error('the collector ended before it listened'))),
  ]);
  return {
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

if (process.argv[1] === import.meta.filename) await run();
