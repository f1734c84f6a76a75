/** Whatever text stands in a push: it is stored, or refused with the field that holds it; never a fault of ours, and nothing half-written. */
import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { jest } from '@jest/globals';
import { testDatabase, type TestDatabase } from '../../testing/database.ts';
import { receive, type Receiving } from '../../testing/receiving.ts';

const TOKEN = 'token-of-the-text-test';
const KEY = Buffer.from('signing key of the text test').toString('base64');

/** The token, and a signature as Svix makes it. */
function headersOf(body: object): Record<string, string> {
  const at = String(Math.floor(Date.now() / 1000));
  const id = createHash('sha256').update(JSON.stringify(body)).digest('hex');
  const signed = createHmac('sha256', Buffer.from(KEY, 'base64')).update(`${id}.${at}.${JSON.stringify(body)}`);
  return {
    ...headers,
    'webhook-timestamp': at,
    'webhook-signature': `v1,${signed.digest('base64')}`,
    'webhook-id': id,
  };
}

const headers = { authorization: `Bearer ${TOKEN}` };
const AT = '2026-11-20T10:30:00Z';
jest.setTimeout(240_000);

let db: TestDatabase;
let receiving: Receiving;
beforeAll(async () => {
  db = await testDatabase();
  const tokens = [TOKEN];
  receiving = await receive(db, {
    ingest: { tokens },
    cdevents: { tokens },
    alertmanager: { tokens },
    argocd: { tokens, environments: { '*': 'production' } },
    incidentio: { webhook_secrets: [`whsec_${KEY}`] },
  });
});
afterAll(async () => {
  await receiving.close();
  await db.close();
});

const count = async (sql: string): Promise<number> =>
  (await db.pool.query<{ n: number }>(`select count(*)::integer as n from ${sql}`)).rows[0]?.n ?? -1;

const INGEST: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  deploy: { id: 'd', source: 'jenkins', service: 'shop', environment: 'production', status: 'success', ref: 'v1', url: 'https://ci/1', rollback_of: 'c', finished_at: AT }, // prettier-ignore
  incident: { id: 'i', source: 'ops', title: 'down', service: 'shop', severity: 's1', text: 'see #12', deployment: 'd', started_at: AT }, // prettier-ignore
  change: { repo: 'acme/shop', number: '7', source: 'gitea', title: 'feat', branch: 'topic', labels: ['bug'], author: { login: 'ana', name: 'Ana' }, created_at: AT }, // prettier-ignore
  review: { repo: 'acme/shop', number: '7', id: 'r', source: 'gitea', reviewer: { login: 'bo', email: 'bo@acme.io' }, state: 'approved', submitted_at: AT }, // prettier-ignore
  build: { repo: 'acme/shop', id: 'b', source: 'jenkins', name: 'ci', event: 'push', branch: 'main', result: 'success', finished_at: AT }, // prettier-ignore
};
const OTHERS: Readonly<Record<string, object>> = {
  '/push/cdevents/events': { context: { id: 'e', source: 's', type: 'dev.cdevents.service.deployed.0.1.1', timestamp: AT }, subject: { id: 'shop', content: { environment: { id: 'production' } } }, customData: { repo: 'acme/shop', ref: 'v1', url: 'https://x/1', commitSha: 'a'.repeat(40) } }, // prettier-ignore
  '/push/alertmanager/webhook': { alerts: [{ status: 'firing', labels: { alertname: 'A', service: 'shop' }, annotations: { summary: 's' }, startsAt: AT, fingerprint: 'f', generatorURL: 'https://x/1' }] }, // prettier-ignore
  '/push/argocd/applications': { metadata: { name: 'shop', namespace: 'argocd', uid: 'u' }, spec: { project: 'p', destination: { name: 'c', namespace: 'n' } }, status: { operationState: { phase: 'Failed', startedAt: AT, finishedAt: AT, revision: 'v1' }, images: ['ghcr.io/acme/shop:1'], history: [{ id: 1, revision: 'v1', revisions: ['v1'], deployedAt: AT, sources: [{ repoURL: 'https://x/1', chart: 'c' }], digest: 'd' }] }, url: 'https://x/1' }, // prettier-ignore
  '/push/incidentio/webhook': { event_type: 'public_incident.incident_updated_v2', 'public_incident.incident_updated_v2': { id: 'i', reference: 'INC-1', name: 'down', permalink: 'https://x/1', mode: 'standard', visibility: 'public', created_at: AT, updated_at: AT, incident_status: { category: 'live', name: 'Live' }, severity: { name: 'P1' }, incident_role_assignments: [{ assignee: { id: 'u', email: 'ana@acme.io' }, role: { role_type: 'lead' } }], incident_timestamp_values: [{ incident_timestamp: { name: 'Fixed at' }, value: { value: AT } }], custom_field_entries: [{ custom_field: { name: 'Service' }, values: [{ value_text: 'shop' }] }] } }, // prettier-ignore
};

/** Where texts stand. */
function placesOf(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value === 'string') return [[...path]];
  return typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, one]) => placesOf(one, [...path, key]))
    : [];
}

function withText(body: object, path: readonly string[], text: string): object {
  const copy = structuredClone(body) as Record<string, unknown>;
  const parent = path.slice(0, -1).reduce((at, key) => at[key] as Record<string, unknown>, copy);
  parent[path.at(-1) ?? ''] = text;
  return copy;
}

/** What no compression makes short: an index takes less. */
const long = Array.from({ length: 200 }, (_, place) => createHash('sha256').update(String(place)).digest('hex')).join(
  ''
);

const nasty = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('\0', 'a\0b', '\ud800', 'x\udfffy', '\u202eevil\u2066', '\u0000'.repeat(50), '__proto__', 'constructor', 'infinity', '-infinity', 'x'.repeat(1 << 20), '\u{10ffff}'.repeat(300), "'; drop table repo; --", 'javascript:alert(1)', '%00', '\\u0000', long) // prettier-ignore
);

test('plain posts', async () => {
  const places = Object.entries(INGEST).flatMap(([kind, body]) => placesOf(body).map((path) => ({ kind, path })));
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...places), nasty, async ({ kind, path }, text) => {
      const before = await count('inbox');
      const heard = await receiving.post(`/ingest/${kind}`, withText(INGEST[kind] ?? {}, path, text), headers);
      expect([202, 400, 413]).toContain(heard.status);
      if (/\0|\p{Surrogate}/u.test(text)) expect(heard.status).toBe(400);
      if (heard.status === 400) {
        expect(JSON.stringify(heard.body)).toContain(path[0]);
        expect(await count('inbox')).toBe(before);
      }
    }),
    { numRuns: 150 }
  );
  await receiving.settle();
  expect(await count(`inbox where state <> 'done'`)).toBe(0);
});

test('a token in any text is stored nowhere and echoed by nobody, and names that held it still meet', async () => {
  const token = `ghp_${'a1B2c3D4e5'.repeat(4)}`;
  for (const [kind, body] of Object.entries(INGEST)) {
    for (const path of placesOf(body)) {
      const heard = await receiving.post(`/ingest/${kind}`, withText(body, path, `x ${token}`), headers);
      expect(JSON.stringify(heard.body)).not.toContain(token);
    }
  }
  // The same document, as some encoders write it.
  const escaped = JSON.stringify({ ...INGEST['incident'], id: 'escaped', title: `a\\b/c "d" ${token}` })
    .replaceAll('/', '\\/')
    .replace('ghp_', '\\u0067hp\\u005F');
  expect(JSON.parse(escaped)).toMatchObject({ title: `a\\b/c "d" ${token}` });
  expect((await receiving.post('/ingest/incident', escaped, headers)).status).toBe(202);
  const last = { ...INGEST['incident'], id: 'of-the-token', service: `x ${token}` };
  expect((await receiving.post('/ingest/incident', last, headers)).status).toBe(202);
  await receiving.settle();
  const { rows } = await db.pool.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('public', 'pack')`
  );
  for (const { name } of rows) {
    const { rows: found } = await db.pool.query(
      `select t.* from ${name} t where t::text like '%' || $1 || '%' limit 1`,
      [token]
    );
    expect([name, found]).toEqual([name, []]);
  }
  const titles = await db.pool.query(`select title from incident where external_id = 'escaped'`);
  expect(titles.rows).toEqual([{ title: expect.stringMatching(/^a\\b\/c "d" \*{3}[0-9a-f]{8}$/) as string }]);
  expect(receiving.logged()).not.toContain(token);
  const services = await db.pool.query<{ id: string }>(
    `select service_id as id from service where service_id like 'x ***%'`
  );
  expect(services.rows).toHaveLength(1);
  expect(await count(`incident where service_id = '${services.rows[0]?.id ?? ''}'`)).toBeGreaterThan(0);
});

test('NUL in a service is refused with the name of the field; of several lines it alone', async () => {
  const bad = withText(INGEST['deploy'] ?? {}, ['service'], 'sh\0op');
  expect(await receiving.post('/ingest/deploy', bad, headers)).toMatchObject({
    status: 400,
    body: { code: 'push_invalid', message: expect.stringContaining('service: holds NUL') as string },
  });
  const lines = [bad, withText(INGEST['deploy'] ?? {}, ['id'], 'd9')].map((one) => JSON.stringify(one)).join('\n');
  expect(await receiving.post('/ingest/deploy', lines, headers)).toMatchObject({
    status: 202,
    body: { accepted: 1, refused: [{ item: 'line 1', reason: expect.stringContaining('service: ') as string }] },
  });
});

test('what tools send is taken as it is, and its texts are made such that they can be stored', async () => {
  const places = Object.entries(OTHERS).flatMap(([url, body]) => placesOf(body).map((path) => ({ url, path })));
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...places), nasty, async ({ url, path }, text) => {
      const body = withText(OTHERS[url] ?? {}, path, text);
      const heard = await receiving.post(url, body, headersOf(body));
      expect([202, 413]).toContain(heard.status);
    }),
    { numRuns: 150 }
  );
  // Each place with what no index takes, and with characters of which a cut leaves half.
  for (const { url, path } of places) {
    for (const text of [long, `${'x'.repeat(path.length % 2)}${'\u{10ffff}'.repeat(300)}`]) {
      const body = withText(OTHERS[url] ?? {}, path, text);
      await receiving.post(url, body, headersOf(body));
    }
  }
  await receiving.settle();
  const { rows } = await db.pool.query<{ error: string }>(`select distinct error from inbox where state <> 'done'`);
  // What is no event at all is named with the field; nothing is a fault of the store or of ours.
  expect(rows.map(({ error }) => error).filter((error) => !error.includes('[push_invalid]'))).toEqual([]);
  expect(await count(`incident where web_url !~ '^https?://' or title ~ '\\x01'`)).toBe(0);
});

test('a link that leads anywhere but to the web is left out and named', async () => {
  const sent = withText(
    OTHERS['/push/cdevents/events'] ?? {},
    ['customData', 'url'],
    'javascript:alert(document.cookie)'
  );
  await receiving.post('/push/cdevents/events', withText(sent, ['context', 'id'], 'linked'), headers);
  await receiving.settle();
  const { rows } = await db.pool.query(`select web_url from deployment where external_id = 'linked'`);
  expect(rows).toEqual([{ web_url: null }]);
  expect(
    await count(`skipped where item like 'deployment%linked' and reason like 'its link is no address of the web%'`)
  ).toBe(1);
});
