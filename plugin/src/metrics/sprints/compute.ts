import { intervalOf } from '../../statistics/intervals/estimate.ts';
import { shareEstimate } from '../../statistics/intervals/jackknife.ts';
import type { Interval } from '../../statistics/intervals/proportion.ts';
import { isShareTooWide } from '../../statistics/intervals/too-wide.ts';
import type { Compute, ComputeContext, Row, Status } from '../define.ts';
import { readCell } from '../parts/cells.ts';
import { isCutRow, leastUnits, numberOf, textOf } from '../parts/groups.ts';
import { GROUPS } from './metric.ts';

const COUNTED = ['committed', 'delivered', 'carried_over', 'removed', 'cancelled', 'added', 'delivered_added', 'sprints', 'n', 'n_dev', 'disordered_n'] as const; // prettier-ignore

/** One row a group, or a sprint. */
export const compute: Compute = (rows, context) => ({
  rows: rows.map((row): Row => {
    const { time, dimensions } = readCell(row, GROUPS, context);
    const isCut = isCutRow(row, time, context);
    const [committed, delivered] = [numberOf(row['committed']), numberOf(row['delivered'])];
    // Of one sprint the share is what it is; of several it is an estimate.
    const isOne = row['sprint'] !== null;
    const isShown = committed > 0 && (isOne || committed >= leastUnits(context, 'proportion', 20));
    const interval = isShown && !isOne ? intervalOver(textOf(row['each']), context) : null;
    return {
      ...(time === null ? {} : { time }),
      ...(isOne ? { project: row['project'] ?? null, sprint: row['sprint'] ?? null } : {}),
      ...dimensions,
      value: isShown ? delivered / committed : null,
      lo: interval?.lo ?? null,
      hi: interval?.hi ?? null,
      ...Object.fromEntries(COUNTED.map((name) => [name, numberOf(row[name])])),
      delivered_all: delivered + numberOf(row['delivered_added']),
      // Null = nobody is behind it: nothing is hidden.
      n_dev_committed: committed === 0 ? null : numberOf(row['n_dev_committed']),
      one_person_share: row['one_person_share'] ?? null,
      one_person_share_committed: row['one_person_share_committed'] ?? null,
      status: statusOf({ committed, isShown, isCut: isCut && !isOne }),
    };
  }),
});

/** Over sprints, whose issues share a fate: pairs of delivered and committed. Null = too few sprints, or too wide to say anything. */
function intervalOver(each: string, { params }: ComputeContext): Interval | null {
  if (params['ci'] !== true) return null;
  const pairs = each.split(',').map((pair) => pair.split(':').map(Number));
  const clusters = {
    numerators: pairs.map(([delivered]) => delivered ?? 0),
    denominators: pairs.map(([, committed]) => committed ?? 0),
  };
  const found = intervalOf(shareEstimate(clusters));
  return found === null || isShareTooWide(found) ? null : found;
}

function statusOf({ committed, isShown, isCut }: { committed: number; isShown: boolean; isCut: boolean }): Status {
  if (committed === 0) return 'undefined';
  if (!isShown) return 'low_n';
  return isCut ? 'partial' : 'ok';
}
