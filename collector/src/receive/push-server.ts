/** The HTTP side of pushes: bodies as they were sent, limits, counts and what the sender hears. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type pg from 'pg';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { PushRequest } from '../connector.ts';
import { CollectorError, messageOf } from '../errors.ts';
import { openRoom, tooLarge, type Held } from './hold-back.ts';
import type { PushRoute } from './push.ts';

const statusOf: Readonly<Record<string, number>> = {
  push_refused: 401,
  not_collected: 403,
  push_invalid: 400,
  push_unknown: 404,
  push_too_large: 413,
  push_type: 415,
  push_id_reused: 409,
  push_flood: 503,
};

/** After so long what could not be stored is sent again, where nothing is known of it. */
const RETRY_SECONDS = 10;

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
    const wait = error.retryAfterSeconds ?? RETRY_SECONDS;
    return {
      status,
      body: { code: error.code, message: messageOf(error) },
      retryAfterSeconds: status === 503 ? wait : null,
    };
  }
  if (statusCode === 415) {
    const body = {
      code: 'push_type',
      message: 'The header content-type is none. Send content-type: application/json.',
    };
    return { status: 415, body, retryAfterSeconds: null };
  }
  const body = { code: 'internal', message: 'The request could not be stored. Send it again.' };
  return { status: 500, body, retryAfterSeconds: null };
}

/** Of a body whose request is answered before it came, as many bytes are read away; a longer one, or one without an end, ends with the connection. */
const SHORT = 64 << 10;

export function isLongUnread({ raw, headers }: Pick<FastifyRequest, 'raw' | 'headers'>): boolean {
  const declared = headers['transfer-encoding'] === undefined ? Number(headers['content-length'] ?? 0) : Infinity;
  return !raw.complete && declared > SHORT;
}

const headersOf = ({ headers }: FastifyRequest): PushRequest['headers'] =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : value])
  );

/** A path is an address of ours or nobody's: neither it nor its query, which may hold a secret, is repeated. */
const unknown = (): CollectorError =>
  new CollectorError({
    code: 'push_unknown',
    message:
      'Nothing is received here: either the path is mistyped, or throughline.yaml has no section for it (docs/configuration.md, docs/ingest.md).',
    fault: 'source',
  });

/** What the headers show is answered before anything of the body is awaited; bodies are read within what is held at once. */
function holdBack(app: FastifyInstance, routes: ReadonlyMap<string, PushRoute>): void {
  const room = openRoom();
  const inside = new WeakMap<FastifyRequest, Held>();
  app.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    if (request.is404) throw unknown();
    const route = routes.get(request.routeOptions.url ?? '');
    if (!route) return;
    const isKnown = route.isKnown(headersOf(request));
    if (Number(request.headers['content-length'] ?? 0) > route.maxBytes) throw tooLarge();
    const held = room.enter(isKnown, request.headers.authorization);
    inside.set(request, held);
    reply.raw.once('close', () => room.leave(held));
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', async (request: FastifyRequest, body: FastifyRequest['raw']) => {
    const held = inside.get(request);
    return held && room.read(held, body, request.routeOptions.bodyLimit ?? 0);
  });
}

/** What came and what was refused, by stream; what waits in the inbox. */
export function pushMetrics(pool: pg.Pool, registers: Registry[]): Pick<PushServer, 'received' | 'refused'> {
  new Gauge({
    name: 'throughline_inbox',
    help: 'Deliveries in the inbox that are not worked off; dropped = let go in the last 30 days, where more were quarantined than may wait.',
    labelNames: ['state'],
    registers,
    async collect() {
      const { rows } = await pool.query<{ state: string; count: number }>(
        `select s.state, count(i.source)::integer as count from (values ('waiting'), ('quarantined'), ('dropped')) s(state)
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

/** Pushes see the body as it was sent: a signature is over its bytes. */
export function receivePushes(app: FastifyInstance, { pushes, received, refused }: PushServer): void {
  const routes = new Map(pushes.map((push) => [push.path, push]));
  app.setErrorHandler((error, request, reply) => {
    const route = routes.get(request.routeOptions.url ?? '');
    const told = heard(error);
    refused.inc({ stream: route?.stream ?? 'other', code: told.body.code });
    const said = route?.refusal?.({ status: told.status, message: told.body.message }, headersOf(request));
    const { status, type, body } = said ?? { ...told, type: 'application/json', body: JSON.stringify(told.body) };
    const wait = told.retryAfterSeconds ?? (status === 503 ? RETRY_SECONDS : null);
    return reply
      .code(status)
      .headers(wait === null ? {} : { 'retry-after': String(wait) })
      .headers(isLongUnread(request) ? { connection: 'close' } : {})
      .type(type)
      .send(body);
  });
  holdBack(app, routes);
  for (const { path, maxBytes, receive, stream } of pushes) {
    app.post(path, { bodyLimit: maxBytes }, async (request, reply) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const answer = await receive({ headers: headersOf(request), body });
      received.inc({ stream });
      return reply.code(answer.status).type(answer.type).send(answer.body);
    });
  }
}
