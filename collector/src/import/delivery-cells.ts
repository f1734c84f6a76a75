/** Cells about deployments, incidents and commits that need more than their own text: environments, repositories, whole shas. */
import type { Cell } from './cells.ts';
import { commitOf } from './commits.ts';
import { environmentOf } from './environments.ts';
import { CellError, type ImportContext, type Values } from './file-kind.ts';
import { repoOf, str } from './row-values.ts';

/** Environment of a row; what no metric reads is said. */
export function environment(raw: Cell | undefined, { notice }: ImportContext): string | null {
  const name = str(raw);
  if (name === null) return null;
  const found = environmentOf(name);
  if (found.notice !== null) notice?.(found.notice);
  return found.name;
}

/** Repository and whole sha of a deployment. What is not known makes it ship no known change, and that is said. */
export function deployed(values: Values, context: ImportContext): { repoId: number | null; sha: string | null } {
  const repoId = str(values.repo) === null ? null : repoOf(values, context);
  const given = str(values.sha);
  if (given === null) {
    const missing = repoId === null ? 'repo and no sha' : 'sha';
    context.notice?.(`a deployment without ${missing} counts in frequency and failures, but ships no known change`);
    return { repoId, sha: null };
  }
  const commit = commitOf(given, { column: 'sha', repoId, context });
  if (commit === null && repoId === null) {
    throw new CellError(
      'repo',
      'is empty, and no collected repository has the commit of this row: name the repository'
    );
  }
  if (commit === null)
    context.notice?.('the commit is not collected (yet): until then the deployment ships no known change');
  return { repoId: repoId ?? commit?.repoId ?? null, sha: commit?.sha ?? given };
}

/** Whole sha of a cell that may be in any repository; null = empty. */
export function anySha(values: Values, column: string, context: ImportContext): string | null {
  const given = str(values[column]);
  if (given === null) return null;
  const commit = commitOf(given, { column, repoId: null, context });
  if (commit === null)
    context.notice?.(`the commit of column "${column}" is not collected (yet): until then it links nothing`);
  return commit?.sha ?? given;
}

/** What an override is about: a commit, or a request by its number. */
export function overrideTarget(values: Values, repoId: number, context: ImportContext): string {
  const given = str(values.commit_sha);
  if (given === null) return String(values.pr_number);
  const commit = commitOf(given, { column: 'commit_sha', repoId, context });
  if (commit === null) context.notice?.('the commit is not collected (yet): until then the row decides nothing');
  return commit?.sha ?? given;
}
