/** Merge requests that changed, oldest change first: the last 30 days in a first pass, later what changed since, with some overlap. */
import type { Page, Stream, StreamContext } from '../../../connector.ts';
import { RECENT_DAYS } from '../../../forge/rules.ts';
import { passOver } from '../changes.ts';
import type { Section } from '../config.ts';
import { changesCursor, type ChangesCursor } from '../cursors.ts';
import { listOf, openReader, readDetails, type Reader } from '../requests.ts';
import type { Header } from '../schema.ts';
import { readPart } from './part.ts';
import { foundOf } from './repositories.ts';

const DAY = 86_400_000;

async function* pages(reader: Reader, start: ChangesCursor): AsyncGenerator<Page<ChangesCursor>> {
  const { context, gitlab, ladder } = reader;
  const begunAt = context.now();
  const first = new Date(begunAt.getTime() - RECENT_DAYS * DAY);
  let done = 0;
  for await (const one of passOver({ gitlab, context, first }, listOf(reader), start)) {
    const stored: Header[] = [];
    for await (const { page, headers } of readDetails(reader, one.changed)) {
      for (const header of headers) stored.push(header);
      done += headers.length;
      const cursor = { ...one.within(stored), size: ladder.size };
      yield { ...page, cursor, progress: { done, total: null, unit: 'merge requests' } };
    }
    const isKnown = one.isLast && start.since === null;
    yield {
      rows: isKnown ? [{ table: 'repo', values: { slug: context.scope.name, changes_known_from: one.floor } }] : [],
      skips: one.skips,
      cursor: { ...one.cursor, size: ladder.size },
      ...(one.isLast ? { watermark: begunAt } : {}),
    };
  }
}

async function* pull(
  context: StreamContext<Section>,
  stored: ChangesCursor | null
): AsyncGenerator<Page<ChangesCursor>> {
  const reader = openReader(context, foundOf(context), stored?.size);
  const start: ChangesCursor = stored ?? { since: null, pass: null, known: {}, rules: '' };
  yield* readPart(context, { what: 'merge requests', start }, () => pages(reader, start));
}

export const mergeRequests: Stream<Section, ChangesCursor> = {
  id: 'merge-requests',
  cursor: changesCursor,
  every: '3-59/10 * * * *',
  isEarly: true,
  scopes: ({ found }) => found('repositories'),
  needs: 'repositories',
  pull,
};
