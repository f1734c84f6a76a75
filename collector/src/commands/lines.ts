import { CollectorError } from '../errors.ts';
import { countLines } from '../lifetimes/count-lines.ts';
import { LifetimeError } from '../git/errors.ts';
import type { LineCount } from '../lifetimes/contract.ts';
import { checkFolder } from '../git/source.ts';
import { print, printJson } from '../terminal/print.ts';

interface LinesOptions {
  readonly repo: string;
  readonly at: string;
  readonly json: boolean;
}

/** @throws CollectorError `git_path`, `git_not_a_repository`, or the engine's own codes. */
async function count(repo: string, at: string): Promise<LineCount> {
  await checkFolder(repo);
  try {
    return await countLines({ repoPath: repo, rev: at });
  } catch (error) {
    if (!(error instanceof LifetimeError)) {
      throw error;
    }
    throw new CollectorError({
      code: error.code,
      message: `${repo}: ${error.message}`,
      fault: 'source',
      cause: error,
    });
  }
}

/** `throughline lines`: live lines of text files by the commit that wrote them; plain mode, no store. */
export async function lines({ repo, at, json }: LinesOptions): Promise<number> {
  const counted = await count(repo, at);
  if (json) {
    printJson(counted);
    return 0;
  }
  const commits = Object.entries(counted.by_commit).sort(([, a], [, b]) => b - a);
  print(`${String(counted.total)} live lines of ${String(commits.length)} commits\n`);
  for (const [sha, alive] of commits.slice(0, 20)) {
    print(`${sha.slice(0, 12)}  ${String(alive).padStart(8)}\n`);
  }
  if (commits.length > 20) {
    print(`… 20 of ${String(commits.length)} commits; --json gives all\n`);
  }
  return 0;
}
