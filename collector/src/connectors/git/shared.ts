/** Commits that another repository has too (a copy, a fork beside its original): they are counted in the one that is listed first. */
import type { NamedRepository, Skip, StreamContext } from '../../connector.ts';
import { CollectorError } from '../../errors.ts';
import { recentCard } from '../../git/mirrors/card.ts';
import type { Mirrors } from '../../git/mirrors/mirrors.ts';
import { mirrorOf } from '../../git/remotes.ts';
import { openSource, type Source } from '../../git/source.ts';
import { hasCommit, shas } from './mainline.ts';
import type { Change } from './segments.ts';

/** What a repository shares with one that is listed before it. */
export interface Shared {
  /** Name of the other repository. */
  readonly slug: string;
  /** To be closed. */
  readonly source: Source;
  /** Commits that its default branch reaches. */
  readonly commits: ReadonlySet<string>;
}

/** First commit of the first-parent chain: where the history of a repository began. */
export async function rootOf({ repo, tip }: Source, signal: AbortSignal): Promise<string> {
  return (await shas(repo, ['--first-parent', '--max-parents=0', tip], signal))[0] ?? '';
}

interface Sharing {
  readonly root: string;
  readonly mirrors: Mirrors;
  readonly signal: AbortSignal;
  /** The later repository has its whole history: its root is a commit without parents wherever it is. */
  readonly isWhole: boolean;
}

/** What is known of an earlier repository without its mirror: that it has not this beginning, or was never read. */
function sharesNothing(earlier: NamedRepository, { root, mirrors, isWhole }: Sharing): boolean {
  const place = mirrorOf(earlier, mirrors);
  if (place === null) return false;
  const { fetched, branches } = recentCard(place);
  const known = branches[earlier.branch ?? ''];
  return fetched === null || (isWhole && known !== undefined && !known.roots.includes(root));
}

/** The earlier repository, where it has this one's beginning; one that cannot be read shares nothing, and says so itself. Its source is open. */
export async function sharing(earlier: NamedRepository, options: Sharing): Promise<Shared | null> {
  const { root, mirrors, signal } = options;
  if (root === '' || sharesNothing(earlier, options)) return null;
  const source = await openSource(earlier, { mirrors, isFetching: false, signal }).catch((error: unknown) => {
    // It shares something, or may: without it changes would be counted twice.
    if (error instanceof CollectorError && error.code === 'mirrors_full') throw error;
    return null;
  });
  signal.throwIfAborted();
  if (source === null) return null;
  const commits = (await hasCommit(source.repo, root)) ? await shas(source.repo, [source.tip], signal).catch((): string[] => []) : []; // prettier-ignore
  if (commits.includes(root)) return { slug: earlier.slug, source, commits: new Set(commits) };
  source.close();
  return null;
}

/** Repositories that are listed before this one. */
export const earlierThan = ({
  repositories,
  scope,
}: Pick<StreamContext<null>, 'repositories' | 'scope'>): readonly NamedRepository[] =>
  repositories.slice(
    0,
    repositories.findIndex(({ slug }) => slug === scope.name)
  );

/** The first repository before this one that has the same beginning, open; null = none. */
export async function sharedBefore(
  context: StreamContext<null>,
  source: Source,
  signal: AbortSignal
): Promise<Shared | null> {
  const before = earlierThan(context);
  if (before.length === 0) {
    return null;
  }
  const root = await rootOf(source, signal);
  for (const earlier of before) {
    const isWhole = source.boundary.length === 0;
    const shared = await sharing(earlier, { root, mirrors: context.mirrors, signal, isWhole });
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
