/** Units that were cut at the longest time of their workflow: a median there is only known to be at least that. */
import type { Notice, Row } from '../define.ts';

/** Rounding of stored minutes. */
const CLOSE = 1e-3;
const DAY = 1440;

/** Share of units on the limit, and in words what a median there says. @param longest Null = the workflow has no limit. */
export function cappedCells(minutes: Float64Array, median: number | null, longest: number | null): Row {
  if (longest === null || minutes.length === 0 || median === null) {
    return { capped: null, capped_share: null };
  }
  const onLimit = minutes.reduce((count, value) => count + (value >= longest - CLOSE ? 1 : 0), 0);
  return { capped: median >= longest - CLOSE ? `≥ ${inWords(longest)}` : null, capped_share: onLimit / minutes.length };
}

/** Says of shown rows whose median is no number. */
export function cappedNotices(rows: readonly Row[]): Notice[] {
  const capped = rows.filter(({ capped: words }) => typeof words === 'string');
  const places = [...new Set(capped.map((row) => `${String(row['workflow'])} ${String(row['capped'])}`))];
  return places.length === 0
    ? []
    : [
        {
          severity: 'warning',
          text: `Half of the units or more were cut at the longest time of their workflow, so the median is only known to be at least that (${places.join(', ')}): see capped_share, or raise outcome.max_days in throughline.yaml.`,
        },
      ];
}

function inWords(minutes: number): string {
  const [count, unit] =
    minutes % DAY === 0 ? [minutes / DAY, 'day'] : minutes % 60 === 0 ? [minutes / 60, 'hour'] : [minutes, 'minute'];
  return `${count.toLocaleString('en-US')} ${unit}${count === 1 ? '' : 's'}`;
}
