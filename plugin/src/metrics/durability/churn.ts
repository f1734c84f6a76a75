import {
  bootstrapReplicates,
  LEAST_CLUSTERS,
  percentileInterval,
  rescale,
} from '../../statistics/cluster-bootstrap.ts';
import type { Interval } from '../../statistics/proportion.ts';
import type { ComputeContext, ComputeResult, Row } from '../define.ts';
import {
  finishRows,
  groupRows,
  leastUnits,
  numberOf,
  readGroup,
  readPeople,
  unknownShares,
  type Draft,
} from './groups.ts';
import { metric } from './metric.ts';

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
      isEnough && context.params['ci'] === true ? churnInterval(row, changes.get(group.cell) ?? [], context) : null;
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

/** The lines of a change go together: changes are drawn, and their deviations scaled where they are a sample. */
function churnInterval(head: Row, changes: readonly Row[], context: ComputeContext): Interval | null {
  if (changes.length < LEAST_CLUSTERS) {
    return null;
  }
  const lines = Float64Array.from(changes, (row) => numberOf(row['lines']));
  const lost = Float64Array.from(changes, (row) => numberOf(row['lost']));
  const ratio = (indices: Iterable<number>): number => {
    let top = 0;
    let bottom = 0;
    for (const index of indices) {
      top += lost[index] ?? 0;
      bottom += lines[index] ?? 0;
    }
    return bottom === 0 ? NaN : top / bottom;
  };
  const replicates = bootstrapReplicates(
    [changes.length],
    ([draws]) => ratio(draws ?? []),
    context.random(metric.seedName)
  );
  const population = Math.max(numberOf(head['changes']), changes.length);
  const estimates = { ofSubset: ratio(lines.keys()), ofAll: numberOf(head['lost']) / numberOf(head['lines']) };
  rescale(replicates, estimates, Math.sqrt(changes.length / population));
  const interval = percentileInterval(replicates);
  return interval === null ? null : { lo: Math.max(0, interval.lo), hi: Math.min(1, interval.hi) };
}
