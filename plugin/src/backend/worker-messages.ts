import type { MetricRegistry } from '../metrics/query.ts';
import type { BackendErrorFields } from './errors.ts';
import type { Rendered, RenderInput } from './query/render.ts';

type Prepared = RenderInput['prepared'];

/** A RenderInput for a worker: the metric by its id, for its declaration is most of what would be copied. */
export interface PackedInput {
  readonly input: Omit<RenderInput, 'prepared'> & {
    readonly prepared: Omit<Prepared, 'parsed'> & { readonly parsed: Omit<Prepared['parsed'], 'metric'> };
  };
  readonly metricId: string;
}

/** What a worker sends back. */
export type WorkerAnswer = Rendered | { readonly error: BackendErrorFields & { readonly stack: string } };

export function pack(input: RenderInput): PackedInput {
  const { metric, ...parsed } = input.prepared.parsed;
  return { input: { ...input, prepared: { ...input.prepared, parsed } }, metricId: metric.id };
}

/** @throws Error when the worker knows no such metric: it was built from other files. */
export function unpack({ input, metricId }: PackedInput, metrics: MetricRegistry): RenderInput {
  const metric = metrics.get(metricId);
  if (metric === undefined) {
    throw new Error(`the worker knows no metric ${metricId}`);
  }
  return { ...input, prepared: { ...input.prepared, parsed: { ...input.prepared.parsed, metric } } };
}
