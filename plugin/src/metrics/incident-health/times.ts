/** How long incidents last: those that are open are censored (Kaplan–Meier). */
import { medianEstimate } from '../../statistics/intervals/cluster-median.ts';
import { intervalOf } from '../../statistics/intervals/estimate.ts';
import { kaplanMeier, survivalQuantile } from '../../statistics/kaplan-meier.ts';
import { quantiles } from '../../statistics/quantile.ts';
import type { Row } from '../define.ts';
import { numberOf } from '../parts/groups.ts';
import { doubles } from '../parts/packs.ts';

/** Of a row with the packs `over` and `open`. */
export function times(row: Row, isShown: boolean): Row {
  const [over, open] = [doubles(row['over']), doubles(row['open'])];
  const counts = { open_n: open.length, bad_order_n: numberOf(row['bad_order_n']) };
  if (!isShown) return { value: null, lo: null, hi: null, p90: null, closed_p50: null, closed_mean: null, ...counts };
  const curve = kaplanMeier([
    ...Array.from(over, (time) => ({ time, events: 1, censored: 0 })),
    ...Array.from(open, (time) => ({ time, events: 0, censored: 1 })),
  ]);
  const timed = [...over, ...open].map((minutes, cluster) => ({
    minutes,
    weight: 1,
    isOpen: cluster >= over.length,
    cluster,
  }));
  const interval = intervalOf(medianEstimate(timed));
  const [closed = null] = over.length > 0 ? quantiles(over, [0.5]) : [];
  return {
    value: survivalQuantile(curve, 0.5),
    lo: interval?.lo ?? null,
    hi: interval?.hi ?? null,
    p90: survivalQuantile(curve, 0.1),
    closed_p50: closed,
    closed_mean: over.length > 0 ? over.reduce((sum, minutes) => sum + minutes, 0) / over.length : null,
    ...counts,
  };
}
