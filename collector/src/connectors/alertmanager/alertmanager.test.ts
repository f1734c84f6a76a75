/** Notifications that real Alertmanagers sent, and what its API says of lost ends. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { testDatabase, type TestDatabase } from '../../../testing/database.ts';
import { factsOf } from '../../../testing/facts.ts';
import { receive } from '../../../testing/receiving.ts';
import type { HouseRow, Page, StreamContext } from '../../connector.ts';
import type { HttpAnswer } from '../../http/http.ts';
import { section, type Section } from './config.ts';
import { openAlerts } from './open-alerts.ts';

const TOKEN = 'token-of-the-alertmanager-test';
const folder = path.join(import.meta.dirname, 'fixtures');
const recorded = readdirSync(folder).map((file) => ({
  file,
  bodies: (JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as { bodies: object[] }).bodies,
}));

let db: TestDatabase;
beforeEach(async () => {
  db = await testDatabase();
});
afterEach(() => db.close());

async function posted(bodies: readonly object[]): Promise<Awaited<ReturnType<typeof factsOf>>> {
  await db.pool.query('truncate incident, service, inbox, skipped, incident_link cascade');
  const receiving = await receive(db, { alertmanager: { tokens: [TOKEN] } });
  try {
    for (const body of bodies) {
      const heard = await receiving.post('/push/alertmanager/webhook', body, { authorization: `Bearer ${TOKEN}` });
      expect(heard.status).toBe(202);
    }
    await receiving.settle();
    return await factsOf(db.pool);
  } finally {
    await receiving.close();
  }
}

test.each(recorded)(
  'what $file sent becomes three incidents, one of them over, in whatever order it comes',
  async ({ bodies }) => {
    expect(bodies.length).toBeGreaterThan(3);
    const facts = await posted(bodies);
    const incidents = (facts.incidents as Array<{ incident: Record<string, unknown> }>).map(({ incident }) => incident);
    expect(incidents.map(({ title, resolved_at: end }) => [title, end !== null]).sort()).toEqual([
      ['Http5xx: 5xx above 5 %', false],
      ['Http5xx: 5xx above 5 %', true],
      ['Latency: 5xx above 5 %', false],
    ]);
    expect(incidents[0]).toMatchObject({
      service_id: 'shop',
      environment: 'production',
      severity: 's1',
      mentions: ['#12'],
    });
    expect(await posted(bodies.toReversed())).toEqual(facts);
    expect(await posted([...bodies, ...bodies])).toEqual(facts);
  }
);

const firing = (name: string, startsAt: string): object => ({
  labels: { alertname: name, service: 'shop' },
  annotations: {},
  startsAt,
  endsAt: '2026-11-20T10:30:00Z',
  updatedAt: startsAt,
  fingerprint: `f-${name}`,
  receivers: [{ name: 'throughline' }],
  status: { state: 'active', silencedBy: [], inhibitedBy: [] },
});

/** One look at an API that answers so. */
async function look(alerts: readonly object[], now: string, before: unknown): Promise<Page<unknown>> {
  const given: Section = section.parse({ tokens: [TOKEN], url: 'http://127.0.0.1:9093' });
  const answer = { json: () => alerts } as unknown as HttpAnswer;
  const context = {
    section: given,
    http: () => ({ request: () => Promise.resolve(answer) }),
    now: () => new Date(now),
  };
  for await (const page of openAlerts.pull(
    context as unknown as StreamContext<Section>,
    before === null ? null : openAlerts.cursor.parse(JSON.parse(JSON.stringify(before))),
    new AbortController().signal
  )) {
    return page;
  }
  throw new Error('no page');
}
const incidentsOf = (rows: readonly HouseRow[]): unknown[] =>
  rows
    .filter(({ table }) => table === 'incident')
    .map(({ values }) => [
      values['title'],
      values['resolved_at'] instanceof Date ? values['resolved_at'].toISOString() : null,
    ]);

test('what was firing and is not any more has ended, though nobody said so; a notification that comes later knows better', async () => {
  const [a, b, dog] = [
    firing('A', '2026-11-20T10:00:00Z'),
    firing('B', '2026-11-20T10:01:00Z'),
    firing('Watchdog', '2026-11-20T10:01:00Z'),
  ];
  const first = await look([a, b, dog], '2026-11-20T10:05:00Z', null);
  expect(incidentsOf(first.rows)).toEqual([
    ['A', null],
    ['B', null],
  ]);
  const second = await look([b], '2026-11-20T10:06:00Z', first.cursor);
  expect(incidentsOf(second.rows)).toEqual([
    ['B', null],
    ['A', '2026-11-20T10:06:00.000Z'],
  ]);
  const orders = second.rows.map(({ values }) => values['state_order']).filter(Boolean);
  expect(orders).toEqual(['firing', 'resolved/0000']);
  expect(incidentsOf((await look([b], '2026-11-20T10:07:00Z', second.cursor)).rows)).toEqual([['B', null]]);
});
