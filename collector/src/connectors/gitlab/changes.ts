/** Lists that are read by the time of change (`updated_at`), page by page: offsets would shift while they are read, and end at 50,000. */
import type { z } from 'zod';
import type { Skip, StreamContext } from '../../connector.ts';
import { Paging } from '../../http/paging.ts';
import { PAGE, type GitLab } from './client.ts';
import type { ChangesCursor, Place } from './cursors.ts';

/** What was written shortly before may be listed late. */
const OVERLAP_MS = 60 * 60_000;
/** Millisecond by which `updated_before` is set later: GitLab keeps microseconds, and tells milliseconds. */
const NEXT_MS = 1;

interface Changed {
  readonly iid: number;
  readonly updated_at: Date;
}

interface Entries<One> {
  readonly good: readonly One[];
  readonly bad: readonly Skip[];
}

export interface List<One> {
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number>>;
  /** As people know it: `merge requests of acme/shop`. */
  readonly what: string;
  readonly schema: z.ZodType<Entries<One>>;
}

export interface ChangedPage<One> {
  readonly entries: readonly One[];
  readonly skips: readonly Skip[];
  /** Where the list goes on; null = this was the last page. */
  readonly next: Place | null;
}

export type Direction = 'asc' | 'desc';

/** Where the list goes on after a page: at the change that came last, or with the next page of that very instant. */
function placeAfter(entries: readonly Changed[], { at, page }: Place, direction: Direction): Place {
  const last = entries.at(-1)?.updated_at.getTime() ?? Date.parse(at);
  const isFurther = direction === 'asc' ? last > Date.parse(at) : last < Date.parse(at);
  return isFurther ? { at: new Date(last).toISOString(), page: 1 } : { at, page: page + 1 };
}

/** Entries by the time of their change; what changes meanwhile comes again. @throws CollectorError `source_endless` */
export async function* changesFrom<One extends Changed>(
  gitlab: Pick<GitLab, 'get'>,
  { path, query = {}, what, schema }: List<One>,
  { start, direction }: { readonly start: Place; readonly direction: Direction }
): AsyncGenerator<ChangedPage<One>> {
  const paging = new Paging({ source: 'GitLab', name: what, setting: 'gitlab.url' });
  let place = start;
  for (;;) {
    const bound = direction === 'asc' ? { updated_after: place.at } : { updated_before: new Date(Date.parse(place.at) + NEXT_MS).toISOString() }; // prettier-ignore
    const asked = { ...query, order_by: 'updated_at', sort: direction, ...bound, per_page: PAGE, page: place.page };
    const { data, next, body } = await gitlab.get(path, asked, schema);
    const after = next === null ? null : placeAfter(data.good, place, direction);
    yield { entries: data.good, skips: data.bad, next: after };
    if (after === null) return;
    paging.turn({ place: `${after.at} ${String(after.page)}`, count: data.good.length + data.bad.length, body });
    place = after;
  }
}

/** Instants that are still needed to know what comes again unchanged. */
const kept = (known: Readonly<Record<string, string>>, from: number): Record<string, string> =>
  Object.fromEntries(Object.entries(known).filter(([, updated]) => Date.parse(updated) >= from));

/** The newest change that was seen. A clock that is far ahead must not make everything after it old. */
function newestOf(entries: readonly Changed[], at: string, now: Date): string {
  const last = entries.at(-1)?.updated_at.getTime() ?? Date.parse(at);
  return new Date(Math.min(Math.max(last, Date.parse(at)), now.getTime())).toISOString();
}

export const keyOf = ({ iid }: Pick<Changed, 'iid'>): string => String(iid);

/** A page of a pass over what changed since the last one, oldest change first. */
export interface PassPage<One> {
  /** What is not stored as it is now. */
  readonly changed: readonly One[];
  readonly skips: readonly Skip[];
  /** Where the pass began. */
  readonly floor: Date;
  readonly isLast: boolean;
  /** The cursor after the page, when these of `changed` are stored too. */
  readonly cursor: ChangesCursor;
  /** While the page is stored bit by bit. @param stored Entries of `changed` so far. */
  readonly within: (stored: readonly One[]) => ChangesCursor;
}

/** @param first Where a first pass begins. */
export async function* passOver<One extends Changed>(
  { gitlab, context, first }: { readonly gitlab: Pick<GitLab, 'get'>; readonly context: Pick<StreamContext<unknown>, 'now'>; readonly first: Date },
  list: List<One>,
  start: ChangesCursor
): AsyncGenerator<PassPage<One>> {
  const begunAt = context.now();
  const from = start.since === null ? first.getTime() : Date.parse(start.since) - OVERLAP_MS;
  const floor = new Date(from).toISOString();
  let pass = start.pass ?? { floor, at: floor, page: 1 };
  let known = start.known;
  for await (const { entries, skips, next } of changesFrom(gitlab, list, { start: pass, direction: 'asc' })) {
    const before = { ...known };
    const changed = entries.filter((one) => before[keyOf(one)] !== one.updated_at.toISOString());
    const at = pass;
    const within = (stored: readonly One[]): ChangesCursor => ({
      ...start,
      pass: at,
      known: { ...before, ...Object.fromEntries(stored.map((one) => [keyOf(one), one.updated_at.toISOString()])) },
    });
    const newest = newestOf(entries, pass.at, begunAt);
    known = kept(within(changed).known, Date.parse(newest) - OVERLAP_MS);
    pass = next === null ? pass : { ...pass, ...next };
    const cursor = next === null ? { ...start, since: newest, pass: null, known } : { ...start, pass, known };
    yield { changed, skips, floor: new Date(pass.floor), isLast: next === null, cursor, within };
  }
} // prettier-ignore
