import { gitExit, startGit, type Repository } from './process.ts';

/** How much of a list was read. */
export interface PathsEnd {
  /** Null: it was stopped. */
  readonly code: number | null;
  readonly isWhole: boolean;
}

/** Paths of one tree that are read: more than any checkout has, so that a tree of equal trees comes to an end. */
const MOST_PATHS = 5_000_000;

/**
 * Reads what git lists with NUL as the end of each entry, as latin1 and as it comes, so that nothing is held whole. Ends early where
 * `take` says false, or at five million entries.
 */
export async function readPaths(
  repo: Repository,
  args: readonly string[],
  take: (entry: string) => boolean
): Promise<PathsEnd> {
  const child = startGit(repo, args);
  let rest = '';
  let count = 0;
  let isOpen = true;
  child.stdout.on('data', (chunk: Buffer) => {
    if (!isOpen) return;
    const entries = (rest + chunk.toString('latin1')).split('\0');
    rest = entries.pop() ?? '';
    isOpen = entries.every((entry) => ++count <= MOST_PATHS && take(entry));
    if (!isOpen) child.kill();
  });
  child.stdin.end();
  const { code } = await gitExit(child);
  return { code, isWhole: isOpen && code === 0 };
}
