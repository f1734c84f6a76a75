/** The last step of a query: compute → frames → bytes. Pure, so that it can run in a worker thread. */
import type { AnswerFacts, Row } from '../../metrics/define.ts';
import { encodeSteps } from '../frames/arrow.ts';
import type { Catalog } from './catalog.ts';
import type { Frame } from '../frames/frame-types.ts';
import { frameSteps } from '../frames/frames.ts';
import { computeRows, type MetricRows, type PreparedQuery } from './run-metric.ts';
import { withoutFrozen, type Frozen } from './exclusions.ts';
import { finishInTurns, type Steps } from '../frames/steps.ts';

/** Everything the last step needs; survives a structured clone once `metric` is replaced by its id. */
export interface RenderInput {
  readonly prepared: Omit<PreparedQuery, 'sql'>;
  readonly rows: Row[];
  readonly totalRows: number;
  readonly refId: string;
  readonly isAlert: boolean;
  /** Freezes in which an alert rule is silent; absent = none. */
  readonly frozen?: Frozen | null;
  /** Statement for the query inspector. */
  readonly sqlText: string;
}

export interface Rendered {
  readonly frames: readonly Uint8Array[];
  /** Rows of the result: 0 = there is nothing to show and somebody should say why. */
  readonly rowCount: number;
}

/** @throws BackendError from the computation or the frames. */
export async function render(catalog: Catalog, input: RenderInput): Promise<Rendered> {
  const result = computeRows(catalog, input.prepared, input);
  const { parsed, params, zoomTo } = input.prepared;
  const rows = withoutFrozen(result.rows, input.frozen);
  const frames = await finishInTurns(
    frameSteps({
      metric: parsed.metric,
      params,
      format: parsed.format,
      columns: parsed.columns,
      refId: input.refId,
      rows,
      totalRows: input.frozen ? rows.length : result.totalRows,
      notices: result.notices,
      ...(result.whyHidden === undefined ? {} : { whyHidden: result.whyHidden }),
      isAlert: input.isAlert,
      ...(zoomTo === undefined ? {} : { zoomTo }),
      facts: factsOf(input.prepared, result),
      sql: input.sqlText,
    })
  );
  return { frames: await finishInTurns(encodeAll(frames)), rowCount: rows.length };
}

const factsOf = ({ from, to }: RenderInput['prepared'], { listed }: MetricRows): AnswerFacts => ({
  range: { from: from.getTime(), to: to.getTime() },
  ...(listed === undefined ? {} : { listed }),
});

function* encodeAll(frames: readonly Frame[]): Steps<Uint8Array[]> {
  const bytes: Uint8Array[] = [];
  for (const frame of frames) {
    bytes.push(yield* encodeSteps(frame));
  }
  return bytes;
}
