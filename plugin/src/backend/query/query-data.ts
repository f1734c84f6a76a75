/** One query of a panel or alert rule: stored JSON in, frames or one named error out. Never throws. */
import { encodeFrame } from '../frames/arrow.ts';
import type { Catalog } from './catalog.ts';
import { toBackendError, type BackendError } from '../errors.ts';
import { explainEmpty } from './explain-empty.ts';
import { buildFrames } from '../frames/frames.ts';
import type { Instance } from '../store/instances.ts';
import { prepareGated } from './gate/gate.ts';
import { whyNoRows } from './gate/row-readers.ts';
import { runGated } from './gate/together.ts';
import type { PreparedQuery } from './run-metric.ts';
import type { RenderInput, Rendered } from './render.ts';

export interface DataRequest {
  readonly refId: string;
  /** As stored in the panel or alert rule. */
  readonly stored: unknown;
  readonly from: Date;
  readonly to: Date;
  readonly isAlert: boolean;
  /** Role of whoever asks; absent = nobody is signed in. */
  readonly role?: string;
}

export interface DataAnswer {
  readonly frames: readonly Uint8Array[];
  readonly error: BackendError | null;
  readonly timing: { readonly totalMs: number; readonly sqlMs: number };
  /** Metric asked for; '' when the query did not parse. */
  readonly metricId: string;
}

/** Computes and encodes; in a worker thread where it could take long. */
export type Renderer = (input: RenderInput, signal: AbortSignal) => Promise<Rendered>;

export interface Engine {
  readonly catalog: Catalog;
  readonly render: Renderer;
}

/** Runs one query against its data source. Whatever goes wrong is in the answer. */
export async function answerQuery(
  engine: Engine,
  request: DataRequest,
  context: { readonly instance: () => Instance; readonly signal: AbortSignal }
): Promise<DataAnswer> {
  const startedAt = performance.now();
  let metricId = '';
  let sqlMs = 0;
  const answer = (parts: Pick<DataAnswer, 'frames' | 'error'>): DataAnswer => ({
    ...parts,
    metricId,
    timing: { totalMs: performance.now() - startedAt, sqlMs },
  });
  try {
    const { signal } = context;
    const instance = context.instance();
    const info = await instance.info.read(signal);
    const parts = { catalog: engine.catalog, store: instance.store, info, signal };
    const now = new Date();
    const gated = await prepareGated(parts, request, now);
    metricId = gated.prepared.parsed.metric.id;
    const { rowReaders } = instance.store.settings;
    const whyNot = whyNoRows(gated.prepared.parsed.metric, request.role ?? '', rowReaders) ?? gated.refused;
    if (whyNot !== undefined) {
      return answer({ frames: emptyFrames(request, { ...gated.prepared, notices: [whyNot] }), error: null });
    }
    const { prepared, result } = await runGated(parts, { request, gated, now });
    sqlMs = result.sqlMs;
    const rendered = await engine.render(renderInput(request, prepared, result), signal);
    if (rendered.rowCount > 0 || request.isAlert) {
      return answer({ frames: rendered.frames, error: null });
    }
    const why = await explainEmpty(instance.store, prepared, signal);
    return answer({ frames: emptyFrames(request, { ...prepared, notices: [...prepared.notices, why] }), error: null });
  } catch (error) {
    return answer({ frames: [], error: toBackendError(error) });
  }
}

function renderInput(
  request: DataRequest,
  prepared: PreparedQuery,
  result: { rows: RenderInput['rows']; totalRows: number }
): RenderInput {
  const { sql, ...rest } = prepared;
  return {
    prepared: rest,
    rows: result.rows,
    totalRows: result.totalRows,
    refId: request.refId,
    isAlert: request.isAlert,
    sqlText: sql.text,
  };
}

function emptyFrames(request: DataRequest, { parsed, params, notices, sql }: PreparedQuery): Uint8Array[] {
  const frames = buildFrames({
    metric: parsed.metric,
    params,
    format: parsed.format,
    columns: parsed.columns,
    refId: request.refId,
    rows: [],
    totalRows: 0,
    notices,
    isAlert: false,
    sql: sql.text,
  });
  return frames.map(encodeFrame);
}
