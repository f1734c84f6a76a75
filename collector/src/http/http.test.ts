/** Against a real server on this machine, with the budget in a real store. */
import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import path from 'node:path';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { testDatabase, type TestDatabase } from '../../testing/database.ts';
import { CollectorError, lineOf } from '../errors.ts';
import { openHttp, type Http, type HttpOptions } from './http.ts';
import { Secret } from '../secret.ts';
import { openRateBudget } from '../store/rate-budget.ts';

let db: TestDatabase;
let server: Server;
let origin: string;
let answer: (request: IncomingMessage, response: ServerResponse, n: number) => void;
let seen: IncomingMessage[] = [];
const token = new Secret('ghp_very-secret-token');

beforeAll(async () => {
  db = await testDatabase();
  server = createServer((request, response) => {
    seen.push(request);
    answer(request, response, seen.length);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await db.close();
});
beforeEach(async () => {
  seen = [];
  await db.pool.query('delete from rate_budget');
});

function client(given: Partial<HttpOptions> = {}, signal = new AbortController().signal): Http {
  const options: HttpOptions = {
    baseUrl: `${origin}/api/`,
    auth: { secret: token },
    rate: { requests: 1000, perSeconds: 60 },
    backoffMs: 5,
    timeoutMs: 2_000,
    ...given,
  };
  return openHttp(options, { budget: openRateBudget(db.pool, 'test/one', options.rate), signal });
}

async function faultOf(work: Promise<unknown>): Promise<CollectorError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown
  );
  expect(error).toBeInstanceOf(CollectorError);
  return error as CollectorError;
}

function json(
  response: ServerResponse,
  ...[status, body, headers = {}]: [number, unknown, Record<string, string>?]
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

test('an answer is JSON with its ETag and next page; the credential and query are sent', async () => {
  answer = (_request, response) =>
    json(
      response,
      200,
      { ok: 1 },
      { etag: '"a"', link: `<${origin}/api/x?page=2>; rel="next", <${origin}/api/x>; rel="last"` }
    );
  const got = await client().request('x', { query: { since: '2026', skip: undefined } });
  expect(got.json()).toEqual({ ok: 1 });
  expect([got.etag, got.next]).toEqual(['"a"', `${origin}/api/x?page=2`]);
  expect(seen[0]?.url).toBe('/api/x?since=2026');
  expect(seen[0]?.headers.authorization).toBe('Bearer ghp_very-secret-token');
});

test('what is unchanged since the ETag has no body', async () => {
  answer = (request, response) => {
    response.writeHead(request.headers['if-none-match'] === '"a"' ? 304 : 200).end();
  };
  expect((await client().request('x', { etag: '"a"' })).isUnchanged).toBe(true);
});

test.each([
  [401, 'source_login'],
  [403, 'source_forbidden'],
  [404, 'source_not_found'],
  [422, 'source_refused'],
])('%d is %s, asked once, with the words of the source and without the credential', async (status, code) => {
  answer = (request, response) =>
    json(response, status, { message: `no, ${request.headers.authorization ?? ''} is bad` });
  const error = await faultOf(client().request('x?access=1'));
  expect([error.code, error.retryable, seen.length]).toEqual([code, false, 1]);
  expect(error.message).toContain(`/api/x answered ${String(status)} (no, Bearer [secret] is bad)`);
  expect(lineOf(error) + inspect(error) + JSON.stringify({ token, error })).not.toContain('very-secret');
});

test('429 is waited for as Retry-After says, and told to the other processes', async () => {
  answer = (_request, response, n) =>
    n === 1 ? json(response, 429, {}, { 'retry-after': '1' }) : json(response, 200, {});
  const startedAt = performance.now();
  await client().request('x');
  expect(performance.now() - startedAt).toBeGreaterThan(900);
  expect(seen).toHaveLength(2);
});

test('a wait is no failed attempt, and waits end with the longest that is allowed', async () => {
  answer = (_request, response, n) =>
    n === 1 ? json(response, 403, {}, { 'retry-after': '1' }) : json(response, 200, {});
  await client({ attempts: 1 }).request('x');
  expect(seen).toHaveLength(2);
  answer = (_request, response) => json(response, 429, {}, { 'retry-after': '1' });
  expect((await faultOf(client({ maxWaitSeconds: 1.9 }).request('x'))).code).toBe('source_rate_limited');
  expect(seen).toHaveLength(4);
});

test('a source that says "again now" for ever is not asked for ever', async () => {
  answer = (_request, response) => json(response, 429, {}, { 'retry-after': '0' });
  expect((await faultOf(client({ maxWaitSeconds: 5 }).request('x'))).code).toBe('source_rate_limited');
  expect(seen.length).toBeLessThanOrEqual(7);
});

test('a wait that is too long ends the run with the time to come back', async () => {
  answer = (_request, response) => json(response, 429, {}, { 'retry-after': '900' });
  const error = await faultOf(client().request('x'));
  expect([error.code, error.retryable, error.retryAfterSeconds]).toEqual(['source_rate_limited', true, 900]);
  const other = await faultOf(client().request('x'));
  expect(other.code).toBe('source_rate_limited');
  expect(other.retryAfterSeconds).toBeGreaterThan(890);
  expect(seen).toHaveLength(1);
});

test.each([{ 'retry-after': '3153600000' }, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1e30' }])(
  'no wait is longer than a day: %j',
  async (headers) => {
    answer = (_request, response) => json(response, 429, {}, headers);
    expect((await faultOf(client().request('x'))).retryAfterSeconds).toBe(86_400);
  }
);

test('403 with nothing remaining is a rate, not a right', async () => {
  const reset = String(Math.ceil(Date.now() / 1000) + 600);
  answer = (_request, response) =>
    json(response, 403, {}, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset });
  expect((await faultOf(client().request('x'))).code).toBe('source_rate_limited');
});

test('5xx is asked again with backoff, then given up as retryable', async () => {
  answer = (_request, response, n) => json(response, n < 3 ? 502 : 200, { n });
  expect((await client().request('x')).json()).toEqual({ n: 3 });
  seen = [];
  answer = (_request, response) => json(response, 500, {});
  const error = await faultOf(client({ attempts: 3 }).request('x'));
  expect([error.code, error.retryable, seen.length]).toEqual(['source_unavailable', true, 3]);
});

test('a source that is slow, or sends its body slowly, times out', async () => {
  answer = (_request, response) => void response.writeHead(200).write('{');
  const error = await faultOf(client({ timeoutMs: 150, attempts: 1 }).request('x'));
  expect([error.code, error.retryable]).toEqual(['source_timeout', true]);
});

test('a body without end is cut at the limit, whether it names its length or not', async () => {
  answer = (_request, response) => {
    const chunk = Buffer.alloc(1 << 16, 'a');
    const push = (): void => {
      while (!response.destroyed && response.write(chunk));
      response.once('drain', push);
    };
    push();
  };
  expect((await faultOf(client({ maxBytes: 1_000_000 }).request('x'))).code).toBe('source_too_large');
  const bomb = gzipSync(Buffer.alloc(64 << 20));
  answer = (_request, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
  expect((await faultOf(client({ maxBytes: 1_000_000 }).request('x'))).code).toBe('source_too_large');
  answer = (_request, response) => void response.writeHead(200, { 'content-length': '2000000' }).write('a');
  expect((await faultOf(client({ maxBytes: 1_000_000 }).request('x'))).code).toBe('source_too_large');
});

test('the credential goes to no other origin, by link or redirect; a redirect within is followed', async () => {
  answer = (_request, response) => response.writeHead(302, { location: 'http://elsewhere.example/x' }).end();
  expect((await faultOf(client().request('x'))).code).toBe('source_redirect');
  expect((await faultOf(client().request('http://elsewhere.example/x'))).code).toBe('source_redirect');
  answer = (request, response) =>
    request.url === '/api/new'
      ? json(response, 200, { is: 'new' })
      : response.writeHead(301, { location: '/api/new' }).end();
  expect((await client().request('old')).json()).toEqual({ is: 'new' });
  answer = (_request, response) => response.writeHead(302, { location: '/api/x' }).end();
  expect((await faultOf(client().request('x'))).code).toBe('source_redirect');
});

test('an answer that is not JSON is named', async () => {
  answer = (_request, response) => response.writeHead(200).end('<html>');
  const got = await client().request('x');
  expect(() => got.json()).toThrow(`${origin}/api/x answered with something that is not JSON`);
});

test('a source that nobody answers for is unavailable', async () => {
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  const baseUrl = `http://127.0.0.1:${String(port)}`;
  const error = await faultOf(client({ baseUrl, attempts: 2 }).request('x'));
  expect(error.code).toBe('source_unavailable');
  expect(error.message).toContain('ECONNREFUSED');
});

test('a run that is stopped ends with its own reason', async () => {
  answer = () => undefined;
  const stopping = new AbortController();
  const asked = client({}, stopping.signal).request('x');
  setTimeout(() => stopping.abort(), 50);
  await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
});

test('two processes share one budget', async () => {
  const asks = (): Promise<number> =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [
        '--disable-warning=ExperimentalWarning',
        path.join(import.meta.dirname, '../../testing/budget-process.ts'),
        db.url,
      ]);
      let out = '';
      let errors = '';
      child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
      child.on('exit', (code) => (code === 0 ? resolve(Number(out)) : reject(new Error(errors))));
    });
  const taken = await Promise.all([asks(), asks()]);
  expect(taken[0] + taken[1]).toBe(30);
});

test('requests go through the proxy that is named; a file of certificates that is not there is named', async () => {
  answer = (_request, response) => json(response, 200, { ok: 1 });
  const through: string[] = [];
  const proxy = createServer().on('connect', (request: IncomingMessage, socket) => {
    through.push(request.url ?? '');
    const [host = '', port = ''] = (request.url ?? '').split(':');
    const onward = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${String((proxy.address() as AddressInfo).port)}`;
  const got = await client({ route: { proxy: address } }).request('x');
  expect(got.json()).toEqual({ ok: 1 });
  expect(through).toEqual([origin.slice('http://'.length)]);
  const { message } = await faultOf(client({ route: { caFile: '/nowhere/ca.pem' } }).request('x'));
  expect(message).toMatch(/certificate file \/nowhere\/ca\.pem \(ENOENT\)/);
  proxy.closeAllConnections();
  proxy.close();
});

test('an answer that went well may ask to wait: everybody waits before the next request', async () => {
  answer = (_request, response, n) => json(response, 200, { n }, n === 1 ? { 'retry-after': '1' } : {});
  const started = performance.now();
  await client().request('x');
  await client().request('x');
  expect(performance.now() - started).toBeGreaterThan(900);
});

test('a source explains its refusals in words of its own', async () => {
  answer = (_request, response) => json(response, 403, { message: 'Nope' }, { 'x-needs': 'deployments=read' });
  const explain = (headers: Headers, status: number): string =>
    `${String(status)}: grant ${headers.get('x-needs') ?? ''}.`;
  expect((await faultOf(client({ explain }).request('x'))).message).toMatch(/\(Nope\): 403: grant deployments=read\.$/);
});
