import type { Metric, Param, ParamValue, ParamValues } from '../../metrics/define.ts';
import { bindNames } from './bind.ts';
import type { SqlQuery } from '../store/database.ts';

/** What a query file may name beside the metric's own params. */
export interface BuiltIns {
  /** `:from::timestamptz`, inclusive. */
  readonly from: Date;
  /** `:to::timestamptz`, exclusive. */
  readonly to: Date;
  /** `:tz::text`, IANA zone of the buckets. */
  readonly tz: string;
  /** `:me::text`: the person who asks (asker.ts). Default: nobody. */
  readonly me?: string;
  /** `:only_people::boolean`: nothing is shown, only how many people are behind each row is read. Default false. */
  readonly onlyPeople?: boolean;
}

/** Names that a metric must not use for a param. */
export const BUILT_IN_NAMES: readonly string[] = ['from', 'to', 'tz', 'is_usual', 'only_people', 'me'];

/**
 * A query file with its values. Values travel beside the text, never in it.
 * @throws Error when the file names something that is neither a param nor built in: a fault of the metric.
 */
export function bindQuery(metric: Metric, sql: string, given: { params: ParamValues; builtIns: BuiltIns }): SqlQuery {
  const { text, names } = bindNames(sql);
  const { from, to, tz, me = null, onlyPeople = false } = given.builtIns;
  const is_usual = isUsual(metric, given.params);
  const builtIns: Record<string, unknown> = {
    from: from.toISOString(),
    to: to.toISOString(),
    tz,
    me,
    is_usual,
    only_people: onlyPeople,
  };
  const values = names.map((name) => {
    if (Object.hasOwn(builtIns, name)) {
      return builtIns[name];
    }
    const param = Object.hasOwn(metric.params, name) ? metric.params[name] : undefined;
    const value = given.params[name];
    if (param === undefined || value === undefined) {
      throw new Error(
        `${metric.id}: the query names :${name}, which is neither a param nor one of ${BUILT_IN_NAMES.join(', ')}`
      );
    }
    return boundValue(param, value);
  });
  return { text, values };
}

/** Filter values that match nothing (an ad-hoc filter that excludes every value): bound as an empty list, not as "all". */
export const NO_VALUE: readonly string[] = Object.freeze([]);

/** `:is_usual::boolean`: the metric says which params have their default then. */
function isUsual({ usual, params }: Metric, given: ParamValues): boolean {
  const isDefault = (name: string): boolean => {
    const value = given[name];
    return value !== NO_VALUE && JSON.stringify(value) === JSON.stringify(params[name]?.default);
  };
  return usual?.every(isDefault) ?? false;
}

function boundValue(param: Param, value: ParamValue): unknown {
  if (param.kind === 'filter') {
    return Array.isArray(value) && value.length === 0 && value !== NO_VALUE ? null : value;
  }
  return param.kind === 'text' && value === '' ? null : value;
}
