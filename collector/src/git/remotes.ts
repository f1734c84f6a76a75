/** Remotes of repositories: where their mirrors are, and what is known of them without fetching. */
import type { RepositoryConfig } from '../config/repository.ts';
import type { Told } from '../connector.ts';
import { lookAhead, lookInTurn } from './mirrors/look-ahead.ts';
import type { Looked, RemoteRequest } from './mirrors/look.ts';
import { placeOf, type MirrorPlace, type Mirrors } from './mirrors/mirrors.ts';
import { asTold } from './mirrors/told.ts';
import { isAddress, remoteSlug } from './url.ts';
import { requireGit } from './version.ts';

/** A repository as it is configured, or as a source found it. */
export type Readable = RepositoryConfig & { readonly told?: Told };

/** How its mirror is asked for. */
export const remoteOf = (url: string, { notes_ref: notesRef, told }: Readable) => ({
  url,
  notesRef,
  told,
  name: remoteSlug(url) ?? 'repository',
});

const places = new WeakMap<RepositoryConfig, { readonly folder: string; readonly place: MirrorPlace }>();

/** Where the mirror of a repository is, there or not; null = it is a clone of the user. */
export function mirrorOf(repository: RepositoryConfig, mirrors: Mirrors): MirrorPlace | null {
  const { url } = repository;
  if (url === undefined) return null;
  const known = places.get(repository);
  if (known?.folder === mirrors.folder) return known.place;
  const place = placeOf(mirrors, remoteOf(url, repository));
  places.set(repository, { folder: mirrors.folder, place });
  return place;
}

interface LookOptions extends Pick<RemoteRequest, 'mirrors' | 'signal'> {
  /** Repositories whose turn comes next: their remotes are looked at meanwhile. */
  readonly next: readonly Readable[];
  /** A look from before does not do; null = any does. */
  readonly since: Date | null;
}

/** What the remote of a repository has now; null = it is a clone of the user. Nothing is fetched. @throws CollectorError `git_url`, `git_unreachable`, `git_missing` */
export async function lookAt(repository: Readable, { next, since, ...options }: LookOptions): Promise<Looked | null> {
  await requireGit();
  const requestOf = (one: Readable): RemoteRequest[] =>
    one.url === undefined || !isAddress(one.url) ? [] : [{ ...options, ...remoteOf(one.url, one) }];
  const isAsked = (one: Readable): boolean => toldOf(one, options.mirrors) === null;
  lookAhead(next.filter(isAsked).flatMap(requestOf));
  const { url } = repository;
  return url === undefined ? null : lookInTurn({ ...options, ...remoteOf(url, repository) }, since);
}

/** What the remote of a repository has as its source told; null = it has to be looked at. */
export function toldOf(repository: Readable, mirrors: Mirrors): ReturnType<typeof asTold> {
  const place = mirrorOf(repository, mirrors);
  return place === null ? null : asTold(place, repository.told);
}
