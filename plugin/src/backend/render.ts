/** The last step of a query: compute → frames → bytes. Pure, so that it can run in a worker thread. */
import type { Row } from '../metrics/define.ts';
import { encodeFrame } from './arrow.ts';
import type { Catalog } from './catalog.ts';
import { buildFrames } from './frames.ts';
import { computeRows, type PreparedQuery } from './run-metric.ts';

/** Everything the last step needs; survives a structured clone once `metric` is replaced by its id. */
export interface RenderInput {
  readonly prepared: Omit<PreparedQuery, 'sql'>;
  readonly rows: Row[];
  readonly totalRows: number;
  readonly refId: string;
  readonly isAlert: boolean;
  /** Statement for the query inspector. */
  readonly sqlText: string;
}

export interface Rendered {
  readonly frames: readonly Uint8Array[];
  /** Rows of the result: 0 = there is nothing to show and somebody should say why. */
  readonly rowCount: number;
}

/** How long one stretch of work may hold the event loop before others get their turn. */
const SLICE_MS = 15;

/** @throws BackendError from the computation or the frames. */
export async function render(catalog: Catalog, input: RenderInput): Promise<Rendered> {
  const result = computeRows(catalog, input.prepared, input);
  const { parsed, params } = input.prepared;
  const frames = buildFrames({
    metric: parsed.metric,
    params,
    format: parsed.format,
    refId: input.refId,
    rows: result.rows,
    totalRows: result.totalRows,
    notices: result.notices,
    isAlert: input.isAlert,
    sql: input.sqlText,
  });
  const bytes: Uint8Array[] = [];
  let sliceStart = performance.now();
  for (const frame of frames) {
    bytes.push(encodeFrame(frame));
    if (performance.now() - sliceStart > SLICE_MS) {
      await new Promise((resolve) => setImmediate(resolve));
      sliceStart = performance.now();
    }
  }
  return { frames: bytes, rowCount: result.rows.length };
}
