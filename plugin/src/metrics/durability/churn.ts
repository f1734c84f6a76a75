import { intervalOf } from '../../statistics/intervals/estimate.ts';
import { lossEstimate } from '../../statistics/intervals/jackknife.ts';
import type { Interval } from '../../statistics/intervals/proportion.ts';
import type { ComputeContext, ComputeResult, Row } from '../define.ts';
import { groupRows, leastUnits, numberOf } from '../parts/groups.ts';
import { finishRows, readGroup, readPeople, unknownShares, type Draft } from './groups.ts';

/** Mode churn: share of mature lines gone within 14 days. */
export function computeChurn(rows: readonly Row[], context: ComputeContext): ComputeResult {
  const heads = rows.filter((row) => row['kind'] === 'cell');
  const changes = groupRows(
    rows.filter((row) => row['kind'] === 'change'),
    'cell'
  );
  const groups = heads.map((row) => ({ row, group: readGroup(row, context) }));
  const unknown = unknownShares(
    groups.map(({ row, group }) => ({ group, units: numberOf(row['lines']), unknown: numberOf(row['unknown_lines']) })),
    context
  );
  const leastLines = leastUnits(context, 'km_lines', 100);
  const leastChanges = leastUnits(context, 'km_changes', 5);
  const drafts = groups.map(({ row, group }): Draft => {
    const lines = numberOf(row['lines']);
    const isEnough = lines >= leastLines && numberOf(row['changes']) >= leastChanges;
    const isYoung = numberOf(row['immature']) > numberOf(row['changes']);
    const interval =
      isEnough && context.params['ci'] === true ? churnInterval(row, changes.get(group.cell) ?? []) : null;
    return {
      group,
      who: readPeople(row, { total: lines, most: numberOf(row['most_lines']) }),
      status: isEnough ? 'ok' : isYoung ? 'immature' : 'low_n',
      cells: {
        value: isEnough ? numberOf(row['lost']) / lines : null,
        lo: interval?.lo ?? null,
        hi: interval?.hi ?? null,
        n: numberOf(row['changes']),
        n_lines: lines,
        n_pr: numberOf(row['changes']),
        immature: numberOf(row['immature']),
        added_lines: row['added'] ?? null,
        deleted_lines: row['deleted'] ?? null,
        updated_lines: null,
        moved_lines: null,
        copied_lines: null,
        unknown_share: unknown(group),
        mean_confidence: row['confidence'] ?? null,
        assumption: row['is_assumed'] === true ? 'assume_unmarked_human' : null,
      },
    };
  });
  return { rows: finishRows(drafts, context) };
}

/** The lines of a change go together; where the changes at hand are a sample, their spread is scaled to all. */
function churnInterval(head: Row, changes: readonly Row[]): Interval | null {
  const clusters = {
    numerators: changes.map((row) => numberOf(row['lost'])),
    denominators: changes.map((row) => numberOf(row['lines'])),
  };
  const all = { clusters: numberOf(head['changes']), value: numberOf(head['lost']) / numberOf(head['lines']) };
  return intervalOf(lossEstimate(clusters, all));
}
