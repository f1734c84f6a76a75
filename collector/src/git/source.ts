/** Where a repository is and what it is called: a local clone, or our own mirror of a remote. */
import { constants, existsSync } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { RepositoryConfig } from '../config/repository.ts';
import { CollectorError } from '../errors.ts';
import { LifetimeError } from './errors.ts';
import { locate } from './locate.ts';
import { openRepository, runGit, type Repository } from './process.ts';
import { settingsOf } from './settings.ts';
import { requireGit } from './version.ts';
import { openMirror, type MirrorRequest } from './mirrors/open.ts';
import { remoteOf, type Readable } from './remotes.ts';
import { remoteSlug, withoutCredentials } from './url.ts';

/** A repository that can be read. */
export interface Source {
  readonly repo: Repository;
  readonly repoPath: string;
  readonly branch: string;
  /** Commit of the branch now. */
  readonly tip: string;
  /** Page of the repository; null = not a known forge. */
  readonly webUrl: string | null;
  /** Boundary commits of a shallow clone, sorted; empty = the history is complete. */
  readonly boundary: readonly string[];
  /** Commits are known up to here: when the remote was last looked at; now, where there is none. */
  readonly observedAt: Date;
  /** It has been read: a mirror may be removed to make room for others. */
  readonly close: () => void;
}

/** Page of a repository on GitHub, GitLab, Bitbucket or Codeberg; null for other hosts. */
export function webUrlOf(remote: string | null): string | null {
  const host = /(?:@|:\/\/(?:[^@/]+@)?)(?<host>[^/:]+)/.exec(remote ?? '')?.groups?.['host'];
  const slug = remote === null ? null : remoteSlug(remote);
  return host !== undefined && slug !== null && /(^|\.)(github|gitlab|bitbucket|codeberg)\./.test(host)
    ? `https://${host}/${slug}`
    : null;
}

/** Page of a change on the forge; null = no forge. */
export function changeUrl(
  webUrl: string | null,
  change: { readonly number: string | null; readonly sha: string }
): string | null {
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

/** Page of a tag on the forge; null = no forge. */
export function tagUrl(webUrl: string | null, tag: string): string | null {
  if (webUrl === null) {
    return null;
  }
  const place = webUrl.includes('gitlab') ? '-/tags' : webUrl.includes('bitbucket') ? 'src' : 'releases/tag';
  return `${webUrl}/${place}/${encodeURIComponent(tag)}`;
}

/** Remote of a folder; null = it has none, or is no repository that can be read: opening it says why. */
function originOf(folder: string): string | null {
  try {
    return settingsOf(locate(folder).commonDir).origin;
  } catch {
    return null;
  }
}

/** Names of folders that say what is in them, not whose. */
const NAMELESS = /^(repo|repository)?(\.git)?$/i;

/** Name of the nearest folder that has one of its own; null = none has. */
function folderName(folder: string): string | null {
  for (let at = folder; at !== path.dirname(at); at = path.dirname(at)) {
    const name = path.basename(at);
    if (!NAMELESS.test(name)) {
      return name.replace(/\.git$/, '');
    }
  }
  return null;
}

/** Name of a repository in panels: as configured, owner/name of its remote, else the folder's name; of a folder called `repo` the one above. */
export function slugOf(repository: RepositoryConfig): string {
  if (repository.slug !== undefined) {
    return repository.slug;
  }
  if (repository.url !== undefined) {
    return remoteSlug(repository.url) ?? withoutCredentials(repository.url);
  }
  const folder = path.resolve(repository.path ?? '.');
  const origin = existsSync(folder) ? originOf(folder) : null;
  const remote = origin === null ? null : remoteSlug(origin);
  if (remote !== null) {
    return remote;
  }
  // A remote that is a folder names a repository whose own folder does not.
  const isNameless = NAMELESS.test(path.basename(folder));
  const above = isNameless && origin !== null ? folderName(path.resolve(folder, origin)) : null;
  return above ?? folderName(folder) ?? path.basename(folder);
}

function fault(code: string, message: string): CollectorError {
  return new CollectorError({ code, message: withoutCredentials(message), fault: 'source' });
}

async function branches(repo: Repository): Promise<Map<string, string>> {
  const out = await runGit(repo, [
    'for-each-ref',
    '--format=%(refname)%00%(objectname)%00%(symref)',
    'refs/heads',
    'refs/remotes/origin',
  ]);
  return new Map(
    out
      .toString('utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split('\0'))
      .filter(([, , symref]) => symref === '')
      .map(([name = '', sha = '']) => [name, sha] as const)
  );
}

async function symbolic(repo: Repository, name: string): Promise<string | null> {
  const out = await runGit(repo, ['symbolic-ref', '--quiet', name]).catch(() => null);
  return out?.toString('utf8').trim() ?? null;
}

const shortName = (ref: string): string => ref.replace(/^refs\/(heads|remotes\/origin)\//, '');

/** Of a branch here and at the remote the one that contains the other; the remote's where they went apart. */
async function tipOf(repo: Repository, known: ReadonlyMap<string, string>, name: string): Promise<string | undefined> {
  const here = known.get(`refs/heads/${name}`);
  const there = known.get(`refs/remotes/origin/${name}`);
  if (here === undefined || there === undefined || here === there) {
    return here ?? there;
  }
  return runGit(repo, ['merge-base', '--is-ancestor', there, here]).then(
    () => here,
    () => there
  );
}

/** @throws CollectorError `git_branch`, `git_no_commits` */
async function pickBranch(
  repo: Repository,
  { branch, where }: { branch: string | undefined; where: string }
): Promise<{ name: string; tip: string }> {
  const known = await branches(repo);
  const names = [...new Set([...known.keys()].map(shortName))].filter((name) => name !== 'HEAD').sort();
  if (branch !== undefined && names.length > 0) {
    const tip = await tipOf(repo, known, branch);
    if (tip === undefined) {
      const more = names.length > 12 ? ` and ${String(names.length - 12)} more` : '';
      throw fault(
        'git_branch',
        `${where} has no branch "${branch}". Set branch to one of ${names.slice(0, 12).join(', ')}${more}.`
      );
    }
    return { name: branch, tip };
  }
  const wanted = [await symbolic(repo, 'refs/remotes/origin/HEAD'), await symbolic(repo, 'HEAD'), 'main', 'master'];
  for (const name of [...wanted.filter((one) => one !== null).map(shortName), ...(names.length === 1 ? names : [])]) {
    const tip = await tipOf(repo, known, name);
    if (tip !== undefined) {
      return { name, tip };
    }
  }
  // A detached or bare snapshot without branches still has a HEAD.
  const head = await runGit(repo, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']).catch(() => null);
  if (head) {
    return { name: 'HEAD', tip: head.toString('utf8').trim() };
  }
  if (names.length > 0) {
    throw fault(
      'git_branch',
      `${where} does not say which branch is its default. Set branch to one of ${names.slice(0, 12).join(', ')}.`
    );
  }
  throw fault('git_no_commits', `${where} has no commits. Commit something, or name another repository.`);
}

/** Only the folder itself counts: one inside another clone is a mistake, not that clone. @throws CollectorError `git_path`, `git_not_a_repository` */
export async function checkFolder(where: string): Promise<void> {
  const real = await realpath(where).catch((error: unknown) => pathFault(where, error));
  await access(real, constants.R_OK | constants.X_OK).catch((error: unknown) => pathFault(where, error));
  if (!existsSync(path.join(real, '.git')) && !existsSync(path.join(real, 'HEAD'))) {
    throw fault('git_not_a_repository', `${where} is not a git repository. Give the folder of a clone, or a URL.`);
  }
}

/** @throws CollectorError `git_path` */
export function pathFault(where: string, error: unknown): never {
  const { code = 'unknown' } = error as NodeJS.ErrnoException;
  const reason = code === 'ENOENT' || code === 'ENOTDIR' ? 'does not exist' : `may not be read (${code})`;
  throw fault('git_path', `${where} ${reason}. Check the path and its rights.`);
}

/** A clone is complete up to its last fetch or its newest commit; one without a remote is complete now. */
async function observedIn(
  repo: Repository,
  { tip, origin, now }: { tip: string; origin: string | null; now: Date }
): Promise<Date> {
  if (origin === null) {
    return now;
  }
  const committed = Number((await runGit(repo, ['log', '-1', '--format=%ct', tip])).toString('latin1')) * 1000;
  const fetched = await stat(path.join(repo.place.gitDir, 'FETCH_HEAD')).catch(() => null);
  return new Date(Math.min(now.getTime(), Math.max(committed, fetched?.mtimeMs ?? 0)));
}

interface OpenOptions extends Pick<MirrorRequest, 'mirrors' | 'isFetching' | 'looked' | 'onProgress' | 'signal'> {
  readonly now?: () => Date;
}

/** A folder that holds the repository; `fetchedAt` null = it is not our mirror. */
interface Placed {
  readonly folder: string;
  readonly fetchedAt: Date | null;
  readonly close: () => void;
}

async function place(repository: Readable, options: OpenOptions): Promise<Placed> {
  const { url } = repository;
  if (url !== undefined) {
    const { folder, observedAt, close } = await openMirror({ ...options, ...remoteOf(url, repository) });
    return { folder, fetchedAt: observedAt, close };
  }
  const folder = path.resolve(repository.path ?? '.');
  await checkFolder(folder);
  return { folder, fetchedAt: null, close: () => undefined };
}

function worded(error: unknown, where: string): unknown {
  if (!(error instanceof LifetimeError)) {
    return error;
  }
  if (/permission denied/i.test(error.message)) {
    return fault('git_path', `${where} may not be read (EACCES). Check the path and its rights.`);
  }
  const isNone = error.code === 'not_a_repository';
  return isNone
    ? fault('git_not_a_repository', `${where} is not a git repository. Give the folder of a clone, or a URL.`)
    : error;
}

/**
 * Opens a configured repository; a remote is mirrored first and fetched when `isFetching`. A user's clone is never written to. Close it in the end.
 * @throws CollectorError `git_path`, `git_not_a_repository`, `git_no_commits`, `git_branch`, `git_unreachable`, `git_missing`,
 * `mirror_too_large`, `mirrors_full`.
 */
export async function openSource(repository: Readable, options: OpenOptions): Promise<Source> {
  const { signal, now = () => new Date() } = options;
  await requireGit();
  const { folder, fetchedAt, close } = await place(repository, options);
  const where = repository.url === undefined ? folder : withoutCredentials(repository.url);
  try {
    const repo = await openRepository(folder, signal);
    const { name, tip } = await pickBranch(repo, { branch: repository.branch, where });
    const origin = repository.url ?? repo.origin;
    return {
      repo,
      repoPath: folder,
      branch: name,
      tip,
      webUrl: webUrlOf(origin),
      boundary: repo.boundary,
      observedAt: fetchedAt ?? (await observedIn(repo, { tip, origin, now: now() })),
      close,
    };
  } catch (error) {
    close();
    signal.throwIfAborted();
    throw worded(error, where);
  }
}
