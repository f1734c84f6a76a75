import { countLines } from '../lifetimes/count-lines.ts';

interface LinesOptions {
  readonly repo: string;
  readonly at: string;
  readonly json: boolean;
}

/** `throughline lines`: live lines of text files by the commit that wrote them; plain mode, no store. */
export async function lines({ repo, at, json }: LinesOptions): Promise<number> {
  const count = await countLines({ repoPath: repo, rev: at });
  if (json) {
    process.stdout.write(`${JSON.stringify(count)}\n`);
    return 0;
  }
  const commits = Object.entries(count.by_commit).sort(([, a], [, b]) => b - a);
  process.stdout.write(`${String(count.total)} live lines of ${String(commits.length)} commits\n`);
  for (const [sha, alive] of commits.slice(0, 20)) {
    process.stdout.write(`${sha.slice(0, 12)}  ${String(alive).padStart(8)}\n`);
  }
  if (commits.length > 20) {
    process.stdout.write(`… 20 of ${String(commits.length)} commits; --json gives all\n`);
  }
  return 0;
}
