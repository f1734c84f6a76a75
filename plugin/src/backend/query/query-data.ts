/** One query of a panel or alert rule: stored JSON in, frames or one named error out. Never throws. */
import { encodeFrame } from '../frames/arrow.ts';
import type { Notice } from '../../metrics/define.ts';
import { parseQuery } from '../../metrics/query.ts';
import { findAsker, requireLooker, type Asker, type GrafanaUser } from './asker.ts';
import type { Catalog } from './catalog.ts';
import { cancelled, toBackendError, type BackendError } from '../errors.ts';
import { frozenNow, whySilent, type Frozen } from './exclusions.ts';
import { explainEmpty } from './explain-empty.ts';
import { fittingRange } from './fitting-range.ts';
import { buildFrames } from '../frames/frames.ts';
import { sayNothing } from '../frames/nothing.ts';
import type { Store } from '../store/database.ts';
import type { Instance } from '../store/instances.ts';
import { readFactsVersion } from './facts-version.ts';
import { prepareGated, type Gated } from './gate/gate.ts';
import { whyNoRows } from './gate/row-readers.ts';
import { runQuestion } from './gate/run-question.ts';
import type { Answer, KeptAnswers } from './kept-answers.ts';
import { whyNotCollected } from './not-collected.ts';
import { noteOpening } from './note-opening.ts';
import type { EngineParts, MetricRequest, PreparedQuery } from './run-metric.ts';
import type { RenderInput, Rendered } from './render.ts';
import { beyondTeams, requireTeams, whyBeyondTeams, withinTeams } from './team-scope.ts';

export interface DataRequest {
  readonly refId: string;
  /** As stored in the panel or alert rule. */
  readonly stored: unknown;
  readonly from: Date;
  readonly to: Date;
  readonly isAlert: boolean;
  /** Role of whoever asks; absent = nobody is signed in. */
  readonly role?: string;
  /** Whoever asks, as Grafana says; absent = nobody is signed in. */
  readonly user?: GrafanaUser;
  /** Organisation of Grafana. Default 0. */
  readonly orgId?: number;
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
  readonly answers: KeptAnswers;
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
    const { store } = instance;
    const facts = await readFactsVersion({ store, signal });
    const parts = { catalog: engine.catalog, store, info, signal, facts };
    const now = new Date();
    const { rowReaders, teams } = store.settings;
    await requireTeams(parts);
    const stored = withinTeams(request.stored, engine.catalog.metrics, teams);
    const asker = await askerOf(parts, { ...request, stored });
    const asking = asker !== null && 'me' in asker ? { ...request, stored, me: asker.me } : { ...request, stored };
    const gated = await gateFitted(parts, asking, now);
    const { parsed, params } = gated.prepared;
    metricId = parsed.metric.id;
    const beyond = whyBeyondTeams(parsed.metric, params, teams);
    if (beyond !== null && request.isAlert) throw beyondTeams(beyond);
    const absent = whyNotCollected(parsed, info.settings);
    const notMine = asker !== null && 'whyNot' in asker ? asker.whyNot : null;
    const whyNot =
      beyond ?? absent ?? whyNoRows(parsed.metric, request.role ?? '', rowReaders) ?? notMine ?? gated.refused;
    if (whyNot !== undefined) {
      return answer({ frames: emptyFrames(request, { ...gated.prepared, notices: [] }, whyNot), error: null });
    }
    const frozen = request.isAlert ? frozenNow({ metric: parsed.metric, params, teams }, info.settings, now) : null;
    const found = await keptOrAsked(parts, { engine, request: asking, gated, now, frozen });
    sqlMs = found.sqlMs;
    const opener = { orgId: request.orgId ?? 0, login: request.user?.login ?? '', role: request.role ?? '' };
    const unnoted = await noteOpening(parts, gated.prepared, { opener, rowCount: found.rowCount ?? 0 });
    if (unnoted !== null) {
      return answer({ frames: emptyFrames(request, { ...gated.prepared, notices: [] }, unnoted), error: null });
    }
    return answer({ frames: found.frames, error: null });
  } catch (error) {
    return answer({ frames: [], error: toBackendError(error) });
  }
}

/** Who asks, where the metric shows them their own rows; null = it does not. @throws QueryError, BackendError. */
async function askerOf(parts: EngineParts, { stored, isAlert, user }: DataRequest): Promise<Asker | null> {
  const { metric } = parseQuery(stored, parts.catalog.metrics);
  requireLooker(metric, !isAlert);
  return metric.ofAsker === true ? findAsker(parts, user) : null;
}

async function gateFitted(
  parts: EngineParts,
  request: DataRequest & Pick<MetricRequest, 'me'>,
  now: Date
): Promise<Gated> {
  const fitted = fittingRange(parts, request, now);
  const gated = await prepareGated(parts, { ...request, ...fitted.range, isFitted: fitted.notice !== null }, now);
  const { prepared } = gated;
  const notices = fitted.notice === null ? prepared.notices : [fitted.notice, ...prepared.notices];
  return {
    ...gated,
    prepared: {
      ...prepared,
      notices,
      ...(fitted.notice === null ? {} : { fitted: fitted.notice }),
      ...(fitted.zoomTo === null ? {} : { zoomTo: fitted.zoomTo }),
    },
  };
}

interface Asked {
  readonly engine: Engine;
  readonly request: DataRequest;
  readonly gated: Gated;
  readonly now: Date;
  /** Freezes in which the rule that asks is silent. */
  readonly frozen: Frozen | null;
}

/** A question about the moment is asked each time; any other once for each version of the facts. */
async function keptOrAsked(parts: EngineParts & { readonly facts: string }, asked: Asked): Promise<Answer> {
  const { engine, request, gated, frozen } = asked;
  if (gated.question === null) return inTurn(parts.store, parts.signal, () => ask(parts, asked));
  const { parsed, settings, notices, sql, zoomTo } = gated.prepared;
  const { refId, role, isAlert } = request;
  // All that the answer says and shows: why it has no row is told in the words of whoever asks, before they were narrowed (explain-empty.ts).
  const words = [parsed.params, parsed.adhocFilters.map(({ key }) => key), parsed.columns];
  const rest = [frozen, refId, role, isAlert, parsed.format, words, settings, notices, sql.text, zoomTo];
  const question = JSON.stringify([parts.store.number, parts.facts, gated.question, ...rest]);
  return engine.answers.answer(question, parts.signal, async (signal) => {
    const answer = await inTurn(parts.store, signal, () => ask({ ...parts, signal }, asked));
    // While it was asked a stream may have written.
    return { ...answer, isSteady: (await readFactsVersion({ ...parts, signal })) === parts.facts };
  });
}

async function inTurn(store: Store, signal: AbortSignal, run: () => Promise<Answer>): Promise<Answer> {
  await store.turns.enter(signal).catch(() => {
    throw cancelled();
  });
  try {
    return await run();
  } finally {
    store.turns.leave();
  }
}

async function ask(parts: EngineParts, { engine, request, gated, now, frozen }: Asked): Promise<Answer> {
  const { signal } = parts;
  const { prepared, result } = await runQuestion(parts, { request, gated, now });
  const { sqlMs } = result;
  const rendered = await engine.render({ ...renderInput(request, prepared, result), frozen }, signal);
  if (rendered.rowCount > 0) return { frames: rendered.frames, sqlMs, rowCount: rendered.rowCount, isSteady: false };
  const isSaid = prepared.parsed.metric.speaksOfNothing === true && !request.isAlert;
  const silence = result.rows.length === 0 ? null : whySilent(frozen);
  const why = silence ?? (isSaid ? null : await explainEmpty(parts, prepared));
  return { frames: emptyFrames(request, prepared, why), sqlMs, isSteady: false };
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

/** Without a row, with the reason (null = the panel itself has it), which says itself for which range. */
function emptyFrames(
  request: DataRequest,
  { parsed, params, notices: all, fitted, sql }: PreparedQuery,
  why: Notice | null
): Uint8Array[] {
  const notices = why === null ? all : all.filter((notice) => notice !== fitted);
  const frames = buildFrames({
    metric: parsed.metric,
    params,
    format: parsed.format,
    columns: parsed.columns,
    refId: request.refId,
    rows: [],
    totalRows: 0,
    notices: why === null ? notices : [...notices, why],
    isAlert: false,
    sql: sql.text,
  });
  return sayNothing(frames, why).map(encodeFrame);
}
