import type { Skipped } from '../contract.ts';
import { compareSome, compareWhole, listEntries, pathOf, type Comparison, type Within } from './compare.ts';
import type { CommitDiff, FileDiff } from './diff-parser.ts';
import { runGit } from '../../git/process.ts';
import { displayPath } from '../../git/paths.ts';

/** A commit that git could not compare in one go. */
export interface DamagedCommit extends Comparison {
  readonly onSkipped: (skipped: Skipped) => void;
}

/** What is known of a damaged commit. */
export interface Damage {
  /** Its files without their lines; null: a tree is missing. */
  readonly entries: readonly FileDiff[] | null;
  /** Ids of missing objects, those of other commits maybe among them. */
  readonly lost: ReadonlySet<string>;
}

/** Commits with missing objects among the given ones, by sha. Corrupt objects are not found. */
export async function findDamage(within: Within, shas: readonly string[]): Promise<Map<string, Damage>> {
  const lists = await listEntries(within, shas);
  const lost = await missingObjects(
    within,
    [...lists.values()].flatMap((entries) => entries ?? [])
  );
  const found = new Map<string, Damage>();
  for (const [sha, entries] of lists)
    if (!entries || entries.some((file) => isLost(file, lost))) found.set(sha, { entries, lost });
  return found;
}

/**
 * Reads what can be read of a commit with missing or corrupt objects. Files whose contents are not there are given as `unreadable` (no
 * hunks), named through `onSkipped`, and everything else is compared as usual.
 */
export async function readDamagedCommit(damaged: DamagedCommit, known?: Damage): Promise<CommitDiff> {
  const { sha, onSkipped } = damaged;
  const { entries, lost } = known ?? (await damageOf(damaged));
  if (!entries) {
    onSkipped({ sha, path: null, reason: 'a tree of the commit or of its parent is missing' });
    return { sha, files: [] };
  }
  const present = entries.filter((file) => !isLost(file, lost));
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

async function damageOf(damaged: DamagedCommit): Promise<Damage> {
  const entries = (await listEntries(damaged, [damaged.sha])).get(damaged.sha) ?? null;
  return { entries, lost: await missingObjects(damaged, entries ?? []) };
}

function isLost(file: FileDiff, lost: ReadonlySet<string>): boolean {
  return lost.has(file.oldId) || lost.has(file.newId);
}

async function missingObjects({ repo, signal }: Within, files: readonly FileDiff[]): Promise<Set<string>> {
  const asked = new Set<string>();
  for (const file of files) {
    if (file.oldMode !== '160000') asked.add(file.oldId);
    if (file.newMode !== '160000') asked.add(file.newId);
  }
  // The id of no object.
  asked.delete('0'.repeat(repo.hexLength));
  if (asked.size === 0) return new Set();
  const input = [...asked, ''].join('\n');
  const out = await runGit(repo, ['cat-file', '--batch-check'], { input, ...(signal ? { signal } : {}) });
  return new Set(
    out
      .toString('latin1')
      .split('\n')
      .flatMap((line) => (line.endsWith(' missing') ? [line.slice(0, -8)] : []))
  );
}
