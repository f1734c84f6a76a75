/** Runs git against a remote. */
import { spawn, type ChildProcess } from 'node:child_process';
import { devNull } from 'node:os';
import { fetchEnvironment } from '../environment.ts';
import { asError } from '../errors.ts';
import { isGone } from '../view.ts';

export interface Remote {
  /** What git fetches from (url.ts); may hold a password. */
  readonly source: string;
  readonly signal: AbortSignal;
}

/** Lines of progress, which say nothing about a failure. */
const PROGRESS = /\d+% \(\d+\/\d+\)|^remote: (Enumerating|Counting|Compressing|Total) /;

/** The line that says why: git's own, except where it only repeats that ssh or the remote side failed. */
function reasonOf(stderr: string): string {
  const lines = stderr
    .split(/[\r\n]/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !PROGRESS.test(line));
  const fatal = lines.find((line) => line.startsWith('fatal:'));
  const other = lines.find((line) => /^(ssh|remote|ERROR|error): |Permission denied/.test(line));
  const isVague = fatal === undefined || /could not read from remote repository/i.test(fatal);
  return ((isVague ? other : undefined) ?? fatal ?? lines.at(-1) ?? 'no reason given')
    .replace(/^(fatal|error|remote): (ERROR: )?/, '')
    .replace(/\.$/, '');
}

function stopGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(process.platform === 'win32' ? pid : -pid, 'SIGTERM');
  } catch {
    // It has ended by itself.
  }
}

/** Whether a git that was started here, and all that it started, have ended. */
export const isGroupGone = (pid: number): boolean => isGone(process.platform === 'win32' ? pid : -pid);

export interface RemoteCommand {
  readonly folder: string;
  readonly args: readonly string[];
  /** Hears the process id. */
  readonly onStart?: (pid: number) => void;
  /** A remote that says nothing for so long is given up: git itself waits for ever. */
  readonly silentMs?: number;
  /** So is one that is not done by then, however much it says. */
  readonly totalMs?: number;
  /** Longest answer: a list of refs that never ends would fill the memory. */
  readonly maxCharacters?: number;
}

/** A fetch tells its progress; where it does not (connectivity of a large history is checked), it takes minutes. */
const SILENT_MS = 10 * 60_000;
const TOTAL_MS = 6 * 3_600_000;
/** About a million refs. */
const MOST_CHARACTERS = 64e6;

/**
 * Runs git in a git directory of ours, with the remote `origin`.
 * @throws Error with the reason that git gave, or why it was given up
 */
export async function runRemote(
  { source, signal }: Remote,
  { folder, args, onStart, silentMs = SILENT_MS, totalMs = TOTAL_MS, maxCharacters = MOST_CHARACTERS }: RemoteCommand
): Promise<string> {
  const settings = {
    'remote.origin.url': source,
    'remote.origin.uploadpack': 'git-upload-pack',
    'remote.origin.promisor': 'false',
    'core.hooksPath': devNull,
    'fetch.recurseSubmodules': 'false',
    // Thousands of small files take more room than what is in them.
    'fetch.unpackLimit': '1',
    'transfer.bundleURI': 'false',
    'gc.autoDetach': 'false',
    'gc.pruneExpire': 'never',
    'safe.directory': '*',
  };
  const child = spawn('git', ['--git-dir', folder, ...args], {
    // Not where the collector was started: PATH may hold a relative folder.
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: git starts others, which are stopped, and waited for, together.
    detached: process.platform !== 'win32',
    env: fetchEnvironment(settings),
  });
  const stop = (): void => stopGroup(child);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  if (child.pid !== undefined) onStart?.(child.pid);
  const chunks: string[] = [];
  let characters = 0;
  let stderr = '';
  let givenUp: Error | null = null;
  const giveUp = (why: string): void => {
    givenUp ??= new Error(why);
    stop();
  };
  const silence = setTimeout(() => giveUp(`it said nothing for ${silentMs / 1000} s`), silentMs);
  const end = setTimeout(() => giveUp(`it was not done after ${totalMs / 1000} s`), totalMs);
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    silence.refresh();
    characters += chunk.length;
    if (characters <= maxCharacters) chunks.push(chunk);
    else giveUp(`its answer is longer than ${maxCharacters / 1e6} MB`);
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    silence.refresh();
    stderr = (stderr + chunk).slice(-4000);
  });
  await new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    // A process that was told to stop may still write: its end is waited for.
    child.on('close', (code) => {
      clearTimeout(silence);
      clearTimeout(end);
      signal.removeEventListener('abort', stop);
      if (signal.aborted) reject(asError(signal.reason));
      else if (givenUp !== null) reject(givenUp);
      else if (code === 0) resolve();
      else reject(new Error(reasonOf(stderr)));
    });
  });
  return chunks.join('');
}
