/** Where a repository keeps its things. A pointer out of its folder is followed only when what it names points back. */
import { realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { LifetimeError } from './errors.ts';
import { readRegular } from './regular-file.ts';
import { settingsOf } from './settings.ts';

/** Real paths. */
export interface Place {
  /** Of this working tree: HEAD, FETCH_HEAD. */
  readonly gitDir: string;
  /** Shared by all working trees: objects, refs, config. */
  readonly commonDir: string;
}

const MAX_POINTER_BYTES = 16 << 10;

export const isInside = (inner: string, outer: string): boolean =>
  inner === outer || inner.startsWith(outer + path.sep);

function realOf(target: string): string | null {
  try {
    return realpathSync(target);
  } catch {
    return null;
  }
}

function outside(what: string, target: string): LifetimeError {
  return new LifetimeError(
    'git_outside',
    `${what} points to ${target}, outside of the repository, and nothing there points back. Give ${target} itself, or a clone of its own.`
  );
}

const isFolder = (file: string): boolean => statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false;
const looksLikeGitDir = (folder: string): boolean =>
  statSync(path.join(folder, 'HEAD'), { throwIfNoEntry: false }) !== undefined &&
  ((isFolder(path.join(folder, 'objects')) && isFolder(path.join(folder, 'refs'))) ||
    statSync(path.join(folder, 'commondir'), { throwIfNoEntry: false }) !== undefined);

/** First line of a file that holds a path. */
const pointer = (file: string): string | null =>
  readRegular(file, MAX_POINTER_BYTES)?.toString('utf8').split('\n')[0]?.trim() ?? null;

/** A working tree or a submodule: git notes in the git directory which folder it belongs to. */
function pointsBack(gitDir: string, folder: string): boolean {
  const worktree = pointer(path.join(gitDir, 'gitdir'));
  if (worktree !== null) return realOf(path.resolve(gitDir, worktree)) === path.join(folder, '.git');
  const own = settingsOf(gitDir).worktree;
  return own !== null && realOf(path.resolve(gitDir, own)) === folder;
}

/** The git directory that `folder/.git` is or names; null = it is none. */
function named(folder: string): string | null {
  const dot = path.join(folder, '.git');
  const stat = statSync(dot, { throwIfNoEntry: false });
  if (stat === undefined) return null;
  const isPointer = stat.isFile();
  const target = isPointer ? /^gitdir: (.+)$/.exec(pointer(dot) ?? '')?.[1] : dot;
  const gitDir = target === undefined ? null : realOf(path.resolve(folder, target));
  if (gitDir === null || !looksLikeGitDir(gitDir)) return null;
  if (!isInside(gitDir, folder) && !pointsBack(gitDir, folder)) throw outside(dot, gitDir);
  return gitDir;
}

function commonOf(gitDir: string): string {
  const target = pointer(path.join(gitDir, 'commondir'));
  if (target === null) return gitDir;
  const common = realOf(path.resolve(gitDir, target));
  if (common === null || path.dirname(gitDir) !== path.join(common, 'worktrees'))
    throw outside(path.join(gitDir, 'commondir'), common ?? target);
  return common;
}

/** @throws LifetimeError `not_a_repository`, `git_outside`, `git_irregular`, `git_layout` */
export function locate(folder: string): Place {
  const real = realOf(folder);
  const gitDir = real === null ? null : (named(real) ?? (looksLikeGitDir(real) ? real : null));
  if (gitDir === null)
    throw new LifetimeError(
      'not_a_repository',
      `${folder} is not a git repository: it has no .git, and is no bare one`
    );
  const commonDir = commonOf(gitDir);
  for (const part of ['objects', 'refs']) {
    const at = realOf(path.join(commonDir, part));
    if (at === null || !isFolder(at))
      throw new LifetimeError('not_a_repository', `${folder} is not a git repository: ${commonDir} has no ${part}`);
    if (!isInside(at, commonDir)) throw outside(path.join(commonDir, part), at);
  }
  return { gitDir, commonDir };
}
