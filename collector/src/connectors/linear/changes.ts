/** Lists that are read by the time of change: where a pass goes on, and what it reads again. */
import { AHEAD_MS } from '../../incident-rows.ts';
import type { ChangesCursor } from './schema.ts';

/** Changes are listed some seconds late; what comes twice changes nothing. */
const OVERLAP_MS = 15 * 60_000;

/** The floor of a pass, and the page it begins with. */
export function beginning(stored: ChangesCursor | null, { rules, first }: { readonly rules: string; readonly first: Date }): ChangesCursor & { readonly floor: string } {
  const known = stored?.rules === rules ? stored : null;
  if (known !== null && known.after !== null && known.floor !== null) return { ...known, floor: known.floor };
  const since = known?.since ?? null;
  const floor = since === null ? first : new Date(Date.parse(since) - OVERLAP_MS);
  return { since, after: null, floor: floor.toISOString(), rules };
} // prettier-ignore

/** The newest change that was seen. A clock that is far ahead must not make everything after it old. */
export function newestOf(since: string | null, seen: readonly Date[], now: Date): string | null {
  const limit = now.getTime() + AHEAD_MS;
  const newest = seen.reduce((most, at) => Math.max(most, Math.min(at.getTime(), limit)), since === null ? -Infinity : Date.parse(since));
  return newest === -Infinity ? null : new Date(newest).toISOString();
} // prettier-ignore
