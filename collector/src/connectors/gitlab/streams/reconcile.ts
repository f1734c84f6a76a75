/**
 * Once a week: what changed in the last four weeks is read again, whole. Rows that this changes are what the other streams missed (that a thread
 * was resolved does not always count as a change); their number is the stream's row count, in `status` and among the metrics.
 */
import type { Page, Stream, StreamContext } from '../../../connector.ts';
import { changesFrom } from '../changes.ts';
import type { Section } from '../config.ts';
import { reconcileCursor, type ReconcileCursor } from '../cursors.ts';
import { listOf, openReader, readDetails, type Reader } from '../requests.ts';
import { readPart } from './part.ts';
import { foundOf } from './repositories.ts';

const DAY = 86_400_000;
const DAYS = 28;
const EVERY_MS = 6 * DAY;
/** What changed since then the other stream may not have seen yet: it missed nothing. */
const YOUNG_MS = DAY;

async function* pages(reader: Reader, start: ReconcileCursor): AsyncGenerator<Page<ReconcileCursor>> {
  const { context, gitlab, ladder } = reader;
  const begun = context.now().getTime();
  const place = start.pass ?? { at: new Date(begun - DAYS * DAY).toISOString(), page: 1, until: new Date(begun - YOUNG_MS).toISOString() }; // prettier-ignore
  const until = Date.parse(place.until);
  let cursor: ReconcileCursor = { ...start, pass: place };
  let done = 0;
  const order = { start: place, direction: 'asc' } as const;
  for await (const { entries, skips, next } of changesFrom(gitlab, listOf(reader), order)) {
    const known = { ...cursor.known };
    const wanted = entries.filter(({ iid, updated_at: at }) => at.getTime() < until && known[String(iid)] !== at.toISOString()); // prettier-ignore
    for await (const { page, headers } of readDetails(reader, wanted)) {
      for (const { iid, updated_at: at } of headers) known[String(iid)] = at.toISOString();
      done += headers.length;
      cursor = { ...cursor, known: { ...known }, size: ladder.size };
      yield { ...page, cursor, progress: { done, total: null, unit: 'merge requests' } };
    }
    if (next === null || Date.parse(next.at) >= until) break;
    cursor = { ...cursor, pass: { ...place, ...next } };
    yield { rows: [], skips, cursor };
  }
  yield {
    rows: [],
    cursor: { pass: null, known: {}, size: ladder.size, doneAt: context.now().toISOString() },
    watermark: context.now(),
  };
}

async function* pull(
  context: StreamContext<Section>,
  stored: ReconcileCursor | null
): AsyncGenerator<Page<ReconcileCursor>> {
  const isUnderWay = stored !== null && stored.pass !== null;
  const since = context.now().getTime() - Date.parse(stored?.doneAt ?? '');
  // The first pass has just read everything; passes by hand may come any time.
  if (!isUnderWay && (stored === null || since < EVERY_MS)) {
    const doneAt = stored?.doneAt ?? context.now().toISOString();
    yield { rows: [], cursor: { pass: null, known: {}, doneAt }, watermark: context.now() };
    return;
  }
  const reader = openReader(context, foundOf(context), stored.size);
  const start: ReconcileCursor = isUnderWay ? stored : { pass: null, known: {} };
  yield* readPart(context, { what: 'merge requests', start }, () => pages(reader, start));
}

export const reconcile: Stream<Section, ReconcileCursor> = {
  id: 'reconcile',
  cursor: reconcileCursor,
  every: '20 3 * * 0',
  scopes: ({ found }) => found('repositories'),
  needs: 'merge-requests',
  pull,
};
