/** Against a server that answers as Argo CD's published description and source say (testing/vendors/argocd.ts). */
import { testDatabase, type TestDatabase } from '../../../testing/database.ts';
import { newWorld, serveArgoCd, type Application, type Entry, type World } from '../../../testing/vendors/argocd.ts';
import { pass } from '../../../testing/vendors/pass.ts';
import { tooMany, type Vendor } from '../../../testing/vendors/serve.ts';
import { ensureRepo, writePage } from '../../store/write-page.ts';
import { CollectorError, messageOf } from '../../errors.ts';
import { section as sectionSchema } from './config.ts';
import { connector } from './index.ts';

const NOW = new Date('2026-03-10T12:00:00Z');
const [A, B, C] = ['a'.repeat(40), 'b'.repeat(40), 'c'.repeat(40)];

let db: TestDatabase;
let world: World;
let server: Vendor;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  world = newWorld();
  server = await serveArgoCd(world);
  await db.pool.query('truncate deployment, service, skipped, stream_state, rate_budget, repo cascade');
});
afterEach(() => server.close());
afterAll(() => db.close());

const at = (minutes: number): string =>
  new Date(Date.UTC(2026, 2, 1) + minutes * 60_000).toISOString().replace('.000', '');
const source = {
  repoURL: 'https://github.com/acme/shop.git',
  path: 'deploy',
  helm: { values: 'password: never-shown' },
};
const entry = (id: number, revision: string, more: Partial<Entry> = {}): Entry => ({ id, revision, source, deployStartedAt: at(id * 60), deployedAt: at(id * 60 + 1), ...more }); // prettier-ignore
/** The newest ten, as the controller keeps them, and the operation of the last. */
function application(name: string, all: readonly Entry[], status: Partial<Application['status']> = {}): Application {
  const last = all.at(-1);
  return {
    metadata: { name, namespace: 'argocd', uid: `uid-${name}` },
    spec: { project: 'default', destination: { namespace: 'prod', server: 'https://kubernetes.default.svc' }, source },
    status: {
      history: all.slice(-10),
      operationState: { phase: 'Succeeded', startedAt: last?.deployStartedAt ?? at(0), finishedAt: last?.deployedAt ?? at(1), operation: { sync: {} } }, // prettier-ignore
      health: { status: 'Healthy' },
      ...status,
    },
  };
}

const run = (more: object = {}): Promise<void> =>
  pass(db.pool, { argocd: { token: world.token, url: server.url, ...more } }, { now: NOW, only: 'argocd/' });
const deployments = async (): Promise<unknown[]> =>
  (
    await db.pool.query<{
      row: unknown;
    }>(`select json_build_array(d.service_id, d.sha, d.result, d.kind, to_char(d.started_at at time zone 'UTC', 'HH24:MI'), d.rollback_of, d.web_url, r.slug, d.external_id) as row
    from deployment d left join repo r using (repo_id) order by d.service_id, d.started_at`)
  ).rows // prettier-ignore
    .map(({ row }) => row);
const short = async (): Promise<unknown[]> => (await deployments()).map((row) => (row as unknown[]).slice(0, 5));
const skips = async (): Promise<string[]> => (await db.pool.query<{ text: string }>(`select item || ': ' || reason as text from skipped order by at, item`)).rows.map(({ text }) => text); // prettier-ignore
const reads = (): string[] => server.asked.map(({ url }) => url.pathname.replace('/api/v1/', ''));

test('an answer for another application than asked for ends the run: what was asked for is read by the next one', async () => {
  world.applications.push(application('cart', [entry(0, A)]), application('shop', [entry(0, B)]));
  await run();
  Object.assign(world.applications[0]!, application('cart', [entry(0, A), entry(1, C)]));
  const { metadata, spec, status } = world.applications[1]!;
  server.faults.push({ status: 200, body: { items: world.applications.map((one) => ({ metadata: { name: one.metadata.name, namespace: 'argocd' }, status: { operationState: one.status.operationState } })) } }, { status: 200, body: { url: 'https://argocd.example' } }, { status: 200, body: { metadata, spec, status } }); // prettier-ignore
  await expect(run()).rejects.toMatchObject({ code: 'source_invalid', message: expect.stringContaining('argocd/shop, asked for argocd/cart') as string }); // prettier-ignore
  await run();
  expect(await short()).toContainEqual(['cart', C, 'success', 'unknown', '01:00']);
});

test('the worked example: the list leaves out what is not needed, an application is read when it has another operation, and failed syncs are told', async () => {
  world.applications.push(application('shop', [entry(0, A), entry(1, B), entry(2, B), entry(3, A)]));
  await run();
  const link = 'https://argocd.example/applications/argocd/shop';
  const id = (n: number): string => `uid-shop/2026-03-01T0${String(n)}:00:00.000Z`;
  expect(await deployments()).toEqual([
    ['shop', A, 'success', 'unknown', '00:00', null, link, 'acme/shop', id(0)],
    ['shop', B, 'success', 'unknown', '01:00', null, link, 'acme/shop', id(1)],
    ['shop', A, 'success', 'rollback', '03:00', id(1), link, 'acme/shop', id(3)],
  ]);
  expect(reads()).toEqual(['applications', 'settings', 'applications/shop']);
  expect(server.asked[0]?.url.searchParams.get('fields')).not.toContain('history');
  expect(server.asked[2]?.url.search).toBe('?appNamespace=argocd&project=default');
  // Nothing happened: nothing is read, and nothing is written.
  server.asked.length = 0;
  await run();
  expect(reads()).toEqual(['applications', 'settings']);
  const [shop] = world.applications;
  if (shop)
    shop.status.operationState = { phase: 'Failed', startedAt: at(300), finishedAt: at(302), operation: { sync: {} } };
  await run();
  expect((await short()).at(-1)).toEqual(['shop', null, 'failure', 'unknown', '05:00']);
  // A trial that fails, and a sync of single resources, are none.
  for (const sync of [{ dryRun: true }, { resources: [{ kind: 'Service', name: 'web' }] }]) {
    if (shop)
      shop.status.operationState = { phase: 'Failed', startedAt: at(400), finishedAt: at(402), operation: { sync } };
    await run();
  }
  expect(await short()).toHaveLength(4);
  const { rows: state } = await db.pool.query(
    `select last_error, watermark from stream_state where stream_id = 'argocd/applications'`
  );
  expect(state).toEqual([{ last_error: null, watermark: NOW }]);
  const { rows: kept } = await db.pool.query<{ text: string }>(`select row_to_json(s)::text as text from stream_state s union all select row_to_json(d)::text from deployment d`); // prettier-ignore
  expect(kept.map(({ text }) => text).join()).not.toContain('never-shown');
});

test('what is pushed and what is pulled are the same rows, whichever comes first', async () => {
  world.applications.push(application('shop', [entry(0, A), entry(1, B), entry(2, B), entry(3, A)]));
  const body = Buffer.from(JSON.stringify({
    ...world.applications[0],
    url: 'https://argocd.example/applications/argocd/shop',
    // As the template of the README renders them.
    status: { operationState: { phase: 'Succeeded', startedAt: at(180), finishedAt: at(181), isPartial: false }, images: [], isOfApplications: false,
      history: world.applications[0]?.status.history?.map(({ source: one, ...rest }) => ({ ...rest, revisions: null, digest: 'of the template', sources: [{ repoURL: one.repoURL, chart: null }] })) },
  })); // prettier-ignore
  const section = sectionSchema.parse({ tokens: ['t-t-t-t'] });
  const push = async (): Promise<void> => {
    const pushed = connector.pushes?.[0]?.normalize(
      { headers: {}, body },
      { section, now: () => NOW, accountId: () => '' }
    );
    for (const { repository, rows } of pushed?.pages ?? []) {
      const repoId = repository === null ? null : await ensureRepo(db.pool, repository);
      await writePage(db.pool, { streamId: 'argocd/push/applications', page: { rows, cursor: null }, repoId });
    }
  };
  await push();
  const pushed = await deployments();
  expect(pushed).toHaveLength(3);
  await run();
  expect(await deployments()).toEqual(pushed);
  await db.pool.query('truncate deployment cascade');
  await db.pool.query('delete from stream_state');
  await run();
  await push();
  expect(await deployments()).toEqual(pushed);
});

test('what was lost between two looks is named and not made up; the oldest entry is told once only, when it was new', async () => {
  const all = Array.from({ length: 31 }, (_none, id) =>
    entry(id, [A, B, C][id % 3] ?? A, id === 17 ? { revision: B } : {})
  );
  const upTo = (id: number): void => void world.applications.splice(0, 1, application('shop', all.slice(0, id + 1)));
  upTo(8);
  await run();
  expect(await short()).toHaveLength(9);
  // 9 … 14: 5 is the oldest, and known.
  upTo(14);
  await run();
  expect(await short()).toHaveLength(15);
  expect(await skips()).toEqual([]);
  // 15 … 30, of which 21 is the oldest: 15 … 20 are gone, and of 21 nothing says that it changed something.
  upTo(30);
  await run();
  expect((await short()).slice(15)).toHaveLength(9);
  expect(await skips()).toEqual([expect.stringMatching(/^argocd argocd\/shop: 7 syncs between two looks may be lost, unless a notification told of them: its history holds the newest 10\. Look more often/)]); // prettier-ignore
  // The first look at an application loses nothing: it begins there.
  world.applications.push(application('cart', all));
  await run();
  expect(await skips()).toHaveLength(1);
  // Made anew under its name.
  world.applications.splice(0, 1, {
    ...application('shop', all.slice(0, 2)),
    metadata: { name: 'shop', namespace: 'argocd', uid: 'uid-2' },
  });
  await run();
  expect(await skips()).toHaveLength(1);
});

test('without a history of more than one sync nothing is known, and it says so', async () => {
  world.applications.push(
    application('none', []),
    application('one', [entry(7, A)]),
    application('new', [entry(0, A)])
  );
  await run();
  expect(await short()).toEqual([['new', A, 'success', 'unknown', '00:00']]);
  expect(await skips()).toEqual([
    expect.stringContaining('argocd argocd/none: it keeps no history (spec.revisionHistoryLimit is 0)'),
    expect.stringContaining('argocd argocd/one: it keeps one sync (spec.revisionHistoryLimit is 1)'),
  ]);
});

test('other rules are for what was read before, too; images that are being exchanged are waited for', async () => {
  const ended = new Date(NOW.getTime() - 5 * 60_000).toISOString();
  const image = (sha: string): string => `ghcr.io/acme/shop:${sha}`;
  const last = entry(1, B, { deployStartedAt: ended, deployedAt: ended });
  const shop = application('shop', [entry(0, A), last], {
    summary: { images: [image(A), image(B)] },
    health: { status: 'Progressing' },
  });
  world.applications.push(shop);
  const images = { images: { 'ghcr.io/acme/*': 'acme/code' } };
  await run(images);
  expect(reads()).toEqual(['applications', 'settings']);
  const { rows } = await db.pool.query<{ watermark: Date }>('select watermark from stream_state');
  expect(rows[0]?.watermark.toISOString()).toBe(ended);
  shop.status = { ...shop.status, summary: { images: [image(C)] }, health: { status: 'Healthy' } };
  await run(images);
  expect((await deployments()).at(-1)).toEqual(expect.arrayContaining(['shop', C, 'acme/code']));
  await run({ ...images, services: { shop: 'web' } });
  expect((await short()).map((row) => (row as unknown[]).slice(0, 2))).toEqual([['web', null], ['web', C]]); // prettier-ignore
});

test('one that is gone, too large or no application is named and stops nothing; rate is waited for; an application of applications is none', async () => {
  const resources = [{ kind: 'Application', name: 'shop' }];
  const names = ['gone', 'hidden', 'huge', 'odd', 'shop'];
  world.applications.push(...names.map((name) => application(name, [entry(0, A)])), application('root', [entry(0, A)], { resources })); // prettier-ignore
  world.instead['gone'] = { status: 404, body: { code: 5, message: 'applications "gone" not found' } };
  world.instead['hidden'] = { status: 403, body: { code: 7, message: 'permission denied' } };
  world.instead['huge'] = { status: 200, body: 'x'.repeat((4 << 20) + 1) };
  world.instead['odd'] = { status: 200, body: { metadata: { name: 'odd', uid: 7 } } };
  server.faults.push(tooMany(1));
  await run();
  expect(await short()).toEqual([['shop', A, 'success', 'unknown', '00:00']]);
  expect(await skips()).toEqual([
    expect.stringMatching(/argocd\/gone: .* answered 404/),
    expect.stringMatching(/argocd\/hidden: .* answered 403/),
    expect.stringMatching(/argocd\/huge: .* more than 4,194,304 bytes/),
    expect.stringMatching(/argocd\/odd: it is not as the source describes it: metadata\.uid/),
  ]);
  server.asked.length = 0;
  await run();
  expect(reads()).toEqual(['applications', 'settings']);
});

const failing = async (more: object = {}): Promise<string> => run(more).then(() => 'none', messageOf);

test('errors are one clear line, without the token', async () => {
  world.applications.push(application('shop', [entry(0, A)]));
  expect(await failing({ token: 'another-token-never-shown' })).toMatch(/answered 401 \(invalid session.*\): the token is not accepted\. Make one anew \(argocd account generate-token/); // prettier-ignore
  world.mayGet = [];
  expect(await failing()).toMatch(
    /lists no application: there is none, or the account of its token may see none\. Grant it in argocd-rbac-cm/
  );
  world.mayGet = null;
  server.faults.push({ status: 403, body: { error: 'permission denied', code: 7, message: 'permission denied' } });
  expect(await failing()).toMatch(
    /answered 403 \(permission denied\): the account of the token may not get applications/
  );
  expect(await failing({ url: `${server.url}/argo` })).toMatch(/not JSON\. Check the address/);
  const { rows } = await db.pool.query<{ last_error: string }>('select last_error from stream_state');
  expect(rows[0]?.last_error).toMatch(/not JSON/);
  expect(JSON.stringify(rows)).not.toContain('never-shown');
  expect(await short()).toEqual([]);
});

test.each([
  {
    said: 'self-signed certificate; if the root CA is installed locally',
    way: /Name the authority of its certificate in argocd\.ca_file\.$/,
  },
  { said: "Hostname/IP does not match certificate's altnames", way: /give that one in argocd\.url\.$/ },
  { said: 'certificate has expired', way: /has expired$/ },
])('a certificate that is not good is said with the way out: $said', async ({ said, way }) => {
  const refusing = { request: () => Promise.reject(new CollectorError({ code: 'source_unavailable', message: `https://argocd.example cannot be reached: ${said}`, fault: 'source' })) }; // prettier-ignore
  const checksOf = (given: object) => connector.checks?.({ section: sectionSchema.parse(given), http: () => refusing, now: () => NOW }) ?? []; // prettier-ignore
  await expect(checksOf({ token: world.token, url: 'https://argocd.example' })[0]?.ask()).rejects.toThrow(way);
  expect(checksOf({ tokens: ['t-t-t-t'] })).toEqual([]);
});

test.each([
  { given: {}, why: /give token \(with url\) or tokens/ },
  { given: { token: 'x-x-x-x' }, why: /token and url belong together/ },
  { given: { tokens: ['x-x-x-x'], url: 'https://argocd.example' }, why: /token and url belong together/ },
])('a section that asks for nothing is refused: $why', ({ given, why }) => {
  expect(sectionSchema.safeParse(given).error?.message).toMatch(why);
});
