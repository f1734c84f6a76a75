/**
 * Conflicts of open changes with their base, as looks at them see them: forges tell the state of now and keep no history of it. A change that comes into
 * conflict is an event at the look that saw it; what was before the first look is not known.
 */
import { z } from 'zod';
import type { HouseRow, Page, Skip } from '../connector.ts';
import { entryOf, keyed } from '../foreign.ts';

/** What is known of an open change: first look that told, how many did, and what the last one saw. */
const watched = z.object({ since: z.string(), looks: z.number(), isInConflict: z.boolean() });

/** By number. */
export const watchedChanges = z.record(z.string(), watched).default({});
export type Watched = z.infer<typeof watchedChanges>;

/** Of the open changes as of the last look at each. */
export const looksCursor = z.object({ open: watchedChanges });
export type LooksCursor = z.infer<typeof looksCursor>;

/** Forges begin to work out whether a change can be merged when they are asked, and most of them know within seconds. */
export const WORKED_OUT_MS = 3000;

/** An open change at a look. `isInConflict`: null = the forge does not know it now. */
export interface Seen {
  readonly number: number;
  readonly isInConflict: boolean | null;
}

export interface Looked {
  readonly rows: HouseRow[];
  /** Of the changes that were seen. */
  readonly open: Watched;
}

/** What a look at some changes tells beside the looks before it. What the forge does not know changes nothing. */
export function lookedAt(before: Watched, seen: readonly Seen[], at: Date): Looked {
  const rows: HouseRow[] = [];
  const open = keyed<Watched[string]>();
  for (const { number, isInConflict } of seen) {
    const key = String(number);
    const known = entryOf(before, key);
    if (isInConflict === null) {
      if (known !== undefined) open[key] = known;
      continue;
    }
    const now = { since: known?.since ?? at.toISOString(), looks: (known?.looks ?? 0) + 1, isInConflict };
    open[key] = now;
    rows.push({ table: 'change_watch', values: { change_key: key, first_at: new Date(now.since), last_at: at, look_count: now.looks } }); // prettier-ignore
    if (isInConflict === (known?.isInConflict ?? false)) continue;
    const kind = isInConflict ? 'conflict_on' : 'conflict_off';
    rows.push({ table: 'change_event', values: { change_key: key, event_id: `${kind}/${at.toISOString()}`, at, account_id: null, kind, state: null } }); // prettier-ignore
  }
  return { rows, open };
}

/** A page of a list of open changes. */
export interface SeenPage {
  readonly seen: readonly Seen[];
  readonly skips: readonly Skip[];
  /** When the forge was asked. */
  readonly at: Date;
}

/** One look at all open changes, page by page. What is not among them any more is forgotten at its end; a look that ends early is begun anew. */
export async function* looked(stored: LooksCursor | null, pages: AsyncIterable<SeenPage>): AsyncGenerator<Page<LooksCursor>> {
  let open: Watched = stored?.open ?? {};
  const now = keyed<Watched[string]>();
  let watermark: Date | undefined;
  for await (const { seen, skips, at } of pages) {
    const told = lookedAt(open, seen, at);
    open = { ...open, ...told.open };
    Object.assign(now, told.open);
    watermark ??= at;
    yield { rows: told.rows, skips, cursor: { open } };
  }
  yield { rows: [], cursor: { open: now }, ...(watermark === undefined ? {} : { watermark }) };
} // prettier-ignore
