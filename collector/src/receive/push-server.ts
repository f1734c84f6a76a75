/** The HTTP side of pushes: bodies as they were sent, limits, counts and what the sender hears. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type pg from 'pg';
import { Counter, Gauge, type Registry } from 'prom-client';
import { CollectorError, messageOf } from '../errors.ts';
import type { PushRoute } from './push.ts';

const statusOf: Readonly<Record<string, number>> = {
  push_refused: 401,
  push_invalid: 400,
  push_id_reused: 409,
  push_flood: 503,
};

interface Heard {
  readonly status: number;
  readonly body: { readonly code: string; readonly message: string };
  /** Null = the sender need not wait. */
  readonly retryAfterSeconds: number | null;
}

/** What the sender hears: our own words for what it can mend, nothing of the inside otherwise. */
function heard(error: unknown): Heard {
  const { statusCode } = error as { statusCode?: number };
  if (error instanceof CollectorError) {
    const status = statusOf[error.code] ?? (error.retryable ? 503 : 500);
    const wait = error.retryAfterSeconds ?? 10;
    return {
      status,
      body: { code: error.code, message: messageOf(error) },
      retryAfterSeconds: status === 503 ? wait : null,
    };
  }
  if (statusCode === 413) {
    const body = { code: 'push_too_large', message: 'The body is too large. Send smaller batches.' };
    return { status: 413, body, retryAfterSeconds: null };
  }
  const body = { code: 'internal', message: 'The request could not be stored. Send it again.' };
  return { status: 500, body, retryAfterSeconds: null };
}

/** Requests at once, and bytes of their bodies: what is more hears that it should come again. */
const MOST_REQUESTS = 512;
const MOST_BYTES = 64 << 20;

/** Holds back what would fill the memory before anything of it is read. */
function holdBack(app: FastifyInstance): void {
  let requests = 0;
  let bytes = 0;
  app.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    if (request.method !== 'POST' || request.is404) return;
    const given = Number(request.headers['content-length'] ?? Number.NaN);
    const size = Math.min(Number.isNaN(given) ? 1 << 20 : given, request.routeOptions.bodyLimit ?? 1 << 20);
    if (requests >= MOST_REQUESTS || (requests > 0 && bytes + size > MOST_BYTES)) {
      const message = 'Too many requests at once. Send it again in a moment.';
      await reply
        .code(503)
        .header('retry-after', '2')
        .header('connection', 'close')
        .send({ code: 'push_flood', message });
      return;
    }
    requests += 1;
    bytes += size;
    reply.raw.once('close', () => {
      requests -= 1;
      bytes -= size;
    });
  });
}

/** What came and what was refused, by stream; what waits in the inbox. */
export function pushMetrics(pool: pg.Pool, registers: Registry[]): Pick<PushServer, 'received' | 'refused'> {
  new Gauge({
    name: 'throughline_inbox',
    help: 'Deliveries in the inbox that are not worked off.',
    labelNames: ['state'],
    registers,
    async collect() {
      const { rows } = await pool.query<{ state: string; count: number }>(
        `select s.state, count(i.source)::integer as count from (values ('waiting'), ('quarantined')) s(state)
         left join inbox i on i.state = s.state group by 1`
      );
      rows.forEach(({ state, count }) => this.set({ state }, count));
    },
  });
  return {
    received: new Counter({
      name: 'throughline_push_received_total',
      help: 'Deliveries accepted, those too that came before.',
      labelNames: ['stream'],
      registers,
    }),
    refused: new Counter({
      name: 'throughline_push_refused_total',
      help: 'Requests refused, by the code that the sender heard.',
      labelNames: ['stream', 'code'],
      registers,
    }),
  };
}

export interface PushServer {
  readonly pushes: readonly PushRoute[];
  readonly received: Counter<'stream'>;
  readonly refused: Counter<'stream' | 'code'>;
}

/** A path is an address of ours or nobody's: neither it nor its query, which may hold a secret, is repeated. */
function nothingHere(app: FastifyInstance): void {
  const message =
    'Nothing is received here: either the path is mistyped, or throughline.yaml has no section for it (docs/configuration.md, docs/ingest.md).';
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ code: 'push_unknown', message }));
}

/** Pushes see the body as it was sent: a signature is over its bytes. */
export function receivePushes(app: FastifyInstance, { pushes, received, refused }: PushServer): void {
  const streams = new Map(pushes.map(({ path, stream }) => [path, stream]));
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.setErrorHandler((error, request, reply) => {
    const { status, body, retryAfterSeconds } = heard(error);
    refused.inc({ stream: streams.get(request.routeOptions.url ?? '') ?? 'other', code: body.code });
    return reply
      .code(status)
      .headers(retryAfterSeconds === null ? {} : { 'retry-after': String(retryAfterSeconds) })
      .send(body);
  });
  nothingHere(app);
  holdBack(app);
  for (const { path, maxBytes, receive, stream } of pushes) {
    app.post(path, { bodyLimit: maxBytes }, async (request, reply) => {
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : value])
      );
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const answer = await receive({ headers, body });
      received.inc({ stream });
      return reply.code(answer.status).type(answer.type).send(answer.body);
    });
  }
}
