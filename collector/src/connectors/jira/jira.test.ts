/** Against a local server that behaves as Atlassian's documents say, and as users report. */
import { createHmac } from 'node:crypto';
import { testDatabase, type TestDatabase } from '../../../testing/database.ts';
import { hashStore } from '../../../testing/hash-store.ts';
import { newWorld, serveJira, SPRINT, type World, type WorldIssue } from '../../../testing/vendors/jira.ts';
import { pass } from '../../../testing/vendors/pass.ts';
import { broken, tooMany, type Vendor } from '../../../testing/vendors/serve.ts';
import { configSchema } from '../../config/schema.ts';
import { deriveAll } from '../../derive/derive.ts';
import { section as sectionSchema } from './config.ts';
import { webhook } from './webhook.ts';

const FACTS = ['issue', 'issue_key', 'issue_event', 'issue_cycle', 'tracker_project', 'cycle'];
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
  server = await serveJira(world);
  await db.pool.query(`truncate ${[...FACTS, 'issue_fact', 'issue_stage', 'issue_mention', 'change_fact', 'change', 'account', 'skipped', 'stream_state', 'found_scope', 'derive_state', 'dirty'].join(', ')} cascade`); // prettier-ignore
});
afterEach(() => server.close());
afterAll(() => db.close());

const section = (more: object = {}): object => ({ jira: { url: server.url, email: world.email, api_token: world.token, ...more } }); // prettier-ignore
async function run(more: object = {}, { now = NOW, only = '' } = {}): Promise<void> {
  await db.pool.query('delete from rate_budget');
  await pass(db.pool, section(more), { now, only: `jira/${only}` });
}
const derive = (): Promise<void> => deriveAll(db.pool, { config: configSchema.parse(section()) });
const query = async <Row extends object>(sql: string): Promise<Row[]> => (await db.pool.query<Row>(sql)).rows;
const units = (columns: string): Promise<object[]> => query(`select issue_key as key, ${columns} from issue_unit order by 1`); // prettier-ignore
const hours = (name: string): string => `to_char(${name} at time zone 'UTC', 'DD HH24') as ${name.replace(/_at$/, '')}`;

const at = (day: number, hour = 9): string => new Date(Date.UTC(2026, 4, day, hour)).toISOString();
let ids = 0;
/** A change of the log; its id only grows. */
const changed = (when: string, ...items: object[]): WorldIssue['history'][number] => ({ id: String(++ids), created: when, items }); // prettier-ignore
const toStatus = (from: string, to: string): object => {
  const name = (id: string): string => world.statuses.find((one) => one.id === id)?.name ?? `gone ${id}`;
  return { field: 'status', fieldId: 'status', from, fromString: name(from), to, toString: name(to) };
};
const toSprints = (from: string, to: string): object => ({ field: 'Sprint', fieldId: SPRINT, from, fromString: `S ${from}`, to, toString: `S ${to}` }); // prettier-ignore

/** An issue that went through statuses: pairs of status and day. */
function issue(number: number, steps: ReadonlyArray<readonly [string, string]>, more: Partial<WorldIssue> & { fields?: object } = {}): WorldIssue {
  const [[first, created] = ['1', at(1)]] = steps;
  const history = steps.slice(1).map(([to, when], n) => changed(when, toStatus(steps[n]?.[0] ?? first, to)));
  const one: WorldIssue = { id: String(1000 + number), key: `SHOP-${String(number)}`, created, updated: steps.at(-1)?.[1] ?? created, history, ...more, fields: { status: steps.at(-1)?.[0] ?? '1', ...more.fields } };
  world.issues.push(one);
  return one;
} // prettier-ignore

test('an issue becomes its times, by names within their category; its key in a title links a change, and its type is that of the change', async () => {
  issue(7, [['1', '2021-03-01T08:00:00Z'], ['2', at(4)], ['3', at(6)], ['4', at(8)], ['5', at(12)]], {
    fields: { issuetype: { name: 'Bug', subtask: false, hierarchyLevel: 0 }, customfield_10016: 5, labels: ['vip'], assignee: { accountId: 'a-1', emailAddress: 'Ana@acme.io', accountType: 'atlassian', displayName: 'never-shown' } },
  });
  issue(8, [['1', at(2)]], { fields: { issuetype: { name: 'Epic', subtask: false, hierarchyLevel: 1 } } });
  issue(9, [['1', at(2)], ['6', at(3)]], { fields: { issuetype: { name: 'Sub-task', subtask: true, hierarchyLevel: -1 }, parent: { id: '1007', key: 'SHOP-7' } } });
  await db.pool.query(`insert into change (repo_id, change_key, kind, title, merged_at, source) values (1, '1', 'pull_request', 'SHOP-7 done; SHA-256', '${at(11)}', 'github');
    insert into dirty values ('change', 1, '1')`);
  await run({ customer_labels: ['VIP'] });
  await derive();
  expect(await units([...['ready_at', 'started_at', 'done_at', 'merged_at'].map(hours), 'kind, parent_id as parent, ready_basis as basis, started_basis as started_by, unmapped_states as unmapped, is_from_customer as vip, estimate'].join(', '))).toEqual([
    { key: 'SHOP-7', ready: '04 09', started: '06 09', done: '12 09', merged: '11 09', kind: 'issue', parent: null, basis: 'state', started_by: 'state', unmapped: [], vip: true, estimate: 5 },
    { key: 'SHOP-8', ready: null, started: null, done: null, merged: null, kind: 'epic', parent: null, basis: null, started_by: null, unmapped: [], vip: false, estimate: null },
    { key: 'SHOP-9', ready: null, started: '03 09', done: null, merged: null, kind: 'sub_task', parent: '1007', basis: null, started_by: 'category', unmapped: ['Polishing'], vip: false, estimate: null },
  ]);
  expect(await query('select pr_class, class_method from change_fact')).toEqual([{ pr_class: 'bugfix', class_method: 'issue' }]);
  expect(await query('select provider, email from account')).toEqual([{ provider: 'jira', email: 'ana@acme.io' }]);
  expect(await query('select project_key as key, title from tracker_project order by 1')).toEqual(['CORE', 'SHOP'].map((key) => ({ key, title: `Project ${key}` })));
  expect(JSON.stringify([await query('select * from issue'), await query('select * from issue_event')])).not.toContain('never-shown');
  // Minutes of the zone of who asks, so that nothing is missed.
  const jql = server.asked.flatMap(({ body }) => (body.includes('updated >=') ? [(JSON.parse(body) as { jql: string }).jql] : []));
  expect(jql[0]).toBe('updated >= "2024-06-01 08:00" ORDER BY updated ASC, key ASC');
}); // prettier-ignore

test('reopened, given up, and made in its last status; a change that lacks its texts, and ids that tell the order when clocks do not', async () => {
  issue(1, [['1', at(1)], ['3', at(6)], ['5', at(7)], ['3', at(9)], ['5', at(11)]], { fields: { resolutiondate: at(11), resolution: { name: 'Done' } } });
  issue(2, [['1', at(1)], ['3', at(6)], ['5', at(7)]], { fields: { resolutiondate: at(7), resolution: { name: "Won't Do" } } });
  issue(3, [['5', at(20)]], { fields: { resolutiondate: '2026-05-12T09:00:00Z' }, created: at(13) });
  issue(4, [['1', at(1)], ['99', at(6)]]).history.push({ id: String(++ids), created: at(8), items: [{ field: 'status', fieldId: 'status', from: '99', to: '5' }] });
  const back = issue(5, [['1', at(1)], ['3', at(9)], ['5', at(12)]]);
  back.history[1]!.created = at(3);
  await run({}, { only: 'issues' });
  await derive();
  expect(await units(`${hours('started_at')}, ${hours('done_at')}, done_basis as by, reopened_count as reopened, cancelled_at is not null as cancelled, bad_order_count as bad, unmapped_states as unmapped`)).toEqual([
    { key: 'SHOP-1', started: '06 09', done: '11 09', by: 'state', reopened: 1, cancelled: false, bad: 0, unmapped: [] },
    { key: 'SHOP-2', started: '06 09', done: null, by: null, reopened: 0, cancelled: true, bad: 0, unmapped: [] },
    { key: 'SHOP-3', started: null, done: '12 09', by: 'source', reopened: 0, cancelled: false, bad: 0, unmapped: [] },
    { key: 'SHOP-4', started: null, done: '08 09', by: 'state', reopened: 0, cancelled: false, bad: 0, unmapped: ['gone 99'] },
    { key: 'SHOP-5', started: null, done: '03 09', by: 'state', reopened: 0, cancelled: false, bad: 1, unmapped: [] },
  ]);
}); // prettier-ignore

test('sprints over time: several at once, committed, added, removed, delivered; one that was never started commits to nothing', async () => {
  const sprint = (id: number, from: number, more: { state: string; completeDate?: string }): object => ({ id, name: `Sprint ${String(id)}`, startDate: at(from), endDate: at(from + 7), originBoardId: 1, ...more });
  world.boards.push({ id: 1, projectKey: 'SHOP', sprints: [sprint(12, 4, { state: 'closed', completeDate: at(11) }), sprint(13, 11, { state: 'active' }), sprint(14, 20, { state: 'future' })] });
  const moved = (one: WorldIssue, ...moves: ReadonlyArray<readonly [number, string, string]>): void => moves.forEach(([day, from, to]) => one.history.push(changed(at(day), toSprints(from, to))));
  moved(issue(1, [['1', at(1)], ['3', at(5)], ['5', at(8)]]), [3, '', '12']);
  moved(issue(2, [['1', at(1)], ['3', at(5)], ['5', at(14)]]), [3, '', '12'], [11, '12', '12, 13']);
  moved(issue(3, [['1', at(1)]]), [6, '', '12'], [7, '12', '']);
  issue(4, [['1', at(2)], ['3', at(13)]], { fields: { [SPRINT]: [{ id: 13, name: 'Sprint 13' }, { id: 14, name: 'Sprint 14' }] } });
  await run();
  await derive();
  expect(await query(`select title, external_id as id, is_committed as committed, is_added as added, is_removed as removed, is_delivered as delivered from cycle_issue order by 1, 2`)).toEqual([
    { title: 'Sprint 12', id: '1001', committed: true, added: false, removed: false, delivered: true },
    { title: 'Sprint 12', id: '1002', committed: true, added: false, removed: false, delivered: false },
    { title: 'Sprint 12', id: '1003', committed: false, added: true, removed: true, delivered: false },
    { title: 'Sprint 13', id: '1002', committed: true, added: false, removed: false, delivered: true },
    { title: 'Sprint 13', id: '1004', committed: true, added: false, removed: false, delivered: false },
    { title: 'Sprint 14', id: '1004', committed: false, added: false, removed: false, delivered: false },
  ]);
  world.hasAgile = false;
  await expect(run({}, { only: 'sprints' })).rejects.toMatchObject({ code: 'source_not_found', message: expect.stringContaining('jira.sprints: false') as string });
}); // prettier-ignore

test('moved to another project it keeps its old key; what is listed no more is deleted, by the weekly list or by a webhook', async () => {
  const one = issue(1, [['1', at(1)], ['3', at(5)]]);
  issue(2, [['1', at(1)]]);
  await run();
  Object.assign(one, { key: 'CORE-9', updated: at(9) });
  one.history.push(changed(at(9), { field: 'project', fieldId: 'project', fromString: 'Shop', toString: 'Core' }, { field: 'Key', fieldId: 'issuekey', fromString: 'SHOP-1', toString: 'CORE-9' }));
  world.issues.splice(1, 1);
  await run({}, { only: 'issues', now: new Date('2026-06-02T12:00:00Z') });
  await derive();
  const told = (): Promise<object[]> => units('project_key as project, moved_count as moved, deleted_at is not null as deleted');
  expect(await told()).toEqual([
    { key: 'CORE-9', project: 'CORE', moved: 1, deleted: false },
    { key: 'SHOP-2', project: 'SHOP', moved: 0, deleted: false },
  ]);
  expect(await query(`select issue_key from issue_key where external_id = '1001' order by 1`)).toEqual([{ issue_key: 'CORE-9' }, { issue_key: 'SHOP-1' }]);
  await run({}, { only: 'listing', now: new Date('2026-06-07T12:00:00Z') });
  expect(await told()).toMatchObject([{ key: 'CORE-9', deleted: false }, { key: 'SHOP-2', deleted: true }]);
  const body = Buffer.from(JSON.stringify({ timestamp: Date.parse('2026-06-08T12:00:00Z'), webhookEvent: 'jira:issue_deleted', issue: { id: '1001', key: 'CORE-9', fields: { created: '2026-05-01T09:00:00.000+0000', project: { key: 'CORE' }, summary: 'x' } } }));
  const given = sectionSchema.parse({ url: 'https://acme.atlassian.net', email: 'e', api_token: 't', webhook_secrets: ['hook-never-shown'] });
  const verify = webhook.verify(given)!;
  const signature = `sha256=${createHmac('sha256', 'hook-never-shown').update(body).digest('hex')}`;
  expect(verify({ headers: { 'x-hub-signature': signature }, body })).toBe(true);
  expect(verify({ headers: {}, body })).toBe(false);
  const context = { section: given, accountId: String, now: () => new Date('2026-06-08T12:00:00Z') };
  const { writePage } = await import('../../store/write-page.ts');
  await writePage(db.pool, { streamId: 'jira/webhook', repoId: null, page: { rows: webhook.normalize({ headers: {}, body }, context).pages[0]?.rows ?? [], cursor: null } });
  expect(await told()).toMatchObject([{ key: 'CORE-9', deleted: true }, { deleted: true }]);
  const due = (webhookEvent: string): unknown => webhook.normalize({ headers: {}, body: Buffer.from(JSON.stringify({ webhookEvent, timestamp: 1 })) }, context).due;
  expect(['jira:issue_updated', 'sprint_started', 'comment_created'].map(due)).toEqual([[{ stream: 'issues', scope: '' }], [{ stream: 'sprints', scope: '' }], []]);
}); // prettier-ignore

test('of a list that is not understood as a whole, breaks off, or is of another project, nothing is taken to be deleted', async () => {
  for (const n of [1, 2, 3]) issue(n, [['1', at(1)]], {}).key = `CORE-${String(n)}`;
  await run();
  const listed = (...issues: object[]): object => ({ issues, isLast: false, nextPageToken: 't-2' });
  const fields = { created: '2026-05-01T09:00:00.000+0000' };
  const answers = [listed({ id: '1001', key: 'CORE-1', fields: { created: 'never' } }, { id: '1002', key: 'CORE-2', fields }), listed({ id: '1001', key: 'OTHER-1', fields }), { issues: [], isLast: false }];
  for (const [day, body] of answers.entries()) {
    server.faults.push({ status: 200, body });
    const told = run({}, { only: 'listing/CORE', now: new Date(Date.UTC(2026, 5, 7 + day, 12)) });
    await (day < 2 ? told : expect(told).rejects.toMatchObject({ code: 'source_endless', message: expect.stringContaining('names no place') as string }));
    await derive();
    expect(await units('project_key as project, deleted_at is not null as deleted')).toEqual([1, 2, 3].map((n) => ({ key: `CORE-${String(n)}`, project: 'CORE', deleted: false })));
  }
  expect(await query(`select reason from skipped where item = 'jira issues of CORE'`)).toEqual([{ reason: expect.stringContaining('another project (OTHER-1)') as string }]);
}); // prettier-ignore

test('pages of issues and of changes are read to the end, through trouble; a pass goes on where it broke off, and begins anew where its place is forgotten; twice is once', async () => {
  for (let n = 1; n <= 25; n++) issue(n, [['1', at(1)], ['3', at(2)], ['4', at(3)], ['5', at(4, n % 20)]]);
  world.page = 10;
  world.changes = 7;
  server.faults.push(broken, tooMany(1));
  await run({}, { only: 'issues' });
  const n = async (): Promise<number> => (await query<{ n: number }>('select count(*)::int as n from issue_event'))[0]?.n ?? 0;
  expect(await n()).toBe(100);
  const before = await hashStore(db.pool, FACTS);
  await db.pool.query('delete from stream_state');
  // The second page is refused: what came before it stays, with its place.
  world.expired.add('t-10');
  await expect(run({}, { only: 'issues' })).rejects.toMatchObject({ code: 'source_refused' });
  expect(await query(`select cursor ->> 'after' as after from stream_state`)).toEqual([{ after: 't-10' }]);
  world.expired.clear();
  const asked = server.asked.length;
  await run({}, { only: 'issues' });
  const places = server.asked.slice(asked).flatMap(({ url, body }) => (url.pathname.endsWith('/search/jql') ? [(JSON.parse(body) as { nextPageToken?: string }).nextPageToken] : []));
  expect(places).toEqual(['t-10', 't-20']);
  expect(await hashStore(db.pool, FACTS)).toEqual(before);
  await db.pool.query(`update stream_state set cursor = cursor || '{"after":"t-10","jql":"updated >= \\"2026-01-01 00:00\\" ORDER BY updated ASC"}'`);
  world.expired.add('t-10');
  await run({}, { only: 'issues' });
  expect(await hashStore(db.pool, FACTS)).toEqual(before);
}); // prettier-ignore

test('a token that is not accepted is one clear line without it, and never an empty answer', async () => {
  issue(1, [['1', at(1)]]);
  await expect(run({ api_token: 'other-never-shown' }, { only: 'issues' })).rejects.toMatchObject({ code: 'source_login', message: expect.stringContaining('is not accepted') as string });
  const [state] = await query<{ last_error: string }>('select last_error from stream_state');
  expect(state?.last_error).not.toContain('never-shown');
}); // prettier-ignore

test('a search that is answered as anybody’s is refused, and so is a configuration without a credential', async () => {
  const { jiraOf } = await import('./client.ts');
  const { openHttp } = await import('../../http/http.ts');
  const { found } = await import('./schema.ts');
  const budget = { take: () => Promise.resolve(0), block: () => Promise.resolve() };
  const given = sectionSchema.parse({ url: server.url, email: 'e@acme.io', api_token: 'wrong-never-shown' });
  const jira = jiraOf({ section: given, http: (options) => openHttp(options, { budget, signal: new AbortController().signal }) });
  await expect(jira.ask('rest/api/3/search/jql', { json: { jql: 'updated >= -1d' } }, found)).rejects.toMatchObject({ code: 'source_login' });
  expect(sectionSchema.safeParse({ url: 'https://acme.atlassian.net', email: 'e' }).success).toBe(false);
}); // prettier-ignore
