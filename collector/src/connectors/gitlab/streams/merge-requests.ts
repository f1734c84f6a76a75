/** Merge requests that changed, oldest change first: the last 30 days in a first pass, later what changed since, with some overlap. */
import type { Page, Stream, StreamContext } from '../../../connector.ts';
import { goneIfLost } from '../../../forge/gone.ts';
import { RECENT_DAYS } from '../../../forge/rules.ts';
import type { Section } from '../config.ts';
import { changesCursor, type ChangesCursor } from '../cursors.ts';
import { headersFrom, openReader, readDetails, type Reader } from '../requests.ts';
import type { Header } from '../schema.ts';
import { foundOf } from './repositories.ts';

const DAY = 86_400_000;
/** What was written shortly before may be listed late. */
const OVERLAP_MS = 60 * 60_000;

/** Instants that are still needed to know what comes again unchanged. */
export const kept = (known: Readonly<Record<string, string>>, from: number): Record<string, string> =>
  Object.fromEntries(Object.entries(known).filter(([, updated]) => Date.parse(updated) >= from));

/** The newest change that was seen. A clock that is far ahead must not make everything after it old. */
export function newestOf(headers: readonly Pick<Header, 'updated_at'>[], at: string, now: Date): string {
  const last = headers.at(-1)?.updated_at.getTime() ?? Date.parse(at);
  return new Date(Math.min(Math.max(last, Date.parse(at)), now.getTime())).toISOString();
}

async function* pages(reader: Reader, start: ChangesCursor): AsyncGenerator<Page<ChangesCursor>> {
  const { context, ladder } = reader;
  const begunAt = context.now();
  const from = start.since === null ? begunAt.getTime() - RECENT_DAYS * DAY : Date.parse(start.since) - OVERLAP_MS;
  const floor = new Date(from).toISOString();
  let pass = start.pass ?? { floor, at: floor, page: 1 };
  let cursor: ChangesCursor = { ...start, pass };
  let done = 0;
  for await (const { headers, skips, next } of headersFrom(reader, pass, 'asc')) {
    const known = { ...cursor.known };
    const changed = headers.filter(({ iid, updated_at: updated }) => known[String(iid)] !== updated.toISOString());
    for await (const { page, headers: read } of readDetails(reader, changed)) {
      for (const { iid, updated_at: updated } of read) known[String(iid)] = updated.toISOString();
      done += read.length;
      cursor = { ...cursor, known: { ...known }, size: ladder.size };
      yield { ...page, cursor, progress: { done, total: null, unit: 'merge requests' } };
    }
    const newest = newestOf(headers, pass.at, begunAt);
    const isFirst = start.since === null && next === null;
    const rows = isFirst ? [{ table: 'repo' as const, values: { slug: context.scope.name, changes_known_from: new Date(pass.floor) } }] : []; // prettier-ignore
    cursor = { ...cursor, known: kept(known, Date.parse(newest) - OVERLAP_MS) };
    if (next === null) cursor = { ...cursor, since: newest, pass: null };
    else cursor = { ...cursor, pass: (pass = { ...pass, ...next }) };
    yield { rows, skips, cursor, ...(next === null ? { watermark: begunAt } : {}) };
  }
}

async function* pull(
  context: StreamContext<Section>,
  stored: ChangesCursor | null
): AsyncGenerator<Page<ChangesCursor>> {
  const reader = openReader(context, foundOf(context), stored?.size);
  const start: ChangesCursor = stored ?? { since: null, pass: null, known: {}, rules: '' };
  yield* goneIfLost(context, start, () => pages(reader, start));
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
