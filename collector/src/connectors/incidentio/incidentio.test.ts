/** Against a server that pages and refuses as incident.io's published description says. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createHmac } from 'node:crypto';
import { testDatabase, type TestDatabase } from '../../../testing/database.ts';
import { pass } from '../../../testing/vendors/pass.ts';
import { broken, serve, tooMany, type Vendor } from '../../../testing/vendors/serve.ts';
import { Secret } from '../../secret.ts';
import { section } from './config.ts';
import { connector } from './index.ts';
import { ofIncident } from './normalize.ts';
import { incident } from './schema.ts';
import { signedBySvix } from './signature.ts';

const NOW = new Date('2026-03-10T12:00:00Z');
const TOKEN = 'incidentio-key-never-shown';

interface Given {
  readonly id: string;
  readonly category?: string;
  readonly updated?: string;
  readonly more?: object;
}
const time = (name: string, value: string | null): object => ({
  incident_timestamp: { name },
  value: value === null ? null : { value },
});
const shown = ({ id, category = 'live', updated = '2026-03-09T10:00:00Z', more = {} }: Given): object => ({
  ...{ id, reference: `INC-${id}`, name: `Incident ${id}`, mode: 'standard', visibility: 'public', permalink: `https://app.incident.io/acme/incidents/${id}` },
  ...{ created_at: '2026-03-08T10:00:00Z', updated_at: updated, incident_status: { category, name: category }, severity: { name: 'Minor', rank: 1 } },
  ...{ incident_timestamp_values: [], incident_role_assignments: [], custom_field_entries: [], ...more },
}); // prettier-ignore

let db: TestDatabase;
let vendor: Vendor;
let stored: Given[] = [];
const PER_PAGE = 2;

beforeAll(async () => {
  db = await testDatabase();
  await db.pool.query(`insert into secret (key, value) values ('person_hmac', 'test')`);
  vendor = await serve(({ url, headers }) => {
    if (headers.authorization !== `Bearer ${TOKEN}`) return { status: 401, body: { type: 'authentication_error' } };
    const since = url.searchParams.get('updated_at[gte]') ?? '';
    const found = stored.filter(({ updated = '2026-03-09T10:00:00Z' }) => updated >= since);
    const from = found.findIndex(({ id }) => id === url.searchParams.get('after')) + 1;
    const incidents = found.slice(from, from + PER_PAGE);
    const after = found.length > from + PER_PAGE ? incidents.at(-1)?.id : '';
    return { status: 200, body: { incidents: incidents.map(shown), pagination_meta: { page_size: PER_PAGE, after, total_record_count: found.length } } }; // prettier-ignore
  });
});
afterAll(async () => {
  vendor.close();
  await db.close();
});
beforeEach(() => {
  vendor.asked.length = 0;
});

const collect = (now = NOW, token = TOKEN): Promise<void> => pass(db.pool, { incidentio: { token, url: vendor.url, services: { 'Payments API': 'payments' } } }, { now, only: 'incidentio' }); // prettier-ignore
const rows = async (): Promise<unknown[]> =>
  (await db.pool.query<{ row: unknown[] }>(`select array[external_id, coalesce(service_id, '-'), severity, case when resolved_at is null then 'open' else to_char(resolved_at at time zone 'UTC', 'MM-DD HH24:MI') end] as row from incident order by external_id`)).rows.map(({ row }) => row.join(' ')); // prettier-ignore
const skips = async (): Promise<string[]> =>
  (await db.pool.query<{ text: string }>(`select item || ': ' || reason as text from skipped where stream_id = 'incidentio/incidents' order by 1`)).rows.map(({ text }) => text); // prettier-ignore

const context = (more: object = {}) => ({
  section: section.parse({ token: 'x-x-x-x', ...more }),
  accountId: (provider: string, key: string) => `${provider} ${key}`,
  now: NOW,
});

test('the worked example of the README', () => {
  const text = readFileSync(path.join(import.meta.dirname, 'README.md'), 'utf8');
  const given = incident.parse(JSON.parse(/```json\n([^]*?)```/.exec(text)?.[1] ?? ''));
  const { rows: made, skips: said } = ofIncident(given, false, context());
  expect(said).toEqual([]);
  expect(made.map(({ table }) => table)).toEqual(['account', 'service', 'incident']);
  expect(made[0]?.values).toMatchObject({ provider: 'incidentio', login: '01HUSER', email: 'ana@acme.io' });
  const at = (clock: string): Date => new Date(`2026-03-02T${clock}:00Z`);
  expect(made[2]?.values).toMatchObject({
    ...{ external_id: '01HINC', service_id: 'checkout-api', title: 'INC-7 Checkout is slow', severity: 's2' },
    ...{ started_at: at('10:00'), detected_at: at('10:07'), acknowledged_at: at('10:10'), resolved_at: at('11:30') },
    responder_account_id: 'incidentio 01HUSER',
  });
});

test('pages are followed to the last; what was under way is followed to its end; drills, triage and what was none do not count', async () => {
  const field = (...names: readonly string[]): object => ({ custom_field_entries: [{ custom_field: { name: 'affected services' }, values: names.map((name) => ({ value_catalog_entry: { name } })) }] }); // prettier-ignore
  stored = [
    { id: 'a', more: field('Payments API') },
    { id: 'b', category: 'closed', more: { incident_timestamp_values: [time('Resolved at', null), time('Fixed at', '2026-03-08T11:00:00Z')] } },
    { id: 'c', category: 'triage' },
    { id: 'd', category: 'declined' },
    { id: 'e', category: 'live', more: { mode: 'test' } },
    { id: 'f', category: 'learning', more: field('web', 'api') },
    { id: 'g' },
  ]; // prettier-ignore
  await collect();
  expect(await rows()).toEqual(['a payments s3 open', 'b - s3 03-08 11:00', 'f web s3 03-09 10:00', 'g - s3 open']);
  expect(vendor.asked).toHaveLength(4);
  expect(await skips()).toEqual([
    'incidentio incident INC-f: it is over and no timestamp of incidentio.timestamps.resolved says since when: counted as over since its last change; it names several services: counted for web, not for api',
  ]);
  const updated = '2026-03-10T11:00:00Z';
  stored = [
    { id: 'a', category: 'declined', updated, more: field('Payments API') },
    { id: 'b', category: 'live', updated, more: { incident_timestamp_values: [time('Fixed at', '2026-03-08T11:00:00Z')] } },
    { id: 'c', category: 'live', updated },
  ]; // prettier-ignore
  vendor.asked.length = 0;
  await collect(new Date('2026-03-10T12:15:00Z'));
  expect(vendor.asked.map(({ url }) => url.searchParams.get('updated_at[gte]'))).toEqual(['2026-03-09', '2026-03-09']);
  expect(await rows()).toEqual(['a payments s3 03-10 11:00', 'b - s3 open', 'c - s3 open', 'f web s3 03-09 10:00', 'g - s3 open']); // prettier-ignore
  // The same again changes nothing.
  const before = await rows();
  await collect(new Date('2026-03-10T12:30:00Z'));
  expect(await rows()).toEqual(before);
});

test('what is hostile is named and stops nothing: no incident, a time ahead, an end before the start, a name as long as a book', async () => {
  await db.pool.query('delete from stream_state; delete from skipped; delete from incident');
  stored = [
    { id: 'h', more: { created_at: 'yesterday' } },
    { id: 'i', more: { created_at: '2031-01-01T00:00:00Z' } },
    { id: 'j', category: 'closed', more: { incident_timestamp_values: [time('Resolved at', '2026-03-01T00:00:00Z')] } },
    { id: 'k', more: { name: 'x'.repeat(5000), severity: { name: 'Catastrophic' }, incident_status: { category: 'live' } } },
    { id: 'l', more: { incident_status: { category: 'invented' } } },
    { id: 'm', more: { visibility: 'private', name: 'secret-never-shown' } },
  ]; // prettier-ignore
  await collect();
  const found = await db.pool.query<{ id: string; length: number; title: string; severity: string | null }>(`select external_id as id, length(title), left(title, 5) as title, severity from incident order by 1`); // prettier-ignore
  expect(found.rows).toEqual([{ id: 'k', length: 1000, title: 'INC-k', severity: null }, { id: 'm', length: 5, title: 'INC-m', severity: 's3' }]); // prettier-ignore
  expect((await skips()).map((text) => text.slice(0, 70))).toEqual([
    expect.stringMatching(/^incident h: it is not as the source describes it: created_at/),
    expect.stringMatching(/^incidentio incident i: 2031-01-01T00:00:00.000Z lies in the future/),
    expect.stringMatching(/^incidentio incident j: it ends \(2026-03-01/),
  ]);
});

test('refused, told to wait, in trouble and cut off in the middle: one clear line without the key, and it carries on', async () => {
  await db.pool.query('delete from stream_state; delete from incident; delete from rate_budget');
  stored = [{ id: 'n' }, { id: 'o' }, { id: 'p' }];
  await expect(collect(NOW, 'another-key-never-shown')).rejects.toMatchObject({ code: 'source_login' });
  const { rows: [state] } = await db.pool.query<{ last_error: string }>(`select last_error from stream_state where stream_id = 'incidentio/incidents'`); // prettier-ignore
  expect(state?.last_error).toContain('answered 401');
  expect(state?.last_error).not.toContain('never-shown');
  vendor.faults.push(tooMany(1), broken);
  await collect();
  expect(await rows()).toHaveLength(3);
}, 60_000);

describe('webhooks', () => {
  const push = connector.pushes?.[0];
  const normalize = (
    body: unknown
  ): { rows: readonly { table: string; values: Readonly<Record<string, unknown>> }[] } => {
    const { pages } = push!.normalize({ headers: {}, body: Buffer.from(JSON.stringify(body)) }, { ...context(), now: () => NOW }) as { pages: never }; // prettier-ignore
    return { rows: (pages as readonly { rows: readonly never[] }[]).flatMap(({ rows: made }) => made) };
  };
  const STATUS = 'public_incident.incident_status_updated_v2';

  test('the signature of Svix’s own example is good; another body, time, id or secret is not, nor one that was recorded', () => {
    const headers = {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature':
        'v1,x v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    };
    const body = Buffer.from('{"test": 2432232314}');
    const verify = (key: string, now: number, sent: object): boolean => signedBySvix(new Secret(key), () => now * 1000)({ headers: sent, body, ...('body' in sent ? { headers, ...sent } : {}) } as never); // prettier-ignore
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    expect(verify(secret, 1614265330, headers)).toBe(true);
    expect(verify(secret, 1614265330 + 301, headers)).toBe(false);
    expect(verify(secret, 1614265330 - 301, headers)).toBe(false);
    expect(verify('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSx', 1614265330, headers)).toBe(false);
    expect(verify(secret, 1614265330, { body: Buffer.from('{"test": 2432232315}') })).toBe(false);
    expect(verify(secret, 1614265330, { ...headers, 'webhook-id': 'msg_other' })).toBe(false);
    expect(verify(secret, 1614265330, { ...headers, 'webhook-timestamp': '1614265330.0' })).toBe(false);
    expect(verify(secret, 1614265330, {})).toBe(false);
    const empty = createHmac('sha256', '').update('a.1.').update(body).digest('base64');
    expect(
      verify('whsec_', 1, { 'webhook-id': 'a', 'webhook-timestamp': '1', 'webhook-signature': `v1,${empty}` })
    ).toBe(false);
    const svix = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.replace('webhook', 'svix'), value])
    );
    expect(verify(secret, 1614265330, svix)).toBe(true);
    const own = createHmac('sha256', Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64'))
      .update('a.1.')
      .update(body)
      .digest('base64');
    expect(verify(secret, 1, { 'webhook-id': 'a', 'webhook-timestamp': '1', 'webhook-signature': `v1,${own}` })).toBe(
      true
    );
  });

  test('a new incident and a change of it are told whole; a status change tells what it was', () => {
    const type = 'public_incident.incident_created_v2';
    expect(normalize({ event_type: type, [type]: shown({ id: 'a' }) }).rows[0]?.values).toMatchObject({
      external_id: 'a',
      resolved_at: null,
    });
    const change = (from: string, to: string): unknown =>
      normalize({ event_type: STATUS, [STATUS]: { incident: shown({ id: 'a', category: to }), new_status: { category: to }, previous_status: { category: from } } }).rows.map(({ values }) => values['resolved_at']); // prettier-ignore
    expect(change('live', 'declined')).toEqual([new Date('2026-03-09T10:00:00Z')]);
    expect(change('triage', 'declined')).toEqual([]);
    expect(change('closed', 'live')).toEqual([null]);
  });

  test('others are counted and not read: private ones, alerts, follow-ups, and a name that every object has', () => {
    for (const type of [
      'private_incident.incident_created_v2',
      'public_alert.alert_created_v1',
      'constructor',
      '__proto__',
    ])
      expect(normalize(JSON.parse(`{"event_type": "${type}", "${type}": {"id": "x"}}`)).rows).toEqual([]);
  });

  test('an event whose incident is none is set aside with the reason', () => {
    const type = 'public_incident.incident_updated_v2';
    const body = Buffer.from(JSON.stringify({ event_type: type, [type]: { id: 'x' } }));
    const told = push!.normalize({ headers: {}, body }, { ...context(), now: () => NOW }) as { aside?: readonly { reason: string }[] }; // prettier-ignore
    expect(told.aside?.[0]?.reason).toContain('it is not as the source describes it');
  });
});
