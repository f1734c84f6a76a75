import { intervalOf, type Estimate } from '../../statistics/intervals/estimate.ts';
import { meanEstimate, shareEstimate } from '../../statistics/intervals/jackknife.ts';
import { isShareTooWide } from '../../statistics/intervals/too-wide.ts';
import type { Compute, ComputeContext, Notice, Row, Status } from '../define.ts';
import { byCell, readCell } from '../parts/cells.ts';
import { CHANGE_GROUPS } from '../parts/filters.ts';
import { isCutRow, leastUnits, numberOf, numberOrNull } from '../parts/groups.ts';
import { integers } from '../parts/packs.ts';
import { numberAsked, type TaxNumber } from './numbers.ts';

/** Looked at less often than this, a conflict is only what a poll saw (metrics.md QT4). */
const HOURLY_MINUTES = 60;

/** One row a group, by the number that is asked for. */
export const compute: Compute = (rows, context) => {
  const asked = numberAsked(context.params['metric']);
  return { rows: byCell(rows).map((row) => rowOf(row, asked, context)), notices: rows.length === 0 ? [] : noticesOf(asked) }; // prettier-ignore
};

function rowOf(row: Row, asked: TaxNumber, context: ComputeContext): Row {
  const { time, dimensions } = readCell(row, CHANGE_GROUPS, context);
  const n = numberOf(row['n']);
  const interval = intervalOf(estimateOf(row, asked));
  const isEnough = asked.kind === 'share' ? n >= leastUnits(context, 'proportion', 20) : n >= leastUnits(context, 'mean', 10); // prettier-ignore
  const isTooWide = asked.kind === 'share' && interval !== null && isShareTooWide(interval);
  const isShown = isEnough && !isTooWide;
  const isCut = isCutRow(row, time, context);
  const drawn = isShown && context.params['ci'] === true ? interval : null;
  const status: Status = isShown ? (isCut ? 'partial' : 'ok') : isEnough ? 'too_wide' : 'low_n';
  return {
    ...(time === null ? {} : { time }),
    ...dimensions,
    value: isShown ? (asked.times * numberOf(row['top'])) / n : null,
    lo: drawn?.lo ?? null,
    hi: drawn?.hi ?? null,
    ...(asked.isOfLooks ? lookedAt(numberOrNull(row['look_minutes'])) : {}),
    known_share: numberOrNull(row['known_share']),
    n,
    n_dev: numberOf(row['n_dev']),
    one_person_share: row['one_person_share'] ?? null,
    status,
  };
}

/** Those whom nobody knows are one cluster. */
function estimateOf(row: Row, { kind, times }: TaxNumber): Estimate | null {
  const numbers = integers(row['units']);
  const every = (place: number): Float64Array => Float64Array.from(numbers.filter((_, index) => index % 2 === place));
  const clusters = { numerators: every(1).map((top) => times * top), denominators: every(0) };
  return kind === 'share' ? shareEstimate(clusters) : meanEstimate(clusters);
}

const lookedAt = (minutes: number | null): Row => ({
  look_hours: minutes === null ? null : minutes / 60,
  basis: minutes !== null && minutes <= HOURLY_MINUTES ? 'hourly' : 'poll',
});

const noticesOf = ({ isOfLooks, value }: TaxNumber): Notice[] => {
  if (isOfLooks) return [{ severity: 'info', text: 'Only changes that were looked at while they were open count. Conflicts that came and went between two looks are missed, and changes that were opened and merged between two looks are left out.' }];
  if (value === 'rebase_minutes') return [{ severity: 'info', text: 'Commits that merge the base are known by how git names them. Changes of which commits were pushed away are left out: a rebase leaves no trace of the commits before it.' }];
  return [];
}; // prettier-ignore
