/** The HTTP side of the collector: health, Prometheus metrics and what sources push. Loopback unless configured otherwise. */
import Fastify, { type FastifyInstance } from 'fastify';
import type pg from 'pg';
import { Gauge, Registry, collectDefaultMetrics } from 'prom-client';
import { CollectorError, messageOf } from '../errors.ts';
import { requireSchema } from '../store/migrate.ts';
import type { PushRoute } from './push.ts';

export interface ServerOptions {
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  readonly pool: pg.Pool;
  /** Default none. */
  readonly pushes?: readonly PushRoute[];
  /** Whether the first pass is done. Default: it is. */
  readonly isFilled?: () => boolean;
}

export interface RunningServer {
  readonly port: number;
  close(): Promise<void>;
}

/** State of the streams as numbers; a stream that never succeeded has no lag sample (unknown is not zero). */
function streamMetrics(pool: pg.Pool): { registry: Registry; refresh: () => Promise<void> } {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const labelNames = ['stream'] as const;
  const gauges = {
    lag: new Gauge({
      name: 'throughline_stream_lag_seconds',
      help: 'Seconds since the last successful run.',
      labelNames,
      registers: [registry],
    }),
    rows: new Gauge({
      name: 'throughline_stream_rows',
      help: 'Rows written so far.',
      labelNames,
      registers: [registry],
    }),
    skipped: new Gauge({
      name: 'throughline_stream_skipped',
      help: 'Inputs skipped so far.',
      labelNames,
      registers: [registry],
    }),
    failed: new Gauge({
      name: 'throughline_stream_failed',
      help: '1 = the last run failed.',
      labelNames,
      registers: [registry],
    }),
  };
  const refresh = async (): Promise<void> => {
    const { rows } = await pool.query<{
      stream: string;
      lag: number | null;
      rows: number;
      skipped: number;
      failed: number;
    }>(
      `select stream_id as stream, extract(epoch from now() - last_ok_at)::double precision as lag, row_count::double precision as rows,
              skipped_count::double precision as skipped, (last_error is not null)::integer as failed from stream_state`
    );
    Object.values(gauges).forEach((gauge) => gauge.reset());
    for (const { stream, lag, rows: count, skipped, failed } of rows) {
      if (lag !== null) {
        gauges.lag.set({ stream }, lag);
      }
      gauges.rows.set({ stream }, count);
      gauges.skipped.set({ stream }, skipped);
      gauges.failed.set({ stream }, failed);
    }
  };
  return { registry, refresh };
}

/** Three questions: `/live` does the process answer, `/health` does the store, `/ready` can what is pushed be stored (during the first pass too). */
function healthRoutes(app: FastifyInstance, { pool, isFilled = () => true }: ServerOptions): void {
  app.get('/live', () => ({ status: 'ok' }));
  app.get('/health', async (_request, reply) => {
    try {
      await pool.query('select 1');
      return { status: 'ok' };
    } catch (error) {
      return reply.code(503).send({ status: 'unavailable', reason: messageOf(error) });
    }
  });
  app.get('/ready', async (_request, reply) => {
    try {
      await requireSchema(pool);
      return { status: 'ok', first_pass: isFilled() ? 'done' : 'running' };
    } catch (error) {
      return reply.code(503).send({ status: 'unavailable', reason: messageOf(error) });
    }
  });
}

function metricsRoute(app: FastifyInstance, pool: pg.Pool): void {
  const { registry, refresh } = streamMetrics(pool);
  app.get('/metrics', async (_request, reply) => {
    try {
      await refresh();
    } catch (error) {
      return reply
        .code(503)
        .type('text/plain')
        .send(`the store cannot be read: ${messageOf(error)}\n`);
    }
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}

const statusOf: Readonly<Record<string, number>> = { push_refused: 401, push_invalid: 400 };

/** What the sender hears: our own words for what it can mend, nothing of the inside otherwise. */
function heard(error: unknown): { status: number; body: { code: string; message: string } } {
  const { code, statusCode } = error as { code?: string; statusCode?: number };
  if (error instanceof CollectorError) {
    const status = statusOf[error.code] ?? (error.retryable ? 503 : 500);
    return { status, body: { code: error.code, message: messageOf(error) } };
  }
  return statusCode === 413
    ? { status: 413, body: { code: 'push_too_large', message: 'The body is too large. Send smaller batches.' } }
    : { status: 500, body: { code: code ?? 'internal', message: 'The request could not be stored. Send it again.' } };
}

/** Pushes see the body as it was sent: a signature is over its bytes. */
function receivePushes(app: FastifyInstance, pushes: readonly PushRoute[]): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.setErrorHandler((error, _request, reply) => {
    const { status, body } = heard(error);
    return reply.code(status).send(body);
  });
  for (const { path, maxBytes, receive } of pushes) {
    app.post(path, { bodyLimit: maxBytes }, async (request, reply) => {
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : value])
      );
      const answer = await receive({ headers, body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0) });
      return reply.type(answer.type).send(answer.body);
    });
  }
}

/** Starts the server. @throws CollectorError `http_port` when the port is taken. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { host, port, pool, pushes = [] } = options;
  const app = Fastify({ logger: false, bodyLimit: 1 << 20 });
  healthRoutes(app, options);
  metricsRoute(app, pool);
  receivePushes(app, pushes);
  try {
    await app.listen({ host, port });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EADDRINUSE' || (cause as NodeJS.ErrnoException).code === 'EACCES') {
      throw new CollectorError({
        code: 'http_port',
        message: `Port ${String(port)} on ${host} is in use or not allowed. Set http.port in throughline.yaml to another one.`,
        fault: 'config',
        cause,
      });
    }
    throw cause;
  }
  const address = app.server.address();
  return { port: typeof address === 'object' && address !== null ? address.port : port, close: () => app.close() };
}
