/** What all modes share: labels, the value shown, who is behind a row, order of rows, notices. */
import {
  ONE_PERSON_SHARE,
  ONLY_JUDGED,
  type ComputeContext,
  type ComputeResult,
  type Notice,
  type Row,
} from '../define.ts';
import type { Interval } from '../../statistics/intervals/proportion.ts';
import { BANDS } from './bands.ts';
import { cappedNotices } from './capped.ts';
import { GROUPS } from './groups.ts';
import type { Input, Scope } from './rows/read-rows.ts';

export const SEED = 'cycle_by_usage';
/** Least units behind a number. */
export const MIN_UNITS = 10;
/** Tools with fewer of their users joined to a person tell nothing about people (metrics.md 2.4). */
const LEAST_MATCHED = 0.9;

/** A row and who is behind it. */
export interface Draft {
  readonly row: Row;
  readonly people: number;
  readonly units: number;
  /** Share of the units that one person has; null = not judged. */
  readonly topShare: number | null;
}

export function groupNames(context: ComputeContext): readonly string[] {
  const groupBy = context.params['groupBy'];
  return Array.isArray(groupBy) ? (groupBy as readonly string[]) : [];
}

/** Chosen values of a filter; null = all. */
export function chosen(context: ComputeContext, name: string): readonly string[] | null {
  const values = context.params[name];
  return Array.isArray(values) && values.length > 0 ? (values as readonly string[]) : null;
}

/** Values of the groups asked for, by name. */
export function groupCells(groups: ReadonlyArray<string | null>, names: readonly string[]): Row {
  return Object.fromEntries(
    GROUPS.flatMap((name, place) => (names.includes(name) ? [[name, groups[place] ?? 'unknown']] : []))
  );
}

export function isUnmatched({ matchRate }: Scope): boolean {
  return matchRate !== null && matchRate < LEAST_MATCHED;
}

/** Value, lo and hi, with the end of the interval as the value where `show` asks for it. */
export function shownEstimate(value: number | null, interval: Interval | null, context: ComputeContext): Row {
  const { show } = context.params;
  const ends = {
    lo: value === null ? null : (interval?.lo ?? null),
    hi: value === null ? null : (interval?.hi ?? null),
  };
  return { value: show === 'lo' ? ends.lo : show === 'hi' ? ends.hi : value, ...ends };
}

/** A row as the engine judges it. @param isShown False = its siblings are judged with it, and it is not shown. */
function judged({ row, people, units, topShare }: Draft, isShown: boolean): Row {
  const behind = { n_dev: units === 0 ? null : people, [ONE_PERSON_SHARE]: topShare };
  return { ...row, ...behind, ...(isShown ? {} : { [ONLY_JUDGED]: true }) };
}

/** Rows in the order of workflow, tool, groups, time, band. */
export function ordered(rows: readonly Row[]): Row[] {
  const keys = ['workflow', 'tool', ...GROUPS];
  const bandPlace = (row: Row) => BANDS.indexOf(row['bucket'] as (typeof BANDS)[number]);
  const time = (row: Row) => (row['time'] instanceof Date ? row['time'].getTime() : 0);
  return [...rows].sort(
    (one, two) =>
      keys.reduce((found, key) => found || compare(String(one[key] ?? ''), String(two[key] ?? '')), 0) ||
      time(one) - time(two) ||
      bandPlace(one) - bandPlace(two)
  );
}

/** The result: of the bands those that are asked for. */
export function finish(drafts: readonly Draft[], input: Input, context: ComputeContext): ComputeResult {
  const wanted = chosen(context, 'usage_bucket');
  const isShown = ({ row }: Draft) =>
    row['bucket'] === undefined || wanted === null || wanted.includes(String(row['bucket']));
  const shown = drafts.filter(isShown).map(({ row }) => row);
  return { rows: ordered(drafts.map((draft) => judged(draft, isShown(draft)))), notices: notices(shown, input.scopes) };
}

function notices(rows: readonly Row[], scopes: readonly Scope[]): Notice[] {
  const found: Notice[] = [];
  if (rows.some((row) => row['basis'] === 'declared' || row['basis'] === 'mixed')) {
    found.push({
      severity: 'info',
      text: 'Usage rests on marks in git (declared): people who use a tool without marking commits count as zero.',
    });
  }
  if (rows.some((row) => row['landing_basis'] === 'inferred')) {
    found.push({
      severity: 'info',
      text: 'Landing dates are inferred from the first known use and may be too early: set tools.landed_at in throughline.yaml.',
    });
  }
  const shared = scopes.filter(
    (scope) =>
      scope.isToolScope && scopes.some((other) => other.tool === scope.tool && other.workflow !== scope.workflow)
  );
  if (shared.length > 0) {
    found.push({
      severity: 'info',
      text: `Uses of ${[...new Set(shared.map(({ tool }) => tool))].join(', ')} do not tell the workflow: they count in every workflow that lists the tool.`,
    });
  }
  return [...found, ...cappedNotices(rows)];
}

function compare(one: string, two: string): number {
  return one < two ? -1 : one > two ? 1 : 0;
}
