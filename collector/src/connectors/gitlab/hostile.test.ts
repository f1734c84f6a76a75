/** What goes wrong at a GitLab, and what then happens: nothing is lost, nothing half-written, no token shown. */
import { ana, at, bo, NOW, openOrganisation, type Organisation } from '../../../testing/gitlab-server/organisation.ts';
import { addProject, addRequest, nextId, notesOf, shaOf } from '../../../testing/gitlab-server/world.ts';
import { broken, tooMany } from '../../../testing/vendors/serve.ts';

let acme: Organisation;
beforeAll(async () => {
  acme = await openOrganisation();
});
beforeEach(() => acme.begin());
afterAll(() => acme.close());

/** A shop with merge requests over some months, each with commits, notes and a pipeline; some issues. */
function fill(count: number): void {
  for (let n = 1; n <= count; n++) {
    const day = new Date(Date.parse('2026-06-01T06:00:00Z') - n * 86_400_000 * 1.5);
    const [opened, ended] = [new Date(day.getTime() - 86_400_000).toISOString(), day.toISOString()];
    const request = addRequest(acme.shop, n % 2 === 0 ? ana : bo, {
      ...{ iid: n, created_at: opened, updated_at: ended, state: 'merged', merged_at: ended, merge_user: bo, merge_commit_sha: shaOf(9000 + n) },
      commits: [1, 2].map((k) => ({ sha: shaOf(n * 10 + k), message: `Step ${String(k)}`, at: opened, name: 'Ana', email: 'ana@acme.io', author: ana })),
    });
    const { told, said } = notesOf(request);
    said(ended, n % 2 === 0 ? bo : ana, { path: 'a.ts' });
    told(ended, n % 2 === 0 ? bo : ana, ['approved this merge request', 'approved']);
    acme.shop.pipelines.push({ id: nextId(), ref: `refs/merge-requests/${String(n)}/head`, sha: shaOf(n * 10 + 2), source: 'merge_request_event', status: 'SUCCESS', createdAt: opened, updatedAt: ended, startedAt: opened, finishedAt: ended, user: ana, jobs: [{ id: nextId(), name: 'test', status: 'SUCCESS', createdAt: opened, startedAt: opened, finishedAt: ended }] });
    acme.shop.issues.push({ iid: n, title: 'x', state: 'closed', created_at: opened, updated_at: ended, closed_at: ended, states: [{ id: nextId(), user: bo, created_at: ended, state: 'closed' }] });
  }
} // prettier-ignore

const paths = (): string[] => acme.server.asked.map(({ url }) => url.pathname + url.search);

test('what is read bit by bit, twice or after being killed at any request is what is read at once; then nothing is read anew', async () => {
  fill(60);
  expect(await acme.run()).toBe('');
  expect(await acme.skips()).toEqual([]);
  expect(await acme.query('select count(*)::integer as n, count(merged_at)::integer as merged from change')).toEqual([{ n: 60, merged: 60 }]); // prettier-ignore
  expect(await acme.query('select changes_known_from as at from repo')).toEqual([{ at: new Date('2026-01-01T00:00:00Z') }]); // prettier-ignore
  const whole = await acme.facts();
  const before = acme.server.asked.length;
  expect(await acme.run({}, { now: new Date(NOW.getTime() + 600_000) })).toBe('');
  expect(await acme.facts()).toBe(whole);
  expect(acme.server.asked.slice(before).filter(({ body }) => body.includes('query parts'))).toEqual([]);
  await acme.empty();
  for (let killed = 3; killed < 40; killed += 5) {
    const stop = new AbortController();
    const until = acme.server.asked.length + killed;
    const watch = setInterval(() => {
      if (acme.server.asked.length >= until) stop.abort();
    }, 1);
    await acme.run({}, { signal: stop.signal });
    clearInterval(watch);
  }
  expect(await acme.run()).toBe('');
  expect(await acme.facts()).toBe(whole);
}, 120_000);

test('a reconciliation finds a thread that was resolved without a change, and nothing else', async () => {
  fill(6);
  await acme.run();
  const later = new Date(NOW.getTime() + 8 * 86_400_000);
  expect(await acme.run({}, { now: later })).toBe('');
  const missed = (): Promise<object[]> => acme.query(`select coalesce(sum(row_count), 0)::integer as rows from stream_state where stream_id like 'gitlab/reconcile/%'`); // prettier-ignore
  expect(await missed()).toEqual([{ rows: 0 }]);
  const note = acme.shop.requests[1]?.notes.find(({ path }) => path !== undefined);
  if (note) note.isResolved = true;
  expect(await acme.run({}, { now: new Date(later.getTime() + 8 * 86_400_000) })).toBe('');
  expect(await missed()).toEqual([{ rows: 1 }]);
  expect(await acme.query(`select state from change_event where change_key = '2' and kind = 'review_comment'`)).toEqual([{ state: 'resolved' }]); // prettier-ignore
}, 60_000);

test.each<[string, () => void, RegExp]>([
  ['a token that is not accepted', () => Object.assign(acme.world, { token: 'glrt-never-shown-another' }), /answered 401.*the token is not accepted.*read_api.*gitlab\.token/], // prettier-ignore
  ['a token without the scope', () => (acme.world.scopes = ['read_user']), /lacks the scope read_api/],
  ['a path that is not there', () => (acme.world.groups.length = 0), /acme is not there, or the token may not see it.*read_api/], // prettier-ignore
  ['a server in trouble', () => acme.server.faults.push(...Array.from({ length: 8 }, () => broken)), /502/],
  ['a list without an end', () => (acme.world.isEndless = true), /has no end/],
  ['a list that goes on and does not say where', () => (acme.world.isPlaceless = true), /pipelines of .* has no end: it names no place/],
])('%s is one clear line, without the token', async (_name, spoil, line) => {
  fill(2);
  const token = acme.world.token;
  const config = { token };
  spoil();
  const said = await acme.run(config);
  expect(said).toMatch(line);
  expect(said).not.toContain('never-shown');
  expect(JSON.stringify(await acme.query('select * from stream_state'))).not.toContain('never-shown');
}, 60_000); // prettier-ignore

test('a part of a project that is switched off, or may not be seen, is named; the other parts are read and the project is not gone', async () => {
  fill(2);
  acme.world.unseen.push('deployments');
  acme.world.missing.push('issues');
  expect(await acme.run()).toBe('');
  expect(await acme.skips()).toEqual([
    expect.stringMatching(/^deployments of acme\/platform\/shop: .*the role Reporter/),
    expect.stringMatching(/^issues of acme\/platform\/shop: .*404/),
  ]);
  expect(await acme.query('select gone_at from repo')).toEqual([{ gone_at: null }]);
  expect(await acme.query('select count(*)::integer as n from change')).toEqual([{ n: 2 }]);
});

test('asked to wait, it waits; asked for long, the run ends and goes on later', async () => {
  fill(2);
  acme.server.faults.push(tooMany(1));
  expect(await acme.run()).toBe('');
  await acme.empty();
  acme.server.faults.push(tooMany(900));
  expect(await acme.run()).toMatch(/wait|used up/);
  expect(await acme.run()).toBe('');
}, 60_000);

test('questions stay below the complexity of GitLab; a server that times out gets smaller ones, and the size is kept', async () => {
  fill(40);
  acme.world.mostRequests = 6;
  expect(await acme.run()).toBe('');
  expect(await acme.query(`select min((cursor->>'size')::integer) as size from stream_state where stream_id like 'gitlab/merge-requests/%'`)).toEqual([{ size: 5 }]);
  expect(await acme.query('select count(*)::integer as n from change')).toEqual([{ n: 40 }]);
  acme.world.mostRequests = null;
  acme.world.mostComplexity = 10;
  await acme.empty();
  expect(await acme.run()).toMatch(/complexity|cannot|smaller page/);
}, 60_000); // prettier-ignore

const OLD = [
  'Commit.committedDate',
  'Commit.committerName',
  'Commit.committerEmail',
  'notes(filter)',
  'Note.internal',
  'Pipeline.name',
  'Pipeline.source',
  'MergeRequest.closedAt',
  'Project.deployment',
  'Project.incidentManagementTimelineEvents',
  'UserCore.bot',
];

test('an older GitLab is asked without what it does not know; what is missing then is named, and no text of people is kept', async () => {
  // Another server: what one does not know says nothing of the others.
  await acme.begin({ lacking: OLD, below: '/gitlab' });
  fill(3);
  acme.shop.issues.push({ iid: 9, title: 'down', issue_type: 'incident', state: 'opened', created_at: at(20), updated_at: at(20), closed_at: null }); // prettier-ignore
  const { said } = notesOf(acme.shop.requests[0] as never);
  said(at(30), bo, { body: 'approved this merge request' });
  expect(await acme.run()).toBe('');
  const lines = await acme.skips();
  expect(lines.join('\n')).toMatch(/GitLab without notes\(filter\): this version does not know it: all notes are read/);
  expect(lines.join('\n')).toMatch(/GitLab without Commit\.committedDate: .*committed is taken from when they were written/); // prettier-ignore
  expect(await acme.query(`select count(*)::integer as n from change_event where kind = 'review' and state = 'approved'`)).toEqual([{ n: 3 }]); // prettier-ignore
  expect(await acme.query('select count(*)::integer as n from build')).toEqual([{ n: 6 }]);
  expect(await acme.query('select web_url from repo')).toEqual([{ web_url: `${acme.server.url}/gitlab/acme/platform/shop` }]); // prettier-ignore
  expect(paths().every((path) => path.startsWith('/gitlab/api/'))).toBe(true);
}, 60_000);

test('a project that is renamed or moved keeps its name here, one that is deleted keeps what is known of it, an archived one says so', async () => {
  fill(3);
  const cart = addProject(acme.world, 'acme/cart');
  addRequest(cart, bo, { created_at: at(29), updated_at: at(29) });
  expect(await acme.run()).toBe('');
  Object.assign(acme.shop, { path: 'other/store', isArchived: true });
  cart.isGone = true;
  addRequest(acme.shop, ana, { iid: 70, created_at: '2026-06-01T13:00:00.000Z', updated_at: '2026-06-01T13:00:00.000Z' }); // prettier-ignore
  expect(await acme.run({}, { now: new Date(NOW.getTime() + 86_400_000) })).toBe('');
  expect(await acme.query('select slug, web_url, gone_at is not null as gone, is_archived as archived from repo order by 1')).toEqual([
    { slug: 'acme/cart', web_url: `${acme.server.url}/acme/cart`, gone: true, archived: false },
    { slug: 'acme/platform/shop', web_url: `${acme.server.url}/other/store`, gone: false, archived: true },
  ]);
  expect(await acme.query('select count(*)::integer as n from change')).toEqual([{ n: 5 }]);
  expect(await acme.skips()).toEqual([expect.stringMatching(/acme\/cart: is not there any more/)]);
}, 60_000); // prettier-ignore

test('a project that is renamed between two looks is read by the next pass: nothing counts as read', async () => {
  fill(3);
  acme.world.isMoving = true;
  expect(await acme.run()).toBe('');
  expect((await acme.skips()).join('\n')).toMatch(
    /merge requests of acme\/platform\/shop: The project .* is not there/
  );
  expect(await acme.query('select gone_at, (select count(*)::integer from change) as n from repo')).toEqual([{ gone_at: null, n: 0 }]); // prettier-ignore
  acme.world.isMoving = false;
  expect(await acme.run()).toBe('');
  expect(await acme.query('select count(*)::integer as n from change')).toEqual([{ n: 3 }]);
});

test('pages go on by their links where a proxy takes the headers away', async () => {
  acme.world.hasLinksOnly = true;
  for (let n = 0; n < 130; n++) addProject(acme.world, `acme/p${String(n)}`);
  expect(await acme.run({ exclude: ['*/p1*'] })).toBe('');
  expect(await acme.query('select count(*)::integer as n from repo')).toEqual([{ n: 131 - 41 }]);
}, 60_000);

test('users and single projects are read by their path; forks, topics and globs choose', async () => {
  addProject(acme.world, 'ana/notes');
  addProject(acme.world, 'acme/fork', { forkOf: 'other/fork' });
  addProject(acme.world, 'acme/old', { topics: ['legacy'] });
  addProject(acme.world, 'beta/one');
  expect(await acme.run({ paths: ['acme', 'ana', 'beta/one'], exclude: ['*/old'] })).toBe('');
  const slugs = async (): Promise<string[]> => (await acme.query<{ slug: string }>('select slug from repo order by 1')).map(({ slug }) => slug); // prettier-ignore
  expect(await slugs()).toEqual(['acme/platform/shop', 'ana/notes', 'beta/one']);
  await acme.empty();
  expect(await acme.run({ topics: ['legacy'], forks: true })).toBe('');
  expect(await slugs()).toEqual(['acme/old']);
});

test('clocks that are ahead and times that go backwards take nothing away', async () => {
  addRequest(acme.shop, ana, { created_at: at(20), updated_at: '2031-01-01T00:00:00.000Z' });
  addRequest(acme.shop, ana, { created_at: at(20), updated_at: at(19), merged_at: at(18), state: 'merged', commits: [{ sha: shaOf(1), message: 'x', at: '2031-01-01T00:00:00.000Z', name: 'A', email: 'a@acme.io' }] }); // prettier-ignore
  expect(await acme.run()).toBe('');
  addRequest(acme.shop, ana, { created_at: '2026-06-01T13:00:00.000Z', updated_at: '2026-06-01T13:00:00.000Z' });
  expect(await acme.run({}, { now: new Date(NOW.getTime() + 86_400_000) })).toBe('');
  expect(await acme.query('select change_key as key, first_commit_at as begun from change order by 1')).toEqual([
    { key: '1', begun: null },
    { key: '2', begun: null },
    { key: '3', begun: null },
  ]);
});
