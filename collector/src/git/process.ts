import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { LifetimeError } from './errors.ts';

/** A running git command with piped stdin, stdout and stderr. */
export type GitProcess = ChildProcessByStdio<Writable, Readable, Readable>;

/** A repository that answered, with what the engine must know before it reads. */
export interface Repository {
  readonly gitDir: string;
  readonly hexLength: 40 | 64;
  readonly emptyTree: string;
  readonly isShallow: boolean;
}

// Settings of the user or of the repository that change what a diff says. The algorithm and the indent heuristic are those of
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
  // Several processes side by side must stay within the memory of one.
  'core.packedGitWindowSize=2m',
  'core.packedGitLimit=16m',
  'core.deltaBaseCacheLimit=32m',
  'protocol.allow=never',
  'safe.directory=*',
].flatMap((setting) => ['-c', setting]);

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

/** Environment in which no configuration, attribute, pager, prompt or network can change an answer. */
export function gitEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'));
  return {
    ...Object.fromEntries(kept),
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_NO_LAZY_FETCH: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_PAGER: 'cat',
  };
}

/**
 * Starts git on a repository. Attributes must not hide diffs, so git gets nowhere to read `.gitattributes` from: no checkout (it looks in
 * the current directory), no index, and the empty tree where it would take those of HEAD.
 */
export function startGit(repo: Repository, args: readonly string[], signal?: AbortSignal): GitProcess {
  const child = spawn('git', [`--git-dir=${repo.gitDir}`, ...SETTINGS, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    cwd: repo.gitDir,
    env: {
      ...gitEnvironment(),
      GIT_INDEX_FILE: `${repo.gitDir}/throughline-no-index`,
      GIT_ATTR_SOURCE: repo.emptyTree,
    },
    ...(signal ? { signal } : {}),
  });
  // A process that ends early closes its stdin; its exit code tells the story.
  child.stdin.on('error', () => undefined);
  child.on('error', () => undefined);
  return child;
}

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
    child.on('close', (code) => resolve({ code, stderr: Buffer.concat(errors).toString('utf8').trim() }));
    child.on('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT')
        reject(new LifetimeError('git_missing', 'git was not found: install git 2.31 or newer', { cause }));
      else reject(cause);
    });
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
  if (code !== 0) throw new LifetimeError('git_failed', `git ${args[0] ?? ''} failed (${String(code)}): ${stderr}`);
  return Buffer.concat(chunks);
}

/** Finds the git directory of a working tree or bare repository. @throws LifetimeError `not_a_repository` */
export async function openRepository(repoPath: string, signal?: AbortSignal): Promise<Repository> {
  const child = spawn(
    'git',
    ['-c', 'safe.directory=*', 'rev-parse', '--absolute-git-dir', '--is-shallow-repository', '--show-object-format'],
    { cwd: repoPath, stdio: ['pipe', 'pipe', 'pipe'], env: gitEnvironment(), ...(signal ? { signal } : {}) }
  );
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const { code, stderr } = await gitExit(child).catch((cause: unknown) => {
    signal?.throwIfAborted();
    if (cause instanceof LifetimeError && isMissingGit()) throw cause;
    return { code: 1, stderr: 'no such directory' };
  });
  const [gitDir, shallow, format] = Buffer.concat(chunks).toString('utf8').split('\n');
  if (code !== 0 || !gitDir)
    throw new LifetimeError('not_a_repository', `${repoPath} is not a git repository: ${stderr}`);
  const hexLength = format === 'sha256' ? 64 : 40;
  return { gitDir, hexLength, emptyTree: EMPTY_TREE[hexLength], isShallow: shallow === 'true' };
}

// spawn says ENOENT both for a missing program and for a missing working directory.
function isMissingGit(): boolean {
  return !(process.env.PATH ?? '').includes('/');
}
