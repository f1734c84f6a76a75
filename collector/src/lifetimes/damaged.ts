import type { Skipped } from './contract.ts';
import { compareSome, compareWhole, listEntries, pathOf, type Comparison } from './compare.ts';
import type { CommitDiff, FileDiff } from './diff-parser.ts';
import { runGit, type Repository } from './git.ts';
import { displayPath } from './paths.ts';

/** A commit that git could not compare in one go. */
export interface DamagedCommit extends Comparison {
  readonly onSkipped: (skipped: Skipped) => void;
}

/**
 * Reads what can be read of a commit with missing or corrupt objects. Files whose contents are not there are given as `unreadable` (no
 * hunks), named through `onSkipped`, and everything else is compared as usual.
 */
export async function readDamagedCommit(damaged: DamagedCommit): Promise<CommitDiff> {
  const { repo, sha, onSkipped } = damaged;
  const entries = await listEntries(damaged);
  if (!entries) {
    onSkipped({ sha, path: null, reason: 'a tree of the commit or of its parent is missing' });
    return { sha, files: [] };
  }
  const lost = await missingObjects(repo, entries);
  const isLost = (file: FileDiff): boolean => lost.has(file.oldId) || lost.has(file.newId);
  const present = entries.filter((file) => !isLost(file));
  // Nothing is missing: git may have died of another commit, or of the machine.
  const whole = present.length === entries.length ? await compareWhole(damaged) : null;
  const files = whole ?? (await compareSome(damaged, { entries, wanted: present }));
  const read = new Set(files.flatMap((file) => [file.oldPath, file.newPath]));
  const unreadable = entries.filter((file) => !read.has(pathOf(file)));
  for (const file of unreadable) {
    const id = lost.has(file.newId) ? file.newId : file.oldId;
    onSkipped({
      sha,
      path: displayPath(pathOf(file)),
      reason: lost.has(id) ? `object ${id} is missing or damaged` : 'a content cannot be read',
    });
  }
  return { sha, files: [...files, ...unreadable.map((file) => ({ ...file, isUnreadable: true }))] };
}

async function missingObjects(repo: Repository, files: readonly FileDiff[]): Promise<Set<string>> {
  const ids = files.flatMap((file) => [
    file.oldMode === '160000' ? '' : file.oldId,
    file.newMode === '160000' ? '' : file.newId,
  ]);
  const asked = [...new Set(ids)].filter((id) => /[1-9a-f]/.test(id));
  if (asked.length === 0) return new Set();
  const out = await runGit(repo, ['cat-file', '--batch-check'], { input: asked.join('\n') + '\n' });
  return new Set(
    out
      .toString('latin1')
      .split('\n')
      .flatMap((line) => (line.endsWith(' missing') ? [line.slice(0, -8)] : []))
  );
}
