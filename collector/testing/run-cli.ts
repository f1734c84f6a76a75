/** Runs a command of this repository as a process of its own, as a person would. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

const here = path.join(import.meta.dirname, '../..');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  /** Store to use; undefined = embedded. */
  readonly url?: string;
  /** File to run. Default: the collector's command line. */
  readonly file?: string;
  /** Tree whose command line it is. Default: this repository. */
  readonly root?: string;
  /** Folder to run in. Default: that of the repository, which has no throughline.yaml. */
  readonly cwd?: string;
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Run as this system account; only root may. */
  readonly account?: { readonly uid: number; readonly gid: number };
}

/** Starts `throughline …` (or another file). Its output is `stdio` pipe. */
export function startCli(
  args: readonly string[],
  { url, file = 'collector/src/main.ts', root = here, cwd = root, account, env: more = {} }: CliOptions = {}
): ChildProcess {
  const env: NodeJS.ProcessEnv = { ...process.env, NODE_OPTIONS: '' };
  delete env.DATABASE_URL;
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', path.join(root, file), ...args], {
    cwd,
    ...account,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...env, ...more, ...(url === undefined ? {} : { DATABASE_URL: url }) },
  });
}

/** Runs it to its end. */
export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<Ended> {
  return endOf(startCli(args, options));
}

/** Waits for the end of a started command. */
export async function endOf(child: ChildProcess): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}
