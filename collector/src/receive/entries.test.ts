/** Deliveries of ten entries, one of which is not understood: the nine are taken, the tenth is named and waits. */
import { createHmac } from 'node:crypto';
import { testDatabase, type TestDatabase } from '../../testing/database.ts';
import { receive, type Receiving } from '../../testing/receiving.ts';
import { retryQuarantined } from './work-off.ts';

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
  expect(await rows(waiting)).toEqual([{ body: path.includes('webhook') && !path.includes('pager') ? { ...body([bad]), truncatedAlerts: 0 } : body([bad]) }]);
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

test.each(SENDERS)('$path: where none is understood the delivery waits as a whole', async ({ path, body, bad, says }) => {
  await post(path, body([bad]));
  expect(await receiving.work()).toMatchObject({ deliveries: 0, quarantined: 1 });
  const [skip] = await rows<{ item: string; reason: string }>('select item, reason from skipped');
  expect(skip?.item).toMatch(/^delivery sha256:/);
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
