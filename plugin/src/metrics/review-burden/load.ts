/** Mode load: how evenly reviewers share the estimated hours (metrics.md 4.8, 15.3). */
import { concentration, topShare } from '../../statistics/concentration.ts';
import type { ComputeContext, Row } from '../define.ts';
import { leastUnits, numberOf, textOf } from '../parts/groups.ts';
import { LEAST_TOP, lorenzRows, shareOfLargest } from '../parts/lorenz.ts';
import type { Group } from './compute.ts';

/** Below, a figure about two would be a figure about somebody. */
const LEAST_PEOPLE_FOR_TWO = 20;
/** Of the shares of three people Gini and Herfindahl together leave nothing open. */
const LEAST_CARRIERS = 4;

export function loadRows({ row, dimensions }: Group, context: ComputeContext): Row[] {
  const seconds = textOf(row['seconds']).split(' ').map(Number);
  const n = numberOf(row['n']);
  const found = concentration(seconds);
  const least = typeof context.settings['k'] === 'number' ? context.settings['k'] : 5;
  const isHiding = least > 1;
  const isOfFew = isHiding && found !== null && found.carriers80 < LEAST_CARRIERS;
  const isEnough = n >= leastUnits(context, 'load', 10);
  const spread = isOfFew || !isEnough ? null : found;
  const status = !isEnough ? 'low_n' : isOfFew ? 'suppressed_k' : found === null ? 'undefined' : 'ok';
  const shown = { ...dimensions, n, n_dev: seconds.length, status };
  const leastLeft = isHiding ? LEAST_TOP : 1;
  if (context.params['curve'] === true) {
    return lorenzRows(spread, leastLeft).map((step) => ({
      ...shown,
      ...step,
      ...(status === 'ok' && step['value'] === null ? { status: 'suppressed_k' } : {}),
    }));
  }
  const k = Math.max(LEAST_TOP, Number(context.params['top_k'] ?? 4));
  const isOfTwo = spread !== null && (!isHiding || spread.people >= LEAST_PEOPLE_FOR_TWO);
  const ofTwo = isOfTwo ? topShare(spread, 2) : null;
  return [
    {
      ...shown,
      value: context.params['load_show'] === 'top_2' ? ofTwo : (spread?.gini ?? null),
      hhi: spread?.herfindahl ?? null,
      effective: spread?.effectiveContributors ?? null,
      top_share: spread === null ? null : shareOfLargest(spread, k, leastLeft),
      top_2_share: ofTwo,
    },
  ];
}
