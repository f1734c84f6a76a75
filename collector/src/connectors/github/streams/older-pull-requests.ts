/** Pull requests that changed last before the first pass looked: the same list read on, page by page, back to `since`. Ends once. */
import type { HouseRow, Page, Stream, StreamContext } from '../../../connector.ts';
import { unitWith } from '../client.ts';
import { RECENT_DAYS, sinceOf } from '../../../forge/rules.ts';
import type { Section } from '../config.ts';
import { found as foundSchema, olderCursor, type OlderCursor } from '../cursors.ts';
import { openReader, readDetails, readHeaders, type Reader } from '../pulls.ts';
import { goneIfLost } from '../../../forge/gone.ts';
import { foundOf } from './repositories.ts';

const DAY = 86_400_000;

const knownFrom = (slug: string, at: number): HouseRow => ({ table: 'repo', values: { slug, changes_known_from: new Date(at) } }); // prettier-ignore

/** What changed after `upper` the other stream has read, a day of it twice. */
async function* pages(reader: Reader, start: OlderCursor, upper: number): AsyncGenerator<Page<OlderCursor>> {
  const { context, github, ladder } = reader;
  const since = Date.parse(start.since);
  const slug = context.scope.name;
  let cursor = start;
  let done = 0;
  for (;;) {
    const { headers, skips, total, next } = await readHeaders(reader, cursor.after);
    const wanted = headers.filter(({ updatedAt }) => updatedAt.getTime() < upper && updatedAt.getTime() >= since);
    const known: Record<string, string> = {};
    for (const { number } of headers) {
      const at = cursor.known[String(number)];
      if (at !== undefined) known[String(number)] = at;
    }
    const changed = wanted.filter(({ number, updatedAt }) => known[String(number)] !== updatedAt.toISOString());
    done += headers.length - changed.length;
    for await (const { page, headers: read } of readDetails(reader, changed)) {
      for (const { number, updatedAt } of read) known[String(number)] = updatedAt.toISOString();
      done += read.length;
      // Headers come in order of time: everything that changed after the last of them is stored.
      const reached = read.at(-1)?.updatedAt.getTime() ?? upper;
      cursor = { ...cursor, known: { ...known }, reached: new Date(reached).toISOString(), size: ladder.size };
      yield { ...page, rows: [...page.rows, knownFrom(slug, reached)], cursor, progress: { done, total, unit: unitWith('pull requests', github) } }; // prettier-ignore
    }
    if (skips.length > 0) yield { rows: [], skips, cursor };
    const isLast = next === null || headers.some(({ updatedAt }) => updatedAt.getTime() < since);
    if (isLast) break;
    cursor = { ...cursor, after: next, known: {} };
  }
  yield {
    rows: [knownFrom(slug, since)],
    cursor: { ...cursor, after: cursor.after, reached: start.since, isDone: true, known: {} },
    watermark: context.now(),
  };
}

async function* pull(context: StreamContext<Section>, stored: OlderCursor | null): AsyncGenerator<Page<OlderCursor>> {
  const since = sinceOf(context.section, context.now());
  // The default moves with the clock; what was read once stays read.
  const isFurther =
    context.section.since !== undefined && stored !== null && since.getTime() < Date.parse(stored.since);
  if (stored?.isDone === true && !isFurther) {
    yield { rows: [], cursor: stored, watermark: context.now() };
    return;
  }
  const upper = context.now().getTime() - (RECENT_DAYS - 1) * DAY;
  const start: OlderCursor = {
    after: stored?.after ?? null,
    reached: stored?.reached ?? new Date(upper).toISOString(),
    since: stored !== null && !isFurther ? stored.since : since.toISOString(),
    isDone: false,
    known: stored?.known ?? {},
    ...(stored?.size === undefined ? {} : { size: stored.size }),
  };
  const found = foundOf(context, foundSchema);
  const reader = await openReader(context, found, stored?.size);
  yield* goneIfLost(context, start, () => pages(reader, start, upper));
}

export const olderPullRequests: Stream<Section, OlderCursor> = {
  id: 'older-pull-requests',
  cursor: olderCursor,
  every: '7 * * * *',
  scopes: ({ found }) => found('repositories'),
  needs: 'pull-requests',
  pull,
};
