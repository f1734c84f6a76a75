/** A token that is bound to organisations, at every door: what names none is theirs, what names another is refused, what cannot be told is not theirs to send. */
import { testDatabase, type TestDatabase } from '../../testing/database.ts';
import { receive, type Receiving } from '../../testing/receiving.ts';
import { connectors } from '../connectors/registry.generated.ts';
import { pathOf } from './push.ts';

const BOUND = 'bound-token-of-the-test';
const OTLP = 'otlp-token-of-the-test';
const OTHERS = 'token-of-others-in-the-test';
const both = ['acme', 'acme-labs'];

let db: TestDatabase;
let receiving: Receiving;
beforeAll(async () => {
  db = await testDatabase();
  receiving = await receive(db, {
    ingest: { tokens: [OTHERS], bound_tokens: [{ token: BOUND, organisations: both }] },
    otlp: { tokens: [{ token: OTLP, organisations: both }] },
    github: { token: OTHERS, owners: ['acme'], webhook_secrets: [OTHERS] },
    alertmanager: { tokens: [OTHERS] },
    cdevents: { tokens: [OTHERS] },
    'grafana-alerting': { tokens: [OTHERS] },
    pagerduty: { webhook_secrets: [OTHERS] },
  });
});
afterAll(async () => {
  await receiving.close();
  await db.close();
});

const AT = new Date(Date.now() - 60_000).toISOString();
const nano = `${String(Date.now() - 60_000)}000000`;
const by = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
const all = async <Row extends object>(sql: string): Promise<Row[]> => (await db.pool.query<Row>(sql)).rows;

/** Bodies of each path that is of repositories. */
const BODIES: Readonly<Record<string, (repo: string | null, more?: object) => object>> = {
  'tool-event': (repo, more) => ({ id: `u-${String(repo)}`, tool: 'our-agent', at: AT, user: { login: 'ana' }, ...(repo === null ? {} : { repo }), ...more }), // prettier-ignore
  change: (repo) => ({ repo: repo ?? 'shop', number: 7, title: 'Cart', created_at: AT }),
  review: (repo) => ({ repo: repo ?? 'shop', number: 7, id: 'r', state: 'approved', reviewer: { login: 'ana' }, submitted_at: AT }), // prettier-ignore
  build: (repo) => ({ repo: repo ?? 'shop', id: 'b', name: 'ci' }),
};

describe.each(Object.entries(BODIES))('/ingest/%s', (path, body) => {
  const send = async (what: object): Promise<{ status: number; said: string }> => {
    const { status, body: said } = await receiving.post(`/ingest/${path}`, what, by(BOUND));
    return { status, said: JSON.stringify(said) };
  };
  test.each([
    ['no organisation', null],
    ['its own', 'acme/shop'],
    ['its own in another case', 'ACME/Shop'],
    ['its other one', 'acme-labs/tools/shop'],
  ])('takes what names %s', async (_what, repo) => {
    expect(await send(body(repo))).toMatchObject({ status: 202 });
  });
  test.each(['globex/shop', ' globex/shop', 'globex /shop', 'acme2/shop', 'acm/shop'])(
    'refuses the repository %j, and all that comes with it',
    async (repo) => {
      const heard = await send([body('acme/shop'), body(repo)]);
      expect(heard).toMatchObject({ status: 400 });
      expect(heard.said).toContain(
        `entry 2: repo: the token may not send for \\"${repo.split('/')[0]?.trim() ?? ''}\\"`
      );
    }
  );
});

test('a use that names another organisation is refused, whatever its repository', async () => {
  const send = async (organisation: unknown): Promise<number> =>
    (await receiving.post('/ingest/tool-event', BODIES['tool-event']?.('acme/shop', { organisation }) ?? {}, by(BOUND)))
      .status;
  expect(await Promise.all(['acme', 'ACME-labs', 'globex', ' globex ', ['acme'], { slug: 'acme' }].map(send))).toEqual([
    202, 202, 400, 400, 400, 400,
  ]);
  const twice =
    '{"id":"x","tool":"our-agent","at":"2026-11-20T10:00:00Z","organisation":"acme","organisation":"globex"}';
  expect((await receiving.post('/ingest/tool-event', twice, by(BOUND))).status).toBe(400);
});

test.each([
  ['deploy', { id: 'd-1', repo: 'acme/shop', sha: 'a'.repeat(40) }],
  ['incident', { id: 'i-1', service: 'shop', started_at: AT }],
])(
  '/ingest/%s, whose ids are of the whole store, takes nothing of it, and says with what to send',
  async (path, body) => {
    const heard = await receiving.post(`/ingest/${path}`, body, by(BOUND));
    expect(heard).toMatchObject({ status: 401, body: { code: 'push_refused', message: expect.stringContaining('ingest.tokens') as string } }); // prettier-ignore
    expect((await receiving.post(`/ingest/${path}`, body, by(OTHERS))).status).toBe(202);
  }
);

const attribute = (key: string, value: string): object => ({ key, value: { stringValue: value } });
/** What a signal sends of one use; `of` names the organisation at the resource, `own` at the entry itself. */
function sent(signal: string, { id, repo, of, own }: { id: string; repo?: string; of?: string; own?: string }): object {
  const resource = { attributes: [attribute('service.name', 'claude-code'), ...(repo === undefined ? [] : [attribute('vcs.repository.name', repo)]), ...(of === undefined ? [] : [attribute('workspace.org_slug', of)])] }; // prettier-ignore
  const attributes = [attribute('user.email', 'ana@acme.io'), attribute('session.id', id), attribute('event.sequence', '1'), attribute('type', 'added'), ...(own === undefined ? [] : [attribute('workspace.org_slug', own)])]; // prettier-ignore
  const sum = { aggregationTemporality: 1, dataPoints: [{ timeUnixNano: nano, asDouble: 3, attributes }] };
  const span = { name: 'claude_code.llm_request', traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), endTimeUnixNano: nano, attributes: [...attributes, attribute('gen_ai.operation.name', 'invoke_agent')] }; // prettier-ignore
  const log = { timeUnixNano: nano, body: { stringValue: 'claude_code.user_prompt' }, attributes };
  return {
    metrics: { resourceMetrics: [{ resource, scopeMetrics: [{ metrics: [{ name: 'claude_code.lines_of_code.count', sum }] }] }] },
    logs: { resourceLogs: [{ resource, scopeLogs: [{ logRecords: [log] }] }] },
    traces: { resourceSpans: [{ resource, scopeSpans: [{ spans: [span] }] }] },
  }[signal] as object; // prettier-ignore
}

describe.each(['metrics', 'logs', 'traces'])('/v1/%s', (signal) => {
  const send = async (of: Parameters<typeof sent>[1]): Promise<unknown> =>
    (await receiving.post(`/v1/${signal}`, sent(signal, of), by(OTLP))).body;
  const slugs = async (session: string): Promise<Array<string | null>> => {
    await receiving.work();
    return (await all<{ slug: string | null }>(`select slug from agent_session left join repo using (repo_id) where session_id = '${session}'`)).map(({ slug }) => slug); // prettier-ignore
  };
  test('takes what names no organisation as its own, and what names its own', async () => {
    expect(await send({ id: `${signal}-1`, repo: 'acme/shop' })).toEqual({});
    expect(await send({ id: `${signal}-2`, repo: 'acme/shop', of: 'acme', own: 'Acme' })).toEqual({});
    expect([await slugs(`${signal}-1`), await slugs(`${signal}-2`)]).toEqual([['acme/shop'], ['acme/shop']]);
  });
  test('refuses what names another, at the resource or at the entry', async () => {
    const rejected = { partialSuccess: { errorMessage: expect.stringContaining('may not send') as string } };
    expect(await send({ id: `${signal}-3`, of: 'globex' })).toMatchObject(rejected);
    expect(await send({ id: `${signal}-3`, of: 'acme', own: 'globex' })).toMatchObject(rejected);
    expect(await send({ id: `${signal}-3`, own: 'globex' })).toMatchObject(rejected);
    expect(await slugs(`${signal}-3`)).toEqual([]);
  });
  test('of work in a repository of another the use counts, without the repository', async () => {
    expect(await send({ id: `${signal}-4`, repo: 'globex/shop' })).toEqual({});
    expect(await slugs(`${signal}-4`)).toEqual([null]);
    const [said] = await all<{ reason: string }>(`select reason from skipped where stream_id = 'otlp/${signal}' and item = 'a repository'`); // prettier-ignore
    expect(said?.reason).toContain('counts without it');
  });
});

test('no other door takes a bound token, and nothing of another organisation came in anywhere', async () => {
  const paths = connectors.flatMap(({ id, pushes = [] }) => pushes.map((push) => pathOf({ connector: { id }, push })));
  const bound = [...Object.keys(BODIES), 'deploy', 'incident'].map((path) => `/ingest/${path}`);
  const others = paths.filter((path) => !bound.includes(path) && !path.startsWith('/v1/'));
  expect(others.length).toBeGreaterThan(4);
  for (const path of others) {
    // 404 = the section of this file has no secret for it: nobody sends there.
    for (const token of [BOUND, OTLP]) expect([path, [401, 404].includes((await receiving.post(path, {}, by(token))).status)]).toEqual([path, true]); // prettier-ignore
  }
  await receiving.work();
  expect(await all(`select slug from repo where slug ilike '%globex%' or slug ilike 'acm/%' or slug ilike 'acme2/%'`)).toEqual([]); // prettier-ignore
});

test('no escape becomes JSON on the way: what is refused as it came is refused with a secret in it', async () => {
  const forged = { repo: 'globex/bypass', number: 7, title: `forged ghp_${'a'.repeat(20)}`, created_at: AT };
  const hidden = JSON.stringify(forged).replace('{', '\\u007b');
  for (const body of [
    hidden,
    JSON.stringify(forged).replace('"globex', '"acme/x","repo":"globex'),
    `${JSON.stringify({ ...forged, repo: 'acme/shop' })}\n"\n${JSON.stringify(forged).replace('}', '\\u007d')}\n${JSON.stringify(forged)}`,
    // A soft break of quoted-printable within a secret: two lines that are no JSON would be one that is.
    JSON.stringify({ ...forged, title: BOUND }).replace('-token', '-to=\nken'),
  ])
    expect(await receiving.post('/ingest/change', body, by(BOUND))).toMatchObject({ status: 400 });
  // Beside a line that is good, one of an escape is none.
  const good = JSON.stringify({ ...forged, repo: 'acme/escapes' });
  const lines = `${good}\n"\n${hidden}`;
  expect(await receiving.post('/ingest/change', lines, by(BOUND))).toMatchObject({
    status: 202,
    body: { accepted: 1 },
  });
  await receiving.work();
  expect(await all(`select slug from repo where slug like 'globex/bypass%' or slug = 'acme/escapes'`)).toEqual([{ slug: 'acme/escapes' }]); // prettier-ignore
});

test('an id of a delivery is of its token: nobody takes the id of another', async () => {
  const send = (token: string, title: string) => receiving.post('/ingest/change', { repo: 'acme/shop', number: 9, title, created_at: AT }, { ...by(token), 'idempotency-key': 'build-9' }); // prettier-ignore
  expect(await send(BOUND, 'mine')).toMatchObject({ status: 202 });
  const others = await send(OTHERS, 'theirs');
  expect(others).toMatchObject({ status: 202 });
  expect(others.body).not.toHaveProperty('is_known');
  expect(await send(OTHERS, 'theirs')).toMatchObject({ status: 202, body: { is_known: true } });
  expect(await send(BOUND, 'other')).toMatchObject({ status: 409 });
});
