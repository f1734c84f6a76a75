/** `POST /ingest/tool-event`, from the request to the days and events of people. */
import { hashStore } from '../../../testing/hash-store.ts';
import { testDatabase, type TestDatabase } from '../../../testing/database.ts';
import { receive, type Heard, type Receiving } from '../../../testing/receiving.ts';

const TOKEN = 'token-of-the-test-never-shown';
const BOUND = 'bound-token-never-shown';

let db: TestDatabase;
let receiving: Receiving;
beforeEach(async () => {
  db = await testDatabase();
  receiving = await receive(db, {
    ingest: { tokens: [TOKEN], bound_tokens: [{ token: BOUND, organisations: ['acme'] }] },
  });
});
afterEach(async () => {
  await receiving.close();
  await db.close();
});

const send = (body: string | object, token = TOKEN): Promise<Heard> =>
  receiving.post('/ingest/tool-event', body, { authorization: `Bearer ${token}` });
const query = async <Row extends object>(sql: string): Promise<Row[]> => (await db.pool.query<Row>(sql)).rows;
const AT = '2026-11-20T10:00:00Z';
const use = (id: string, more: object = {}): object => ({
  id,
  tool: 'our-agent',
  at: AT,
  user: { email: 'Ana@acme.io' },
  ...more,
});
const lines = (...all: readonly object[]): string => all.map((one) => JSON.stringify(one)).join('\n');

test('uses become events and days of their person, of grade 3; nobody else is said to have used nothing', async () => {
  const heard = await send(
    lines(
      use('a', { feature: 'refactor', workflow: 'review', repo: 'acme/shop', number: 7, lines_accepted: 12 }),
      use('b', { at: '2026-11-20T11:00:00Z', input_tokens: 9_000, output_tokens: 400, cost_usd: 0.21 }),
      { id: 'c', tool: 'our-agent', at: AT }
    )
  );
  expect(heard).toMatchObject({ status: 202, body: { accepted: 3, warnings: expect.arrayContaining(['a use without user is counted for nobody']) as string[] } }); // prettier-ignore
  await receiving.settle();
  expect(await query(`select day::text, grade, invocations as uses, accepted_lines as lines, input_tokens::int as input, cost_usd::float8 as usd from tool_day where person_id <> ''`)).toEqual([
    { day: '2026-11-20', grade: 3, uses: 2, lines: 12, input: 9_000, usd: 0.21 },
  ]); // prettier-ignore
  expect(await query(`select person_id <> '' as is_known, type, feature, workflow_id, slug, change_key, accepted_lines as lines from tool_event left join repo using (repo_id) order by 1, at`)).toEqual([
    { is_known: false, type: 'tool_invocation', feature: null, workflow_id: null, slug: null, change_key: null, lines: null },
    { is_known: true, type: 'tool_invocation', feature: 'refactor', workflow_id: 'review', slug: 'acme/shop', change_key: '7', lines: 12 },
    { is_known: true, type: 'tool_invocation', feature: null, workflow_id: null, slug: null, change_key: null, lines: null },
  ]); // prettier-ignore
  expect(await query('select title, nominal_grade from tool')).toEqual([{ title: 'our-agent', nominal_grade: 3 }]);
  expect(await query(`select from heartbeat where source like 'tool:%'`)).toEqual([]);
});

test('what takes time says when it began', async () => {
  await send(use('run', { type: 'agent_run', started_at: '2026-11-20T09:30:00Z' }));
  expect(await send(use('run', { started_at: '2026-11-20T10:30:00Z' }))).toMatchObject({ status: 400 });
  await receiving.settle();
  expect(await query(`select type, extract(epoch from at - started_at)::integer as seconds from tool_event`)).toEqual([{ type: 'agent_run', seconds: 1800 }]); // prettier-ignore
});

test('the same use again, in whatever company, is one; its numbers may be corrected', async () => {
  const first = use('a', { lines_accepted: 12 });
  await send(first);
  await receiving.settle();
  const once = await hashStore(db.pool, ['tool_point', 'tool_event', 'account_day', 'tool_day']);
  await send([first, first]);
  await send(first);
  await receiving.settle();
  expect(await hashStore(db.pool, ['tool_point', 'tool_event', 'account_day', 'tool_day'])).toEqual(once);
  await send(use('a', { lines_accepted: 5 }));
  await receiving.settle();
  expect(await query('select invocations, accepted_lines from tool_day')).toEqual([
    { invocations: 1, accepted_lines: 5 },
  ]);
});

test.each([
  ['negative', { lines_accepted: -1 }, 'lines_accepted'],
  ['absurd', { input_tokens: 1e12 }, 'input_tokens'],
  ['no number', { cost_usd: 'NaN' }, 'cost_usd'],
  ['ahead of the clock', { at: '2226-01-01T00:00:00Z' }, 'lies in the future'],
  ['by a mistyped key', { tokens: 3 }, '"tokens"'],
])('what is %s is refused with its reason, and the others count', async (...[, more, words]) => {
  expect(await send(use('x', more))).toMatchObject({ status: 400, body: { code: 'push_invalid', message: expect.stringContaining(words) as string } }); // prettier-ignore
  const heard = await send(lines(use('good'), use('x', more)));
  expect(heard).toMatchObject({ status: 202, body: { accepted: 1, refused: [{ item: 'line 2: x', reason: expect.stringContaining(words) as string }] } }); // prettier-ignore
  await receiving.work();
  expect(await query('select from tool_point')).toHaveLength(1);
  expect(await query('select item from skipped')).toEqual([{ item: 'line 2: x' }]);
});

test('a token that is bound to organisations sends for them alone; nothing of a body that names another is taken', async () => {
  expect((await send(use('a', { organisation: 'acme' }), BOUND)).status).toBe(202);
  expect((await send(use('b'), BOUND)).status).toBe(202);
  expect((await send(use('c', { organisation: 'beta' }))).status).toBe(202);
  const heard = await send(lines(use('d', { organisation: 'acme' }), use('e', { organisation: 'beta' })), BOUND);
  expect(heard).toMatchObject({ status: 400, body: { message: expect.stringContaining('line 2: organisation: the token may not send for "beta"') as string } }); // prettier-ignore
  expect((await send(use('a'), `${BOUND}x`)).status).toBe(401);
  await receiving.work();
  expect(await query('select from tool_point')).toHaveLength(3);
});

test('a thousand uses of one repository are one transaction, and are told apart in the answer', async () => {
  const all = Array.from({ length: 1_000 }, (_none, n) => use(`u${String(n)}`, { repo: 'acme/shop', user: { login: `p${String(n % 50)}` } })); // prettier-ignore
  expect(await send(lines(...all))).toMatchObject({ status: 202, body: { accepted: 1_000 } });
  await receiving.settle();
  expect(await query('select from tool_event')).toHaveLength(1_000);
  expect(await query('select sum(invocations)::int as uses from account_day')).toEqual([{ uses: 1_000 }]);
});
