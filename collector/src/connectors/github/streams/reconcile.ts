/**
 * Once a week: what changed in the last four weeks is read again, whole. Rows that this changes are what the other streams missed; their
 * number is the stream's row count, in `status` and among the metrics.
 */
import type { z } from 'zod';
import type { Page, Stream, StreamContext } from '../../../connector.ts';
import { unitWith } from '../client.ts';
import type { Section } from '../config.ts';
import { found as foundSchema, reconcileCursor } from '../cursors.ts';
import { openReader, readDetails, readHeaders, type Reader } from '../pulls.ts';
import { goneIfLost } from '../../../forge/gone.ts';
import { foundOf } from './repositories.ts';

type Cursor = z.infer<typeof reconcileCursor>;

const DAY = 86_400_000;
const DAYS = 28;
const EVERY_MS = 6 * DAY;
/** What changed since then the other stream may not have seen yet: it missed nothing. */
const YOUNG_MS = DAY;

async function* pages(reader: Reader, start: Cursor): AsyncGenerator<Page<Cursor>> {
  const { context, github, ladder } = reader;
  const from = Date.parse(start.from ?? '');
  let cursor = start;
  let done = 0;
  for (;;) {
    const { headers, skips, next } = await readHeaders(reader, cursor.after);
    const known = { ...cursor.known };
    const wanted = headers.filter(({ number, updatedAt }) => {
      const at = updatedAt.getTime();
      return at < from - YOUNG_MS && at >= from - DAYS * DAY && known[String(number)] !== updatedAt.toISOString();
    });
    for await (const { page, headers: read } of readDetails(reader, wanted)) {
      for (const { number, updatedAt } of read) known[String(number)] = updatedAt.toISOString();
      done += read.length;
      cursor = { ...cursor, known: { ...known }, size: ladder.size };
      yield { ...page, cursor, progress: { done, total: null, unit: unitWith('pull requests', github) } };
    }
    if (skips.length > 0) yield { rows: [], skips, cursor };
    if (next === null || headers.some(({ updatedAt }) => updatedAt.getTime() < from - DAYS * DAY)) break;
    cursor = { ...cursor, after: next, known: {} };
  }
  yield {
    rows: [],
    cursor: { after: null, from: null, known: {}, size: ladder.size, doneAt: context.now().toISOString() },
    watermark: context.now(),
  };
}

async function* pull(context: StreamContext<Section>, stored: Cursor | null): AsyncGenerator<Page<Cursor>> {
  const start: Cursor =
    stored !== null && stored.from !== null ? stored : { after: null, from: context.now().toISOString(), known: {} };
  const doneAt = Date.parse(stored?.doneAt ?? '');
  const isDue = stored?.from != null || (stored !== null && !(context.now().getTime() - doneAt < EVERY_MS));
  // The first pass has just read everything; passes by hand may come any time.
  if (!isDue) {
    const done = { doneAt: stored?.doneAt ?? context.now().toISOString() };
    yield { rows: [], cursor: { after: null, from: null, known: {}, ...done }, watermark: context.now() };
    return;
  }
  const found = foundOf(context, foundSchema);
  const reader = await openReader(context, found, stored?.size);
  yield* goneIfLost(context, start, () => pages(reader, start));
}

export const reconcile: Stream<Section, Cursor> = {
  id: 'reconcile',
  cursor: reconcileCursor,
  every: '20 3 * * 0',
  scopes: ({ found }) => found('repositories'),
  needs: 'pull-requests',
  pull,
};
