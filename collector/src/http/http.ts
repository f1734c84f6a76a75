/**
 * Requests to a source: one rate budget per credential for all collector processes, retries with backoff, `Retry-After`, ETag, timeouts,
 * a limit for bodies, errors that name the way out and never a secret. The collector only reads: every request may be repeated.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { CollectorError, messageOf } from '../errors.ts';
import { readBody, readLines, secondsToWait, statusError } from './answer.ts';
import { routeOf, type Route } from './route.ts';
import type { Secret } from '../secret.ts';
import { foreignJson } from '../foreign.ts';
import type { Rate, RateBudget } from '../store/rate-budget.ts';
import type { RunLimits } from './run-limits.ts';

/** How a connector talks to its source. */
export interface HttpOptions {
  /** All requests go there and nowhere else: a link or redirect to another origin is refused, for the credential would go along. */
  readonly baseUrl: string;
  /** Credential. Default header `authorization`, prefix `Bearer `. Without it requests are anonymous. */
  readonly auth?: { readonly secret: Secret; readonly header?: string; readonly prefix?: string };
  /** Whose budget it is, where the credential changes from hour to hour. Default: the credential's. */
  readonly account?: string;
  /** Words of this source for a refusal (a missing right, a log-in that it asks for); null = the usual ones do. */
  readonly explain?: (headers: Headers, status: number, reason: string) => string | null;
  /** Proxy and certificate authority. Default: the environment's. */
  readonly route?: Route;
  /** Headers of every request, e.g. the API version. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What the source allows this credential; leave room for its other users. */
  readonly rate: Rate;
  /** From sending to the last byte. Default 30,000. */
  readonly timeoutMs?: number;
  /** Longest body, in bytes after decompression; where `lines` are taken, longest line. Default 32 MB. */
  readonly maxBytes?: number;
  /** Requests for one answer that may fail; those that were told to wait do not count. Default 4. */
  readonly attempts?: number;
  /** Pause before the second attempt, doubled each time and drawn from its upper half. Default 500. */
  readonly backoffMs?: number;
  /** Longest wait of a request for the budget; beyond it the run ends and comes back when there is budget. Default 60. */
  readonly maxWaitSeconds?: number;
}

export interface HttpRequest {
  readonly method?: 'GET' | 'POST';
  /** Values of the query string; undefined is left out. */
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** ETag of the answer that is known already: the answer may be `isUnchanged`. */
  readonly etag?: string | null;
  /** For bodies that are not held whole (NDJSON): takes each line as it comes; made anew for each attempt. The answer's `body` is empty then. */
  readonly lines?: () => (line: string) => void;
}

export interface HttpAnswer {
  readonly status: number;
  /** The source says that nothing changed since `etag`; the body is empty. */
  readonly isUnchanged: boolean;
  /** Keep it in the cursor; null = the source gives none. */
  readonly etag: string | null;
  /** Next page by the `Link` header; null = this is the last. */
  readonly next: string | null;
  readonly headers: Headers;
  readonly body: Buffer;
  /** The body as JSON, to be checked by a schema. @throws CollectorError `source_invalid`. */
  json(): unknown;
}

export interface Http {
  /**
   * Asks for a path below `baseUrl`, or for an absolute URL of its origin (`next`).
   * @throws CollectorError `source_login`, `source_forbidden`, `source_not_found`, `source_refused`, `source_rate_limited`,
   * `source_unavailable`, `source_timeout`, `source_too_large`, `source_redirect`, `source_invalid`, `source_endless`; or the reason of the run's signal.
   */
  request(path: string, request?: HttpRequest): Promise<HttpAnswer>;
}

interface Client {
  readonly options: HttpOptions;
  readonly budget: RateBudget;
  readonly signal: AbortSignal;
  /** Told before each wait for the budget, in whole seconds. */
  readonly onWait?: ((seconds: number) => void) | undefined;
  /** Of the run that asks. Default: none. */
  readonly limits?: RunLimits | undefined;
}

const MAX_REDIRECTS = 5;

function fault(code: string, message: string, more: { retryable?: boolean; retryAfterSeconds?: number } = {}) {
  return new CollectorError({ code, message, fault: 'source', ...more });
}

/** @throws CollectorError `source_redirect` for another origin. */
function targetOf({ options: { baseUrl } }: Client, path: string, query: HttpRequest['query'] = {}): URL {
  const base = new URL(baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`);
  const target = new URL(/^[a-z]+:\/\//i.test(path) ? path : path.replace(/^\/+/, ''), base);
  if (target.origin !== base.origin) {
    throw fault(
      'source_redirect',
      `${base.origin} points to ${target.origin}; the credential is not sent there. Set the address of the source to where it is now.`
    );
  }
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) {
      target.searchParams.set(name, String(value));
    }
  }
  return target;
}

async function takeBudget({ options, budget, signal, onWait }: Client): Promise<void> {
  const until = performance.now() + (options.maxWaitSeconds ?? 60) * 1000;
  for (;;) {
    signal.throwIfAborted();
    const seconds = await budget.take();
    if (seconds === 0) {
      return;
    }
    if (performance.now() + seconds * 1000 > until) {
      throw fault(
        'source_rate_limited',
        `${new URL(options.baseUrl).origin}: the rate is used up for ${String(Math.ceil(seconds))} s. Nothing to do: the run goes on then.`,
        { retryable: true, retryAfterSeconds: Math.ceil(seconds) }
      );
    }
    if (seconds >= 1) onWait?.(Math.ceil(seconds));
    await pause(seconds * 1000, undefined, { signal });
  }
}

function headersOf({ options }: Client, request: HttpRequest): Record<string, string> {
  const { auth } = options;
  return {
    accept: 'application/json',
    'user-agent': 'throughline-collector',
    ...options.headers,
    ...request.headers,
    ...(request.etag ? { 'if-none-match': request.etag } : {}),
    ...(request.json === undefined ? {} : { 'content-type': 'application/json' }),
    ...(auth ? { [auth.header ?? 'authorization']: `${auth.prefix ?? 'Bearer '}${auth.secret.reveal()}` } : {}),
  };
}

interface Received {
  readonly response: Response;
  readonly body: Buffer;
}

/** One request with its redirects. @throws CollectorError `source_unavailable`, `source_timeout`, `source_too_large`, `source_redirect`. */
async function send(client: Client, target: URL, request: HttpRequest): Promise<Received> {
  const { options, signal, limits } = client;
  const timeoutMs = options.timeoutMs ?? 30_000;
  const timeout = AbortSignal.timeout(timeoutMs);
  const method = request.method ?? (request.json === undefined ? 'GET' : 'POST');
  const route = await routeOf(options.route ?? {});
  let url = target;
  try {
    for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
      const response = await fetch(url, {
        method,
        headers: headersOf(client, request),
        redirect: 'manual',
        signal: AbortSignal.any([signal, timeout]),
        ...route,
        ...(request.json === undefined ? {} : { body: JSON.stringify(request.json) }),
      });
      const location = response.headers.get('location');
      if (response.status < 300 || response.status > 399 || response.status === 304 || location === null) {
        const maxBytes = options.maxBytes ?? 32 << 20;
        const lines = response.ok ? request.lines?.() : undefined;
        const onBytes = (size: number): void => limits?.take(size, lines === undefined);
        return lines === undefined
          ? { response, body: await readBody(response, maxBytes, onBytes) }
          : { response, body: await readLines(response, maxBytes, { take: lines, onBytes }) };
      }
      await response.body?.cancel();
      url = targetOf(client, new URL(location, url).href);
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof CollectorError) {
      throw error;
    }
    const where = `${url.origin}${url.pathname}`;
    if (timeout.aborted) {
      throw fault('source_timeout', `${where} did not answer within ${String(timeoutMs / 1000)} s. Check the source.`, {
        retryable: true,
      });
    }
    // What fetch throws says only that it failed; why is its cause.
    const cause = (error as { cause?: unknown }).cause ?? error;
    throw fault('source_unavailable', `${where} cannot be reached: ${messageOf(cause)}. Check address and network.`, {
      retryable: true,
    });
  }
  throw fault('source_redirect', `${target.origin}${target.pathname} redirects without end. Check the address.`);
}

function answerOf({ response, body }: Received): HttpAnswer {
  const { status, headers } = response;
  return {
    status,
    headers,
    body,
    isUnchanged: status === 304,
    etag: headers.get('etag'),
    next: /<([^>]+)>\s*;[^,]*\brel="?next"?/.exec(headers.get('link') ?? '')?.[1] ?? null,
    json: () => {
      try {
        return foreignJson(body.toString('utf8'));
      } catch {
        const { origin, pathname } = new URL(response.url);
        throw fault(
          'source_invalid',
          `${origin}${pathname} answered with something that is not JSON. Check the address.`
        );
      }
    },
  };
}

/** One attempt. A rate that is used up is told to the other processes. @throws CollectorError as `request`. */
async function attempt(client: Client, target: URL, request: HttpRequest): Promise<HttpAnswer> {
  client.limits?.ask();
  await takeBudget(client);
  const received = await send(client, target, request);
  const wait = secondsToWait(received.response);
  if (wait !== null) {
    await client.budget.block(wait);
  }
  const error = statusError(received, wait, client.options.explain);
  if (error) {
    throw error;
  }
  return answerOf(received);
}

/** Requests of one run. `budget` is shared by every process with the same credential. */
export function openHttp(options: HttpOptions, of: Omit<Client, 'options'>): Http {
  const client: Client = { ...of, options };
  const { signal } = of;
  const attempts = options.attempts ?? 4;
  return {
    request: async (path, request = {}) => {
      const target = targetOf(client, path, request.query);
      let failed = 0;
      let waited = 0;
      for (;;) {
        try {
          return await attempt(client, target, request);
        } catch (error) {
          signal.throwIfAborted();
          if (!(error instanceof CollectorError) || !error.retryable) {
            throw error;
          }
          if (error.code === 'source_rate_limited') {
            // Nothing failed: the budget is blocked, and the next attempt waits for it.
            // "Now" counts too: who says it for ever is not asked for ever.
            waited += Math.max(1, error.retryAfterSeconds ?? 1);
            if (waited > (options.maxWaitSeconds ?? 60)) throw error;
          } else {
            failed += 1;
            if (failed >= attempts) throw error;
            const full = (options.backoffMs ?? 500) * 2 ** (failed - 1);
            await pause(full / 2 + Math.random() * (full / 2), undefined, { signal });
          }
        }
      }
    },
  };
}
