/** What a remote has now, without fetching it: its refs, as one digest. */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Told } from '../../connector.ts';
import { checkUrl, sourceOf, withoutCredentials } from '../url.ts';
import { updateCard } from './card.ts';
import { unreachable } from './faults.ts';
import { locksOf, placeOf, type Mirrors } from './mirrors.ts';
import { runRemote } from './remote.ts';

export interface RemoteRequest {
  readonly mirrors: Mirrors;
  readonly url: string;
  /** owner/name: what its files begin with. */
  readonly name: string;
  readonly notesRef: string;
  /** What its source told of it; absent = there is none that tells. */
  readonly told?: Told | undefined;
  readonly signal: AbortSignal;
}

export interface Looked {
  /** Changes with any ref that a mirror takes. */
  readonly digest: string;
  /** Branch that HEAD names there; null = it names none. */
  readonly head: string | null;
  /** Refs of notes that it has, of those that a mirror takes. */
  readonly notes: readonly string[];
  /** When the question was put. */
  readonly at: Date;
  /** What its source had told before (`Told.mark`). */
  readonly told: string | null;
}

/** Notes of sessions, beside those with line attestations. */
const SESSION_NOTES = 'refs/notes/ai-session';
const notesOf = (notesRef: string): string[] => [...new Set([notesRef, SESSION_NOTES])];

/** Digest of refs (`sha TAB name` by line) that a mirror takes: branches, tags and notes. */
export function digestOf(
  refs: string,
  { notesRef, head }: { readonly notesRef: string; readonly head: string | null }
): string {
  const taken = refs
    .split('\n')
    .filter((line) => /^[0-9a-f]{40,64}\trefs\//.test(line) && !line.endsWith('^{}'))
    .filter((line) => /\trefs\/(heads|tags)\//.test(line) || notesOf(notesRef).some((ref) => line.endsWith(`\t${ref}`)))
    .sort();
  return createHash('sha256')
    .update([head ?? '', notesRef, ...taken].join('\n'))
    .digest('hex')
    .slice(0, 32);
}

/** An empty git directory of ours: what git says of a remote must not depend on a repository that the folder may stand in. */
async function lookout(mirrors: Mirrors, signal: AbortSignal): Promise<string> {
  const folder = path.join(locksOf(mirrors), 'look.git');
  if (existsSync(path.join(folder, 'HEAD'))) return folder;
  // Others make it at the same moment: each its own, and the first stays.
  const own = `${folder}.${randomUUID()}`;
  try {
    mkdirSync(own, { mode: 0o700 });
    await runRemote({ source: own, signal }, { folder: own, args: ['init', '--quiet', '--bare', '--template=', own] });
    renameSync(own, folder);
  } catch (error) {
    if (!existsSync(path.join(folder, 'HEAD'))) throw error;
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
  return folder;
}

/** A look is one short answer. */
const LOOK_TAKES = { silentMs: 2 * 60_000, totalMs: 10 * 60_000 };

/** Asks the remote for its refs; nobody hears of it yet. @throws CollectorError `git_url`, `git_unreachable` */
export async function askRemote(request: RemoteRequest): Promise<Looked> {
  const { mirrors, url, notesRef, told, signal } = request;
  checkUrl(url);
  try {
    const at = new Date();
    const remote = { source: await sourceOf(url), signal };
    const folder = await lookout(mirrors, signal);
    const patterns = ['HEAD', 'refs/heads/*', 'refs/tags/*', ...notesOf(notesRef)];
    const refs = await runRemote(remote, {
      folder,
      args: ['ls-remote', '--symref', 'origin', ...patterns],
      ...LOOK_TAKES,
    });
    const head = /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(refs)?.[1] ?? null;
    const digest = digestOf(refs, { notesRef, head });
    const notes = notesOf(notesRef).filter((ref) => refs.includes(`\t${ref}\n`));
    return { digest, head, notes, at, told: told?.mark ?? null };
  } catch (cause) {
    signal.throwIfAborted();
    throw unreachable(request, cause as Error);
  }
}

/** Notes what a look saw: from then on it counts as looked at. */
export function noteLook(request: RemoteRequest, { digest, told, at }: Looked): void {
  updateCard(placeOf(request.mirrors, request), () => ({
    name: request.name,
    url: withoutCredentials(request.url),
    lookedAt: at.toISOString(),
    look: { at: at.toISOString(), digest, told },
  }));
}

/** Asks the remote for its refs, and notes what it has. Nothing is fetched. @throws CollectorError `git_url`, `git_unreachable` */
export async function lookAtRemote(request: RemoteRequest): Promise<Looked> {
  const looked = await askRemote(request);
  noteLook(request, looked);
  return looked;
}
