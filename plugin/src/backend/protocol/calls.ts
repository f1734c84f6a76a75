/** Messages of Grafana in, answers of the engine out. */
import { BackendError, toBackendError } from '../errors.ts';
import type { Instance, Instances } from '../store/instances.ts';
import { checkHealth } from './health.ts';
import { answerQuery, type DataAnswer, type Engine } from '../query/query-data.ts';
import { answerResource } from './resources.ts';
import { errorFields, log } from './log.ts';
import type {
  CallResourceRequest,
  CallResourceResponse,
  CheckHealthResponse,
  DataQuery,
  DataResponse,
  PluginContext,
  QueryDataRequest,
  QueryDataResponse,
} from './messages.ts';
import type { ProcessMetrics } from './metrics.ts';

export interface Shell {
  readonly engine: Engine;
  readonly instances: Instances;
  readonly metrics: ProcessMetrics;
}

/** Of one request. A panel has a few; each takes its place in the queue for the store. */
const MOST_QUERIES = 100;

/** Runs the queries of one request side by side; one that fails leaves the others alone. */
export async function queryData(
  shell: Shell,
  request: QueryDataRequest,
  signal: AbortSignal
): Promise<QueryDataResponse> {
  const role = request.pluginContext?.user?.role ?? '';
  // A header is no proof: rules are evaluated by an Admin of Grafana's own (grafana_scheduler), tried by Editors and Admins. What anybody else
  // sends, a public dashboard without any role too, is a panel's question.
  const isAlert =
    ['Editor', 'Admin'].includes(role) &&
    Object.entries(request.headers).some(([name, value]) => name.toLowerCase() === 'fromalert' && value === 'true');
  const { user = null, orgId = 0 } = request.pluginContext ?? {};
  const instance = () => instanceOf(shell, request.pluginContext);
  const { length } = request.queries;
  if (length > MOST_QUERIES) {
    const refused = tooMany(length);
    logAnswer(request.queries[0]?.refId ?? '', refused);
    return { responses: Object.fromEntries(request.queries.map(({ refId }) => [refId, toResponse(refused)])) };
  }
  const answers = await Promise.all(
    request.queries.map(async (query): Promise<[string, DataResponse]> => {
      const context = { isAlert, role: isAlert ? '' : role, user, orgId, instance, signal };
      const answer = await answerOne(shell, query, context);
      shell.metrics.countQuery({ metricId: answer.metricId, code: answer.error?.code ?? '', ...answer.timing });
      logAnswer(query.refId, answer);
      return [query.refId, toResponse(answer)];
    })
  );
  return { responses: Object.fromEntries(answers) };
}

/** Answers a call of the editors. */
export async function callResource(
  shell: Shell,
  request: CallResourceRequest,
  signal: AbortSignal
): Promise<CallResourceResponse> {
  const answer = await answerResource(
    { path: request.path, method: request.method, url: request.url, body: request.body.toString('utf8') },
    { catalog: shell.engine.catalog, instance: () => instanceOf(shell, request.pluginContext), signal }
  );
  return {
    code: answer.status,
    headers: { 'Content-Type': { values: ['application/json'] } },
    body: Buffer.from(JSON.stringify(answer.body)),
  };
}

/** "Save & test". */
export async function health(
  shell: Shell,
  context: PluginContext | null,
  signal: AbortSignal
): Promise<CheckHealthResponse> {
  const found = await checkHealth(() => instanceOf(shell, context), signal);
  const verboseMessage = JSON.stringify(found.details, null, 2);
  return {
    status: found.isOk ? 1 : 2,
    message: found.message,
    jsonDetails: Buffer.from(JSON.stringify({ message: found.message, verboseMessage, ...found.details })),
  };
}

const tooMany = (length: number): DataAnswer => ({
  frames: [],
  metricId: '',
  timing: { totalMs: 0, sqlMs: 0 },
  error: new BackendError({
    code: 'bad_query',
    status: 400,
    message: `The request holds ${String(length)} queries; at most ${String(MOST_QUERIES)} are answered at once. Send them in parts.`,
  }),
});

interface QueryContext {
  readonly isAlert: boolean;
  readonly role: string;
  readonly user: PluginContext['user'];
  readonly orgId: number;
  readonly instance: () => Instance;
  readonly signal: AbortSignal;
}

async function answerOne(shell: Shell, query: DataQuery, context: QueryContext): Promise<DataAnswer> {
  const { isAlert, role, user, orgId, instance, signal } = context;
  const { fromEpochMS = 0, toEpochMS = 0 } = query.timeRange ?? {};
  const request = {
    refId: query.refId,
    stored: parseStored(query),
    from: new Date(fromEpochMS),
    to: new Date(toEpochMS),
    isAlert,
    role,
    orgId,
    ...(user === null ? {} : { user: { login: user.login, email: user.email } }),
  };
  return answerQuery(shell.engine, request, { instance, signal });
}

/** The stored JSON; text that is no JSON stays text, which the parser refuses by name. */
function parseStored(query: DataQuery): unknown {
  const text = query.json.toString('utf8');
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function instanceOf(shell: Shell, context: PluginContext | null): Instance {
  const settings = context?.dataSourceInstanceSettings;
  if (settings === null || settings === undefined) {
    throw new BackendError({
      code: 'bad_settings',
      status: 400,
      message: 'The call names no data source: open it from a panel or the page of the data source.',
    });
  }
  return shell.instances.get({
    orgId: context?.orgId ?? 0,
    uid: settings.uid,
    updatedMs: settings.lastUpdatedMS,
    json: settings.jsonData.toString('utf8'),
    secrets: settings.decryptedSecureJsonData,
  });
}

function toResponse({ frames, error }: DataAnswer): DataResponse {
  return error === null
    ? { frames, status: 200 }
    : { frames: [], error: error.message, status: error.status, errorSource: error.source };
}

function logAnswer(refId: string, { error, metricId, timing }: DataAnswer): void {
  const fields = { refId, metric: metricId, totalMs: tenth(timing.totalMs), sqlMs: tenth(timing.sqlMs) };
  if (error === null) {
    log('debug', 'Query answered', fields);
  } else if (error.source === 'plugin') {
    log('error', 'Query failed', { ...fields, code: error.code, ...errorFields(error.cause ?? error) });
  } else if (error.code !== 'cancelled') {
    log('warn', 'Query refused', { ...fields, code: error.code, error: error.message });
  }
}

/** An error of the shell itself, as the text of a gRPC status. */
export function statusText(error: unknown): string {
  return toBackendError(error).message;
}

function tenth(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}
