/** Against a local server that behaves as Linear's documents and published schema say. */
import { createHmac } from 'node:crypto';
import { testDatabase, type TestDatabase } from '../../../testing/database.ts';
import { hashStore } from '../../../testing/hash-store.ts';
import { newWorld, serveLinear, type World, type WorldIssue } from '../../../testing/vendors/linear.ts';
import { pass } from '../../../testing/vendors/pass.ts';
import { broken, type Vendor } from '../../../testing/vendors/serve.ts';
import { configSchema } from '../../config/schema.ts';
import { deriveAll } from '../../derive/derive.ts';
import { section as sectionSchema } from './config.ts';
import { plan } from './plan.ts';
import { webhook } from './webhook.ts';

const FACTS = ['issue', 'issue_key', 'issue_event', 'issue_reference', 'issue_cycle', 'tracker_project', 'cycle'];
const DERIVED = ['issue_fact', 'issue_stage', 'issue_mention', 'change_fact'];
const NOW = new Date('2026-06-01T12:00:00Z');

let db: TestDatabase;
let world: World;
let server: Vendor;

beforeAll(async () => {
  db = await testDatabase();
  await db.pool.query(`insert into repo (repo_id, slug) overriding system value values (1, 'acme/shop')`);
});
beforeEach(async () => {
  world = newWorld();
  server = await serveLinear(world);
  await db.pool.query(
    `truncate ${[...FACTS, ...DERIVED, 'change', 'account', 'skipped', 'stream_state', 'derive_state', 'dirty'].join(', ')} cascade`
  );
});
afterEach(() => server.close());
afterAll(() => db.close());

const section = (more: object = {}): object => ({ linear: { api_key: world.key, url: server.url, ...more } });
async function run(more: object = {}, { now = NOW, only = '' } = {}): Promise<void> {
  await db.pool.query('delete from rate_budget');
  await pass(db.pool, section(more), { now, only: `linear/${only}` });
}
const derive = (full = false): Promise<void> => deriveAll(db.pool, { config: configSchema.parse(section()), full });
const query = async <Row extends object>(sql: string): Promise<Row[]> => (await db.pool.query<Row>(sql)).rows;
const skips = async (): Promise<string[]> => (await query<{ text: string }>(`select item || ': ' || reason as text from skipped order by 1`)).map(({ text }) => text); // prettier-ignore
/** A merged change, as a forge tells it. */
const change = (key: string, more: { title?: string; branch?: string; url?: string; at?: string } = {}): Promise<unknown> =>
  db.pool.query(
    `with made as (insert into change (repo_id, change_key, kind, title, branch, created_at, first_ready_at, first_commit_at, merged_at, web_url, source)
       values (1, $1, 'pull_request', $2, $3, $5::timestamptz - interval '1 day', $5::timestamptz - interval '1 day', $5::timestamptz - interval '2 days', $5, $4, 'github'))
     insert into dirty (kind, repo_id, item) values ('change', 1, $1) on conflict do nothing`,
    [key, more.title ?? 'x', more.branch ?? null, more.url ?? null, more.at ?? '2026-05-20T10:00:00Z']
  ); // prettier-ignore

const at = (day: number, hour = 9): string => new Date(Date.UTC(2026, 4, day, hour)).toISOString();
type Step = readonly [name: string, type: string, at: string];
const TODO = (when: string): Step => ['Todo', 'unstarted', when];
const DOING = (when: string): Step => ['In Progress', 'started', when];
const REVIEW = (when: string): Step => ['In Review', 'started', when];
const DONE = (when: string): Step => ['Done', 'completed', when];
const BACKLOG = (when: string): Step => ['Backlog', 'backlog', when];

/** An issue that went through states, with what is not read besides. */
function issue(number: number, steps: readonly Step[], more: object = {}): WorldIssue {
  const one = {
    id: `i-${String(number)}`,
    identifier: `SHOP-${String(number)}`,
    createdAt: steps[0]?.[2] ?? at(1),
    updatedAt: steps.at(-1)?.[2] ?? at(1),
    url: `https://linear.app/acme/issue/SHOP-${String(number)}`,
    team: world.teams[0],
    stateHistory: steps.map(([name, type, startedAt], n) => ({
      ...{ id: `i-${String(number)}-s${String(n)}`, stateId: name, startedAt, endedAt: steps[n + 1]?.[2] ?? null },
      state: { id: name, name, type },
    })),
    ...more,
  };
  world.issues.push(one);
  return one;
}
const units = (columns: string): Promise<object[]> =>
  query(`select issue_key as key, ${columns} from issue_unit order by 1`);
const hours = (name: string): string => `to_char(${name} at time zone 'UTC', 'DD HH24') as ${name.replace(/_at$/, '')}`;

test('an issue becomes its times, with what they rest on; changes are linked by attachment, branch and title, and its type is theirs', async () => {
  issue(7, [BACKLOG('2021-03-01T08:00:00Z'), TODO(at(4)), DOING(at(6)), REVIEW(at(8)), DONE(at(12))], {
    labels: [{ name: 'Bug' }],
    assignee: { id: 'u-ana', email: 'Ana@acme.io', name: 'never-shown' },
    attachments: [{ id: 'a', url: 'https://github.com/acme/shop/pull/1/files?w=1' }, { id: 'b', url: 'https://figma.com/x' }],
  });
  await change('1', { url: 'https://github.com/acme/shop/pull/1', at: at(9) });
  await change('2', { branch: 'ana/shop-7-fix-cart', title: 'Cart: UTF-8, SHA-256 and SHOP-700', at: at(10) });
  await change('3', { title: 'SHOP-7: tests', branch: 'workshop-7', at: at(11) });
  await change('4', { title: 'shop-7 in small letters is a word' });
  await run();
  await derive();
  expect(await units([...['ready_at', 'started_at', 'done_at', 'requirement_at', 'merged_at'].map(hours), 'ready_basis, started_basis, done_basis, changes, deployed_at, order_status'].join(', '))).toEqual([
    { key: 'SHOP-7', ready: '04 09', started: '06 09', done: '12 09', requirement: '04 09', merged: '11 09', ready_basis: 'state', started_basis: 'state', done_basis: 'state', changes: 3, deployed_at: null, order_status: 'ok' },
  ]);
  expect(await query('select change_key as change, method from issue_change order by 1')).toEqual([
    { change: '1', method: 'attachment' },
    { change: '2', method: 'branch' },
    { change: '3', method: 'title' },
  ]);
  expect(await query('select change_key, pr_class, class_method as by from change_fact order by 1')).toEqual([
    ...['1', '2', '3'].map((change_key) => ({ change_key, pr_class: 'bugfix', by: 'issue' })),
    { change_key: '4', pr_class: 'unknown', by: 'none' },
  ]);
  expect(await query(`select stage, to_char(ended_at - began_at, 'DD') as days from issue_stage where stage in ('in_progress', 'review') order by 1`)).toEqual([
    { stage: 'in_progress', days: '02' },
    { stage: 'review', days: '04' },
  ]);
  expect(await query('select provider, email from account')).toEqual([{ provider: 'linear', email: 'ana@acme.io' }]);
  const incremental = await hashStore(db.pool, [...FACTS, ...DERIVED]);
  await derive(true);
  expect(await hashStore(db.pool, [...FACTS, ...DERIVED])).toEqual(incremental);
  expect(JSON.stringify(await query('select * from issue'))).not.toContain('never-shown');
}); // prettier-ignore

test('a state that maps to nothing is named and never guessed: its category still tells the start; a mapping reads all again', async () => {
  issue(1, [BACKLOG(at(1)), ['Polishing', 'started', at(3)], DONE(at(5))]);
  await run();
  await derive();
  const told = (): Promise<object[]> => units(`${hours('started_at')}, started_basis as basis, unmapped_states as unmapped`);
  expect(await told()).toEqual([{ key: 'SHOP-1', started: '03 09', basis: 'category', unmapped: ['Polishing'] }]);
  await run({ states: { polishing: 'review' } });
  await derive();
  expect(await told()).toEqual([{ key: 'SHOP-1', started: '03 09', basis: 'state', unmapped: [] }]);
  world.states.push({ id: 'p', name: 'Polishing', type: 'started' }, { id: 'q', name: 'Waiting for QA', type: 'started' }, { id: 'd', name: 'Done', type: 'completed' });
  const http = (await import('../../http/http.ts')).openHttp;
  const budget = { take: () => Promise.resolve(0), block: () => Promise.resolve() };
  const planned = await plan({ section: sectionSchema.parse({ api_key: world.key, url: server.url }), http: (options: never) => http(options, { budget, signal: new AbortController().signal }) } as never);
  expect(planned.choices).toMatchObject([
    { at: ['linear', 'states', 'Polishing'], value: 'in_progress' },
    { at: ['linear', 'states', 'Waiting for QA'], value: 'review' },
  ]);
  expect(planned.notices.join()).toContain('2 of 3 states map to no stage: "Polishing", "Waiting for QA"');
}); // prettier-ignore

test('opened in Todo nobody said ready; put into a cycle it was; reopened it is one issue, done when it was done last; cancelled and skipped starts say so', async () => {
  issue(1, [TODO('2023-01-01T00:00:00Z'), DOING(at(6)), DONE(at(7)), DOING(at(9)), DONE(at(11))]);
  issue(2, [TODO('2023-01-01T00:00:00Z'), DOING(at(6))], { history: [{ id: 'h', createdAt: at(4), fromCycleId: null, toCycleId: 'c1' }] });
  issue(3, [BACKLOG(at(1)), ['Canceled', 'canceled', at(2)]]);
  issue(4, [BACKLOG(at(1)), DONE(at(2))]);
  await run();
  await derive();
  expect(await units(`${hours('ready_at')}, ready_basis as basis, ${hours('done_at')}, reopened_count as reopened, requirement_basis as t0, stage, order_status as status`)).toEqual([
    { key: 'SHOP-1', ready: null, basis: null, done: '11 09', reopened: 1, t0: 'started', stage: 'done', status: 'ok' },
    { key: 'SHOP-2', ready: '04 09', basis: 'cycle', done: null, reopened: 0, t0: 'cycle', stage: 'in_progress', status: 'ok' },
    { key: 'SHOP-3', ready: null, basis: null, done: null, reopened: 0, t0: null, stage: 'cancelled', status: 'ok' },
    { key: 'SHOP-4', ready: null, basis: null, done: '02 09', reopened: 0, t0: null, stage: 'done', status: 'no_start' },
  ]);
}); // prettier-ignore

test('time that goes back is counted, never made positive: such an issue has an end and no times; what lies in the future is left out', async () => {
  const bad = issue(1, [BACKLOG(at(1)), DOING(at(9)), DONE(at(12))]);
  (bad['stateHistory'] as Array<{ endedAt: string | null }>)[1]!.endedAt = at(3);
  issue(2, [DOING(at(8)), DONE(at(9))], { createdAt: at(10) });
  issue(3, [DOING(at(8)), DONE('2031-01-01T00:00:00Z')], { updatedAt: at(9) });
  await run();
  await derive();
  expect(await units(`bad_order_count as bad, started_at, ${hours('done_at')}, order_status as status`)).toEqual([
    { key: 'SHOP-1', bad: 1, started_at: null, done: '03 09', status: 'bad_order' },
    { key: 'SHOP-2', bad: 1, started_at: null, done: '09 09', status: 'bad_order' },
    { key: 'SHOP-3', bad: 0, started_at: new Date(at(8)), done: null, status: 'ok' },
  ]);
  expect(await query(`select from issue_stage where external_id in ('i-1', 'i-2')`)).toEqual([]);
  expect(await skips()).toEqual(['linear issue SHOP-3 history: 1 changes lie in the future and are left out: check the clock of the source']);
}); // prettier-ignore

test('cycles: committed at the start, added, removed, delivered; carried over is not removed', async () => {
  const cycle = (id: string, from: number, more: object = {}): object => ({ id, number: from, startsAt: at(from), endsAt: at(from + 7), updatedAt: at(from + 7), team: world.teams[0], ...more });
  world.cycles.push(cycle('c1', 4, { completedAt: at(11) }) as never, cycle('c2', 11, { name: 'Launch' }) as never);
  const moved = (...entries: ReadonlyArray<readonly [number, string | null, string | null]>): object => ({ history: entries.map(([day, fromCycleId, toCycleId], n) => ({ id: `h${String(n)}`, createdAt: at(day), fromCycleId, toCycleId })) });
  issue(1, [TODO(at(1)), DOING(at(5)), DONE(at(8))], moved([3, null, 'c1']));
  issue(2, [TODO(at(1)), DOING(at(5)), DONE(at(14))], moved([3, null, 'c1'], [11, 'c1', 'c2']));
  issue(3, [TODO(at(1)), DOING(at(6)), DONE(at(9))], moved([6, null, 'c1']));
  issue(4, [TODO(at(1))], moved([2, null, 'c1'], [7, 'c1', null]));
  issue(5, [TODO(at(3)), DOING(at(5)), DONE(at(10))], { cycle: { id: 'c1' }, addedToCycleAt: at(3) });
  await run();
  await derive();
  expect(await query(`select title, external_id as id, is_committed as committed, is_added as added, is_removed as removed, is_delivered as delivered from cycle_issue order by 1, 2`)).toEqual([
    { title: 'Cycle 4', id: 'i-1', committed: true, added: false, removed: false, delivered: true },
    { title: 'Cycle 4', id: 'i-2', committed: true, added: false, removed: false, delivered: false },
    { title: 'Cycle 4', id: 'i-3', committed: false, added: true, removed: false, delivered: true },
    { title: 'Cycle 4', id: 'i-4', committed: true, added: false, removed: true, delivered: false },
    { title: 'Cycle 4', id: 'i-5', committed: true, added: false, removed: false, delivered: true },
    { title: 'Launch', id: 'i-2', committed: true, added: false, removed: false, delivered: true },
  ]);
}); // prettier-ignore

test('moved to another team it keeps its old key; in the trash it is deleted, restored it is not; a webhook alone tells of what is gone for good', async () => {
  const one = issue(1, [TODO(at(1)), DOING(at(5))], { parent: { id: 'i-9' }, delegate: { id: 'agent' } });
  await change('1', { branch: 'shop-1-x' });
  await run();
  Object.assign(one, { identifier: 'CORE-3', previousIdentifiers: ['SHOP-1'], team: world.teams[1], updatedAt: at(9), trashed: true, archivedAt: at(9), history: [{ id: 'm', createdAt: at(8), fromTeamId: 't-shop', toTeamId: 't-core' }] });
  await run();
  await derive();
  const told = (): Promise<object[]> => units('kind, is_delegated as agent, moved_count as moved, project_key as project, changes, deleted_at is not null as deleted');
  const moved = { key: 'CORE-3', kind: 'sub_task', agent: true, moved: 1, project: 'CORE', changes: 1 };
  expect(await told()).toEqual([{ ...moved, deleted: true }]);
  expect(await query(`select from_value as from, to_value as to from issue_event where kind = 'project'`)).toEqual([{ from: 'SHOP', to: 'CORE' }]);
  Object.assign(one, { trashed: null, archivedAt: null, updatedAt: at(10) });
  await run();
  expect(await told()).toEqual([{ ...moved, deleted: false }]);
  const event = (type: string, action: string, data: object): Buffer => Buffer.from(JSON.stringify({ action, type, createdAt: at(11), data, webhookTimestamp: 1 }));
  const body = event('Issue', 'remove', { id: 'i-1', createdAt: at(1), team: { key: 'CORE' } });
  const verify = webhook.verify(sectionSchema.parse({ api_key: 'k', webhook_secrets: ['hook-never-shown'] }))!;
  const signature = createHmac('sha256', 'hook-never-shown').update(body).digest('hex');
  expect(verify({ headers: { 'linear-signature': signature }, body })).toBe(true);
  expect(verify({ headers: { 'linear-signature': signature }, body: Buffer.from('{}') })).toBe(false);
  const context = { section: sectionSchema.parse({ api_key: 'k' }), accountId: String, now: () => NOW };
  const { writePage } = await import('../../store/write-page.ts');
  const { pages } = webhook.normalize({ headers: {}, body }, context);
  await writePage(db.pool, { streamId: 'linear/webhook', repoId: null, page: { rows: pages[0]?.rows ?? [], cursor: null } });
  expect(await told()).toEqual([{ ...moved, deleted: true }]);
  expect(webhook.normalize({ headers: {}, body: event('Issue', 'update', {}) }, context)).toEqual({ pages: [], due: [{ stream: 'issues', scope: '' }] });
  expect(webhook.normalize({ headers: {}, body: event('Reaction', 'create', {}) }, context)).toEqual({ pages: [], due: [] });
}); // prettier-ignore

test('lists longer than a page are read to the end, a page that is too complex is asked for smaller, one node that fails is named; twice is once', async () => {
  const many = Array.from({ length: 260 }, (_none, n): Step => (n % 2 === 0 ? DOING : REVIEW)(new Date(Date.UTC(2026, 4, 2) + n * 600_000).toISOString()));
  issue(1, many);
  for (let n = 2; n <= 60; n++) issue(n, [TODO(at(1)), DOING(at(3))], { updatedAt: at(4) });
  world.failing.add('i-9');
  world.mostComplexity = 900;
  server.faults.push(broken);
  await run({}, { only: 'issues' });
  expect(await query(`select count(*)::int as n from issue_event where external_id = 'i-1'`)).toEqual([{ n: 260 }]);
  expect(await query('select count(*)::int as n from issue')).toEqual([{ n: 59 }]);
  expect(await skips()).toEqual([expect.stringMatching(/^linear issue entry \d+: /)]);
  const before = await hashStore(db.pool, FACTS);
  await db.pool.query('delete from stream_state');
  await run({}, { only: 'issues' });
  expect(await hashStore(db.pool, FACTS)).toEqual(before);
}); // prettier-ignore

test('a pass that the limit ends goes on at the page it broke off at', async () => {
  for (let n = 1; n <= 90; n++) issue(n, [TODO(at(1))], { updatedAt: at(4) });
  world.points = 4_000;
  await expect(run({}, { only: 'issues' })).rejects.toMatchObject({ code: 'source_rate_limited', retryAfterSeconds: expect.any(Number) as number });
  const [{ n: first } = { n: 0 }] = await query<{ n: number }>('select count(*)::int as n from issue');
  expect(first).toBe(40);
  world.points = 250_000;
  const from = server.asked.length;
  await run({}, { only: 'issues' });
  expect(await query('select count(*)::int as n from issue')).toEqual([{ n: 90 }]);
  const asked = server.asked.slice(from).map(({ body }) => (JSON.parse(body) as { variables: { after: unknown } }).variables.after);
  expect(asked.slice(1)).toEqual(['c-39', 'c-79']);
}); // prettier-ignore

test('two trackers with one key link to neither; nothing at all is an empty store', async () => {
  await run();
  await derive();
  expect(await units('changes')).toEqual([]);
  issue(1, [DOING(at(5))]);
  await change('1', { branch: 'shop-1' });
  await run();
  await db.pool.query(`insert into issue (source, external_id, created_at) values ('jira', '9', now());
    insert into issue_key (source, issue_key, external_id) values ('jira', 'SHOP-1', '9')`);
  await derive();
  expect(await query('select source, is_ambiguous from issue_change order by 1')).toEqual([
    { source: 'jira', is_ambiguous: true },
    { source: 'linear', is_ambiguous: true },
  ]);
  expect(await units('changes')).toEqual(expect.arrayContaining([{ key: 'SHOP-1', changes: 0 }]));
});

test('a list that goes on from where it was ends the run, and keeps what came', async () => {
  for (let n = 1; n <= 90; n++) issue(n, [TODO(at(1))], { updatedAt: at(4) });
  world.isEndless = true;
  await expect(run({}, { only: 'issues' })).rejects.toMatchObject({ code: 'source_endless' });
  expect(await query('select count(*)::int as n from issue')).toEqual([{ n: 40 }]);
});

test.each([
  ['a key that is not accepted', { api_key: 'lin_wh_never-shown' }, true, 'source_login', 'the signing secret of a webhook'],
  ['a key without the scope', {}, false, 'source_forbidden', 'lacks the scope read'],
] as const)('%s is one clear line without the key', async (...[, more, hasScope, code, words]) => {
  world.hasScope = hasScope;
  await expect(run(more, { only: 'issues' })).rejects.toMatchObject({ code, message: expect.stringContaining(words) as string });
  const [state] = await query<{ last_error: string }>('select last_error from stream_state');
  expect(state?.last_error).not.toContain('never-shown');
}); // prettier-ignore
