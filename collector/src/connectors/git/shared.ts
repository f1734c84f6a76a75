/** Commits that another repository has too (a copy, a fork beside its original): they are counted in the one that is listed first. */
import type { NamedRepository, Skip, StreamContext } from '../../connector.ts';
import { openSource, type Source } from '../../git/source.ts';
import { hasCommit, shas } from './mainline.ts';
import type { Change } from './segments.ts';

/** What a repository shares with one that is listed before it. */
export interface Shared {
  /** Name of the other repository. */
  readonly slug: string;
  readonly source: Source;
  /** Commits that its default branch reaches. */
  readonly commits: ReadonlySet<string>;
}

/** First commit of the first-parent chain: where the history of a repository began. */
export async function rootOf({ repo, tip }: Source, signal: AbortSignal): Promise<string> {
  return (await shas(repo, ['--first-parent', '--max-parents=0', tip], signal))[0] ?? '';
}

/** The earlier repository, where it has this one's beginning; one that cannot be read shares nothing, and says so itself. */
async function sharing(
  earlier: NamedRepository,
  { root, cacheDir, signal }: { root: string; cacheDir: string; signal: AbortSignal }
): Promise<Shared | null> {
  const source = await openSource(earlier, { cacheDir, isFetching: false, signal }).catch(() => null);
  signal.throwIfAborted();
  if (source === null || root === '' || !(await hasCommit(source.repo, root))) {
    return null;
  }
  const commits = await shas(source.repo, [source.tip], signal).catch((): string[] => []);
  return commits.includes(root) ? { slug: earlier.slug, source, commits: new Set(commits) } : null;
}

/** The first repository before this one that has the same beginning; null = none. */
export async function sharedBefore(
  { repositories, scope, cacheDir }: StreamContext<null>,
  source: Source,
  signal: AbortSignal
): Promise<Shared | null> {
  const before = repositories.slice(
    0,
    repositories.findIndex(({ slug }) => slug === scope.name)
  );
  if (before.length === 0) {
    return null;
  }
  const root = await rootOf(source, signal);
  for (const earlier of before) {
    const shared = await sharing(earlier, { root, cacheDir, signal });
    if (shared !== null) {
      return shared;
    }
  }
  return null;
}

/** Nothing of the change was made here: all its work is in the other repository. */
export function isSharedChange(change: Change, shared: Shared | null): boolean {
  if (shared === null) {
    return false;
  }
  const work = change.commits.filter(({ parents }) => parents.length < 2);
  return work.length === 0 ? shared.commits.has(change.mergeSha) : work.every(({ sha }) => shared.commits.has(sha));
}

/** What stands in the cursor: with whom is shared, and up to which commit of the own first-parent chain; '' = nothing. */
export async function sharedMark(
  source: Source,
  shared: Shared | null,
  signal: AbortSignal
): Promise<{ readonly mark: string; readonly skips: Skip[] }> {
  if (shared === null) {
    return { mark: '', skips: [] };
  }
  const own = await shas(source.repo, ['--first-parent', source.tip], signal);
  const newest = own.find((sha) => shared.commits.has(sha)) ?? '';
  const count = own.filter((sha) => shared.commits.has(sha)).length;
  const reason = `${count.toLocaleString('en')} of ${own.length.toLocaleString('en')} commits of the branch are in ${shared.slug} too, which is listed first: their changes are counted there`;
  return { mark: `${shared.slug} ${newest}`, skips: [{ item: `shared with ${shared.slug}`, reason }] };
}
