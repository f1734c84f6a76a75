/** What a repository says of itself that is needed to read it. Its configuration is parsed as text; nothing in it counts as a setting. */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gitEnvironment } from './environment.ts';
import { LifetimeError } from './errors.ts';
import { readRegular } from './regular-file.ts';

/** Read from `config` of a git directory, without its includes. */
export interface RepositorySettings {
  readonly hexLength: 40 | 64;
  readonly refStorage: 'files' | 'reftable';
  /** URL of the remote `origin` as it stands there; null = none. May hold a password. */
  readonly origin: string | null;
  /** Working tree that a submodule's git directory belongs to; null = not said. */
  readonly worktree: string | null;
  /** Some objects were left at the remote. */
  readonly isPartial: boolean;
}

const MAX_CONFIG_BYTES = 4 << 20;
/** Extensions of the format that change nothing about how commits are read. */
const HARMLESS = [
  'noop',
  'noop-v1',
  'preciousobjects',
  'partialclone',
  'worktreeconfig',
  'relativeworktrees',
  'compatobjectformat',
  'submodulepathconfig',
];

const known = new Map<string, { stamp: string; settings: RepositorySettings }>();

/** @throws LifetimeError `git_layout`, `git_irregular`, `git_missing` */
export function settingsOf(gitDir: string): RepositorySettings {
  const file = path.join(gitDir, 'config');
  const stat = statSync(file, { throwIfNoEntry: false });
  const stamp = stat === undefined ? '' : [stat.ino, stat.size, stat.mtimeMs, stat.ctimeMs].join(' ');
  const before = known.get(file);
  if (before?.stamp === stamp) return before.settings;
  const settings = parse(file, readRegular(file, MAX_CONFIG_BYTES) ?? Buffer.alloc(0));
  known.set(file, { stamp, settings });
  return settings;
}

function parse(file: string, content: Buffer): RepositorySettings {
  const values = read(file, content);
  const objects = values.get('extensions.objectformat') ?? 'sha1';
  const refs = values.get('extensions.refstorage') ?? 'files';
  const unknown = [...values.keys()].find((key) => {
    const name = /^extensions\.(.*)$/.exec(key)?.[1] ?? 'noop';
    return !['objectformat', 'refstorage', ...HARMLESS].includes(name);
  });
  const isNew = Number(values.get('core.repositoryformatversion') ?? 0) > 0;
  if (!/^sha(1|256)$/.test(objects) || !/^(files|reftable)$/.test(refs) || (isNew && unknown !== undefined)) {
    const what = isNew && unknown !== undefined ? unknown : `${objects}, ${refs}`;
    throw new LifetimeError(
      'git_layout',
      `${file} asks for a format that is not known here (${what}). Clone it again.`
    );
  }
  return {
    hexLength: objects === 'sha256' ? 64 : 40,
    refStorage: refs === 'reftable' ? 'reftable' : 'files',
    origin: values.get('remote.origin.url') || null,
    worktree: values.get('core.worktree') || null,
    isPartial:
      values.has('extensions.partialclone') || [...values.keys()].some((key) => /^remote\..*\.promisor$/.test(key)),
  };
}

/** Keys in lower case (but for subsections) with their last values. */
function read(file: string, content: Buffer): Map<string, string> {
  const values = new Map<string, string>();
  if (content.length === 0) return values;
  const done = spawnSync('git', ['config', '--file', '-', '--no-includes', '--null', '--list'], {
    input: content,
    // Where no repository is: `git config` would read the one that it stands in.
    cwd: '/',
    env: { ...gitEnvironment(), GIT_DIR: path.join(tmpdir(), 'throughline-no-repository') },
    maxBuffer: 2 * MAX_CONFIG_BYTES,
  });
  if (done.error && (done.error as NodeJS.ErrnoException).code === 'ENOENT')
    throw new LifetimeError('git_missing', 'git was not found: install git 2.31 or newer', { cause: done.error });
  if (done.status !== 0)
    throw new LifetimeError(
      'git_layout',
      `${file} cannot be read: ${done.stderr.toString('utf8').trim().slice(0, 300)}. Correct it, or clone again.`
    );
  for (const entry of done.stdout.toString('utf8').split('\0')) {
    const end = entry.indexOf('\n');
    if (end > 0) values.set(entry.slice(0, end), entry.slice(end + 1));
  }
  return values;
}
