/**
 * Rows between which a param moves units (`chooses: 'rows'`): the metric itself is asked with the values that come before, and a row is hidden
 * that has other units than there and fewer than k people more or less. The defaults come first, so a usual question is never asked for it.
 */
import type { Param, ParamValue, ParamValues, Row } from '../../../metrics/define.ts';
import { columnsOf, isParamShown, peopleRules } from '../../../metrics/query.ts';
import type { Asked } from './find-described.ts';
import { keyOf, type Mark } from './marks.ts';

export interface Moving extends Asked {
  readonly k: number;
  /** Rows of the metric before anything is hidden. */
  readonly run: (params: ParamValues) => Promise<readonly Row[]>;
}

const valuesOf = (param: Param): readonly ParamValue[] =>
  param.kind === 'choice' ? param.choices.map(({ value }) => value) : param.kind === 'boolean' ? [false, true] : [];

/** Changed params of each answer that comes before; null = two are changed at once, which nobody asked for can be compared with. */
export function movedBefore({ metric, params }: Asked): ReadonlyArray<ParamValues> | null {
  const moving = Object.entries(metric.params).filter(
    ([, param]) => 'chooses' in param && param.chooses === 'rows' && isParamShown(param, params)
  );
  const defaults = Object.fromEntries(moving.map(([name, param]) => [name, param.default]));
  const changed = moving.filter(([name, param]) => params[name] !== param.default);
  if (changed.length > 1) return null;
  const [name] = changed[0] ?? [];
  if (name === undefined) return [];
  const all = moving.flatMap(([other, param]) =>
    valuesOf(param).filter((value) => value !== param.default).map((value) => ({ ...defaults, [other]: value }))
  );
  return [defaults, ...all.slice(0, all.findIndex((set) => set[name] === params[name]))];
} // prettier-ignore

export async function findMoved({ metric, params, k, run }: Moving): Promise<Mark[]> {
  const before = movedBefore({ metric, params });
  if (before === null) return [{ labels: [], keys: ['[]'], reason: 'at_once' }];
  if (before.length === 0) return [];
  const labels = columnsOf(metric, params)
    .filter(({ role }) => role === 'time' || role === 'label')
    .map(({ name }) => name);
  const quiet = metric.params['ci'] === undefined ? params : { ...params, ci: false };
  const [own = [], ...others] = await Promise.all(
    [{}, ...before].map(async (changed) => run({ ...quiet, ...changed }))
  );
  const counts = peopleRules(metric, params).flatMap(({ count }) => (count === null ? [] : [count]));
  const peopleOf = (row: Row): number => Math.max(0, ...counts.map((count) => Number(row[count] ?? 0)));
  const isFew = (row: Row): boolean => peopleOf(row) > 0 && peopleOf(row) < k;
  const marked = others.flatMap((rows) => {
    const byKey = new Map(rows.map((row) => [keyOf(row, labels), row]));
    const found = own.map((row) => ({ row, other: byKey.get(keyOf(row, labels)) }));
    const differs = found.filter(
      ({ row, other }) =>
        other !== undefined && row['n'] !== other['n'] && Math.abs(peopleOf(row) - peopleOf(other)) < k
    );
    // Rows of their own are parts of what the other answer shows as one.
    const parts = found.filter(({ other }) => other === undefined);
    return [...differs, ...(parts.some(({ row }) => isFew(row)) ? parts : [])].map(({ row }) => keyOf(row, labels));
  });
  return [{ labels, keys: [...new Set(marked)], reason: 'choice' }];
}
