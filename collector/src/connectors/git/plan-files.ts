/** Files of the newest commit that say who owns a repository, what deploys it, and what is in it. */
import { runGit } from '../../git/process.ts';
import type { Source } from '../../git/source.ts';
import { CODEOWNERS, ownerOf } from '../../text/codeowners.ts';
import { pattern } from '../../text/pattern.ts';
import { readWorkflow, type WorkflowFile } from '../../text/workflow-file.ts';

/** Larger files are no workflows and no CODEOWNERS. */
const MAX_FILE_BYTES = 512 << 10;
const WORKFLOW = pattern`^\.github/workflows/[^/]+\.ya?ml$`;

/** Names of files of the newest commit below the given paths. */
export async function filesBelow(
  { repo, tip }: Source,
  paths: readonly string[],
  signal: AbortSignal
): Promise<string[]> {
  const out = await runGit(repo, ['ls-tree', '-r', '-z', '--name-only', tip, '--', ...paths], { signal });
  return out.toString('utf8').split('\0').filter(Boolean);
}

async function textOf({ repo, tip }: Source, file: string, signal: AbortSignal): Promise<string> {
  const out = await runGit(repo, ['cat-file', 'blob', `${tip}:${file}`], { signal });
  return out.length > MAX_FILE_BYTES ? '' : out.toString('utf8');
}

export async function workflowsOf(source: Source, signal: AbortSignal): Promise<WorkflowFile[]> {
  const files = await filesBelow(source, ['.github/workflows/'], signal);
  const found: WorkflowFile[] = [];
  for (const file of files.filter((one) => WORKFLOW.test(one))) {
    const read = readWorkflow(file, await textOf(source, file, signal), source.branch);
    if (read !== null) found.push(read);
  }
  return found;
}

export interface Owned {
  readonly file: string;
  /** Null = it names no team for everything. */
  readonly team: string | null;
}

export async function ownersOf(source: Source, signal: AbortSignal): Promise<Owned | null> {
  const there = await filesBelow(source, CODEOWNERS, signal);
  const file = CODEOWNERS.find((one) => there.includes(one));
  return file === undefined ? null : { file, team: ownerOf(await textOf(source, file, signal)) };
}
