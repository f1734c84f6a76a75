/** Values of a row as the rows of the store want them. */
import type { Cell } from './cells.ts';
import { CellError, type ImportContext, type Values } from './file-kind.ts';

export const str = (value: Cell | undefined): string | null => (typeof value === 'string' ? value : null);

/** Repository of the column `repo`. @throws CellError when it is not collected. */
export function repoOf(values: Values, context: ImportContext): number {
  const slug = String(values.repo);
  const repoId = context.repoId(slug);
  if (repoId === null) {
    throw new CellError('repo', `"${slug}" is not a collected repository; run "throughline status" for the names`);
  }
  return repoId;
}
