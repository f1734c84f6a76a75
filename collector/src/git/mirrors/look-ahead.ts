/**
 * Looks at several remotes side by side: who looks at one begins with those that come after it, and each of them finds its own look done.
 * A look is taken once and while it is young; nothing of it is noted before.
 */
import { withoutCredentials } from '../url.ts';
import { askRemote, noteLook, type Looked, type RemoteRequest } from './look.ts';

/** Looks ahead at a time, and of those at one host: an ssh server refuses more than ten that begin together. */
const MOST = 8;
const MOST_PER_HOST = 6;
/** A look that nobody took by then is made again. */
const YOUNG_MS = 2 * 60_000;

type Answer = { readonly looked: Looked } | { readonly error: unknown };

interface Kept {
  readonly askedAt: number;
  /** Null = whoever asked was stopped. */
  readonly answer: Promise<Answer | null>;
}

const kept = new Map<string, Kept>();
const running = new Map<string, number>();
const waiting: { readonly host: string; readonly begin: () => void }[] = [];

const keyOf = ({ mirrors, url, notesRef }: RemoteRequest): string => JSON.stringify([mirrors.folder, url, notesRef]);

/** What a limit per host counts: remotes that are folders of this machine are all of one. */
const hostOf = (url: string): string =>
  /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^@/]*@)?([^/:]*)/i.exec(withoutCredentials(url))?.[1]?.toLowerCase() ?? '';

const isFree = (host: string): boolean =>
  [...running.values()].reduce((sum, count) => sum + count, 0) < MOST && (running.get(host) ?? 0) < MOST_PER_HOST;

function change(host: string, by: number): void {
  const count = (running.get(host) ?? 0) + by;
  if (count > 0) running.set(host, count);
  else running.delete(host);
}

function beginNext(): void {
  for (let at = 0; at < waiting.length;) {
    const next = waiting[at];
    if (next === undefined || !isFree(next.host)) at++;
    else {
      waiting.splice(at, 1);
      change(next.host, 1);
      next.begin();
    }
  }
}

/** One after another where there are too many at a time. */
async function inTurn<T>(host: string, work: () => Promise<T>): Promise<T> {
  await new Promise<void>((begin) => {
    waiting.push({ host, begin });
    beginNext();
  });
  try {
    return await work();
  } finally {
    change(host, -1);
    beginNext();
  }
}

async function answerOf(request: RemoteRequest): Promise<Answer | null> {
  try {
    return { looked: await inTurn(hostOf(request.url), () => askRemote(request)) };
  } catch (error) {
    return request.signal.aborted ? null : { error };
  }
}

/** How many remotes are looked at ahead of the one whose turn it is. */
export const AHEAD = MOST;

/** Begins looks at remotes whose turn comes; nobody waits for them here. */
export function lookAhead(requests: readonly RemoteRequest[]): void {
  const now = Date.now();
  for (const [key, { askedAt }] of kept) if (now - askedAt > YOUNG_MS) kept.delete(key);
  for (const request of requests) {
    const key = keyOf(request);
    if (!kept.has(key)) kept.set(key, { askedAt: now, answer: answerOf(request) });
  }
}

/** A look that was begun before, and after `since`. @throws the reason why it failed */
async function take(request: RemoteRequest, since: number): Promise<Looked | null> {
  const mine = kept.get(keyOf(request));
  kept.delete(keyOf(request));
  if (mine === undefined || mine.askedAt <= since || Date.now() - mine.askedAt > YOUNG_MS) return null;
  const answer = await mine.answer;
  if (answer === null) return null;
  if ('error' in answer) throw answer.error;
  return answer.looked.at.getTime() > since ? answer.looked : null;
}

/**
 * Looks at a remote, or takes the look that was begun for it. Nothing is fetched.
 * @param since A look from before does not show what the source told, or was asked, since.
 * @throws CollectorError `git_url`, `git_unreachable`
 */
export async function lookInTurn(request: RemoteRequest, since: Date | null): Promise<Looked> {
  const looked = (await take(request, since?.getTime() ?? 0)) ?? (await askRemote(request));
  noteLook(request, looked);
  return looked;
}
