/** Hours of reviewing, estimated from what reviewers left behind (metrics.md QT5). */

/** Longer without a trace = the reviewer was away. */
const GAP_MINUTES = 60;
/** What goes before the first trace of a session. */
const LEAD_MINUTES = 10;
/** Nobody reviews longer at a stretch; a session that seems to is one of traces that came by themselves. */
const MOST_MINUTES = 120;

/** Estimated minutes behind instants of one reviewer in one change, whatever their order; 0 without any. */
export function sessionMinutes(instants: readonly Date[]): number {
  const minutes = instants.map((at) => at.getTime() / 60_000).sort((one, two) => one - two);
  let [total, first, last] = [0, NaN, NaN];
  const close = (): number => (Number.isNaN(first) ? 0 : Math.min(MOST_MINUTES, last - first + LEAD_MINUTES));
  for (const at of minutes) {
    if (!(at - last <= GAP_MINUTES)) {
      total += close();
      first = at;
    }
    last = at;
  }
  return total + close();
}
