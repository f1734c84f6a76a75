/** Our own bare mirrors of remotes. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, stat, writeFile } from 'node:fs/promises';
import { devNull } from 'node:os';
import path from 'node:path';
import { CollectorError } from '../errors.ts';
import { fetchEnvironment } from './environment.ts';
import { checkUrl, sourceOf, withoutCredentials } from './url.ts';

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
async function runRemote(
  { source, signal }: { readonly source: string; readonly signal: AbortSignal },
  folder: string,
  args: readonly string[]
): Promise<string> {
  const settings = {
    'remote.origin.url': source,
    'remote.origin.uploadpack': 'git-upload-pack',
    'remote.origin.promisor': 'false',
    'core.hooksPath': devNull,
    'fetch.recurseSubmodules': 'false',
    'transfer.bundleURI': 'false',
    'gc.autoDetach': 'false',
    'gc.pruneExpire': 'never',
    'safe.directory': '*',
  };
  const child = spawn('git', ['--git-dir', folder, ...args], {
    // Not where the collector was started: PATH may hold a relative folder.
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
    env: fetchEnvironment(settings),
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
async function fetchAll({ url, notesRef, signal }: MirrorRequest, folder: string): Promise<void> {
  const request = { source: await sourceOf(url), notesRef, signal };
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  await runRemote(request, folder, ['init', '--quiet', '--bare', '--template=', folder]);
  const remote = await runRemote(request, folder, ['ls-remote', '--symref', 'origin', 'HEAD', request.notesRef]);
  const notes = remote.includes(`\t${request.notesRef}\n`) ? [`+${request.notesRef}:${request.notesRef}`] : [];
  const refs = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*', ...notes];
  await runRemote(request, folder, [
    'fetch',
    '--prune',
    '--no-tags',
    '--no-recurse-submodules',
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
 * @throws CollectorError `git_url`, `git_unreachable`, `disk_full`
 */
export async function mirror(request: MirrorRequest): Promise<{ folder: string; fetchedAt: Date }> {
  const { url, name, cacheDir, signal } = request;
  checkUrl(url);
  const digest = createHash('sha256').update(withoutCredentials(url)).digest('hex').slice(0, 8);
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
