/** Every metric in every mode, by every grouping and with every choice. */
import type { Metric } from '../../plugin/src/metrics/define.ts';
import { metrics } from '../../plugin/src/metrics/registry.generated.ts';

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

/** Each once, in the order of the registry. */
export function allQuestions(): Question[] {
  const all = metrics.flatMap((metric) =>
    modesOf(metric).flatMap((mode) =>
      shapesOf(metric).map((shape) => ({ metric: metric.id, params: { ...mode, ...shape } }))
    )
  );
  return [...new Map(all.map((question) => [JSON.stringify(question), question])).values()];
}
