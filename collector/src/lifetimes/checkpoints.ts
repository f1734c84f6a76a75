import { newWork, type Plan } from './resume-plan.ts';
import type { Commit, History } from './read/history.ts';
import { changesOf, settle, type Version } from './books/versions.ts';
import type { FileVersion } from './books/output.ts';

/** A mainline commit at which a pass may be interrupted. */
export interface Checkpoint {
  readonly seq: number;
  /** Older mainline commits (indices) from which branches start that are still open here: their files must stay. */
  readonly forks: readonly number[];
}

/**
 * The checkpoints of a pass: the mainline commit after every so many commits. None among the last `keep` mainline commits, whose versions
 * are kept for late branches as long as the pass runs.
 */
export function planCheckpoints(
  history: History,
  plan: Plan,
  { every, keep }: { every: number; keep: number }
): Checkpoint[] {
  const last = history.mainline.length - 1 - Math.max(1, keep);
  const found: Checkpoint[] = [];
  let done = 0;
  for (const index of plan.order) {
    done++;
    const { seq } = history.commits[index] as Commit;
    if (done < every || seq === null || seq > last) continue;
    found.push({ seq, forks: newWork(history, seq).forks.filter((fork) => fork !== index) });
    done = 0;
  }
  return found;
}

/** Files at the forks of a checkpoint as far as they differ from those at the checkpoint. Those that came from the store are still there. */
export function forkFiles(
  forks: readonly number[],
  { commits }: History,
  versions: ReadonlyMap<number, Version>
): FileVersion[] {
  return forks.flatMap((index) => {
    const seq = (commits[index] as Commit).seq as number;
    const version = versions.get(index);
    return version ? Array.from(changesOf(version), ([path, lines]) => ({ path, seq, lines })) : [];
  });
}

/** The files of these versions need no longer stay for a checkpoint. */
export function release(forks: readonly number[], versions: Map<number, Version>): void {
  for (const index of forks) {
    const version = versions.get(index);
    if (!version || --version.pending > 0) continue;
    versions.delete(index);
    settle(version);
  }
}
