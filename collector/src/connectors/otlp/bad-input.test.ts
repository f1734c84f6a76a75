/** What a sender hears of bad input, as opentelemetry-proto 1.11 says; and that nothing of it stops the rest. */
import { gzipSync } from 'node:zlib';
import protobuf from 'protobufjs';
import { testDatabase, type TestDatabase } from '../../../testing/database.ts';
import { receive, type Receiving } from '../../../testing/receiving.ts';

const TOKEN = 'otlp-token-that-nobody-may-see';
const MIB = 1 << 20;

let db: TestDatabase;
let receiving: Receiving;
beforeAll(async () => {
  db = await testDatabase();
  receiving = await receive(db, { otlp: { tokens: [{ token: TOKEN, organisations: ['acme'] }] } });
});
afterAll(async () => {
  await receiving.close();
  await db.close();
});

const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
const post = async (
  path: string,
  body: string | Uint8Array,
  more: Record<string, string> = {}
): Promise<{ status: number; type: string; body: Buffer; retryAfter: string | null }> => {
  const answer = await fetch(`${receiving.url}${path}`, {
    method: 'POST',
    body: body as string,
    headers: { ...headers, ...more },
  });
  return {
    status: answer.status,
    type: answer.headers.get('content-type') ?? '',
    body: Buffer.from(await answer.arrayBuffer()),
    retryAfter: answer.headers.get('retry-after'),
  };
};
const json = ({ body }: { body: Buffer }): unknown => JSON.parse(body.toString());

const nano = (ms: number): string => `${String(ms)}000000`;
const attribute = (key: string, value: string): object => ({ key, value: { stringValue: value } });
const ANA = [attribute('user.email', 'ana@acme.io'), attribute('session.id', 's-1')];
interface Point {
  readonly at?: number | null;
  readonly start?: number;
  readonly value: unknown;
  readonly attributes?: readonly object[];
}
const metrics = (
  points: readonly Point[],
  { temporality = 1, name = 'claude_code.lines_of_code.count', organisation = 'acme' } = {}
): string =>
  JSON.stringify({
    resourceMetrics: [
      {
        resource: {
          attributes: [attribute('service.name', 'claude-code'), attribute('workspace.org_slug', organisation)],
        },
        scopeMetrics: [
          {
            metrics: [
              {
                name,
                sum: {
                  aggregationTemporality: temporality,
                  isMonotonic: true,
                  dataPoints: points.map(({ at = Date.now(), start, value, attributes = [] }) => ({
                    ...(at === null ? {} : { timeUnixNano: nano(at) }),
                    ...(start === undefined ? {} : { startTimeUnixNano: nano(start) }),
                    asDouble: value,
                    attributes: [...ANA, attribute('type', 'added'), ...attributes],
                  })),
                },
              },
            ],
          },
        ],
      },
    ],
  });

const status = new protobuf.Type('Status').add(new protobuf.Field('code', 1, 'int32')).add(new protobuf.Field('message', 2, 'string')); // prettier-ignore

test.each([
  {
    what: 'a wrong token',
    path: '/v1/metrics',
    body: '{}',
    more: { authorization: 'Bearer another' },
    http: 401,
    code: 16,
  },
  { what: 'no JSON', path: '/v1/logs', body: '{"resourceLogs":', more: {}, http: 400, code: 3 },
  { what: 'another type', path: '/v1/traces', body: 'x', more: { 'content-type': 'text/plain' }, http: 415, code: 3 },
  { what: 'another packing', path: '/v1/traces', body: '{}', more: { 'content-encoding': 'zstd' }, http: 415, code: 3 },
])('$what is refused with a status that is not sent again', async ({ path, body, more, http, code }) => {
  const answer = await post(path, body, more);
  expect([answer.status, answer.retryAfter]).toEqual([http, null]);
  const said = answer.type.startsWith('application/json') ? json(answer) : status.toObject(status.decode(answer.body));
  expect(said).toMatchObject({ code });
});

test('bytes that are no protobuf are refused in protobuf', async () => {
  const answer = await post('/v1/metrics', Buffer.from([0xff, 0xff, 0xff]), {
    'content-type': 'application/x-protobuf',
  });
  expect([answer.status, answer.type]).toEqual([400, 'application/x-protobuf']);
  expect(status.toObject(status.decode(answer.body))).toMatchObject({ code: 3 });
});

test('more than 64 MiB after decompression is 413, sent plain or as a bomb; as much is taken', async () => {
  const bomb = gzipSync(Buffer.alloc(65 * MIB, 0x20));
  expect(bomb.length).toBeLessThan(MIB);
  expect((await post('/v1/metrics', bomb, { 'content-encoding': 'gzip' })).status).toBe(413);
  const full = gzipSync(Buffer.concat([Buffer.from('{}'), Buffer.alloc(64 * MIB - 2, 0x20)]));
  expect((await post('/v1/metrics', full, { 'content-encoding': 'gzip' })).status).toBe(200);
});

test('what cannot be meant is rejected with its number and reason; the rest of the request counts', async () => {
  const now = Date.now();
  const answer = await post(
    '/v1/metrics',
    metrics([
      { value: 7, at: now },
      { value: 'NaN', at: now + 1 },
      { value: 'Infinity', at: now + 2 },
      { value: -3, at: now + 3 },
      { value: 1e300, at: now + 4 },
      { value: 1, at: now + 3_600_000 },
      { value: 1, at: now - 100 * 86_400_000 },
      { value: 1, at: null },
    ])
  );
  expect(answer.status).toBe(200);
  expect(json(answer)).toMatchObject({ partialSuccess: { rejectedDataPoints: '7' } });
  await receiving.settle();
  const { rows } = await db.pool.query('select sum(value)::float8 as value, count(*)::integer as n from tool_point');
  expect(rows).toEqual([{ value: 7, n: 1 }]);
  const { rows: reasons } = await db.pool.query<{ reason: string }>(
    `select reason from skipped where stream_id = 'otlp/metrics'`
  );
  expect(reasons.map(({ reason }) => reason).length).toBeGreaterThan(0);
});

test('names that the table does not have are counted, not guessed; what an organisation of another sends is rejected', async () => {
  const unknown = await post('/v1/metrics', metrics([{ value: 1 }], { name: 'acme.own.metric' }));
  expect(json(unknown)).toEqual({});
  const other = await post('/v1/metrics', metrics([{ value: 1 }], { organisation: 'globex' }));
  expect(json(other)).toMatchObject({ partialSuccess: { rejectedDataPoints: '1' } });
  await receiving.work();
  await post('/v1/metrics', metrics([{ value: 1 }, { value: 2 }], { name: 'acme.own.metric' }));
  await receiving.work();
  const { rows } = await db.pool.query<object>(`select kind, tool, name, entries::integer from unknown_name`);
  expect(rows).toEqual([{ kind: 'metric', tool: 'claude-code', name: 'acme.own.metric', entries: 3 }]);
});

const linesOf = async (session: string): Promise<number> => {
  const { rows } = await db.pool.query<{ lines: number }>(
    `select coalesce(sum(t.accepted_lines), 0)::integer as lines from tool_day t join account a using (person_id) where a.email = $1`,
    [`${session}@acme.io`]
  );
  return rows[0]?.lines ?? -1;
};

test('a cumulative counter counts its differences, in any order; what falls or starts anew begins at zero', async () => {
  const [begin, now] = [Date.now() - 600_000, Date.now() - 300_000];
  const who = [attribute('user.email', 'cleo@acme.io')];
  const sent = [
    { value: 10, at: now, start: begin },
    { value: 25, at: now + 1000, start: begin },
    { value: 25, at: now + 2000, start: begin },
    { value: 4, at: now + 3000, start: now + 2500 },
    { value: 9, at: now + 4000, start: now + 2500 },
    { value: 2, at: now + 5000, start: now + 2500 },
  ].map((point) => metrics([{ ...point, attributes: who }], { temporality: 2 }));
  for (const body of [sent[3], sent[0], sent[5], sent[1], sent[1], sent[4], sent[2]] as string[]) {
    expect((await post('/v1/metrics', body)).status).toBe(200);
    await receiving.settle();
  }
  expect(await linesOf('cleo')).toBe(25 + 9 + 2);
});

test('the same export again, in other company or by another collector, counts once', async () => {
  const at = Date.now() - 60_000;
  const who = [attribute('user.email', 'dora@acme.io')];
  const [first, second] = [
    { value: 5, at, attributes: who },
    { value: 6, at: at + 1, attributes: who },
  ];
  for (const points of [[first], [first], [first, second], [second]]) await post('/v1/metrics', metrics(points));
  await receiving.settle();
  await post('/v1/metrics', metrics([second, first]));
  await receiving.settle();
  expect(await linesOf('dora')).toBe(11);
});

test('what was measured follows the account to the person that it is joined with', async () => {
  await post('/v1/metrics', metrics([{ value: 8, attributes: [attribute('user.email', 'eve@acme.io')] }]));
  const log = { timeUnixNano: nano(Date.now()), body: { stringValue: 'claude_code.user_prompt' }, attributes: [attribute('user.email', 'eve@acme.io'), attribute('session.id', 'e-1'), attribute('event.sequence', '1')] }; // prettier-ignore
  const logs = { resourceLogs: [{ resource: { attributes: [attribute('service.name', 'claude-code')] }, scopeLogs: [{ logRecords: [log] }] }] }; // prettier-ignore
  expect((await post('/v1/logs', JSON.stringify(logs))).status).toBe(200);
  await receiving.settle();
  await db.pool.query(`insert into person (person_id, kind) values ('mapped-eve', 'human')`);
  await db.pool.query(
    `insert into account_claim (account_id, person_id, source, valid_from) select account_id, 'mapped-eve', 'people.csv', '2024-01-01' from account where email = 'eve@acme.io'`
  );
  await db.pool.query(
    `insert into dirty (kind, repo_id, item) select 'identity', 0, account_id from account where email = 'eve@acme.io'`
  );
  await receiving.settle();
  expect(await linesOf('eve')).toBe(8);
  const { rows: left } = await db.pool.query(
    'select person_id from tool_day t where not exists (select from account a where a.person_id = t.person_id)'
  );
  expect(left).toEqual([]);
  const { rows } = await db.pool
    .query(`select 'event' as what, person_id from tool_event where event_id = 'e-1/1' union all select 'session', person_id from agent_session where session_id = 'e-1'
    union all select 'month', person_id from pack.tool_event_month order by 1`);
  expect(rows).toEqual([
    { what: 'event', person_id: 'mapped-eve' },
    { what: 'month', person_id: 'mapped-eve' },
    { what: 'session', person_id: 'mapped-eve' },
  ]);
});
