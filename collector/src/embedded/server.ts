/** Starts, finds and stops one Postgres server of the embedded binaries. Knows nothing of Throughline's databases. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { spawnOptions, startError, type ServerOptions } from './initdb.ts';
import { CollectorError } from '../errors.ts';

export interface RunningServer {
  readonly pid: number;
  readonly port: number;
}

const host = '127.0.0.1';

/** What postmaster.pid says; null = no server has been started here or it ended in order. */
function readPidFile(dataDir: string): { pid: number; port: number; isReady: boolean } | null {
  try {
    const lines = readFileSync(path.join(dataDir, 'postmaster.pid'), 'utf8').split('\n');
    return { pid: Number(lines[0]), port: Number(lines[3]), isReady: lines[7]?.trim() === 'ready' };
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** After a crash of the machine the pid may belong to any program: ask what it is. */
function isPostgres(pid: number): boolean {
  if (!isAlive(pid)) {
    return false;
  }
  try {
    // A zombie has an empty command line: it is no server any more.
    return readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8').includes('postgres');
  } catch {
    if (process.platform === 'linux') {
      return isAlive(pid);
    }
    const shown = spawnSync('ps', ['-p', String(pid), '-o', 'comm='], { encoding: 'utf8' });
    return shown.status === 0 ? shown.stdout.includes('postgres') : process.platform === 'win32';
  }
}

/** The server that runs on this data folder; waits while it is starting; clears a stale pid file. Null = none. */
export async function findServer(dataDir: string): Promise<RunningServer | null> {
  for (;;) {
    const found = readPidFile(dataDir);
    if (!found) {
      return null;
    }
    if (!isPostgres(found.pid)) {
      rmSync(path.join(dataDir, 'postmaster.pid'), { force: true });
      return null;
    }
    if (found.isReady) {
      return { pid: found.pid, port: found.port };
    }
    await sleep(25);
  }
}

function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = net.createServer();
    probe.once('error', () => {
      resolve(false);
    });
    probe.listen(port, host, () => {
      probe.close(() => {
        resolve(true);
      });
    });
  });
}

/** @throws CollectorError `port_in_use` when none of 50 ports is free. */
async function freePort(wanted: number): Promise<number> {
  for (let port = wanted; port < wanted + 50; port++) {
    if (await isPortFree(port)) {
      return port;
    }
  }
  throw new CollectorError({
    code: 'port_in_use',
    message: `Ports ${String(wanted)} to ${String(wanted + 49)} are all in use. End the program that holds them, or set DATABASE_URL to a Postgres server.`,
    fault: 'config',
  });
}

function arguments_(options: ServerOptions, port: number): string[] {
  const settings = {
    listen_addresses: host,
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...options.settings,
  };
  return [
    '-D',
    options.dataDir,
    '-p',
    String(port),
    ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
  ];
}

/** Starts the server in its own session (Ctrl-C in the terminal does not reach it); its output goes to the log file. */
function launch(options: ServerOptions, port: number): ChildProcess {
  const log = openSync(options.logFile, 'w', 0o600);
  try {
    const child = spawn(options.binaries.postgres, arguments_(options, port), {
      ...spawnOptions(options.account),
      detached: true,
      stdio: ['ignore', log, log],
    });
    child.unref();
    return child;
  } finally {
    closeSync(log);
  }
}

/** Resolves true when the server answers, false when it ended before. */
async function becomesReady(options: ServerOptions, child: ChildProcess): Promise<boolean> {
  let hasEnded = false;
  child.once('error', () => (hasEnded = true));
  child.once('exit', () => (hasEnded = true));
  while (!hasEnded) {
    const found = readPidFile(options.dataDir);
    if (found?.isReady && found.pid === child.pid) {
      return true;
    }
    await sleep(10);
  }
  return false;
}

/** How long the children of a killed server may take to notice it. */
const CHILDREN_LIMIT_MS = 20_000;

/**
 * Starts the server, or finds the one that already runs on this data folder. Call it under the folder's lock.
 * @throws CollectorError `port_in_use`, `disk_full`, `embedded_not_writable`, `embedded_incompatible`, `embedded_start`.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const running = await findServer(options.dataDir);
  if (running) {
    return running;
  }
  const until = Date.now() + CHILDREN_LIMIT_MS;
  for (let wanted = options.port; ; wanted++) {
    const port = await freePort(wanted);
    let child: ChildProcess;
    try {
      child = launch(options, port);
    } catch (error) {
      throw startError(options, (error as Error).message);
    }
    if (await becomesReady(options, child)) {
      return { pid: child.pid ?? 0, port };
    }
    const log = readFileSync(options.logFile, 'utf8');
    // Of a server that was killed its children go a moment later, and with them its memory.
    if (/pre-existing shared memory block/i.test(log) && Date.now() < until) {
      await sleep(100);
      wanted--;
      continue;
    }
    // Another program took the port between the probe and the start.
    if (!/could not bind/i.test(log) || wanted > options.port + 20) {
      throw startError(options, log);
    }
    wanted = port;
  }
}

/** A checkpoint of what our settings let stand takes seconds, on a slow disk a minute. */
const STOP_LIMIT_MS = 60_000;

/**
 * Ends the server in order (running queries are cancelled) and waits until it is gone. One that is told so while it recovers from a crash may
 * hang (seen with 18.4): it is ended at once after a minute, and replays its log at the next start.
 */
export async function stopServer(options: Pick<ServerOptions, 'binaries' | 'dataDir'>): Promise<void> {
  const running = await findServer(options.dataDir);
  if (!running) {
    return;
  }
  if (process.platform === 'win32') {
    spawnSync(options.binaries.pgCtl, ['stop', '-m', 'fast', '-D', options.dataDir]);
    return;
  }
  process.kill(running.pid, 'SIGINT');
  const until = Date.now() + STOP_LIMIT_MS;
  let isAtOnce = false;
  while (readPidFile(options.dataDir)?.pid === running.pid && isPostgres(running.pid)) {
    if (!isAtOnce && Date.now() > until) {
      isAtOnce = true;
      process.kill(running.pid, 'SIGQUIT');
    }
    await sleep(10);
  }
}
