/** Creates the data folder of the embedded Postgres and words the failures of its programs. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, renameSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Account } from './account.ts';
import type { Binaries } from './binaries.ts';
import { CollectorError } from '../errors.ts';

export interface ServerOptions {
  readonly binaries: Binaries;
  readonly account: Account | null;
  readonly dataDir: string;
  readonly logFile: string;
  /** Wanted port; the next free one is taken when another program has it. */
  readonly port: number;
  /** Postgres settings, e.g. `{ fsync: 'off' }`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** `trust` lets every local user in; for throw-away servers of tests only. Default: by password. */
  readonly auth?: 'trust' | 'scram-sha-256';
}

/** Text order is by code point everywhere, so that the same data gives the same answers on every machine. */
const initdbFlags = [
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--no-sync',
];

/** Less than the server needs to start: on a full disk not even its log says so. */
function isFull(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize < 2 ** 20;
  } catch {
    return false;
  }
}

/** Clear words for the failures people really meet. */
export function startError(options: ServerOptions, log: string): CollectorError {
  const tail = log.trim().split('\n').slice(-3).join(' | ');
  const of = (code: string, message: string): CollectorError =>
    new CollectorError({ code, message, fault: 'config', cause: new Error(tail) });
  if (/no space left|disk quota|could not extend file/i.test(log) || isFull(path.dirname(options.dataDir))) {
    return of(
      'disk_full',
      `The disk of ${options.dataDir} is full. Free some space, or set DATABASE_URL to a Postgres server.`
    );
  }
  if (/permission denied|operation not permitted|EACCES|EPERM|EROFS|read-only file system/i.test(log)) {
    return of(
      'embedded_not_writable',
      `The embedded Postgres may not write to ${options.dataDir}. Check the rights of the folder, or set DATABASE_URL to a Postgres server.`
    );
  }
  if (/database files are incompatible|not compatible with/i.test(log)) {
    return of(
      'embedded_incompatible',
      `The data in ${options.dataDir} is of another Postgres version. Move the folder away to start anew (data is collected again), or use the version of Throughline that wrote it.`
    );
  }
  return of('embedded_start', `The embedded Postgres did not start: ${tail}. The whole log is in ${options.logFile}.`);
}

/** Options of every program that runs under the server's account. */
export function spawnOptions(account: Account | null): {
  uid?: number;
  gid?: number;
  cwd: string;
  env: NodeJS.ProcessEnv;
} {
  // The current folder may be closed to the account; every path given is absolute.
  return {
    ...account,
    cwd: path.parse(process.cwd()).root,
    env: { ...process.env, LC_ALL: 'C', LC_MESSAGES: 'C', TZ: 'UTC' },
  };
}

/** In a session of its own: Ctrl-C in the terminal stops what comes after it, not initdb in its middle. */
async function runInitdb(options: ServerOptions, args: readonly string[]): Promise<void> {
  const child = spawn(options.binaries.initdb, args, {
    ...spawnOptions(options.account),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const hear = (chunk: Buffer): void => void (said += chunk.toString('utf8'));
  child.stderr.on('data', hear);
  child.stdout.on('data', hear);
  const end = (): void => void child.kill();
  process.once('exit', end);
  const [code] = (await once(child, 'close')) as [number | null];
  process.off('exit', end);
  if (code !== 0) {
    throw startError(options, said);
  }
}

/**
 * Creates the data folder with a superuser `postgres`.
 * @throws CollectorError `disk_full`, `embedded_not_writable`, `embedded_start`.
 */
export async function initialiseServer(options: ServerOptions, superuserPassword: string): Promise<void> {
  if (existsSync(path.join(options.dataDir, 'PG_VERSION'))) {
    return;
  }
  const draft = `${options.dataDir}.new`;
  const passwordFile = path.join(draft, '.pw');
  try {
    // Built aside and renamed: an interrupted initdb leaves nothing that looks like a database.
    rmSync(draft, { recursive: true, force: true });
    mkdirSync(draft, { recursive: true, mode: 0o700 });
    writeFileSync(passwordFile, `${superuserPassword}\n`, { mode: 0o600 });
    if (options.account) {
      chownSync(draft, options.account.uid, options.account.gid);
      chownSync(passwordFile, options.account.uid, options.account.gid);
    }
    const pgdata = path.join(draft, 'data');
    await runInitdb(options, [
      `--pgdata=${pgdata}`,
      '--username=postgres',
      `--pwfile=${passwordFile}`,
      `--auth=${options.auth ?? 'scram-sha-256'}`,
      ...initdbFlags,
    ]);
    rmSync(options.dataDir, { recursive: true, force: true });
    renameSync(pgdata, options.dataDir);
  } catch (error) {
    throw error instanceof CollectorError ? error : startError(options, (error as Error).message);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}
