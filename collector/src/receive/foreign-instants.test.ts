/** Instants as broken clocks write them: kept, or named as what they are; the facts that follow are derived in any case. */
import { jest } from '@jest/globals';
import { testDatabase, type TestDatabase } from '../../testing/database.ts';
import { receive, type Receiving } from '../../testing/receiving.ts';

const TOKEN = 'token-of-the-instant-test';
const headers = { authorization: `Bearer ${TOKEN}` };
const CLOCKS = ['0000-01-01T00:00:00Z', '0001-01-01T00:00:00Z', '1969-12-31T23:59:59.999Z', '9998-01-01T00:00:00Z', '9999-12-31T23:59:59-23:59', '+275760-09-13T00:00:00Z', 'infinity', '-infinity', '2026-02-30T00:00:00Z', '2026-01-01T24:00:00Z', 7, null, -1e300, '']; // prettier-ignore
jest.setTimeout(120_000);

let db: TestDatabase;
let receiving: Receiving;
beforeAll(async () => {
  db = await testDatabase();
  const tokens = [TOKEN];
  receiving = await receive(db, { ingest: { tokens }, cdevents: { tokens }, alertmanager: { tokens } });
});
afterAll(async () => {
  await receiving.close();
  await db.close();
});

const count = async (sql: string): Promise<number> =>
  (await db.pool.query<{ n: number }>(`select count(*)::integer as n from ${sql}`)).rows[0]?.n ?? -1;

test('of what is posted the field is named', async () => {
  for (const at of CLOCKS.filter((one) => one !== null)) {
    const sent = { id: 'd', service: 'shop', finished_at: at };
    expect(await receiving.post('/ingest/deploy', sent, headers)).toMatchObject({
      status: 400,
      body: { code: 'push_invalid', message: expect.stringContaining('finished_at') as string },
    });
  }
  expect(await count('inbox')).toBe(0);
});

test('of what tools send each is stored, or named; nothing is a fault of the store, and facts are derived', async () => {
  for (const [at, clock] of CLOCKS.entries()) {
    const event = { context: { id: `e${String(at)}`, source: 's', type: 'dev.cdevents.service.deployed.0.1.1', timestamp: clock }, subject: { id: 'shop', content: {} } }; // prettier-ignore
    expect((await receiving.post('/push/cdevents/events', event, headers)).status).toBe(202);
    const alert = { status: 'resolved', labels: { alertname: 'A', service: 'shop' }, annotations: {}, startsAt: clock, endsAt: '2026-11-20T10:30:00Z', fingerprint: `f${String(at)}` }; // prettier-ignore
    expect((await receiving.post('/push/alertmanager/webhook', { alerts: [alert] }, headers)).status).toBe(202);
  }
  const good = { id: 'good', service: 'shop', finished_at: '2026-11-20T10:00:00Z' };
  expect((await receiving.post('/ingest/deploy', good, headers)).status).toBe(202);
  await receiving.settle();
  const { rows } = await db.pool.query<{ error: string }>(`select distinct error from inbox where state <> 'done'`);
  expect(rows.map(({ error }) => error).filter((error) => !error.includes('[push_invalid]'))).toEqual([]);
  expect(await count(`skipped where reason like '%lies in the future%'`)).toBe(2);
  expect(await count(`deployment_fact join deployment using (deployment_id) where external_id = 'good'`)).toBe(1);
});
