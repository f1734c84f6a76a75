/** The HTTP side of the collector: health, Prometheus metrics and what sources push. Loopback unless configured otherwise. */
import Fastify, { type FastifyInstance } from 'fastify';
import type pg from 'pg';
import { CollectorError, messageOf } from '../errors.ts';
import { requireSchema } from '../store/migrate.ts';
import { requireTimescale } from '../store/timescale.ts';
import { storeMetrics } from './metrics.ts';
import type { PushRoute } from './push.ts';
import { isLongUnread, pushMetrics, receivePushes } from './push-server.ts';

export interface ServerOptions {
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  readonly pool: pg.Pool;
  /** Default none. */
  readonly pushes?: readonly PushRoute[];
  /** Whether the first pass is done. Default: it is. */
  readonly isFilled?: () => boolean;
  /** How long a request may take to arrive whole, in milliseconds. Default 30 s. */
  readonly requestMs?: number;
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

function metricsRoute(app: FastifyInstance, { registry, refresh }: ReturnType<typeof storeMetrics>): void {
  app.get('/metrics', async (_request, reply) => {
    try {
      await refresh();
      return await reply.type(registry.contentType).send(await registry.metrics());
    } catch (error) {
      return reply
        .code(503)
        .type('text/plain')
        .send(`the store cannot be read: ${messageOf(error)}\n`);
    }
  });
}

/** What is answered gets as long after the end was asked for; connections that still are open then are cut. */
const CLOSE_MS = 1000;

function newApp(requestMs: number): FastifyInstance {
  return Fastify({
    logger: false,
    bodyLimit: 1 << 20,
    requestTimeout: requestMs,
    // Node looks for what is late only now and then: by default every 30 s.
    http: { headersTimeout: Math.ceil(requestMs / 3), connectionsCheckingInterval: Math.ceil(requestMs / 6) },
    // Of a path that cannot be read nothing is repeated.
    frameworkErrors: (_error, request, reply) => {
      const message = 'The path holds an escape (%) that is none. Correct the address.';
      const ending = isLongUnread(request) ? { connection: 'close' } : {};
      reply.raw.writeHead(400, { 'content-type': 'application/json', ...ending });
      reply.raw.end(JSON.stringify({ code: 'push_invalid', message }));
    },
  });
}

async function closeSoon(app: FastifyInstance): Promise<void> {
  const cut = setTimeout(() => app.server.closeAllConnections(), CLOSE_MS);
  try {
    await app.close();
  } finally {
    clearTimeout(cut);
  }
}

/** Starts the server. @throws CollectorError `http_port` when the port is taken. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { host, port, pool, pushes = [], requestMs = 30_000 } = options;
  const app = newApp(requestMs);
  healthRoutes(app, options);
  const metrics = storeMetrics(pool);
  metricsRoute(app, metrics);
  receivePushes(app, { pushes, ...pushMetrics(pool, [metrics.registry]) });
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
  return { port: typeof address === 'object' && address !== null ? address.port : port, close: () => closeSoon(app) };
}
