/** Merge requests that changed last before the first pass looked: read back to `since`, newest first. Ends once. */
import type { HouseRow, Page, Stream, StreamContext } from '../../../connector.ts';
import { RECENT_DAYS, sinceOf } from '../../../forge/rules.ts';
import { changesFrom } from '../changes.ts';
import type { Section } from '../config.ts';
import { olderCursor, type OlderCursor } from '../cursors.ts';
import { listOf, openReader, readDetails, type Reader } from '../requests.ts';
import { readPart } from './part.ts';
import { foundOf } from './repositories.ts';

const DAY = 86_400_000;

const knownFrom = (slug: string, at: number): HouseRow => ({ table: 'repo', values: { slug, changes_known_from: new Date(at) } }); // prettier-ignore

async function* pages(reader: Reader, start: OlderCursor): AsyncGenerator<Page<OlderCursor>> {
  const { context, gitlab, ladder } = reader;
  const since = Date.parse(start.since);
  const slug = context.scope.name;
  let cursor = start;
  let done = 0;
  const order = { start: start.reached, direction: 'desc' } as const;
  for await (const { entries: headers, skips, next } of changesFrom(gitlab, listOf(reader), order)) {
    const known = { ...cursor.known };
    const wanted = headers.filter(({ updated_at: updated }) => updated.getTime() >= since);
    const changed = wanted.filter(({ iid, updated_at: updated }) => known[String(iid)] !== updated.toISOString());
    for await (const { page, headers: read } of readDetails(reader, changed)) {
      for (const { iid, updated_at: updated } of read) known[String(iid)] = updated.toISOString();
      done += read.length;
      cursor = { ...cursor, known: { ...known }, size: ladder.size };
      yield { ...page, cursor, progress: { done, total: null, unit: 'merge requests' } };
    }
    const isLast = next === null || wanted.length < headers.length;
    // Those of the very instant at which it goes on come again.
    const still = Object.entries(known).filter(([, updated]) => updated === next?.at);
    cursor = { ...cursor, known: Object.fromEntries(still), ...(next === null ? {} : { reached: next }) };
    yield { rows: next === null ? [] : [knownFrom(slug, Math.max(since, Date.parse(next.at)))], skips, cursor };
    if (isLast) break;
  }
  yield {
    rows: [knownFrom(slug, since)],
    cursor: { ...cursor, reached: { at: start.since, page: 1 }, isDone: true, known: {} },
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
  const upper = new Date(context.now().getTime() - (RECENT_DAYS - 1) * DAY);
  const start: OlderCursor = {
    reached: stored?.reached ?? { at: upper.toISOString(), page: 1 },
    since: stored !== null && !isFurther ? stored.since : since.toISOString(),
    isDone: false,
    known: stored?.known ?? {},
  };
  const reader = openReader(context, foundOf(context), stored?.size);
  yield* readPart(context, { what: 'merge requests', start }, () => pages(reader, start));
}

export const olderMergeRequests: Stream<Section, OlderCursor> = {
  id: 'older-merge-requests',
  cursor: olderCursor,
  every: '7 * * * *',
  scopes: ({ found }) => found('repositories'),
  needs: 'merge-requests',
  pull,
};
