/**
 * Whether a repository has anything that was not read yet, told by what is known of it beside its mirror: a mirror that made room for
 * others is not fetched again to hear that nothing is new.
 */
import { createHash } from 'node:crypto';
import { RULES_VERSION } from '../../attribution/rules.ts';
import type { NamedRepository, StreamContext } from '../../connector.ts';
import { AHEAD } from '../../git/mirrors/look-ahead.ts';
import type { Looked } from '../../git/mirrors/look.ts';
import { readCard, updateCard, type Card } from '../../git/mirrors/card.ts';
import type { Mirrors } from '../../git/mirrors/mirrors.ts';
import { runGit } from '../../git/process.ts';
import { lookAt, mirrorOf, toldOf } from '../../git/remotes.ts';
import type { Source } from '../../git/source.ts';
import { withoutCredentials } from '../../git/url.ts';
import { hasCommit, shas } from './mainline.ts';
import { repositoryOf } from './repo-rows.ts';
import { earlierThan, sharing } from './shared.ts';

/** Raised when streams make something else of the same refs: all is read again then. */
const READING = 1;

/** What is known of where the history of a repository begins; null = nothing is, or it is a clone of the user. */
export function beginningOf(repository: NamedRepository, mirrors: Mirrors): Card['branches'][string] | null {
  const place = mirrorOf(repository, mirrors);
  return place === null ? null : (readCard(place).branches[repository.branch ?? ''] ?? null);
}

/** When the remote of a repository was last looked at; null = it is a clone of the user, or never was. */
export function lookedAt(repository: NamedRepository, mirrors: Mirrors): Date | null {
  const place = mirrorOf(repository, mirrors);
  const at = place === null ? null : readCard(place).lookedAt;
  return at === null ? null : new Date(at);
}

/** Notes where a history begins, for the repositories that are listed after it. */
export async function noteBeginning(
  context: StreamContext<null>,
  { source, first }: { readonly source: Source; readonly first: string },
  signal: AbortSignal
): Promise<void> {
  const repository = repositoryOf(context);
  const { repo, tip } = source;
  const place = mirrorOf(repository, context.mirrors);
  const known = beginningOf(repository, context.mirrors);
  if (place === null || known?.tip === tip) return;
  const isContinued =
    known !== null &&
    (await hasCommit(repo, known.tip)) &&
    (await runGit(repo, ['merge-base', '--is-ancestor', known.tip, tip], { signal }).then(
      () => true,
      () => false
    ));
  signal.throwIfAborted();
  const since = isContinued ? [`^${known.tip}`] : [];
  const found = await shas(repo, ['--max-parents=0', tip, ...since], signal);
  const roots = [...new Set([...(isContinued ? known.roots : []), ...found])];
  updateCard(place, ({ branches }) => ({
    branches: { ...branches, [repository.branch ?? '']: { tip, first, roots } },
  }));
}

/** With whom a repository shares its beginning, as of what that one has now; null = it cannot be told without its mirror. */
async function sharedKey(context: StreamContext<null>, signal: AbortSignal): Promise<string | null> {
  const earlier = earlierThan(context);
  if (earlier.length === 0) return '';
  const { mirrors } = context;
  const own = beginningOf(repositoryOf(context), mirrors);
  if (own === null) return null;
  for (const one of earlier) {
    const place = mirrorOf(one, mirrors);
    const found = await sharing(one, { root: own.first, mirrors, signal, isWhole: true });
    found?.source.close();
    if (found !== null) return place === null ? null : `${one.slug} ${readCard(place).fetched ?? ''}`;
  }
  return '';
}

/**
 * What all rows of a repository come from, as one text: the refs as they were fetched last, the configuration, the rules, and what a
 * repository that is listed before it has. Null = it is a clone of the user, or nothing is known: it is read.
 */
export async function seenOf(context: StreamContext<null>, signal: AbortSignal): Promise<string | null> {
  const repository = repositoryOf(context);
  const place = mirrorOf(repository, context.mirrors);
  const fetched = place === null ? null : readCard(place).fetched;
  if (fetched === null) return null;
  const shared = await sharedKey(context, signal);
  if (shared === null) return null;
  const configured = { ...repository, told: undefined, url: withoutCredentials(repository.url ?? '') };
  return createHash('sha256')
    .update(JSON.stringify([READING, RULES_VERSION, fetched, configured, shared]))
    .digest('hex')
    .slice(0, 32);
}

/** The remote has what was fetched last, and all of that is stored: the mirror need not be there. */
async function isSeen(
  context: StreamContext<null>,
  { seen, digest, signal }: { readonly seen: string; readonly digest: string; readonly signal: AbortSignal }
): Promise<boolean> {
  const place = mirrorOf(repositoryOf(context), context.mirrors);
  if (place === null || seen === '') return false;
  return readCard(place).fetched === digest && seen === (await seenOf(context, signal));
}

/** What a look for news came to. */
export interface News {
  /** All is read as of then; null = there may be something new, or the repository is a clone of the user. */
  readonly readAt: Date | null;
  /** What the remote has, where it was looked at. */
  readonly looked: Looked | undefined;
}

/** Repositories for which the stream is run next. */
const nextOf = ({ siblings, repositories }: StreamContext<null>): NamedRepository[] =>
  siblings()
    .slice(0, AHEAD)
    .flatMap(({ name }) => repositories.find(({ slug }) => slug === name) ?? []);

/**
 * Whether there is anything new: by what the source of the repository told, else by a look at its remote.
 * @param seen What was stored last comes from this; '' = it is not known, or not complete.
 * @throws CollectorError as `lookAt`
 */
export async function newsOf(context: StreamContext<null>, seen: string, signal: AbortSignal): Promise<News> {
  const { mirrors, askedAt } = context;
  const repository = repositoryOf(context);
  const told = toldOf(repository, mirrors);
  if (told !== null && told.at.getTime() > (askedAt?.getTime() ?? 0)) {
    if (await isSeen(context, { seen, digest: told.digest, signal })) {
      const place = mirrorOf(repository, mirrors);
      if (place !== null) updateCard(place, () => ({ lookedAt: told.at.toISOString() }));
      return { readAt: told.at, looked: undefined };
    }
  }
  const looked = (await lookAt(repository, { mirrors, next: nextOf(context), since: askedAt, signal })) ?? undefined;
  const isRead = looked !== undefined && (await isSeen(context, { seen, digest: looked.digest, signal }));
  return { readAt: isRead ? looked.at : null, looked };
}
