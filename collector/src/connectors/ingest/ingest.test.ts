import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { testDatabase, type TestDatabase } from '../../../testing/database.ts';
import { receive, type Heard, type Receiving } from '../../../testing/receiving.ts';
import { connectors } from '../registry.generated.ts';
import { EXAMPLES, kinds, RESERVED_SOURCES } from './schema.ts';
import { tokenVerifier } from './tokens.ts';

const TOKEN = 'ingest-token-of-the-test';
let db: TestDatabase;
let receiving: Receiving;
beforeEach(async () => {
  db = await testDatabase();
  receiving = await receive(db, { ingest: { tokens: [TOKEN] } });
});
afterEach(async () => {
  await receiving.close();
  await db.close();
});

const send = (kind: string, body: string | object, headers: Readonly<Record<string, string>> = {}): Promise<Heard> =>
  receiving.post(`/ingest/${kind}`, body, { authorization: `Bearer ${TOKEN}`, ...headers });
const deploy = (id: string, at: string, more: object = {}): object => ({
  id,
  service: 'shop',
  environment: 'production',
  started_at: at.replace(':10:', ':00:'),
  finished_at: at,
  ...more,
});
const one = async <Row>(sql: string): Promise<Row[]> => (await db.pool.query(sql)).rows as Row[];

test('what is posted becomes a change fail rate: two deployments, one of them named by an incident', async () => {
  expect((await send('deploy', deploy('d1', '2026-11-20T10:10:00Z'))).status).toBe(202);
  expect((await send('deploy', deploy('d2', '2026-11-21T10:10:00Z'))).status).toBe(202);
  const incident = {
    id: 'i1',
    service: 'shop',
    started_at: '2026-11-20T10:30:00Z',
    resolved_at: '2026-11-20T11:10:00Z',
  };
  expect(await send('incident', { ...incident, deployment: 'd1' })).toMatchObject({
    status: 202,
    body: { accepted: 1 },
  });
  await receiving.settle();
  expect(
    await one(`select n.external_id as id, f.is_failed, f.failure_methods, extract(epoch from f.recovered_at - f.finished_at)::int / 60 as minutes
      from deployment_fact f join deployment n using (deployment_id) order by 1`)
  ).toEqual([
    { id: 'd1', is_failed: true, failure_methods: ['explicit'], minutes: 60 },
    { id: 'd2', is_failed: false, failure_methods: [], minutes: null },
  ]);
});

test('nobody sends in the name of a connector', () => {
  const ids = connectors.map(({ id }) => id).filter((id) => id !== 'ingest');
  expect(ids.filter((id) => !RESERVED_SOURCES.includes(id))).toEqual([]);
});

test('without the token nothing is taken, whatever is wrong with it', async () => {
  for (const headers of [
    {},
    { authorization: TOKEN },
    { authorization: `Bearer ${TOKEN}x` },
    { authorization: 'Bearer ' },
  ]) {
    const heard = await receiving.post('/ingest/deploy', deploy('d', '2026-11-20T10:10:00Z'), headers);
    expect(heard).toMatchObject({ status: 401, body: { code: 'push_refused' } });
  }
  expect(await one('select from inbox')).toEqual([]);
});

const FAULTS: ReadonlyArray<readonly [kind: string, body: object | string, reason: string]> = [
  ['deploy', '{', 'it is not JSON'],
  ['deploy', '', 'it is not JSON'],
  ['deploy', {}, 'id: '],
  ['deploy', { id: 'd' }, 'service: give service or repo'],
  ['deploy', { id: 'd', service: 'shop', sah: 'x' }, '"sah"'],
  ['deploy', { id: 'd', service: 'shop', status: 'odd' }, 'status: is not one of success'],
  ['deploy', { id: 'd', repo: 'acme/shop', sha: '9f1c2ab' }, 'sha: is not a whole commit'],
  ['deploy', { id: 'd', service: 'shop', sha: 'a'.repeat(40) }, 'repo: give the repository of sha'],
  ['deploy', { id: 'd', service: 'shop', finished_at: '2026-11-20T10:00:00' }, 'finished_at: is not an instant'],
  ['deploy', { id: 'd', service: 'shop', finished_at: '2226-11-20T10:00:00Z' }, 'finished_at: 2226-11-20T10:00:00.000Z lies in the future'],
  ['deploy', { id: 'd', service: 'shop', started_at: '2026-11-20T10:00:00Z', finished_at: '2026-11-20T09:00:00Z' }, 'finished_at: lies before started_at'],
  ['deploy', { id: 'd', service: 'shop', source: 'github' }, 'source: is the name of a connector'],
  ['deploy', Array.from({ length: 51 }, (_, second) => ({ id: 'same', service: 'shop', finished_at: `2026-11-20T10:00:${String(second).padStart(2, '0')}Z` })), 'it tells of "same" more than 50 times'],
  ['incident', { id: 'i', started_at: '2026-11-20T10:00:00Z', resolved_at: '2026-11-20T09:00:00Z' }, 'resolved_at: lies before started_at'],
  ['incident', { id: 'i' }, 'started_at: '],
  ['change', { repo: 'acme/shop', number: 0, title: 't', created_at: '2026-11-20T10:00:00Z' }, 'number: '],
  ['build', { repo: 'acme/shop', id: 'b', name: 'ci', result: 'success' }, 'result: give both'],
]; // prettier-ignore

test.each(FAULTS)('%s of %j is refused: %s', async (kind, body, reason) => {
  const heard = await send(kind, body);
  expect(heard).toMatchObject({
    status: 400,
    body: { code: 'push_invalid', message: expect.stringContaining(reason) },
  });
  expect(await one('select from inbox')).toEqual([]);
});

test('what has no effect yet is said: an unknown environment, repository, commit, service', async () => {
  const heard = await send(
    'deploy',
    deploy('d', '2026-11-20T10:10:00Z', { environment: 'prd-2', repo: 'acme/shpo', sha: 'a'.repeat(40) })
  );
  expect(heard.status).toBe(202);
  expect((heard.body as { warnings: string[] }).warnings).toEqual([
    expect.stringContaining('environment "prd-2" is not known as production'),
    expect.stringContaining('repository "acme/shpo" is not collected'),
    expect.stringContaining('service "shop" is new'),
    expect.stringContaining('commit aaaaaaa'),
  ]);
});

test('many documents in one body: good ones are kept, bad ones are refused by their line', async () => {
  const lines = [deploy('d1', '2026-11-20T10:10:00Z'), { id: 'd2' }, deploy('d3', '2026-11-22T10:10:00Z')];
  const heard = await send('deploy', lines.map((line) => JSON.stringify(line)).join('\n'));
  expect(heard).toMatchObject({
    status: 202,
    body: { accepted: 2, refused: [{ item: 'line 2: d2', reason: 'service: give service or repo' }] },
  });
  await receiving.work();
  expect(await one('select external_id as id from deployment order by 1')).toEqual([{ id: 'd1' }, { id: 'd3' }]);
});

test('a delivery that comes again is known, by its key or its body; a key with another body is refused', async () => {
  const body = deploy('d1', '2026-11-20T10:10:00Z');
  const key = { 'idempotency-key': 'k1' };
  expect((await send('deploy', body, key)).body).not.toHaveProperty('is_known');
  expect(await send('deploy', body, key)).toMatchObject({ status: 202, body: { is_known: true } });
  expect(await send('deploy', deploy('d2', '2026-11-20T10:10:00Z'), key)).toMatchObject({ status: 409 });
  await send('deploy', body);
  expect(await send('deploy', body)).toMatchObject({ body: { is_known: true } });
  await receiving.work();
  expect(await one('select from deployment')).toHaveLength(1);
});

test('of two states of one thing the later counts; at the same instant what came last', async () => {
  const started_at = '2026-11-20T10:30:00Z';
  await send('incident', { id: 'i', service: 'shop', title: 'over', started_at, resolved_at: '2026-11-20T11:30:00Z' });
  await send('incident', { id: 'i', service: 'shop', title: 'open', started_at });
  await receiving.work();
  expect(await one('select title from incident')).toEqual([{ title: 'over' }]);
  await send('incident', {
    id: 'i',
    service: 'shop',
    title: 'corrected',
    started_at,
    resolved_at: '2026-11-20T11:30:00Z',
  });
  await send('incident', { id: 'i', service: 'shop', title: 'again', started_at, updated_at: '2026-11-20T11:40:00Z' });
  await receiving.work();
  expect(await one('select title, resolved_at from incident')).toEqual([{ title: 'again', resolved_at: null }]);
});

test('tokens of a file count as the file is now', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'throughline-tokens-'));
  const file = path.join(folder, 'tokens');
  writeFileSync(file, '# the old one\nold-token-of-a-file\n');
  const verify = tokenVerifier({ tokens: [], bound_tokens: [], token_file: file });
  const isGood = (token: string): boolean =>
    verify({ headers: { authorization: `Bearer ${token}` }, body: Buffer.alloc(0) });
  expect([isGood('old-token-of-a-file'), isGood('new-token-of-a-file'), isGood('')]).toEqual([true, false, false]);
  writeFileSync(file, 'new-token-of-a-file\n');
  utimesSync(file, new Date(), new Date(Date.now() + 5_000));
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  expect([isGood('old-token-of-a-file'), isGood('new-token-of-a-file')]).toEqual([false, true]);
  rmSync(folder, { recursive: true });
  expect(() => tokenVerifier({ tokens: [], bound_tokens: [], token_file: file })).toThrow('ingest.token_file');
});

test('what is missing is named by entry and field, with an example', async () => {
  const at = '2026-11-20T10:00:00Z';
  const message = async (kind: string, body: object): Promise<string> =>
    ((await send(kind, body)).body as { readonly message: string }).message;
  expect(await message('incident', { id: 'i1' })).toBe(
    'The body is not understood: started_at: is missing, e.g. "started_at":"2026-01-31T10:00:00Z". Check the settings of the sender.'
  );
  expect(await message('incident', [{ id: 'i1' }])).toContain(
    'entry 1: i1: started_at: is missing, e.g. "started_at":'
  );
  expect(await send('incident', [{ id: 'i1', started_at: at }, { id: 'i2' }])).toMatchObject({ body: { refused: [{ item: 'entry 2: i2', reason: expect.stringContaining('started_at: is missing') as string }] } }); // prettier-ignore
  expect(await message('incident', { id: 'i1', started_at: 'noon' })).toContain('started_at: is not an instant with a zone like 2026-01-31T10:00:00Z (it is "noon")'); // prettier-ignore
  expect(await message('incident', { id: 'i1', started_at: 7 })).toContain('started_at: Invalid input: expected string, received number (it is 7)'); // prettier-ignore
  expect(await message('change', { number: 'x' })).toContain('is missing');
  expect(await message('review', { repo: 'acme/shop', number: 'x' })).toContain('number: is not a number like 7 (it is "x")'); // prettier-ignore
  for (const [kind, fields] of REQUIRED) {
    for (const field of fields) expect(await message(kind, { ...all(fields), [field]: undefined })).toContain(`${field}: is missing, e.g. "${field}":`); // prettier-ignore
  }
});

const REQUIRED = Object.entries(kinds).map(([kind, schema]) => [kind, (z.toJSONSchema(schema, { io: 'input' }).required ?? [])] as const); // prettier-ignore
const all = (fields: readonly string[]): object => Object.fromEntries(fields.map((field) => [field, EXAMPLES[field]]));

/** Where a kind's own JSON Schema has a whole number. */
const integersOf = (kind: keyof typeof kinds): string[] =>
  Object.entries(z.toJSONSchema(kinds[kind], { io: 'input', unrepresentable: 'any' }).properties ?? {}).flatMap(([name, field]) =>
    JSON.stringify(field).includes('"integer"') ? [name] : []
  ); // prettier-ignore

const whole = (Object.keys(kinds) as Array<keyof typeof kinds>).flatMap((kind) =>
  integersOf(kind).map((field) => [kind, field] as const)
);

test('whole numbers are looked for in every kind', () =>
  expect(whole.map((one) => one.join('.'))).toContain('build.attempt'));

/** Where the sizes are stored. */
function storedSizes(kind: keyof typeof kinds, field: string): string {
  if (kind === 'build' && field === 'attempt') return 'select attempt::text as size from build';
  const measure = field === 'lines_accepted' ? 'accepted_lines' : field;
  if (kind === 'tool-event' && field !== 'number') return `select value::bigint::text as size from tool_point where measure = '${measure}'`; // prettier-ignore
  const table = { change: 'change', review: 'change_event', 'tool-event': 'tool_event' }[kind as string] ?? 'build';
  return `select distinct change_key as size from ${table}`;
}

test.each(whole)('%s: what is taken of %s is stored, what no column holds is refused at once', async (kind, field) => {
  const taken: string[] = [];
  for (const [at, size] of [1, 2 ** 31 - 1, 2 ** 31, 9_999_999_999, 99_999_999_999, 2 ** 53 - 1].entries()) {
    const known = Object.entries(EXAMPLES).filter(([name]) => name in kinds[kind].shape);
    const body = { ...Object.fromEntries(known), id: `size-${String(at)}`, [field]: size };
    const { status } = await send(kind, kind === 'change' ? { ...body, id: undefined } : body);
    expect([202, 400]).toContain(status);
    if (status === 202) taken.push(String(size));
  }
  await receiving.settle();
  expect(taken).toContain('1');
  expect(await one('select item, reason from skipped')).toEqual([]);
  const { rows } = await db.pool.query<{ size: string }>(storedSizes(kind, field));
  expect(rows.map(({ size }) => size).sort()).toEqual(taken.sort());
});
