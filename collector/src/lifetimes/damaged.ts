import type { Skipped } from './contract.ts';
import { diffParser, type CommitDiff, type FileDiff } from './diff-parser.ts';
import { LifetimeError } from './errors.ts';
import { DIFF_ARGS, gitExit, runGit, startGit, type Repository } from './git.ts';

/** A commit that git could not compare in one go. */
export interface DamagedCommit {
  readonly repo: Repository;
  readonly sha: string;
  readonly withContents: boolean;
  readonly onSkipped: (skipped: Skipped) => void;
  readonly signal?: AbortSignal;
}

/**
 * Reads what can be read of a commit with missing or corrupt objects. Files whose contents are not there are given as `unreadable` (no
 * hunks), named through `onSkipped`, and everything else is compared as usual.
 */
export async function readDamagedCommit(damaged: DamagedCommit): Promise<CommitDiff> {
  const { repo, sha, onSkipped } = damaged;
  const entries = await rawEntries(damaged);
  if (!entries) {
    onSkipped({ sha, path: null, reason: 'a tree of the commit or of its parent is missing' });
    return { sha, files: [] };
  }
  const lost = await missingObjects(repo, entries);
  const unreadable = entries.filter((file) => lost.has(file.oldId) || lost.has(file.newId));
  let diff = unreadable.length ? await compareWithout(damaged, unreadable) : null;
  // Present but corrupt: only trying tells which.
  if (!diff) {
    unreadable.length = 0;
    const readable: FileDiff[] = [];
    for (const file of entries) {
      const alone = await compareOnly(damaged, file);
      if (alone) readable.push(...alone.files);
      else unreadable.push(file);
    }
    if (unreadable.length === 0)
      throw new LifetimeError(
        'git_failed',
        `git cannot compare ${sha} with its parent, although each of its files can be read`
      );
    diff = { sha, files: readable };
  }
  for (const file of unreadable) {
    const id = lost.has(file.newId) ? file.newId : file.oldId;
    onSkipped({
      sha,
      path: file.newPath ?? file.oldPath,
      reason: lost.has(id) ? `object ${id} is missing or damaged` : 'a content cannot be read',
    });
  }
  return { sha, files: [...diff.files, ...unreadable.map((file) => ({ ...file, isUnreadable: true }))] };
}

async function rawEntries(damaged: DamagedCommit): Promise<FileDiff[] | null> {
  const args = ['-r', '--raw', '-z', '--no-renames', '--root', '--always'];
  const files: FileDiff[] = [];
  const code = await compare(damaged, args, { onFiles: (found) => files.push(...found), rawOnly: true });
  return code === 0 ? files : null;
}

async function missingObjects(repo: Repository, files: readonly FileDiff[]): Promise<Set<string>> {
  const ids = files.flatMap((file) => [
    file.oldMode === '160000' ? '' : file.oldId,
    file.newMode === '160000' ? '' : file.newId,
  ]);
  const asked = [...new Set(ids)].filter((id) => /[1-9a-f]/.test(id));
  const out = await runGit(repo, ['cat-file', '--batch-check'], { input: asked.join('\n') + '\n' });
  return new Set(
    out
      .toString('latin1')
      .split('\n')
      .flatMap((line) => (line.endsWith(' missing') ? [line.slice(0, -8)] : []))
  );
}

async function compareWithout(damaged: DamagedCommit, unreadable: readonly FileDiff[]): Promise<CommitDiff | null> {
  const excluded = unreadable.map((file) => `:(top,exclude,literal)${file.newPath ?? file.oldPath ?? ''}`);
  return compareFiles(damaged, [...DIFF_ARGS, damaged.sha, '--', ':(top)', ...excluded]);
}

async function compareOnly(damaged: DamagedCommit, file: FileDiff): Promise<CommitDiff | null> {
  return compareFiles(damaged, [
    ...DIFF_ARGS,
    damaged.sha,
    '--',
    `:(top,literal)${file.newPath ?? file.oldPath ?? ''}`,
  ]);
}

async function compareFiles(damaged: DamagedCommit, args: string[]): Promise<CommitDiff | null> {
  const files: FileDiff[] = [];
  const code = await compare(damaged, args, { onFiles: (found) => files.push(...found), rawOnly: false });
  return code === 0 ? { sha: damaged.sha, files } : null;
}

interface Compare {
  readonly onFiles: (files: readonly FileDiff[]) => void;
  /** No patches follow the entries. */
  readonly rawOnly: boolean;
}

async function compare(damaged: DamagedCommit, args: readonly string[], how: Compare): Promise<number | null> {
  const full = how.rawOnly ? [...args, damaged.sha] : args;
  // Arguments are bytes: paths that are not UTF-8 are passed as they are by spawning with latin1 paths decoded back.
  const child = startGit(
    damaged.repo,
    ['diff-tree', ...full.map((arg) => Buffer.from(arg, 'latin1').toString('utf8'))],
    damaged.signal
  );
  const parser = diffParser({
    hexLength: damaged.repo.hexLength,
    withContents: damaged.withContents,
    rawOnly: how.rawOnly,
    onCommit: (diff) => {
      how.onFiles(diff.files);
    },
  });
  child.stdout.on('data', (chunk: Buffer) => {
    parser.push(chunk);
  });
  child.stdin.end();
  const { code } = await gitExit(child);
  damaged.signal?.throwIfAborted();
  if (code === 0) parser.end();
  return code;
}
