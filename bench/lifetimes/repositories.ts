import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchLifetimes, type LifetimeBench } from './measure.ts';
import { drawOracle, drawRevision, oracle, type Oracle } from './oracle.ts';
import { makeReleaseBranches } from './release-branches.ts';
import { drawLifetimes } from './report.ts';

export interface RepositoriesOptions {
  /** Best and median of so many. Default 3. */
  readonly rounds?: number;
  /** Compare with `git blame` at HEAD and so many random commits, instead of measuring time. */
  readonly oracle?: number;
  /** Files to blame in each of these commits; default all. */
  readonly files?: number;
  /** Which random commits and files. Default 1. */
  readonly seed?: number;
  /** Print JSON instead of tables. */
  readonly json?: boolean;
}

/** Measures, or compares with git blame, one repository after the other, and prints each as soon as it is done. */
export async function benchRepositories(
  repos: readonly string[],
  { rounds = 3, oracle: count, files, seed = 1, json = false }: RepositoriesOptions
): Promise<readonly (LifetimeBench | Oracle)[]> {
  const print = (text: string): void => void (json || process.stdout.write(`${text}\n`));
  const results: (LifetimeBench | Oracle)[] = [];
  for (const repo of repos) {
    if (count === undefined) {
      const bench = await benchLifetimes(repo, rounds);
      print(drawLifetimes(bench));
      results.push(bench);
    } else {
      print(repo);
      const compared = await oracle(repo, {
        count,
        seed,
        files,
        onRevision: (revision) => print(drawRevision(revision)),
      });
      print(drawOracle(compared));
      results.push(compared);
    }
  }
  if (json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
  return results;
}

/** Measures on a generated history with so many merges. */
export async function benchMerges(
  merges: number,
  options: Pick<RepositoriesOptions, 'rounds' | 'json'>
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-bench-'));
  try {
    const repo = join(folder, 'releases.git');
    await makeReleaseBranches(repo, { merges });
    await benchRepositories([repo], options);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
