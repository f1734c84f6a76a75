import { openRepository, runGit, type Repository } from '../../git/process.ts';
import { objectReader } from '../../git/objects.ts';
import { isBinary } from '../lines/repair.ts';

/** Lines of the text files of a revision. */
export interface BlamedRevision {
  /** By the commit that `git blame` names. */
  readonly byCommit: Record<string, number>;
  /** Counted from the contents, without blame. */
  readonly total: number;
}

/** How many lines each commit has, from `git blame --incremental`. */
export function countBlamed(out: Buffer, counts: Record<string, number>): void {
  for (const [, sha = '', lines] of out.toString('latin1').matchAll(/^([0-9a-f]{40}|[0-9a-f]{64}) \d+ \d+ (\d+)$/gm))
    counts[sha] = (counts[sha] ?? 0) + Number(lines);
}

interface TextFile {
  readonly path: string;
  readonly lines: number;
}

/** Regular files that are there and that git takes for text, with their lines. */
async function textFiles(repo: Repository, revision: string): Promise<TextFile[]> {
  const listed = (await runGit(repo, ['ls-tree', '-r', '-z', revision])).toString('utf8').split('\0').filter(Boolean);
  const entries = listed.map((line) => line.split('\t') as [string, string]).filter(([meta]) => meta.startsWith('100'));
  const files: TextFile[] = [];
  const objects = objectReader(repo);
  for (const [meta, path] of entries) {
    const content = (await objects.read(meta.split(' ')[2] ?? ''))?.content;
    if (!content || isBinary(content)) continue;
    let lines = content.length > 0 && content.at(-1) !== 10 ? 1 : 0;
    for (let at = content.indexOf(10); at >= 0; at = content.indexOf(10, at + 1)) lines++;
    files.push({ path, lines });
  }
  objects.close();
  return files;
}

/** Blames every text file of a revision, `parallel` files at once. Paths must be UTF-8. */
export async function blameRevision(dir: string, revision: string, parallel = 2): Promise<BlamedRevision> {
  const repo = await openRepository(dir);
  const files = await textFiles(repo, revision);
  const byCommit: Record<string, number> = {};
  const left = files.filter(({ lines }) => lines > 0);
  const work = async (): Promise<void> => {
    for (let file = left.pop(); file; file = left.pop()) {
      const args = ['blame', '--root', '--incremental', '--no-textconv', revision, '--', file.path];
      countBlamed(await runGit(repo, args), byCommit);
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  return { byCommit, total: files.reduce((sum, { lines }) => sum + lines, 0) };
}
