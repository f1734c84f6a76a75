/** Deliveries of several sources: whatever their order and however often they come, the store says the same. */
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { testDatabase, type TestDatabase } from '../../testing/database.ts';
import { factsOf } from '../../testing/facts.ts';
import { receive, type Heard, type Receiving } from '../../testing/receiving.ts';

const TOKEN = 'a-token-that-nobody-may-see';
const KEY = 'a-signing-key-that-nobody-may-see';
const CONFIG = {
  ingest: { tokens: [TOKEN] },
  pagerduty: { webhook_secrets: ['an-older-key-of-the-same', KEY] },
  alertmanager: { tokens: [TOKEN] },
  'grafana-alerting': { tokens: [TOKEN], hmac_secrets: [KEY] },
  cdevents: { tokens: [TOKEN] },
};

let db: TestDatabase;
let receiving: Receiving;
beforeEach(async () => {
  db = await testDatabase();
  receiving = await receive(db, CONFIG);
});
afterEach(async () => {
  await receiving.close();
  await db.close();
});

interface Message {
  readonly path: string;
  readonly body: object;
}

const pagerduty = (type: string, at: string, more: object = {}): Message => ({
  path: '/push/pagerduty/webhook',
  body: {
    event: {
      id: `01${type}${at}`,
      event_type: `incident.${type}`,
      resource_type: 'incident',
      occurred_at: at,
      data: { id: 'PINC1', type: 'incident', status: 'triggered', title: 'Checkout fails', created_at: '2026-11-20T10:20:00Z', html_url: 'https://acme.pagerduty.com/incidents/PINC1', service: { id: 'PSVC', summary: 'shop' }, priority: { summary: 'P1' }, ...more }, // prettier-ignore
    },
  },
});
const alert = (status: string, [startsAt, endsAt]: readonly [string, string], labels: object = {}): Message => ({
  path: '/push/alertmanager/webhook',
  body: {
    version: '4',
    truncatedAlerts: 0,
    alerts: [{ status, labels: { alertname: 'Http5xx', service: 'shop', severity: 'critical', ...labels }, annotations: { summary: '5xx' }, startsAt, endsAt, fingerprint: 'c0ffee0011223344' }], // prettier-ignore
  },
});
const ZERO = '0001-01-01T00:00:00Z';
const ingest = (kind: string, body: object): Message => ({ path: `/ingest/${kind}`, body });
const deploy = (id: string, at: string, more: object = {}): Message =>
  ingest('deploy', { id, service: 'shop', finished_at: at, ...more });
const event = (type: string, at: string, more: object = {}): Message => ({
  path: '/push/cdevents/events',
  body: {
    context: {
      version: '0.4.1',
      id: `${type}-${at}`,
      source: '/ci',
      type: `dev.cdevents.${type}.0.3.0`,
      timestamp: at,
    },
    subject: { id: 'inc-9', source: '/k8s', content: { environment: { id: 'production' }, service: { id: 'shop' } } },
    ...more,
  },
});

/** A day of several sources; where an id comes again its state has moved on. */
const MESSAGES: readonly Message[] = [
  deploy('d1', '2026-11-20T10:00:00Z'),
  deploy('d2', '2026-11-20T12:00:00Z', { kind: 'rollback', rollback_of: 'd1' }),
  deploy('d2', '2026-11-20T12:00:00Z', { kind: 'rollback', rollback_of: 'd1', is_degraded: true, updated_at: '2026-11-20T13:00:00Z' }),
  ingest('incident', { id: 'i1', service: 'shop', started_at: '2026-11-20T10:30:00Z' }),
  ingest('incident', { id: 'i1', service: 'shop', started_at: '2026-11-20T10:30:00Z', acknowledged_at: '2026-11-20T10:35:00Z' }),
  ingest('incident', { id: 'i1', service: 'shop', started_at: '2026-11-20T10:30:00Z', resolved_at: '2026-11-20T11:30:00Z', deployment: 'd1' }),
  pagerduty('triggered', '2026-11-20T10:20:00.100Z'),
  pagerduty('acknowledged', '2026-11-20T10:25:00.100Z', { status: 'acknowledged' }),
  pagerduty('resolved', '2026-11-20T11:00:00.100Z', { status: 'resolved' }),
  pagerduty('reopened', '2026-11-20T11:05:00.100Z'),
  pagerduty('resolved', '2026-11-20T11:45:00.100Z', { status: 'resolved', title: 'Checkout failed' }),
  pagerduty('annotated', '2026-11-20T11:50:00.100Z', { status: 'resolved' }),
  alert('firing', ['2026-11-20T10:21:00Z', ZERO]),
  alert('resolved', ['2026-11-20T10:21:00Z', '2026-11-20T10:50:00Z']),
  alert('resolved', ['2026-11-20T10:21:00Z', '2026-11-20T10:55:00Z']),
  alert('firing', ['2026-11-20T11:10:00Z', ZERO], { deploy_id: 'd1' }),
  event('incident.detected', '2026-11-20T12:10:00Z'),
  event('incident.resolved', '2026-11-20T12:40:00Z'),
  event('service.deployed', '2026-11-20T15:00:00Z'),
  ingest('change', { repo: 'acme/shop', number: 7, title: 'Cart', created_at: '2026-11-19T10:00:00Z', author: { login: 'ana' } }),
  ingest('change', { repo: 'acme/shop', number: 7, title: 'Cart, again', created_at: '2026-11-19T10:00:00Z', merged_at: '2026-11-20T09:00:00Z', author: { login: 'ana' } }),
  ingest('review', { repo: 'acme/shop', number: 7, id: 'r1', reviewer: { login: 'bo' }, state: 'approved', submitted_at: '2026-11-20T08:00:00Z' }),
  ingest('build', { repo: 'acme/shop', id: 'b1', name: 'ci', started_at: '2026-11-20T08:00:00Z' }),
  ingest('build', { repo: 'acme/shop', id: 'b1', name: 'ci', started_at: '2026-11-20T08:00:00Z', finished_at: '2026-11-20T08:09:00Z', result: 'success' }),
]; // prettier-ignore

function send({ path, body }: Message, headers: Readonly<Record<string, string>> = {}): Promise<Heard> {
  const text = JSON.stringify(body);
  const signature = createHmac('sha256', KEY).update(text).digest('hex');
  return receiving.post(path, text, {
    authorization: `Bearer ${TOKEN}`,
    'x-pagerduty-signature': `v1=${'0'.repeat(64)},v1=${signature}`,
    ...headers,
  });
}

async function sendAll(messages: readonly Message[]): Promise<void> {
  for (const message of messages) {
    expect(await send(message)).toMatchObject({ status: 202 });
  }
}

const TABLES =
  'deployment, incident, change, change_event, build, service, account, inbox, skipped, deployment_fact, incident_link';

test('any order, any repetition and any number of passes come to the same', async () => {
  await sendAll(MESSAGES);
  await receiving.settle();
  const wanted = await factsOf(db.pool);
  expect(wanted.deployments).toHaveLength(3);
  expect(wanted.incidents).toHaveLength(5);
  const order = fc.array(fc.nat(MESSAGES.length - 1), { maxLength: 10 }).chain((again) =>
    fc.record({
      order: fc.shuffledSubarray([...MESSAGES.keys(), ...again], { minLength: MESSAGES.length + again.length }),
      passes: fc.array(fc.nat(MESSAGES.length), { maxLength: 3 }),
    })
  );
  await fc.assert(
    fc.asyncProperty(order, async ({ order: given, passes }) => {
      await db.pool.query(`truncate ${TABLES} cascade`);
      for (const [index, message] of given.entries()) {
        await send(MESSAGES[message] as Message);
        if (passes.includes(index)) await receiving.work();
      }
      await receiving.settle();
      expect(await factsOf(db.pool)).toEqual(wanted);
    }),
    { numRuns: 12, endOnFailure: true }
  );
}, 120_000);

test('each source becomes what it says', async () => {
  await sendAll(MESSAGES);
  await receiving.settle();
  const { rows } = await db.pool.query(
    `select i.source, i.external_id as id, title, severity, to_char(i.started_at at time zone 'UTC', 'HH24:MI') as from, to_char(acknowledged_at at time zone 'UTC', 'HH24:MI') as ack,
       to_char(resolved_at at time zone 'UTC', 'HH24:MI') as to, method, d.external_id as deployment
     from incident i join incident_link l using (incident_id) left join deployment d on d.deployment_id = l.deployment_id order by i.source, i.started_at`
  );
  expect(rows).toEqual([
    { source: 'alertmanager', id: 'c0ffee0011223344/2026-11-20T10:21:00.000Z', title: 'Http5xx: 5xx', severity: 's1', from: '10:21', ack: null, to: '10:55', method: 'rollback', deployment: 'd1' }, // prettier-ignore
    { source: 'alertmanager', id: 'c0ffee0011223344/2026-11-20T11:10:00.000Z', title: 'Http5xx: 5xx', severity: 's1', from: '11:10', ack: null, to: null, method: 'explicit', deployment: 'd1' }, // prettier-ignore
    { source: 'cdevents', id: 'inc-9', title: 'inc-9', severity: null, from: '12:10', ack: null, to: '12:40', method: 'time_window', deployment: 'd2' }, // prettier-ignore
    { source: 'ingest', id: 'i1', title: 'i1', severity: null, from: '10:30', ack: '10:35', to: '11:30', method: 'explicit', deployment: 'd1' }, // prettier-ignore
    { source: 'pagerduty', id: 'PINC1', title: 'Checkout failed', severity: 's1', from: '10:20', ack: '10:25', to: '11:45', method: 'rollback', deployment: 'd1' }, // prettier-ignore
  ]);
  const failed = await db.pool.query<{ failed: number; all: number }>(
    'select count(*) filter (where is_failed)::int as failed, count(*)::int as all from deployment_fact'
  );
  expect(failed.rows).toEqual([{ failed: 2, all: 3 }]);
});

test('a delivery that cannot be understood is named and holds up nothing; after a retry it is tried again', async () => {
  const path = '/push/alertmanager/webhook';
  expect(await send({ path, body: { version: '4', alerts: 'none' } })).toMatchObject({ status: 202 });
  expect(await send({ path, body: { version: '4', alerts: [{ status: 'smouldering' }] } })).toMatchObject({
    status: 202,
  });
  await send(MESSAGES[12] as Message);
  const worked = await receiving.work();
  expect(worked).toMatchObject({ deliveries: 1, quarantined: 2 });
  const { rows } = await db.pool.query<{ item: string; reason: string }>(
    `select item, reason from skipped where stream_id = 'alertmanager/webhook' order by reason`
  );
  expect(rows.map(({ reason }) => reason)).toEqual([
    expect.stringContaining('alerts: '),
    expect.stringMatching(/status: .*\(it is "smouldering"\)/),
  ]);
  expect(rows.map(({ item }) => item)).toEqual([expect.stringMatching(/^delivery sha256:\w+$/), expect.stringMatching(/^delivery sha256:\w+ alert entry 1$/)]); // prettier-ignore
  const health = await (await fetch(`${receiving.url}/metrics`)).text();
  expect(health).toContain('throughline_inbox{state="quarantined"} 2');
  expect(health).toContain('throughline_push_received_total{stream="alertmanager/webhook"} 3');
  expect(await receiving.work()).toMatchObject({ deliveries: 0, quarantined: 0 });
});

test('what an alert, an incident or a deployment cannot be is skipped by name, the rest of its delivery is kept', async () => {
  await send(alert('resolved', ['2026-11-20T10:21:00Z', '2026-11-20T10:00:00Z']));
  await send(pagerduty('triggered', '2226-11-20T10:20:00Z', { id: 'P2', created_at: '2226-11-20T10:20:00Z' }));
  await send(event('service.deployed', '2226-11-20T15:00:00Z'));
  await receiving.work();
  const { rows } = await db.pool.query<{ reason: string }>('select reason from skipped order by stream_id');
  expect(rows.map(({ reason }) => reason)).toEqual([
    expect.stringContaining('before it starts'),
    expect.stringContaining('lies in the future'),
    expect.stringContaining('lies in the future'),
  ]);
  expect((await db.pool.query('select from incident union all select from deployment')).rowCount).toBe(0);
});

test('a wrong signature is refused, whichever header it stands in; a right one among several is taken', async () => {
  const message = pagerduty('triggered', '2026-11-20T10:20:00Z');
  const wrong = `v1=${createHmac('sha256', KEY).update('other').digest('hex')}`;
  expect(await send(message, { 'x-pagerduty-signature': wrong })).toMatchObject({ status: 401 });
  expect(await send(message, { 'x-pagerduty-signature': '' })).toMatchObject({ status: 401 });
  expect(await send(message)).toMatchObject({ status: 202 });
  const grafana = JSON.stringify(alert('firing', ['2026-11-20T10:21:00Z', ZERO]).body);
  const sign = (text: string): string => createHmac('sha256', KEY).update(text).digest('hex');
  const post = (signature: string): Promise<Heard> =>
    receiving.post('/push/grafana-alerting/webhook', grafana, { 'x-grafana-alerting-signature': signature });
  expect(await post(sign(`${grafana} `))).toMatchObject({ status: 401 });
  expect(await post(sign(grafana))).toMatchObject({ status: 202 });
});

test('secrets that come with what is sent are found nowhere afterwards', async () => {
  const github = `ghp_${'a1'.repeat(18)}`;
  const body = { id: `i ${TOKEN}`, service: 'shop', title: `leaked ${KEY} and ${github}`, text: TOKEN, started_at: '2026-11-20T10:30:00Z', url: `https://x/?token=${github}` }; // prettier-ignore
  const headers = { 'idempotency-key': `key ${TOKEN}`, 'x-secret': KEY, cookie: `session=${KEY}` };
  const heard: Heard[] = [
    await send({ path: `/ingest/incident?token=${TOKEN}&key=${KEY}`, body }, headers),
    await send({ path: '/ingest/incident', body: { ...body, started_at: TOKEN } }, headers),
    await send({ path: `/ingest/nothing?token=${TOKEN}`, body }, headers),
    await send({ path: '/ingest/deploy', body: { [TOKEN]: KEY } }),
    await send({ path: '/push/alertmanager/webhook', body: { version: TOKEN, alerts: KEY } }),
    await receiving.post('/ingest/incident', { ...body, title: TOKEN }, { authorization: `Bearer ${TOKEN}!` }),
  ];
  expect(heard.map(({ status }) => status)).toEqual([202, 400, 404, 400, 202, 401]);
  await receiving.settle();
  const { rows } = await db.pool.query<{ name: string }>(
    `select oid::regclass::text as name from pg_class where relnamespace in ('public'::regnamespace, 'pack'::regnamespace) and relkind in ('r', 'p')`
  );
  let stored = '';
  for (const { name } of rows) {
    const { rows: lines } = await db.pool.query<{ line: string }>(
      `select t::text || coalesce(convert_from(${name === 'inbox' ? 'body' : 'null'}, 'UTF8'), '') as line from ${name} t`
    );
    stored += lines.map(({ line }) => line).join('\n');
  }
  expect(stored).toContain('leaked');
  const metrics = await (await fetch(`${receiving.url}/metrics`)).text();
  for (const place of [
    stored,
    receiving.logged(),
    metrics,
    JSON.stringify(heard.map((one) => [one.body, [...one.headers]])),
  ]) {
    for (const secret of [TOKEN, KEY, github]) expect(place).not.toContain(secret);
  }
});

test('a body of 25 MB is refused before it is read, and a flood hears when to come again', async () => {
  const huge = await receiving.post('/ingest/deploy', 'x'.repeat(25 << 20), { authorization: `Bearer ${TOKEN}` }).catch((error: unknown) => error); // prettier-ignore
  // The server closes while the body is still being sent: the sender sees the answer, or the closed connection.
  expect(huge instanceof Error || (huge as Heard).status === 413).toBe(true);
  await db.pool.query(
    `insert into inbox (source, delivery_id, digest, body) select 'ingest/deploy', n::text, '', '' from generate_series(1, 100000) n`
  );
  const full = await receive(db, CONFIG);
  const heard = await full.post('/ingest/deploy', deploy('d', '2026-11-20T10:00:00Z').body, {
    authorization: `Bearer ${TOKEN}`,
  });
  expect(heard).toMatchObject({ status: 503, body: { code: 'push_flood' } });
  expect(heard.headers.get('retry-after')).toBe('30');
  await full.close();
});

test('a webhook asks for streams that there are, and for no others: of a project that is not collected, or of a name that no queue takes', async () => {
  const secret = 'hook-secret-of-this-test';
  const own = await receive(db, { gitlab: { token: 'glpat-of-this-test', paths: ['acme'], webhook_secrets: [secret] } });
  await db.pool.query(`insert into stream_state (stream_id) values ('gitlab/merge-requests/acme/shop') on conflict do nothing`);
  for (const path of ['acme/shop', 'globex/shop', `acme/${'x'.repeat(600)}`]) {
    await own.post('/push/gitlab/webhook', { object_kind: 'merge_request', project: { path_with_namespace: path } }, { 'x-gitlab-token': secret });
  }
  const worked = await own.work();
  await own.close();
  expect(worked).toMatchObject({ due: ['gitlab/merge-requests/acme/shop'], deliveries: 3, quarantined: 0 });
}); // prettier-ignore
