/** What the dialect table does not have is counted: exactly, within bounds, and without a word of what anybody wrote. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { testDatabase, type TestDatabase } from '../../../testing/database.ts';
import { receive, type Receiving } from '../../../testing/receiving.ts';
import { MOST_NAMES } from '../../store/unknown-names.ts';
import { DIALECT_VERSION } from './dialects.ts';

const TOKEN = 'token-of-unknown-names';
const PLANTED = 'what somebody wrote';

let db: TestDatabase;
let receiving: Receiving;
beforeAll(async () => {
  db = await testDatabase();
  receiving = await receive(db, { otlp: { tokens: [{ token: TOKEN }] } });
});
afterEach(() => db.pool.query('truncate unknown_name, inbox, tool_point'));
afterAll(async () => {
  await receiving.close();
  await db.close();
});

interface Sent {
  readonly name: string;
  readonly service?: string;
  readonly version?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly points?: number;
}
let instant = Date.now() - 60_000;
const pairs = (values: Readonly<Record<string, string>>): object[] =>
  Object.entries(values).map(([key, value]) => ({ key, value: { stringValue: value } }));

function metric({ name, attributes = {}, points = 1 }: Sent): object {
  const point = (): object => ({ asInt: '1', timeUnixNano: `${String((instant += 1))}000000`, attributes: pairs(attributes) }); // prettier-ignore
  return { name, sum: { aggregationTemporality: 1, dataPoints: Array.from({ length: points }, point) } };
}

const post = (some: readonly Sent[]): Promise<{ status: number; body: unknown }> =>
  receiving.post(
    '/v1/metrics',
    { resourceMetrics: some.map((one) => ({ resource: { attributes: pairs({ 'service.name': one.service ?? 'claude-code', 'service.version': one.version ?? '' }) }, scopeMetrics: [{ metrics: [metric(one)] }] })) }, // prettier-ignore
    { authorization: `Bearer ${TOKEN}` }
  );
const counted = async (): Promise<object[]> =>
  (await db.pool.query<object>(`select kind, tool, name, version, attributes, entries::integer from unknown_name order by 1, 2, 3`)).rows; // prettier-ignore

test('entries add up over requests; the newest version and every attribute stand beside; a request that comes again counts once', async () => {
  const again = metric({ name: 'claude_code.new.count', attributes: { effort: PLANTED } });
  const body = { resourceMetrics: [{ resource: { attributes: pairs({ 'service.name': 'claude-code' }) }, scopeMetrics: [{ metrics: [again] }] }] }; // prettier-ignore
  const sent = await Promise.all(
    [1, 2].map(() => receiving.post('/v1/metrics', body, { authorization: `Bearer ${TOKEN}` }))
  );
  expect(sent.map(({ status }) => status)).toEqual([200, 200]);
  await post([{ name: 'claude_code.new.count', version: '2.2.0', points: 3, attributes: { 'agent.name': PLANTED } }]);
  await receiving.work();
  await post([{ name: 'claude_code.new.count', version: '2.3.0', points: 2 }]);
  await receiving.work();
  expect(await counted()).toEqual([
    { kind: 'metric', tool: 'claude-code', name: 'claude_code.new.count', version: '2.3.0', attributes: ['agent.name', 'effort'], entries: 6 }, // prettier-ignore
  ]);
});

test('a value that says what a number is, and that the table does not have, is counted by its attribute; known ones that add to nothing are not', async () => {
  const name = 'claude_code.token.usage';
  const answer = await post([
    { name, attributes: { type: 'input' } },
    { name, attributes: { type: 'cacheRead' } },
    { name, attributes: { type: PLANTED }, points: 2 },
  ]);
  expect([answer.status, answer.body]).toEqual([200, {}]);
  await receiving.work();
  expect(await counted()).toEqual([{ kind: 'value', tool: 'claude-code', name: `${name}.type`, version: null, attributes: [], entries: 2 }]); // prettier-ignore
});

test('a service that no tool is known by is named; what has not the form of a name is counted without it', async () => {
  await post([
    { name: 'gen_ai.client.token.usage', service: 'antigravity', attributes: { [PLANTED]: PLANTED, 'gen_ai.token.type': 'input' } }, // prettier-ignore
    { name: PLANTED, service: 'antigravity' },
    { name: 'ana@acme.io', service: PLANTED, version: PLANTED },
  ]);
  await receiving.work();
  const none = { kind: 'metric', version: null, attributes: [] };
  expect(await counted()).toEqual([
    { ...none, tool: '', name: '', entries: 2 },
    { ...none, tool: 'antigravity', name: 'gen_ai.client.token.usage', attributes: ['gen_ai.token.type'], entries: 1 },
  ]);
});

const letters = (n: number): string => String(n).replace(/\d/g, (digit) => 'abcdefghij'[Number(digit)] ?? '');

test('a sender of ever new names fills neither a request nor the table, and no entry is lost', async () => {
  for (let from = 0; from < 600; from += 40) {
    await post(
      Array.from({ length: 40 }, (_one, n) => ({ name: `junk.${letters(from + n)}`, service: `s${letters(from)}` }))
    );
  }
  await post(Array.from({ length: 60 }, (_one, n) => ({ name: `more.${letters(n)}` })));
  await receiving.work();
  const { rows } = await db.pool.query<object>(
    `select count(*) filter (where name <> '')::integer as names, sum(entries)::integer as entries, max(entries) filter (where name = '')::integer as others from unknown_name`
  );
  expect(rows).toEqual([{ names: MOST_NAMES, entries: 660, others: 660 - MOST_NAMES }]);
  const { rows: named } = await db.pool.query<{ name: string }>(
    `select name from unknown_name where name <> '' limit 1`
  );
  await post([{ name: named[0]?.name ?? '', service: 'elsewhere' }, { name: 'later.name' }]);
  await receiving.work();
  const { rows: after } = await db.pool.query<object>(
    `select sum(entries)::integer as entries, count(*)::integer as names from unknown_name`
  );
  expect(after).toEqual([{ entries: 662, names: MOST_NAMES + 1 }]);
});

test('the README tells of the version that the table has', () => {
  const readme = readFileSync(path.join(import.meta.dirname, 'README.md'), 'utf8');
  expect(readme).toContain(`(dialects.ts), version ${String(DIALECT_VERSION)},`);
});
