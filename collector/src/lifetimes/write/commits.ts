/** The commits of one repository while lifetimes are written: numbers by sha, and when each reached the default branch. */
import type pg from 'pg';
import { CollectorError } from '../../errors.ts';

export interface Commits {
  /**
   * Number of a stored commit.
   * @throws CollectorError `commit_not_stored` when the history stream has not stored it yet.
   */
  numberOf(sha: string): number;
  /** Numbers of those that are stored. */
  numbersOf(shas: readonly string[]): number[];
  /** A mainline commit (give them oldest first): numbers of the commits that reached the default branch with it. */
  reach(sha: string): number[];
  /** A force push left only what `baseSha` reaches: forgets the rest and returns its numbers. Null = nothing is left. */
  forgetBeyond(baseSha: string | null): number[];
}

interface Stored {
  sha: string;
  commit_no: number;
  parents: string[];
  is_reached: boolean;
}

function ancestors(from: readonly string[], bySha: ReadonlyMap<string, Stored>): Set<string> {
  const seen = new Set<string>();
  const queue = [...from];
  for (let sha = queue.pop(); sha !== undefined; sha = queue.pop()) {
    if (!seen.has(sha)) {
      seen.add(sha);
      for (const parent of bySha.get(sha)?.parents ?? []) queue.push(parent);
    }
  }
  return seen;
}

/** Reads the commits of a repository (about 200 bytes each). */
export async function loadCommits(client: pg.ClientBase, repoId: number): Promise<Commits> {
  const { rows } = await client.query<Stored>(
    'select sha, commit_no, parents, reached_at is not null as is_reached from git_commit where repo_id = $1',
    [repoId]
  );
  const bySha = new Map(rows.map((row) => [row.sha, row]));
  return {
    numberOf(sha) {
      const found = bySha.get(sha);
      if (!found) {
        throw new CollectorError({
          code: 'commit_not_stored',
          message: `Lines name commit ${sha}, which is not in the store yet. The history stream of the repository must run first; run collect again.`,
          fault: 'collector',
          retryable: true,
        });
      }
      return found.commit_no;
    },
    numbersOf: (shas) => shas.flatMap((sha) => bySha.get(sha)?.commit_no ?? []),
    reach(sha) {
      const reached: number[] = [];
      const queue = [sha];
      for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
        const commit = bySha.get(next);
        if (commit && !commit.is_reached) {
          commit.is_reached = true;
          reached.push(commit.commit_no);
          for (const parent of commit.parents) queue.push(parent);
        }
      }
      return reached;
    },
    forgetBeyond(baseSha) {
      const kept = ancestors(baseSha === null ? [] : [baseSha], bySha);
      const forgotten = rows.filter((row) => row.is_reached && !kept.has(row.sha));
      for (const row of forgotten) {
        row.is_reached = false;
      }
      return forgotten.map((row) => row.commit_no);
    },
  };
}
