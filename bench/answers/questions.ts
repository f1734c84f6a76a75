/** Every metric in every mode, by every grouping and with every choice. */
import type { Metric } from '../../plugin/src/metrics/define.ts';
import { isParamShown, parseQuery } from '../../plugin/src/metrics/query.ts';
import { metrics } from '../../plugin/src/metrics/registry.generated.ts';

const registry = new Map(metrics.map((metric) => [metric.id, metric]));

export interface Question {
  readonly metric: string;
  readonly params: Readonly<Record<string, unknown>>;
}

type Params = Readonly<Record<string, unknown>>;

/** Params that decide what is asked, whichever of the two a metric has. */
const MODES = ['mode', 'metric'] as const;

const valuesOf = (metric: Metric, name: string): Params[] => {
  const param = metric.params[name];
  return param?.kind === 'choice' ? param.choices.map(({ value }) => ({ [name]: value })) : [];
};

function modesOf(metric: Metric): Params[] {
  return MODES.reduce<Params[]>(
    (modes, name) => {
      const values = valuesOf(metric, name);
      return values.length === 0 ? modes : modes.flatMap((mode) => values.map((value) => ({ ...mode, ...value })));
    },
    [{}]
  );
}

/** The default, each grouping alone and the first two together, and each other choice alone. */
function shapesOf(metric: Metric): Params[] {
  const shapes = Object.entries(metric.params).flatMap(([name, param]): Params[] => {
    if (param.kind === 'groupBy') {
      const groups = [[], ...param.allowed.map((one) => [one]), param.allowed.slice(0, 2)];
      return groups.map((group) => ({ [name]: group }));
    }
    if (param.kind === 'boolean') return [{ [name]: !param.default }];
    return (MODES as readonly string[]).includes(name) ? [] : valuesOf(metric, name);
  });
  return [{}, ...shapes];
}

/** What is asked: a param that its mode does not have asks nothing. */
function asked({ metric: id, params }: Question): string {
  const { metric, params: all } = parseQuery({ queryType: id, params, version: 1 }, registry);
  const shown = Object.entries(metric.params).filter(([, param]) => isParamShown(param, all));
  return JSON.stringify([id, shown.map(([name]) => [name, all[name]])]);
}

/** Each once, in the order of the registry. */
export function allQuestions(): Question[] {
  const all = metrics.flatMap((metric) =>
    modesOf(metric).flatMap((mode) =>
      shapesOf(metric).map((shape) => ({ metric: metric.id, params: { ...mode, ...shape } }))
    )
  );
  return [...Map.groupBy(all, asked).values()].flatMap(([first]) => first ?? []);
}
