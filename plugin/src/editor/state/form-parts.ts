/** Which fields of a metric's form are seen at once, and which wait under Options; pure. */
import type { Metric, Param } from '../../metrics/define.ts';
import { isParamShown } from '../../metrics/query.ts';
import { valuesWithDefaults } from './query-state.ts';

export type NamedParam = readonly [name: string, param: Param];

export interface FormParts {
  readonly main: readonly NamedParam[];
  readonly options: readonly NamedParam[];
}

/** Fields that have a meaning beside the other values: first those that matter, then the rest as declared. */
export function formParts(metric: Metric, params: Readonly<Record<string, unknown>>): FormParts {
  const values = valuesWithDefaults(metric, params);
  const shown = Object.entries(metric.params).filter(([, param]) => isParamShown(param, values));
  const lead = metric.main ?? Object.keys(metric.params);
  return {
    main: lead.flatMap((name) => shown.filter(([own]) => own === name)),
    options: shown.filter(([name]) => !lead.includes(name)),
  };
}
