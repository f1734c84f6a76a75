/** What is known of a mirror, kept beside it: it outlives the mirror, so that nothing is fetched to hear what was known. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { MirrorPlace } from './mirrors.ts';

const instant = z.iso.datetime().nullable().default(null);

const card = z.object({
  /** For people: owner/name, and the address without credentials. */
  name: z.string().default(''),
  url: z.string().default(''),
  /** Digest of the refs that were fetched last (look.ts); null = nothing was. */
  fetched: z.string().nullable().default(null),
  fetchedAt: instant,
  /** Until when it is known what the remote has: it was looked at then, or its source told that nothing was pushed. */
  lookedAt: instant,
  /** What the last look saw, and what the source had told by then (told.ts). */
  look: z.object({ at: z.iso.datetime(), digest: z.string(), told: z.string().nullable() }).nullable().default(null),
  /** Where histories begin, by branch, as of its `tip`: the first commit of the first-parent chain, and all commits without parents. */
  branches: z
    .record(z.string(), z.object({ tip: z.string(), first: z.string(), roots: z.array(z.string()) }))
    .default({}),
  /** Room that it took when it was fetched last. */
  bytes: z.number().nullable().default(null),
  fetches: z.number().default(0),
  evictions: z.number().default(0),
  evictedAt: instant,
  /** It did not fit into `limit` bytes: more than `bytes` had come by then. */
  tooLarge: z.object({ limit: z.number(), bytes: z.number(), at: z.iso.datetime() }).nullable().default(null),
});
export type Card = z.infer<typeof card>;

/** How long another process may have changed a card before it is seen by who goes through all of them. */
const FRESH_MS = 5_000;
const lately = new Map<string, { readonly card: Card; readonly at: number }>();

/** A card that is not there, or of another version, knows nothing. */
export function readCard(place: Pick<MirrorPlace, 'card'>): Card {
  const read = parsed(place.card);
  lately.set(place.card, { card: read, at: Date.now() });
  return read;
}

function parsed(file: string): Card {
  try {
    return card.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return card.parse({});
  }
}

/** The card as this process left it, or as it was a moment ago: a thousand repositories are each compared with those before them. */
export function recentCard(place: MirrorPlace): Card {
  const known = lately.get(place.card);
  if (known !== undefined && Date.now() - known.at < FRESH_MS) return known.card;
  return readCard(place);
}

/** Two processes that write at the same moment may lose one of two changes: something is then fetched or counted once more. */
export function updateCard(place: MirrorPlace, change: (known: Card) => Partial<Card>): Card {
  const known = readCard(place);
  const next = { ...known, ...change(known) };
  const draft = `${place.card}.${String(process.pid)}`;
  writeFileSync(draft, `${JSON.stringify(next)}\n`, { mode: 0o600 });
  renameSync(draft, place.card);
  lately.set(place.card, { card: next, at: Date.now() });
  return next;
}
