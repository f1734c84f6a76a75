import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { gitEnvironment } from './environment.ts';
import { LifetimeError } from './errors.ts';
import { DEFAULT_LIMITS, memoryOfGit, type GitLimits } from './limits.ts';
import { locate, type Place } from './locate.ts';
import { settingsOf } from './settings.ts';
import { viewOf } from './view.ts';

/** A running git command with piped stdin, stdout and stderr. */
export type GitProcess = ChildProcessByStdio<Writable, Readable, Readable>;

/** A repository that answered, with what the engine must know before it reads. */
export interface Repository {
  /** Our own git directory over its objects (view.ts): what git is started on. */
  readonly gitDir: string;
  /** Where its own files are. */
  readonly place: Place;
  readonly hexLength: 40 | 64;
  readonly emptyTree: string;
  /** Boundary commits of a shallow clone, sorted; empty = the history is complete. */
  readonly boundary: readonly string[];
  /** URL of the remote `origin`; null = none. May hold a password. */
  readonly origin: string | null;
  /** Why objects may be missing here and what helps; null = nothing is known. */
  readonly lack: string | null;
  /** How much of it is read. */
  readonly limits: GitLimits;
  /** Folder for objects of our own beside those of the folder `shared`; default: none are made. */
  readonly scratch?: { readonly folder: string; readonly shared: string };
}

// What git would do by default, said in full: a newer git may change its defaults. The algorithm and the indent heuristic are those of
// `git blame`, so that both see the same lines.
const SETTINGS = [
  'diff.algorithm=myers',
  'diff.indentHeuristic=true',
  'diff.renames=true',
  'diff.renameLimit=1000',
  'diff.noprefix=false',
  'diff.mnemonicPrefix=false',
  'diff.interHunkContext=0',
  'diff.suppressBlankEmpty=false',
  'diff.submodule=short',
  'diff.ignoreSubmodules=none',
  'diff.orderFile=/dev/null',
  'core.quotePath=false',
  'core.attributesFile=/dev/null',
  'log.showRoot=true',
  'log.showSignature=false',
  'log.mailmap=false',
  'core.hooksPath=/dev/null',
  // Several processes side by side must stay within the memory of one.
  'core.packedGitWindowSize=8m',
  'core.packedGitLimit=64m',
  'core.deltaBaseCacheLimit=32m',
  'protocol.allow=never',
].flatMap((setting) => ['-c', setting]);

// Reads single objects here and there: what it keeps is hardly asked for again.
const READER_SETTINGS = [
  'core.packedGitWindowSize=1m',
  'core.packedGitLimit=16m',
  'core.deltaBaseCacheLimit=8m',
].flatMap((setting) => ['-c', setting]);

// These compare and read what somebody committed: the system keeps them within their memory, where it can (Linux).
const BOUNDED = new Set(['cat-file', 'diff', 'diff-tree', 'ls-tree']);
const WITHIN = 'ulimit -d "$0" 2>/dev/null; exec git "$@"';

/** Arguments of `git diff-tree` with which diffs are read: raw entries for the exact paths, then hunks without context. */
export const DIFF_ARGS = [
  '-r',
  '--raw',
  '-p',
  '-z',
  '-U0',
  '-M',
  '--full-index',
  '--no-color',
  '--no-ext-diff',
  '--no-textconv',
  '--root',
  '--always',
] as const;

const EMPTY_TREE = {
  40: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  64: '6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321',
} as const;

/**
 * Starts git on a repository, in our own git directory: the folder that it stands in is never searched for a program or a setting.
 * Attributes must not hide diffs, so git gets nowhere to read `.gitattributes` from: no checkout (it looks in the current directory), no
 * index, and the empty tree where it would take those of HEAD.
 */
export function startGit(repo: Repository, args: readonly string[], signal?: AbortSignal): GitProcess {
  const [command = ''] = args;
  const all = [
    `--git-dir=${repo.gitDir}`,
    ...SETTINGS,
    ...(command === 'cat-file' ? READER_SETTINGS : []),
    // A larger content is shown as binary and not read.
    '-c',
    `core.bigFileThreshold=${String(repo.limits.bytesPerFile)}`,
    ...args,
  ];
  const kilobytes = String(Math.ceil(memoryOfGit(repo.limits) / 1024));
  const [program, given] = BOUNDED.has(command) ? ['/bin/sh', ['-c', WITHIN, kilobytes, ...all]] : ['git', all];
  const child = spawn(program, given, {
    stdio: ['pipe', 'pipe', 'pipe'],
    cwd: repo.gitDir,
    env: {
      ...gitEnvironment(repo.gitDir),
      GIT_INDEX_FILE: `${repo.gitDir}/throughline-no-index`,
      GIT_ATTR_SOURCE: repo.emptyTree,
      GIT_ALLOW_PROTOCOL: '',
      ...(repo.scratch ? scratchEnvironment(repo.scratch) : {}),
    },
    ...(signal ? { signal } : {}),
  });
  // A process that ends early closes its stdin; its exit code tells the story.
  child.stdin.on('error', () => undefined);
  child.on('error', () => undefined);
  return child;
}

function scratchEnvironment({ folder, shared }: NonNullable<Repository['scratch']>): NodeJS.ProcessEnv {
  // A list of folders; one with a separator in it is quoted.
  return { GIT_OBJECT_DIRECTORY: folder, GIT_ALTERNATE_OBJECT_DIRECTORIES: JSON.stringify(shared) };
}

/** Exit code of the shell where there is no git. */
const NOT_FOUND = 127;

/** How a git process ended. */
export interface GitExit {
  readonly code: number | null;
  readonly stderr: string;
}

/** Resolves when the process has ended and its output was read. */
export function gitExit(child: GitProcess): Promise<GitExit> {
  const errors: Buffer[] = [];
  let size = 0;
  child.stderr.on('data', (chunk: Buffer) => {
    if (size < 10_000) errors.push(chunk);
    size += chunk.length;
  });
  return new Promise((resolve, reject) => {
    const missing = (cause?: Error): LifetimeError =>
      new LifetimeError('git_missing', 'git was not found: install git 2.31 or newer', { cause });
    child.on('close', (code) => {
      if (code === NOT_FOUND) reject(missing());
      else resolve({ code, stderr: Buffer.concat(errors).toString('utf8').trim() });
    });
    child.on('error', (cause: NodeJS.ErrnoException) => reject(cause.code === 'ENOENT' ? missing(cause) : cause));
  });
}

/** Runs git to its end and returns its output. @throws LifetimeError `git_failed` */
export async function runGit(
  repo: Repository,
  args: readonly string[],
  options: { input?: string; signal?: AbortSignal } = {}
): Promise<Buffer> {
  const child = startGit(repo, args, options.signal);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = gitExit(child);
  child.stdin.end(options.input ?? '');
  const { code, stderr } = await ended;
  const lack = lackOf(repo);
  if (code !== 0)
    throw new LifetimeError(
      'git_failed',
      `git ${args[0] ?? ''} failed (${String(code)}): ${stderr}${lack === '' ? '' : `.${lack}`}`
    );
  return Buffer.concat(chunks);
}

/** Why objects may be missing, as a sentence to add to an error. */
export const lackOf = ({ lack }: Pick<Repository, 'lack'>): string => (lack === null ? '' : ` ${lack}`);

function lackIn({ commonDir }: Place, isPartial: boolean): string | null {
  if (isPartial) {
    return 'It is a partial clone, and nothing is fetched while it is read: run git fetch --refetch --no-filter in it, or clone it whole.';
  }
  return existsSync(path.join(commonDir, 'objects', 'info', 'alternates'))
    ? 'It borrows objects from another repository (objects/info/alternates), where none are looked for: run git repack -a -d in it, or clone it with --dissociate.'
    : null;
}

/**
 * Opens a working tree or bare repository as it is now; only the folder itself counts, not one above it. Runs nothing of it.
 * @throws LifetimeError `not_a_repository`, `git_outside`, `git_irregular`, `git_layout`, `git_missing`
 */
export async function openRepository(
  repoPath: string,
  signal?: AbortSignal,
  limits: GitLimits = DEFAULT_LIMITS
): Promise<Repository> {
  signal?.throwIfAborted();
  const place = locate(repoPath);
  const settings = settingsOf(place.commonDir);
  const { hexLength, origin, isPartial } = settings;
  const { gitDir, boundary } = await viewOf(place, settings);
  signal?.throwIfAborted();
  return {
    gitDir,
    place,
    hexLength,
    emptyTree: EMPTY_TREE[hexLength],
    boundary,
    origin,
    lack: lackIn(place, isPartial),
    limits,
  };
}
