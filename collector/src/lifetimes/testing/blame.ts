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

/** The commit of each line, from `git blame --incremental`. */
export function blamedLines(out: Buffer): string[] {
  const lines: string[] = [];
  const text = out.toString('latin1');
  for (const [, sha = '', first, count] of text.matchAll(/^([0-9a-f]{40}|[0-9a-f]{64}) \d+ (\d+) (\d+)$/gm))
    for (let line = 0; line < Number(count); line++) lines[Number(first) - 1 + line] = sha;
  return lines;
}

/** A text file and how many lines it has, counted from its content. */
export interface TextFile {
  readonly path: string;
  readonly lines: number;
}

/** Regular files that are there and that git takes for text, with their lines. */
export async function textFiles(repo: Repository, revision: string): Promise<TextFile[]> {
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

/** What to blame. */
export interface Blamed {
  readonly files: readonly TextFile[];
  /** Files at once; default 2. */
  readonly parallel?: number;
  /** Takes files whose history git cannot read (missing objects), which are then absent; default: that is an error. */
  readonly onUnreadable?: (path: string) => void;
}

/** The commit of each line of the given files. Paths must be UTF-8. */
export async function blameFiles(
  repo: Repository,
  revision: string,
  { files, parallel = 2, onUnreadable }: Blamed
): Promise<Map<string, string[]>> {
  const blamed = new Map<string, string[]>();
  const left = files.filter(({ lines }) => lines > 0);
  const work = async (): Promise<void> => {
    for (let next = left.pop(); next; next = left.pop()) {
      const file = next;
      const args = ['blame', '--root', '--incremental', '--no-textconv', revision, '--', file.path];
      const out = await runGit(repo, args).catch((cause: unknown) => {
        if (!onUnreadable) throw cause;
        onUnreadable(file.path);
        return null;
      });
      if (out) blamed.set(file.path, blamedLines(out));
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  return blamed;
}

/** Blames every text file of a revision. */
export async function blameRevision(dir: string, revision: string): Promise<BlamedRevision> {
  const repo = await openRepository(dir);
  const files = await textFiles(repo, revision);
  const byCommit: Record<string, number> = {};
  for (const lines of (await blameFiles(repo, revision, { files })).values())
    for (const sha of lines) byCommit[sha] = (byCommit[sha] ?? 0) + 1;
  return { byCommit, total: files.reduce((sum, { lines }) => sum + lines, 0) };
}
