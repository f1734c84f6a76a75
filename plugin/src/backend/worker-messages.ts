import type { MetricRegistry } from '../metrics/query.ts';
import type { BackendErrorFields } from './errors.ts';
import type { Rendered, RenderInput } from './query/render.ts';

/** A RenderInput that survives a structured clone: the metric by its id (its declaration holds nothing else that could not). */
export interface PackedInput {
  readonly input: RenderInput;
  readonly metricId: string;
}

/** What a worker sends back. */
export type WorkerAnswer = Rendered | { readonly error: BackendErrorFields & { readonly stack: string } };

export function pack(input: RenderInput): PackedInput {
  return { input, metricId: input.prepared.parsed.metric.id };
}

/** @throws Error when the worker knows no such metric: it was built from other files. */
export function unpack({ input, metricId }: PackedInput, metrics: MetricRegistry): RenderInput {
  const metric = metrics.get(metricId);
  if (metric === undefined) {
    throw new Error(`the worker knows no metric ${metricId}`);
  }
  return { ...input, prepared: { ...input.prepared, parsed: { ...input.prepared.parsed, metric } } };
}
