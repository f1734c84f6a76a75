/** The HTTP side of the collector: health, Prometheus metrics and what sources push. Loopback unless configured otherwise. */
import Fastify, { type FastifyInstance } from 'fastify';
import type pg from 'pg';
import { CollectorError, messageOf } from '../errors.ts';
import { requireSchema } from '../store/migrate.ts';
import { requireTimescale } from '../store/timescale.ts';
import { storeMetrics } from './metrics.ts';
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
      await requireTimescale(pool);
      return { status: 'ok', first_pass: isFilled() ? 'done' : 'running' };
    } catch (error) {
      return reply.code(503).send({ status: 'unavailable', reason: messageOf(error) });
    }
  });
}

function metricsRoute(app: FastifyInstance, pool: pg.Pool): void {
  const { registry, refresh } = storeMetrics(pool);
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
