import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gitEnvironment } from '../../git/environment.ts';

/** A file of a test commit: text or bytes, or a mode with content (`120000` link, `160000` submodule with a sha). */
export type TestFile = string | Buffer | { readonly mode: string; readonly content: string | Buffer };

/** A commit with its whole tree. */
export interface TestCommit {
  readonly parents: readonly number[];
  /** Path (latin1 for odd bytes) to file. */
  readonly tree: Readonly<Record<string, TestFile>>;
  readonly message?: string;
  /** Epoch seconds; default: an hour per commit. */
  readonly time?: number;
}

/** A bare repository made by `git fast-import`. */
export interface TestRepository {
  readonly dir: string;
  /** Sha of each commit, in the order given. */
  readonly shas: readonly string[];
  git(...args: readonly string[]): Buffer;
  /** Adds commits; parents count on from those there are. Moves `main` to the last one. */
  add(commits: readonly TestCommit[]): readonly string[];
  remove(): void;
}

const START = 1_700_000_000;

/** Makes a repository whose branch `main` is the last commit. */
export function testRepository(commits: readonly TestCommit[]): TestRepository {
  const dir = mkdtempSync(join(tmpdir(), 'lifetimes-'));
  const git = (...args: readonly string[]): Buffer =>
    execFileSync('git', ['-C', dir, ...args], {
      env: gitEnvironment(),
      maxBuffer: 1 << 28,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  execFileSync('git', ['init', '-q', '--bare', '--initial-branch=main', dir], { env: gitEnvironment() });
  const shas: string[] = [];
  const add = (added: readonly TestCommit[]): readonly string[] => {
    const input = Buffer.concat(
      added.flatMap((commit, at) =>
        commitStream(commit, shas.length + at, (parent) => shas[parent] ?? `:${parent + 1}`)
      )
    );
    // Objects stay loose, so that a test can take single ones away.
    const loose = ['-c', 'fastimport.unpackLimit=100000'];
    execFileSync('git', ['-C', dir, ...loose, 'fast-import', '--quiet', '--force', '--export-marks=marks'], {
      input,
      env: gitEnvironment(),
    });
    const marks = readFileSync(join(dir, 'marks'), 'utf8');
    for (const [, mark, sha] of marks.matchAll(/^:(\d+) (\w+)$/gm)) shas[Number(mark) - 1] = sha as string;
    return shas;
  };
  add(commits);
  return { dir, shas, git, add, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

function commitStream(commit: TestCommit, number: number, nameOf: (parent: number) => string): Buffer[] {
  const time = commit.time ?? START + number * 3600;
  const message = Buffer.from(commit.message ?? `commit ${number}`);
  const [first, ...others] = commit.parents;
  const head = [
    'commit refs/heads/main',
    `mark :${number + 1}`,
    `author T <t@example.com> ${time} +0000`,
    `committer T <t@example.com> ${time} +0000`,
    `data ${message.length}`,
  ];
  const parents = [
    ...(first === undefined ? [] : [`from ${nameOf(first)}`]),
    ...others.map((parent) => `merge ${nameOf(parent)}`),
  ];
  const files = Object.entries(commit.tree).flatMap(([path, file]) => fileStream(path, file));
  // Without "from" a commit would continue the branch: a reset makes it a root.
  const reset = first === undefined ? 'reset refs/heads/main\n\n' : '';
  return [
    Buffer.from(`${reset}${head.join('\n')}\n`),
    message,
    Buffer.from(`\n${parents.map((line) => `${line}\n`).join('')}deleteall\n`),
    ...files,
    Buffer.from('\n'),
  ];
}

function fileStream(path: string, file: TestFile): Buffer[] {
  const { mode, content } =
    typeof file === 'string' || Buffer.isBuffer(file) ? { mode: '100644', content: file } : file;
  const quoted = `"${path.replace(/["\\]/g, '\\$&').replace(/\n/g, '\\n')}"`;
  if (mode === '160000') return [Buffer.from(`M 160000 ${content.toString()} ${quoted}\n`, 'latin1')];
  const bytes = Buffer.isBuffer(content) ? content : Buffer.from(content);
  return [Buffer.from(`M ${mode} inline ${quoted}\ndata ${bytes.length}\n`, 'latin1'), bytes, Buffer.from('\n')];
}

/** Who wrote each line of a file, as `git blame` says. */
export function blame(repository: TestRepository, revision: string, path: string): string[] {
  const out = repository
    .git('-c', 'core.bare=true', 'blame', '--root', '--incremental', revision, '--', path)
    .toString('latin1');
  const lines: string[] = [];
  for (const [, sha, , first, count] of out.matchAll(/^([0-9a-f]{40}) (\d+) (\d+) (\d+)$/gm)) {
    for (let line = 0; line < Number(count); line++) lines[Number(first) - 1 + line] = sha as string;
  }
  return lines;
}
