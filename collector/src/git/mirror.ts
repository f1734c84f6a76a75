/** Our own bare mirrors of remotes. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { CollectorError } from '../errors.ts';

/** A text without the user names and passwords of its URLs. */
export const withoutCredentials = (text: string): string => text.replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@]*@/gi, '$1');

export interface MirrorRequest {
  readonly url: string;
  /** Name that its folder begins with. */
  readonly name: string;
  readonly cacheDir: string;
  readonly notesRef: string;
  /** Look at the remote again; a mirror that is not complete yet is always fetched. */
  readonly isFetching: boolean;
  readonly signal: AbortSignal;
}

/** Settings by environment: a URL with a password must stand in no file and no list of processes. */
function environment(settings: Readonly<Record<string, string>>): Record<string, string | undefined> {
  const all = Object.entries(settings);
  const pairs = all.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${String(index)}`, key],
    [`GIT_CONFIG_VALUE_${String(index)}`, value],
  ]);
  return {
    ...process.env,
    // The user's own credential helpers and proxies are needed here; prompts would hang.
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: 'true',
    SSH_ASKPASS: 'true',
    GIT_SSH_COMMAND: process.env['GIT_SSH_COMMAND'] ?? 'ssh -oBatchMode=yes',
    LC_ALL: 'C',
    GIT_CONFIG_COUNT: String(all.length),
    ...(Object.fromEntries(pairs) as Record<string, string>),
  };
}

/** The line that says why: git's own, except where it only repeats that ssh or the remote side failed. */
function reasonOf(stderr: string): string {
  const lines = stderr
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  const fatal = lines.find((line) => line.startsWith('fatal:'));
  const other = lines.find((line) => /^(ssh|remote|ERROR|error): |Permission denied/.test(line));
  const isVague = fatal === undefined || /could not read from remote repository/i.test(fatal);
  return ((isVague ? other : undefined) ?? fatal ?? lines.at(-1) ?? 'no reason given')
    .replace(/^(fatal|error|remote): (ERROR: )?/, '')
    .replace(/\.$/, '');
}

/** Runs git in the mirror. @throws Error with the reason that git gave */
async function runRemote({ url, signal }: MirrorRequest, folder: string, args: readonly string[]): Promise<string> {
  const settings = {
    'remote.origin.url': url,
    'gc.autoDetach': 'false',
    'gc.pruneExpire': 'never',
    'safe.directory': '*',
  };
  const child = spawn('git', ['--git-dir', folder, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
    env: environment(settings),
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (stderr = (stderr + chunk.toString('utf8')).slice(-4000)));
  await new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) {
        resolve();
      } else {
        reject(new Error(reasonOf(stderr)));
      }
    });
  });
  return stdout;
}

/** Branches, tags and notes; the thousands of request refs that `clone --mirror` takes along are nobody's history. */
async function fetchAll(request: MirrorRequest, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await runRemote(request, folder, ['init', '--quiet', '--bare', folder]);
  const remote = await runRemote(request, folder, ['ls-remote', '--symref', 'origin', 'HEAD', request.notesRef]);
  const notes = remote.includes(`\t${request.notesRef}\n`) ? [`+${request.notesRef}:${request.notesRef}`] : [];
  const refs = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*', ...notes];
  await runRemote(request, folder, [
    'fetch',
    '--prune',
    '--no-tags',
    '--quiet',
    '--no-write-fetch-head',
    'origin',
    ...refs,
  ]);
  const head = /^ref: (refs\/heads\/\S+)\tHEAD$/m.exec(remote)?.[1];
  if (head !== undefined) {
    await runRemote(request, folder, ['symbolic-ref', 'HEAD', head]);
  }
}

/**
 * The mirror of a remote, made at first use; a fetch that was interrupted is taken up again.
 * @throws CollectorError `git_unreachable`
 */
export async function mirror(request: MirrorRequest): Promise<{ folder: string; fetchedAt: Date }> {
  const { url, name, cacheDir, signal } = request;
  const digest = createHash('sha256').update(url).digest('hex').slice(0, 8);
  const folder = path.join(cacheDir, `${name.replace(/[^\w.-]+/g, '-')}-${digest}.git`);
  const marker = path.join(folder, 'throughline-fetched');
  if (request.isFetching || !existsSync(marker)) {
    try {
      await fetchAll(request, folder);
      await writeFile(marker, '');
    } catch (cause) {
      signal.throwIfAborted();
      if (/no space left|disk quota|ENOSPC|EDQUOT/i.test((cause as Error).message)) {
        throw new CollectorError({
          code: 'disk_full',
          message: `The disk of ${cacheDir} is full. Free some space; the next run carries on where this one stopped.`,
          fault: 'source',
          retryable: true,
        });
      }
      throw new CollectorError({
        code: 'git_unreachable',
        message: withoutCredentials(
          `Cannot fetch ${url}: ${(cause as Error).message.replaceAll(url, withoutCredentials(url))}. Check the URL, the network and your git credentials.`
        ),
        fault: 'source',
        retryable: true,
      });
    }
  }
  return { folder, fetchedAt: (await stat(marker)).mtime };
}
