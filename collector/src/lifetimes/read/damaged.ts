import type { Skipped } from '../contract.ts';
import {
  compareSome,
  compareWhole,
  listEntries,
  pathOf,
  type Comparison,
  type Listed,
  type Within,
} from './compare.ts';
import type { CommitDiff, FileDiff } from './diff-parser.ts';
import { OverLimit } from '../../git/limits.ts';
import { runGit } from '../../git/process.ts';
import { displayPath } from '../../git/paths.ts';

/** A commit that git could not compare in one go. */
export interface DamagedCommit extends Comparison {
  readonly onSkipped: (skipped: Skipped) => void;
}

/** What is known of a damaged commit. */
export interface Damage {
  /** Its files without their lines; a text: why they are not known. */
  readonly entries: Listed;
  /** Ids of missing objects, those of other commits maybe among them. */
  readonly lost: ReadonlySet<string>;
}

/** What looking through commits found. */
export interface Found {
  /** Commits that were looked at: the first of those that were given. */
  readonly seen: number;
  readonly damage: ReadonlyMap<string, Damage>;
}

/** Commits with missing objects among the given ones, and those that are too large. Corrupt objects are not found. */
export async function findDamage(within: Within, shas: readonly string[]): Promise<Found> {
  const lists = await listEntries(within, shas);
  const lost = await missingObjects(
    within,
    [...lists.values()].flatMap((entries) => (typeof entries === 'string' ? [] : entries))
  );
  const damage = new Map<string, Damage>();
  for (const [sha, entries] of lists)
    if (typeof entries === 'string' || entries.some((file) => isLost(file, lost))) damage.set(sha, { entries, lost });
  return { seen: lists.size, damage };
}

/**
 * Reads what can be read of a commit with missing or corrupt objects. Files whose contents are not there are given as `unreadable` (no
 * hunks), named through `onSkipped`, and everything else is compared as usual.
 */
export async function readDamagedCommit(damaged: DamagedCommit, known?: Damage): Promise<CommitDiff> {
  const { sha, onSkipped } = damaged;
  const damage = known ?? (await damageOf(damaged));
  try {
    if (typeof damage.entries !== 'string') return await readEntries(damaged, damage.entries, damage.lost);
    onSkipped({ sha, path: null, reason: damage.entries });
  } catch (cause) {
    if (!(cause instanceof OverLimit)) throw cause;
    onSkipped({ sha, path: null, reason: cause.message });
  }
  return { sha, files: [] };
}

async function readEntries(
  damaged: DamagedCommit,
  entries: readonly FileDiff[],
  lost: ReadonlySet<string>
): Promise<CommitDiff> {
  const { sha, onSkipped } = damaged;
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
      reason: lost.has(id)
        ? `object ${id} is missing or damaged`
        : 'a content cannot be read, or needs too much memory to be compared',
    });
  }
  return { sha, files: [...files, ...unreadable.map((file) => ({ ...file, isUnreadable: true }))] };
}

async function damageOf(damaged: DamagedCommit): Promise<Damage> {
  const entries = (await listEntries(damaged, [damaged.sha])).get(damaged.sha) ?? [];
  return { entries, lost: await missingObjects(damaged, typeof entries === 'string' ? [] : entries) };
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
