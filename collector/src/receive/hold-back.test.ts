/** Who sends little, late or nonsense keeps nobody out and hears what is wrong, never what was sent. */
import { createHmac } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { testDatabase, type TestDatabase } from '../../testing/database.ts';
import { newLogger } from '../logger.ts';
import { configSchema } from '../config/schema.ts';
import { openRoom } from './hold-back.ts';
import { pushRoutes } from './push.ts';
import { receiversOf } from './receivers.ts';
import { startServer, type RunningServer } from './server.ts';

const TOKEN = 'a-token-that-nobody-may-see';
const KEY = 'a-signing-key-that-nobody-may-see';
const ALERTS = '/push/alertmanager/webhook';
const SIGNED = '/push/grafana-alerting/webhook';
const BODY = '{"version":"4","alerts":[]}';

let db: TestDatabase;
let server: RunningServer;
const sockets: Socket[] = [];

async function start(requestMs: number): Promise<RunningServer> {
  const config = configSchema.parse({ alertmanager: { tokens: [TOKEN] }, 'grafana-alerting': { hmac_secrets: [KEY] } });
  const receivers = receiversOf(config).values();
  const log = newLogger('error', new PassThrough());
  const pushes = pushRoutes({ pool: db.pool, receivers, log, onAccepted: () => undefined });
  return startServer({ host: '127.0.0.1', port: 0, pool: db.pool, pushes, requestMs });
}
beforeAll(async () => {
  db = await testDatabase();
  server = await start(30_000);
});
afterEach(() => sockets.splice(0).forEach((socket) => socket.destroy()));
afterAll(async () => {
  await server.close();
  await db.close();
});

interface Raw {
  readonly socket: Socket;
  readonly said: () => string;
  /** Resolves when the other side ended the connection. */
  readonly ended: Promise<void>;
  /** Resolves when something was said. */
  readonly heard: Promise<void>;
}

/** Sends exactly this. */
function raw(text: string, { port } = server): Raw {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  let said = '';
  socket.on('data', (chunk: Buffer) => (said += chunk.toString()));
  socket.on('error', () => undefined);
  socket.write(text);
  return {
    socket,
    said: () => said,
    ended: new Promise((resolve) => socket.once('close', () => resolve())),
    heard: new Promise((resolve) => socket.once('data', () => resolve())),
  };
}

const head = (path: string, ...lines: readonly string[]): string =>
  [`POST ${path} HTTP/1.1`, 'host: x', ...lines, '', ''].join('\r\n');
const json = 'content-type: application/json';
const declared = 'content-length: 8388608';
const post = (headers: Readonly<Record<string, string>>, path = ALERTS, body = BODY): Promise<Response> =>
  fetch(`http://127.0.0.1:${String(server.port)}${path}`, { method: 'POST', headers, body });
const good = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
const signature = { 'x-grafana-alerting-signature': createHmac('sha256', KEY).update(BODY).digest('hex') };
const soon = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

test('who declares 8 MB and sends nothing keeps nobody out', async () => {
  for (let n = 0; n < 20; n += 1) raw(head(SIGNED, json, declared));
  for (let n = 0; n < 20; n += 1) raw(head(ALERTS, json, declared, `authorization: Bearer ${TOKEN}`));
  await soon(200);
  expect((await post(good)).status).toBe(202);
  expect((await post({ ...signature, 'content-type': 'application/json' }, SIGNED)).status).toBe(202);
});

test('more strangers than there are places make way, the longest first', async () => {
  const first = raw(head(SIGNED, json, declared));
  await soon(100);
  for (let n = 0; n < 512; n += 1) raw(head(SIGNED, json, declared));
  await first.ended;
  expect(first.said()).toMatch(/^HTTP\/1.1 503 .*"code":"push_flood"/s);
  expect((await post(good)).status).toBe(202);
  expect((await post({ ...signature, 'content-type': 'application/json' }, SIGNED)).status).toBe(202);
});

test('a missing or wrong token, too long a body and an unknown path are answered before the body', async () => {
  const wanted = [
    [head(ALERTS, json, declared), 401, 'push_refused'],
    [head(ALERTS, json, declared, 'authorization: Bearer x'), 401, 'push_refused'],
    [head(SIGNED, json, 'content-length: 8388609'), 413, 'push_too_large'],
    [head('/nothing-secret?token=secret', json, declared), 404, 'push_unknown'],
    [head('/nothing-secret?token=secret', json, 'transfer-encoding: chunked'), 404, 'push_unknown'],
  ] as const;
  for (const [text, status, code] of wanted) {
    const one = raw(text);
    await one.ended;
    expect(one.said()).toContain(`HTTP/1.1 ${String(status)} `);
    expect(one.said()).toContain(`"code":"${code}"`);
    expect(one.said()).not.toContain('secret?');
    expect(one.said()).not.toContain('token=');
  }
});

test('a chunked body is counted by what arrives', async () => {
  const small = raw(`${head(ALERTS, json, 'transfer-encoding: chunked', `authorization: Bearer ${TOKEN}`)}${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n\r\n`); // prettier-ignore
  await small.heard;
  expect(small.said()).toContain('HTTP/1.1 202 ');
  const large = raw(head(SIGNED, json, 'transfer-encoding: chunked'));
  const megabyte = `100000\r\n${'x'.repeat(1 << 20)}\r\n`;
  for (let n = 0; n < 9; n += 1) large.socket.write(megabyte);
  await large.heard;
  expect(large.said()).toContain('HTTP/1.1 413 ');
});

test('a content type that is none is 415, an escape that is none 400; nothing of what was sent is repeated', async () => {
  for (const type of ['secret', 'secret/', '']) {
    const answer = await post({ ...good, 'content-type': type });
    expect(answer.status).toBe(415);
    expect(await answer.json()).toEqual({
      code: 'push_type',
      message: expect.not.stringContaining('secret') as string,
    });
  }
  const escape = raw(head('/push/%secret%zz?token=secret', json, 'content-length: 2'));
  await escape.heard;
  expect(escape.said()).toMatch(/^HTTP\/1.1 400 .*"code":"push_invalid"/s);
  expect(escape.said()).not.toContain('secret');
  const endless = raw(head('/push/%zz', json, 'transfer-encoding: chunked'));
  await endless.ended;
  expect(endless.said()).toContain('HTTP/1.1 400 ');
  // Without any it is read like one with it.
  const none = raw(
    `${head(ALERTS, `authorization: Bearer ${TOKEN}`, `content-length: ${String(BODY.length)}`)}${BODY}`
  );
  await none.heard;
  expect(none.said()).toContain('HTTP/1.1 202 ');
});

test('what does not arrive in time ends, and an open request does not hold up the end', async () => {
  const hasty = await start(300);
  const late = [raw(head(SIGNED, json, declared), hasty), raw('POST / HTTP/1.1\r\nhost: x\r\n', hasty)];
  await Promise.all(late.map(({ ended }) => ended));
  expect(late.map((one) => one.said().slice(0, 13))).toEqual(['HTTP/1.1 408 ', 'HTTP/1.1 408 ']);
  await hasty.close();
  const patient = await start(30_000);
  raw(head(SIGNED, json, declared), patient);
  raw(head(ALERTS, json, declared, `authorization: Bearer ${TOKEN}`), patient);
  await soon(100);
  const from = performance.now();
  await patient.close();
  expect(performance.now() - from).toBeLessThan(3000);
});

test('bytes are held until the answer: strangers make way for who is known, who is known for nobody', async () => {
  const room = openRoom({ requests: 9, bytes: 100 });
  const stranger = room.enter(false);
  const strange = new PassThrough();
  const read = room.read(stranger, strange, 80);
  strange.write('x'.repeat(60));
  const known = room.enter(true);
  const body = new PassThrough();
  body.end('y'.repeat(60));
  const refused = expect(read).rejects.toMatchObject({ code: 'push_flood' });
  expect(await room.read(known, body, 80)).toHaveLength(60);
  await refused;
  const next = new PassThrough();
  next.end('z'.repeat(60));
  await expect(room.read(room.enter(true), next, 80)).rejects.toMatchObject({ code: 'push_flood' });
  room.leave(known);
  const last = new PassThrough();
  last.end('z'.repeat(60));
  expect(await room.read(room.enter(false), last, 80)).toHaveLength(60);
});

test('who holds one token keeps no other token out: the one with the most places gives one away', async () => {
  const room = openRoom({ requests: 4, bytes: 1 << 20 });
  const stalled = Array.from({ length: 4 }, () => {
    const held = room.enter(true, 'Bearer greedy');
    return room.read(held, new PassThrough(), 1000).then(
      () => 'read',
      (error: unknown) => (error as { code: string }).code
    );
  });
  expect(() => room.enter(true, 'Bearer greedy')).toThrow('Too many requests at once');
  expect(() => room.enter(false)).toThrow('Too many requests at once');
  room.enter(true, 'Bearer other');
  expect(await stalled[0]).toBe('push_flood');
  room.enter(true, 'Bearer third');
  expect(await stalled[1]).toBe('push_flood');
});
