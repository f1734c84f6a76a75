/** Pull requests that changed, newest first: the last 30 days in a first pass, later what changed since, with a day of overlap. */
import type { Page, Stream, StreamContext } from '../../../connector.ts';
import { unitWith } from '../client.ts';
import { RECENT_DAYS } from '../../../forge/rules.ts';
import type { Section } from '../config.ts';
import { found as foundSchema, pullsCursor, type Found, type PullsCursor } from '../cursors.ts';
import { openReader, readDetails, readFirstHeaders, readHeaders, type HeaderPage, type Reader } from '../pulls.ts';
import type { Header } from '../schema.ts';
import { foundOf, isLookedAtSince } from './repositories.ts';
import { goneIfLost } from '../../../forge/gone.ts';

const DAY = 86_400_000;
/** GitHub's pages shift while they are read, and its index runs behind: what changed shortly before is looked at again. */
const OVERLAP_MS = DAY;

const day = (text: string): number => Date.parse(text);

/** Nothing changed since the last pass, as a look says that was taken since then. */
const isIdle = (cursor: PullsCursor, found: Found, askedAt: Date | null): boolean =>
  cursor.pass === null &&
  cursor.seen !== null &&
  isLookedAtSince(cursor.readAt, found, askedAt) &&
  (found.pulls === null || day(found.pulls) <= day(cursor.seen));

/** What of `known` is still needed: the overlap, and the page at hand. */
const kept = (known: Record<string, string>, from: number, page: readonly Header[]): Record<string, string> => {
  const here = new Set(page.map(({ number }) => String(number)));
  return Object.fromEntries(Object.entries(known).filter(([number, at]) => here.has(number) || day(at) >= from));
};

/** What changed since then has to be read; a repository of the same organisation was read about when this one was. */
const changedSince = (cursor: PullsCursor | null, now: Date): number =>
  cursor?.seen == null ? now.getTime() - RECENT_DAYS * DAY : day(cursor.readAt);

interface Pass {
  readonly newest: string;
  readonly after: string | null;
  readonly floor: string;
}

/** A new pass, and its first page of headers. */
async function begin(reader: Reader, cursor: PullsCursor | null): Promise<{ begun: Pass; page: HeaderPage }> {
  const now = reader.context.now();
  const page = await readFirstHeaders(reader, ({ pulls }) => pulls !== null && day(pulls) > changedSince(cursor, now));
  const { headers } = page;
  // A clock that is far ahead must not make everything after it old.
  const first = Math.min(
    headers[0]?.updatedAt.getTime() ?? now.getTime() - RECENT_DAYS * DAY,
    now.getTime() + 10 * 60_000
  );
  const floor = cursor?.seen == null ? now.getTime() - RECENT_DAYS * DAY : day(cursor.seen) - OVERLAP_MS;
  return { begun: { newest: new Date(first).toISOString(), after: null, floor: new Date(floor).toISOString() }, page };
}

async function* pass(reader: Reader, start: PullsCursor, read: HeaderPage | null): AsyncGenerator<Page<PullsCursor>> {
  const { context, github, ladder } = reader;
  let cursor = start;
  let done = 0;
  let waiting = read;
  for (let at = start.pass; at !== null;) {
    const floor = day(at.floor);
    const { headers, skips, next } = waiting ?? (await readHeaders(reader, at.after));
    waiting = null;
    const fresh = headers.filter(({ updatedAt }) => updatedAt.getTime() >= floor);
    const known: Record<string, string> = kept(cursor.known, day(at.newest) - OVERLAP_MS, fresh);
    const changed = fresh.filter(({ number, updatedAt }) => known[String(number)] !== updatedAt.toISOString());
    for await (const { page, headers: some } of readDetails(reader, changed)) {
      for (const { number, updatedAt } of some) known[String(number)] = updatedAt.toISOString();
      done += some.length;
      cursor = { ...cursor, pass: at, known: { ...known }, size: ladder.size, readAt: context.now().toISOString() };
      yield { ...page, cursor, progress: { done, total: null, unit: unitWith('pull requests', github) } };
    }
    const isLast = next === null || fresh.length < headers.length;
    at = isLast ? null : { ...at, after: next };
    cursor = { ...cursor, known, pass: at };
    if (skips.length > 0) yield { rows: [], skips, cursor };
  }
}

async function* pull(context: StreamContext<Section>, stored: PullsCursor | null): AsyncGenerator<Page<PullsCursor>> {
  const found = foundOf(context, foundSchema);
  const readAt = context.now().toISOString();
  if (stored !== null && isIdle(stored, found, context.askedAt)) {
    yield { rows: [], cursor: { ...stored, readAt }, watermark: new Date(found.lookedAt) };
    return;
  }
  const quiet = context.now().getTime() - RECENT_DAYS * DAY;
  if (stored === null && (found.pulls === null || day(found.pulls) < quiet)) {
    // Nothing changed within the days of a first pass: the look at the repository said so.
    const seen = found.pulls ?? new Date(quiet).toISOString();
    const row = { table: 'repo' as const, values: { slug: context.scope.name, changes_known_from: new Date(quiet) } };
    yield { rows: [row], cursor: { seen, known: {}, pass: null, readAt }, watermark: new Date(found.lookedAt) };
    return;
  }
  const reader = await openReader(context, found, stored?.size);
  yield* goneIfLost(context, stored ?? { seen: null, known: {}, pass: null, readAt }, async function* () {
    const { begun, page: first } = stored?.pass ? { begun: stored.pass, page: null } : await begin(reader, stored);
    // A page that came with those of others is from before.
    const begunAt = first?.readAt.toISOString() ?? readAt;
    const start: PullsCursor = { seen: null, known: {}, ...stored, pass: begun, readAt: begunAt };
    let last = start;
    for await (const page of pass(reader, start, first)) {
      last = page.cursor;
      yield page;
    }
    const from = day(begun.newest) - OVERLAP_MS;
    yield {
      // What was not read before is known from the floor of the first pass on; the older ones go on from there.
      rows: stored?.seen == null ? [{ table: 'repo', values: { slug: context.scope.name, changes_known_from: new Date(begun.floor) } }] : [], // prettier-ignore
      cursor: { ...last, seen: begun.newest, known: kept(last.known, from, []), pass: null, size: reader.ladder.size, readAt: begunAt }, // prettier-ignore
      watermark: new Date(begunAt),
    };
  });
}

export const pullRequests: Stream<Section, PullsCursor> = {
  id: 'pull-requests',
  cursor: pullsCursor,
  every: '3-59/10 * * * *',
  isEarly: true,
  scopes: ({ found }) => found('repositories'),
  needs: 'repositories',
  pull,
};
