import type { Compute, Metric, ParamValues, Question } from '../../metrics/define.ts';
import type { MetricRegistry } from '../../metrics/query.ts';

/** Everything the engine knows of metrics: what they declare, their SQL and their computation. It names none of them. */
export interface Catalog {
  readonly metrics: MetricRegistry;
  /** What all of them are asked. */
  readonly questions: readonly Question[];
  /** Text of `query.<value>.sql` for the value of the param that splits its SQL, else of `query.sql`. */
  readonly sqlOf: (metric: Metric, params: ParamValues) => string;
  /** Absent = the rows of the query are the result. */
  /** Text of people.sql likewise, of the value that splits them alone; undefined = the metric has none. */
  readonly peopleSqlOf: (metric: Metric, params: ParamValues) => string | undefined;
  readonly computeOf: (id: string) => Compute | undefined;
}

/** SQL texts by metric id and the value that splits them; '' is `query.sql`, those of people begin with `people.`. */
export type SqlTexts = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** A catalog of generated modules. */
export function makeCatalog(
  metrics: readonly Metric[],
  sql: SqlTexts,
  computes: Readonly<Record<string, Compute>>
): Catalog {
  return {
    metrics: new Map(metrics.map((metric) => [metric.id, metric])),
    questions: metrics.flatMap(({ questions = [] }) => questions),
    sqlOf: (metric, params) => {
      const texts = sql[metric.id] ?? {};
      const value = metric.sqlBy === undefined ? '' : String(params[metric.sqlBy]);
      const text = (Object.hasOwn(texts, value) ? texts[value] : undefined) ?? texts[''];
      if (text === undefined) {
        throw new Error(`metric ${metric.id} has no SQL for ${String(metric.sqlBy)} ${value}`);
      }
      return text;
    },
    peopleSqlOf: (metric, params) => {
      const texts = sql[metric.id] ?? {};
      const value = metric.sqlBy === undefined ? '' : String(params[metric.sqlBy]);
      const name = `people.${Object.hasOwn(texts, value) ? value : ''}`;
      return Object.hasOwn(texts, name) ? texts[name] : undefined;
    },
    computeOf: (id) => (Object.hasOwn(computes, id) ? computes[id] : undefined),
  };
}
