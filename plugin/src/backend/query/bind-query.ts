import type { Metric, Param, ParamValue, ParamValues, Phase } from '../../metrics/define.ts';
import { isOneAi } from '../../metrics/parts/ai-group.ts';
import { bindNames } from './bind.ts';
import type { SqlQuery } from '../store/database.ts';

/** What a query file may name beside the metric's own params. */
export interface BuiltIns {
  /** `:from::timestamptz`, inclusive. Of phases the start of the first. */
  readonly from: Date;
  /** `:to::timestamptz`, exclusive. Of phases the end of the last. */
  readonly to: Date;
  /** `:before::timestamptz`: start of the days before that stand beside each row; null = none do. */
  readonly before?: Date | undefined;
  /** `:tz::text`, IANA zone of the buckets. */
  readonly tz: string;
  /** `:phase_starts::timestamptz[]`, `:phase_ends::timestamptz[]`, in order; null = the question is not about phases. */
  readonly phases?: readonly Phase[] | undefined;
  /** `:me::text`: the person who asks (asker.ts). Default: nobody. */
  readonly me?: string;
  /** `:only_people::boolean`: nothing is shown, only how many people are behind each row is read. Default false. */
  readonly onlyPeople?: boolean;
}

/** Names that a metric must not use for a param. */
export const BUILT_IN_NAMES: readonly string[] = [
  'from',
  'to',
  'before',
  'tz',
  'phase_starts',
  'phase_ends',
  'is_usual',
  'only_people',
  'one_ai',
  'me',
];

/**
 * A query file with its values. Values travel beside the text, never in it.
 * @throws Error when the file names something that is neither a param nor built in: a fault of the metric.
 */
export function bindQuery(metric: Metric, sql: string, given: { params: ParamValues; builtIns: BuiltIns }): SqlQuery {
  const { text, names } = bindNames(sql);
  const { before, tz, phases, me = null, onlyPeople = false } = given.builtIns;
  const { from, to } = rangeOf(given.builtIns);
  const is_usual = isUsual(metric, given.params);
  const builtIns: Record<string, unknown> = {
    from: from.toISOString(),
    to: to.toISOString(),
    before: before?.toISOString() ?? null,
    tz,
    phase_starts: phases?.map((phase) => phase.from.toISOString()) ?? null,
    phase_ends: phases?.map((phase) => phase.to.toISOString()) ?? null,
    me,
    is_usual,
    only_people: onlyPeople,
    // `:one_ai::boolean`: AI code is one group (ai-group.ts).
    one_ai: isOneAi(given.params),
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

/** The range, or that from the first phase to the last that counts something. */
function rangeOf({ from, to, phases = [] }: BuiltIns): { readonly from: Date; readonly to: Date } {
  const counted = phases.filter((phase) => phase.from < phase.to);
  const [first, last] = [counted[0], counted.at(-1)];
  return first === undefined || last === undefined ? { from, to } : { from: first.from, to: last.to };
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
