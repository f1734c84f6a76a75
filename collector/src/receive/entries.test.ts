/** Deliveries of ten entries, one of which is not understood: the nine are taken, the tenth is named and waits. */
import { createHash, createHmac } from 'node:crypto';
import { testDatabase, type TestDatabase } from '../../testing/database.ts';
import { receive, type Receiving } from '../../testing/receiving.ts';
import { boundQuarantine, retryQuarantined } from './quarantine.ts';

const TOKEN = 'a-token-of-the-entries';
const KEY = 'a-signing-key-of-the-entries';

let db: TestDatabase;
let receiving: Receiving;
beforeAll(async () => {
  db = await testDatabase();
  receiving = await receive(db, {
    ingest: { tokens: [TOKEN] },
    pagerduty: { webhook_secrets: [KEY] },
    alertmanager: { tokens: [TOKEN] },
    'grafana-alerting': { tokens: [TOKEN] },
    cdevents: { tokens: [TOKEN] },
  });
});
afterAll(async () => {
  await receiving.close();
  await db.close();
});
beforeEach(() => db.pool.query('truncate incident, deployment, service, inbox, skipped, stream_state cascade'));

const at = (n: number): string => `2026-11-20T10:${String(10 + n)}:00Z`;
const PLACES = [...Array(10).keys()];
const BAD = 3;

const alertOf = (n: number, status = 'firing'): object => ({
  status,
  labels: { alertname: `A${String(n)}`, service: 'shop' },
  annotations: {},
  startsAt: at(n),
  endsAt: '0001-01-01T00:00:00Z',
  fingerprint: `f${String(n)}`,
});
const notification = (alerts: readonly unknown[]): object => ({ version: '4', receiver: 'throughline', alerts });
const cdevent = (n: number, timestamp = at(n)): object => ({
  context: { version: '0.4.1', id: `e${String(n)}`, source: '/ci', type: 'dev.cdevents.incident.detected.0.3.0', timestamp }, // prettier-ignore
  subject: { id: `i${String(n)}`, source: '/k8s', content: { service: { id: 'shop' } } },
});
const cloudevent = (n: number, data: object): object => ({
  specversion: '1.0',
  id: `c${String(n)}`,
  type: 'dev.cdevents',
  data,
});
const pagerduty = (n: number, created_at = at(n)): object => ({
  event: { id: `p${String(n)}`, event_type: 'incident.triggered', occurred_at: at(n), data: { id: `P${String(n)}`, status: 'triggered', created_at } }, // prettier-ignore
});

interface Sender {
  readonly path: string;
  /** Body of such entries. */
  readonly body: (entries: readonly unknown[]) => object;
  readonly good: (n: number) => object;
  readonly bad: object;
  readonly says: readonly string[];
}
const SENDERS: readonly Sender[] = [
  { path: '/push/alertmanager/webhook', body: notification, good: alertOf, bad: alertOf(BAD, 'smouldering'), says: ['alert f3', 'status', '"smouldering"'] },
  { path: '/push/grafana-alerting/webhook', body: notification, good: alertOf, bad: alertOf(BAD, 'smouldering'), says: ['alert f3', 'status', '"smouldering"'] },
  { path: '/push/pagerduty/webhook', body: (all) => all, good: pagerduty, bad: pagerduty(BAD, 'yesterday'), says: ['event entry 4', 'created_at', '"yesterday"'] },
  { path: '/push/cdevents/events', body: (all) => all, good: cdevent, bad: cdevent(BAD, 'noon'), says: ['event entry 4', 'timestamp', '"noon"'] },
  { path: '/push/cdevents/events', body: (all) => all, good: (n) => cloudevent(n, cdevent(n)), bad: cloudevent(BAD, cdevent(BAD, 'noon')), says: ['event c3', 'timestamp', '"noon"'] },
]; // prettier-ignore

function post(path: string, body: object): ReturnType<Receiving['post']> {
  const text = JSON.stringify(body);
  const signature = createHmac('sha256', KEY).update(text).digest('hex');
  return receiving.post(path, text, { authorization: `Bearer ${TOKEN}`, 'x-pagerduty-signature': `v1=${signature}` });
}
const rows = async <Row extends object>(sql: string): Promise<Row[]> => (await db.pool.query<Row>(sql)).rows;
const incidents = async (): Promise<number> => (await rows('select from incident')).length;

const isAlerts = (path: string): boolean => path.includes('alertmanager') || path.includes('grafana');
const alone = (path: string, bad: object): object => (isAlerts(path) ? { alerts: [bad] } : bad);

test.each(SENDERS)('$path: nine are taken, the tenth is named, counted and kept alone', async ({ path, body, good, bad, says }) => {
  const whole = body(PLACES.map((n) => (n === BAD ? bad : good(n))));
  expect((await post(path, whole)).status).toBe(202);
  expect(await receiving.work()).toMatchObject({ deliveries: 1, quarantined: 1 });
  expect(await incidents()).toBe(9);
  const [skip, ...others] = await rows<{ item: string; reason: string }>('select item, reason from skipped');
  expect(others).toEqual([]);
  for (const word of [...says, 'throughline retry']) expect(`${skip?.item ?? ''}: ${skip?.reason ?? ''}`).toContain(word);
  expect(await rows('select skipped_count::int as skipped, last_error from stream_state')).toEqual([{ skipped: 1, last_error: null }]);
  const waiting = `select convert_from(body, 'UTF8')::jsonb as body from inbox where state = 'quarantined'`;
  expect(await rows(waiting)).toEqual([{ body: alone(path, bad) }]);
  expect(await (await fetch(`${receiving.url}/metrics`)).text()).toContain('throughline_inbox{state="quarantined"} 1');

  // The same again changes nothing; a retry without a cause keeps it.
  await post(path, body([...PLACES.map((n) => (n === BAD ? bad : good(n)))].reverse()));
  await receiving.work();
  await retryQuarantined(db.pool);
  expect(await receiving.work()).toMatchObject({ deliveries: 0, quarantined: 1 });
  expect([await incidents(), (await rows('select from skipped')).length, (await rows(waiting)).length]).toEqual([9, 1, 1]);

  // A collector that understands it takes it.
  await db.pool.query(`update inbox set body = $1 where state = 'quarantined'`, [JSON.stringify(body([good(BAD)]))]);
  await retryQuarantined(db.pool);
  expect(await receiving.work()).toMatchObject({ deliveries: 1, quarantined: 0 });
  expect([await incidents(), (await rows('select from skipped')).length, (await rows(waiting)).length]).toEqual([10, 0, 0]);
}); // prettier-ignore

test.each(SENDERS)('$path: where none is understood the stream says so', async ({ path, body, bad, says }) => {
  await post(path, body([bad]));
  expect(await receiving.work()).toMatchObject({ deliveries: 0, quarantined: 1 });
  const [skip] = await rows<{ item: string; reason: string }>('select item, reason from skipped');
  expect(skip?.item).toMatch(/^delivery sha256:/);
  expect(await rows('select last_error as error from stream_state')).toEqual([{ error: expect.stringContaining(says[1] ?? '') }]);
  for (const word of says.slice(1)) expect(skip?.reason).toContain(word);
}); // prettier-ignore

test('an array of documents: good ones are kept, the sender hears of the bad one by its place and value', async () => {
  const documents = PLACES.map((n) => ({
    id: `i${String(n)}`,
    service: 'shop',
    started_at: n === BAD ? 'noon' : at(n),
  }));
  const refused = [{ item: 'entry 4: i3', reason: expect.stringMatching(/^started_at: .*\(it is "noon"\)$/) }];
  const heard = await post('/ingest/incident', documents);
  expect(heard).toMatchObject({ status: 202, body: { accepted: 9, refused } });
  await receiving.work();
  expect(await incidents()).toBe(9);
  expect(await rows('select item from skipped')).toEqual([{ item: 'entry 4: i3' }]);
  expect(await rows('select skipped_count::int as skipped from stream_state')).toEqual([{ skipped: 1 }]);
  expect(await post('/ingest/incident', [{ id: 'x' }])).toMatchObject({ status: 400, body: { message: expect.stringContaining('entry 1: x: started_at') } }); // prettier-ignore
  expect(await post('/ingest/incident', [])).toMatchObject({ status: 400, body: { message: expect.stringContaining('empty') } }); // prettier-ignore
});

test.each(SENDERS)('$path: one bad entry in ever other company is one that waits', async ({ path, body, good, bad }) => {
  const companies = PLACES.map((n) => [bad, ...PLACES.slice(0, n).map((one) => good(one))]);
  for (const all of companies) await post(path, isAlerts(path) ? { ...body(all), groupKey: String(all.length) } : body(all));
  expect(await receiving.work()).toMatchObject({ quarantined: 1 });
  for (const all of companies) await post(path, isAlerts(path) ? { ...body(all), receiver: 'other' } : body([...all].reverse()));
  expect(await receiving.work()).toMatchObject({ quarantined: 0 });
  expect(await rows(`select convert_from(body, 'UTF8')::jsonb as body from inbox where state = 'quarantined'`)).toEqual([{ body: alone(path, bad) }]);
  expect(await rows('select skipped_count::int as skipped from stream_state')).toEqual([{ skipped: 1 }]);
}); // prettier-ignore

/** A value that is nested 3,000 deep, and holds NUL. */
const DEEP = `${'['.repeat(3_000)}"\\u0000"${']'.repeat(3_000)}`;
const withDeep = (text: string): string => text.replaceAll('"deep"', DEEP);

test.each(SENDERS)('$path: an entry with something nested 3,000 deep is read where that is not, or named', async ({ path, body, good, bad }) => {
  const whole = withDeep(JSON.stringify(body([{ ...good(0), extra: 'deep' }, { ...bad, extra: 'deep' }, good(1)])));
  const signature = createHmac('sha256', KEY).update(whole).digest('hex');
  await receiving.post(path, whole, { authorization: `Bearer ${TOKEN}`, 'x-pagerduty-signature': `v1=${signature}` });
  expect(await receiving.work()).toMatchObject({ deliveries: 1, quarantined: 1 });
  expect(await incidents()).toBe(2);
  const [{ body: kept } = { body: '' }] = await rows<{ body: string }>(`select convert_from(body, 'UTF8') as body from inbox where state = 'quarantined'`);
  expect(kept).toContain('(nested deeper than 200 levels)');
  await retryQuarantined(db.pool);
  expect(await receiving.work()).toMatchObject({ deliveries: 0, quarantined: 1 });
}); // prettier-ignore

test('who sends something nested 3,000 deep itself hears that, by its place', async () => {
  const send = (text: string): ReturnType<Receiving['post']> =>
    receiving.post('/ingest/incident', withDeep(text), { authorization: `Bearer ${TOKEN}` });
  const deep = 'is nested deeper than 200 levels';
  const bad = '{"id": "i", "started_at": "2026-11-20T10:00:00Z", "title": "deep"}';
  expect(await send(bad)).toMatchObject({ status: 400, body: { message: expect.stringMatching(`title[.0]+…: ${deep}`) as string } }); // prettier-ignore
  expect(await send(`[${bad}, {"id": "j", "started_at": "2026-11-20T10:00:00Z"}]`)).toMatchObject({ status: 202, body: { accepted: 1, refused: [{ reason: expect.stringContaining(deep) as string }] } }); // prettier-ignore
});

test.each([
  ['/push/pagerduty/webhook', (n: number) => pagerduty(n % 10)],
  ['/push/cdevents/events', (n: number) => cdevent(n % 10)],
  ['/push/alertmanager/webhook', (n: number) => alertOf(n % 10)],
])('%s: more than 10,000 entries, or 50 states of one thing, wait as a whole, with the reason', async (path, one) => {
  const body = (all: readonly unknown[]): object => (isAlerts(path) ? notification(all) : all);
  await post(path, body(Array(10_001).fill(0)));
  await post(path, body(Array.from({ length: 510 }, (_, n) => one(n))));
  expect(await receiving.work()).toMatchObject({ deliveries: 0, quarantined: 2 });
  const reasons = await rows<{ reason: string }>('select reason from skipped order by reason');
  expect(reasons.map(({ reason }) => reason)).toEqual([
    expect.stringMatching(/more than 10,000 (alerts|entries)/),
    expect.stringMatching(/it tells of ".+" more than 50 times/),
  ]);
});

test('a token that is packed in base64 is masked like any other', async () => {
  const token = `ghp_${'a1'.repeat(18)}`;
  const described = (description: string): object => ({ ...cdevent(0), subject: { id: 'i0', content: { description } } });
  const data_base64 = Buffer.from(JSON.stringify(described(`with ${token}`))).toString('base64');
  await post('/push/cdevents/events', { specversion: '1.0', id: 'c0', type: 'dev.cdevents', data_base64 });
  await post('/push/cdevents/events', [
    { specversion: '1.0', id: 'c1', type: 'dev.cdevents', data_base64: Buffer.from(`no JSON: ${token}`).toString('base64') },
  ]);
  const stored = await rows<{ body: string }>(`select convert_from(body, 'UTF8') as body from inbox`);
  expect(stored).toHaveLength(2);
  for (const { body } of stored) expect([body.includes(token), body.includes('data_base64')]).toEqual([false, false]);
  expect(await receiving.work()).toMatchObject({ deliveries: 1, quarantined: 1 });
  expect(await rows('select title from incident')).toEqual([{ title: expect.stringMatching(/^with (?!ghp_a)/) as string }]);
}); // prettier-ignore

test('what waits is bounded: the oldest are let go, counted and no longer named', async () => {
  for (const n of PLACES) await post('/push/pagerduty/webhook', pagerduty(n, 'yesterday'));
  expect(await receiving.work()).toMatchObject({ quarantined: 10 });
  await boundQuarantine(db.pool, { deliveries: 4, bytes: 64 << 20 });
  const states = 'select state, count(*)::int, count(body)::int as bodies from inbox group by 1 order by 1 desc';
  const kept = (await rows<{ count: number }>(states)).find(({ count }) => count === 4);
  expect(kept).toMatchObject({ state: 'quarantined', bodies: 4 });
  expect(await rows(`select reason from skipped where item = 'quarantine'`)).toEqual([{ reason: expect.stringMatching(/^6 were let go/) as string }]); // prettier-ignore
  expect((await rows('select from skipped')).length).toBe(5);
  expect(await (await fetch(`${receiving.url}/metrics`)).text()).toContain('throughline_inbox{state="dropped"} 6');
  await boundQuarantine(db.pool, { deliveries: 4, bytes: 2 * JSON.stringify(pagerduty(0, 'yesterday')).length });
  expect(await rows(states)).toMatchObject([
    { state: 'quarantined', count: 2 },
    { state: 'dropped', count: 8, bodies: 0 },
  ]);
  // What was let go comes again: it stays so.
  for (const n of PLACES) await post('/push/pagerduty/webhook', [pagerduty(n, 'yesterday')]);
  expect(await receiving.work()).toMatchObject({ quarantined: 0 });
});

test('a key that looks like the digest of a body takes no place of one', async () => {
  const one = { id: 'i1', service: 'shop', started_at: at(1) };
  const digest = createHash('sha256').update(JSON.stringify(one)).digest('hex');
  const named = (key: string): Readonly<Record<string, string>> => ({ authorization: `Bearer ${TOKEN}`, 'idempotency-key': key }); // prettier-ignore
  const keys = [`sha256:${digest.slice(0, 32)}`, `key-sha256:${digest}`, digest];
  for (const key of keys) {
    const other = { id: `other ${key}`, service: 'shop', started_at: at(2) };
    expect(await receiving.post('/ingest/incident', other, named(key))).toMatchObject({ status: 202 });
  }
  expect(await post('/ingest/incident', one)).toMatchObject({ status: 202, body: { accepted: 1 } });
  expect((await post('/ingest/incident', one)).body).toMatchObject({ is_known: true });
  expect((await rows('select from inbox')).length).toBe(4);
});
