/** Mode seniority: who spends the estimated hours. */
import type { ComputeContext, Row } from '../define.ts';
import { leastUnits, numberOf, numberOrNull } from '../parts/groups.ts';
import type { Group } from './compute.ts';

const BANDS = ['junior', 'mid', 'senior', 'unknown'];

export function seniorityRows(groups: readonly Group[], context: ComputeContext): Row[] {
  const minutesOf = (one: Group): number => numberOf(one.row['minutes']);
  return [...Map.groupBy(groups, ({ row }) => row['cell'])].flatMap(([, own]) => {
    const all = own.reduce((sum, one) => sum + minutesOf(one), 0);
    const isEnough = own.reduce((sum, { row }) => sum + numberOf(row['n']), 0) >= leastUnits(context, 'load', 10);
    return own
      .sort((one, two) => BANDS.indexOf(String(one.row['seniority'])) - BANDS.indexOf(String(two.row['seniority'])))
      .map(({ row, dimensions, ...group }) => ({
        ...dimensions,
        seniority: row['seniority'] ?? 'unknown',
        value: isEnough && all > 0 ? minutesOf({ row, dimensions, ...group }) / all : null,
        minutes: isEnough ? numberOf(row['minutes']) : null,
        n: numberOf(row['n']),
        n_dev: numberOf(row['n_dev']),
        one_person_share: numberOrNull(row['one_person_share']),
        status: isEnough ? 'ok' : 'low_n',
      }));
  });
}
