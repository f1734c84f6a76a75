/** Where a repository is and what it is called: a local clone, or our own mirror of a remote. */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { RepositoryConfig } from '../../config.ts';
import { CollectorError, redact } from '../../errors.ts';
import { LifetimeError } from '../../lifetimes/errors.ts';
import { gitEnvironment, openRepository, runGit, type Repository } from '../../lifetimes/git.ts';

/** A repository that can be read. */
export interface Source {
  readonly repo: Repository;
  readonly repoPath: string;
  readonly branch: string;
  /** Commit of the branch now. */
  readonly tip: string;
  /** Page of the repository; null = not a known forge. */
  readonly webUrl: string | null;
}

/** owner/name of a remote, e.g. `acme/shop` for git@github.com:acme/shop.git; null = it has none. */
export function remoteSlug(url: string): string | null {
  const bare = url.trim().replace(/\/+$/, '').replace(/\.git$/, '');
  const found = /(?:^[a-z][a-z0-9+.-]*:\/\/[^/]+\/|^[^/:]+:)(?<path>.+)$/i.exec(bare)?.groups?.['path'];
  const parts = (found ?? '').split('/').filter((part) => part !== '' && part !== '~');
  return parts.length >= 2 ? parts.slice(-2).join('/') : (parts[0] ?? null);
}

/** Page of a repository on GitHub, GitLab, Bitbucket or Codeberg; null for other hosts. */
export function webUrlOf(remote: string | null): string | null {
  const host = /(?:@|:\/\/(?:[^@/]+@)?)(?<host>[^/:]+)/.exec(remote ?? '')?.groups?.['host'];
  const slug = remote === null ? null : remoteSlug(remote);
  return host !== undefined && slug !== null && /(^|\.)(github|gitlab|bitbucket|codeberg)\./.test(host) ? `https://${host}/${slug}` : null;
}

/** Page of a change on the forge; null = no forge. */
export function changeUrl(webUrl: string | null, change: { readonly number: string | null; readonly sha: string }): string | null {
  if (webUrl === null) {
    return null;
  }
  if (change.number === null) {
    return webUrl.includes('gitlab') ? `${webUrl}/-/commit/${change.sha}` : `${webUrl}/commit/${change.sha}`;
  }
  if (webUrl.includes('gitlab')) {
    return `${webUrl}/-/merge_requests/${change.number}`;
  }
  return webUrl.includes('bitbucket') ? `${webUrl}/pull-requests/${change.number}` : `${webUrl}/pull/${change.number}`;
}

function originOf(folder: string): string | null {
  const done = spawnSync('git', ['-c', 'safe.directory=*', '-C', folder, 'config', '--get', 'remote.origin.url'], {
    encoding: 'utf8',
    env: { ...gitEnvironment(), GIT_CONFIG_GLOBAL: '/dev/null' },
  });
  return done.status === 0 && done.stdout.trim() !== '' ? done.stdout.trim() : null;
}

/** Name of a repository in panels: as configured, owner/name of its remote, else the folder's name. */
export function slugOf(repository: RepositoryConfig): string {
  if (repository.slug !== undefined) {
    return repository.slug;
  }
  if (repository.url !== undefined) {
    return remoteSlug(repository.url) ?? repository.url;
  }
  const folder = path.resolve(repository.path ?? '.');
  const base = path.basename(folder).replace(/\.git$/, '');
  const name = base === '' ? path.basename(path.dirname(folder)) : base;
  const origin = existsSync(folder) ? originOf(folder) : null;
  return (origin === null ? null : remoteSlug(origin)) ?? name;
}

function fault(code: string, message: string): CollectorError {
  return new CollectorError({ code, message: redact(message), fault: 'source' });
}

/** Runs git with the network; rejects with its last line. */
async function runRemote(args: readonly string[], signal: AbortSignal): Promise<void> {
  const child = spawn('git', args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    signal,
    // The user's own credential helpers and proxies are needed here; prompts would hang.
    env: { ...process.env, GIT_TERMINAL_PROMPT: '0', GIT_ASKPASS: 'true', SSH_ASKPASS: 'true', LC_ALL: 'C' },
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr = (stderr + chunk.toString('utf8')).slice(-4000)));
  await new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(stderr.trim().split('\n').at(-1) ?? `exit ${String(code)}`))));
  });
}

/** Our mirror of a remote: made at first use, fetched when asked. */
async function mirror(url: string, cacheDir: string, { isFetching, signal }: { isFetching: boolean; signal: AbortSignal }): Promise<string> {
  const name = `${(remoteSlug(url) ?? 'repository').replace(/[^\w.-]+/g, '-')}-${createHash('sha256').update(url).digest('hex').slice(0, 8)}.git`;
  const folder = path.join(cacheDir, name);
  const isThere = existsSync(path.join(folder, 'HEAD'));
  try {
    if (!isThere) {
      await runRemote(['clone', '--mirror', '--quiet', '--', url, folder], signal);
    } else if (isFetching) {
      await runRemote(['-C', folder, 'fetch', '--prune', '--quiet', 'origin'], signal);
    }
  } catch (cause) {
    signal.throwIfAborted();
    throw new CollectorError({
      code: 'git_unreachable',
      message: redact(`Cannot ${isThere ? 'fetch' : 'clone'} ${url}: ${(cause as Error).message}. Check the URL, the network and your git credentials.`),
      fault: 'source',
      retryable: true,
    });
  }
  return folder;
}

async function branches(repo: Repository): Promise<Map<string, string>> {
  const out = await runGit(repo, ['for-each-ref', '--format=%(refname)%00%(objectname)', 'refs/heads', 'refs/remotes/origin']);
  return new Map(
    out
      .toString('utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split('\0') as [string, string])
  );
}

async function symbolic(repo: Repository, name: string): Promise<string | null> {
  const out = await runGit(repo, ['symbolic-ref', '--quiet', name]).catch(() => null);
  return out?.toString('utf8').trim() ?? null;
}

async function pickBranch(repo: Repository, { branch, where }: { branch: string | undefined; where: string }): Promise<{ name: string; tip: string }> {
  const known = await branches(repo);
  const short = (ref: string): string => ref.replace(/^refs\/(heads|remotes\/origin)\//, '');
  const find = (name: string): string | undefined => known.get(`refs/heads/${name}`) ?? known.get(`refs/remotes/origin/${name}`);
  if (branch !== undefined) {
    const tip = find(branch);
    if (tip === undefined) {
      const names = [...new Set([...known.keys()].map(short))].filter((name) => name !== 'HEAD').slice(0, 12);
      throw fault('git_branch', `${where} has no branch "${branch}". It has ${names.length > 0 ? names.join(', ') : 'none'}.`);
    }
    return { name: branch, tip };
  }
  const wanted = [await symbolic(repo, 'refs/remotes/origin/HEAD'), await symbolic(repo, 'HEAD'), 'main', 'master'];
  for (const name of wanted) {
    const tip = name === null ? undefined : (known.get(name) ?? find(short(name)));
    if (name !== null && tip !== undefined) {
      return { name: short(name), tip };
    }
  }
  // A detached or bare snapshot without branches still has a HEAD.
  const head = await runGit(repo, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']).catch(() => null);
  if (head) {
    return { name: 'HEAD', tip: head.toString('utf8').trim() };
  }
  throw fault('git_no_commits', `${where} has no commits. Commit something, or name another branch.`);
}

/**
 * Opens a configured repository; a remote is mirrored first and fetched when `isFetching`.
 * @throws CollectorError `git_path`, `git_not_a_repository`, `git_no_commits`, `git_branch`, `git_unreachable`, `git_missing`.
 */
export async function openSource(
  repository: RepositoryConfig,
  { cacheDir, isFetching, signal }: { cacheDir: string; isFetching: boolean; signal: AbortSignal }
): Promise<Source> {
  const { url, branch } = repository;
  const where = url === undefined ? path.resolve(repository.path ?? '.') : redact(url);
  if (url === undefined && !existsSync(where)) {
    throw fault('git_path', `${where} does not exist or may not be read. Check the path and its rights.`);
  }
  const repoPath = url === undefined ? where : await mirror(url, cacheDir, { isFetching, signal });
  try {
    const repo = await openRepository(repoPath, signal);
    const { name, tip } = await pickBranch(repo, { branch, where });
    return { repo, repoPath, branch: name, tip, webUrl: webUrlOf(url ?? originOf(repoPath)) };
  } catch (error) {
    if (error instanceof LifetimeError && error.code === 'not_a_repository') {
      throw fault('git_not_a_repository', `${where} is not a git repository. Give the folder of a clone, or a URL.`);
    }
    if (error instanceof LifetimeError && error.code === 'git_missing') {
      throw fault('git_missing', 'git was not found. Install git 2.31 or newer.');
    }
    throw error;
  }
}
