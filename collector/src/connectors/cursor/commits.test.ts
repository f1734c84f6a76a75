/** AI code tracking, against the same server; histories are real ones. */
import { testDatabase, type TestDatabase } from '../../../testing/database.ts';
import { commitOf, newWorld, serveCursor, type World } from '../../../testing/vendors/cursor.ts';
import { pass } from '../../../testing/vendors/pass.ts';
import { tooMany, type Vendor } from '../../../testing/vendors/serve.ts';
import { configSchema } from '../../config/schema.ts';
import { deriveAll } from '../../derive/derive.ts';
import { repositoryFinder } from './repository-names.ts';
import type { NamedRepository } from '../../connector.ts';

const SHA = (n: number): string => n.toString(16).padStart(40, '0');
const AT = '2026-11-17T09:40:00.000Z';

let db: TestDatabase;
let world: World;
let server: Vendor;

beforeEach(async () => {
  db = await testDatabase();
  world = newWorld();
  server = await serveCursor(world);
});
afterEach(async () => {
  server.close();
  await db.close();
});

const SHOP = { url: 'https://git.acme.io/acme/shop' };
async function run(day: string, repositories: readonly object[] = [SHOP], more: object = {}): Promise<void> {
  await db.pool.query('delete from rate_budget');
  const given = { repositories, cursor: { api_key: world.key, url: server.url, since_days: 6, ...more } };
  await pass(db.pool, given, { now: new Date(`${day}T12:00:00Z`), only: 'cursor/commits' });
}
const query = async <Row extends object>(sql: string): Promise<Row[]> => (await db.pool.query<Row>(sql)).rows;
const marks = (): Promise<object[]> =>
  query(`select slug, sha, ai_share as share, value from commit_mark join repo using (repo_id) order by slug, sha`);

test('a commit is marked with its share of lines by AI, in the repository that its name means; nothing else of it is kept', async () => {
  world.commits.push(
    commitOf(SHA(1), AT),
    commitOf(SHA(2).toUpperCase(), AT, { repoName: 'git@git.acme.io:Acme/Shop.git', tabLinesAdded: 0, composerLinesAdded: 0 }),
    commitOf(SHA(3), AT, { tabLinesAdded: 100, composerLinesAdded: 100 }),
    commitOf(SHA(4), AT, { totalLinesAdded: 0, tabLinesAdded: 0, composerLinesAdded: 0 })
  ); // prettier-ignore
  await run('2026-11-18');
  const slug = 'acme/shop';
  expect(await marks()).toEqual([
    { slug, sha: SHA(1), share: 0.75, value: 'tab 30, composer 60 of 120 lines' },
    { slug, sha: SHA(2), share: 0, value: 'tab 0, composer 0 of 120 lines' },
    { slug, sha: SHA(3), share: 1, value: 'tab 100, composer 100 of 120 lines' },
  ]);
  expect(await query('select distinct kind, tool_id, grade, confidence from commit_mark')).toEqual([{ kind: 'line_count', tool_id: 'cursor', grade: 4, confidence: 0.9 }]); // prettier-ignore
  expect(await query('select from account')).toEqual([]);
});

test('line counts of a repository that is not collected wait, are named, and come when it is', async () => {
  world.commits.push(
    commitOf(SHA(1), '2026-11-13T09:00:00.000Z', { repoName: 'acme/till' }),
    commitOf(SHA(2), AT, { repoName: 'acme/till' }),
    commitOf(SHA(3), AT, { repoName: null })
  );
  await run('2026-11-18');
  expect(await marks()).toEqual([]);
  expect(await query('select item, reason from skipped order by 1')).toEqual([
    { item: 'repository (none named)', reason: expect.stringContaining('named no repository') as string },
    { item: 'repository acme/till', reason: expect.stringMatching(/2 in this reading, from 2026-11-12 on/) as string },
  ]); // prettier-ignore
  expect(await query('select slug from repo')).toEqual([]);
  // Both had settled long before it is collected.
  await run('2026-12-20', [SHOP], { since_days: 90 });
  server.asked.length = 0;
  await run('2026-12-21', [SHOP, { url: 'https://git.acme.io/acme/till' }], { since_days: 90 });
  expect(server.asked[0]?.url.searchParams.get('startDate')).toBe('2026-11-12T00:00:00.000Z');
  expect(await marks()).toEqual([
    expect.objectContaining({ slug: 'acme/till', sha: SHA(1) }),
    expect.objectContaining({ slug: 'acme/till', sha: SHA(2) }),
  ]);
  server.asked.length = 0;
  await run('2026-12-22', [SHOP, { url: 'https://git.acme.io/acme/till' }]);
  expect(server.asked[0]?.url.searchParams.get('startDate')).toBe('2026-12-19T00:00:00.000Z');
});

test('lines by the tool are declared use of the author; a count of none is no use', async () => {
  world.commits.push(commitOf(SHA(1), AT), commitOf(SHA(2), AT, { tabLinesAdded: 0, composerLinesAdded: 0 }));
  await run('2026-11-18');
  await db.pool.query(
    `insert into account (account_id, provider, email, kind) values ('a', 'git', 'ana@acme.io', 'human'), ('b', 'git', 'ben@acme.io', 'human');
     insert into git_commit (repo_id, commit_no, sha, parents, author_account_id, authored_at, committed_at, subject)
     select repo_id, n, lpad(n::text, 40, '0'), '{}', (array['a', 'b'])[n], '${AT}', '${AT}', 's' from repo, generate_series(1, 2) n;
     insert into dirty (kind, repo_id, item) select kind, 0, '*' from unnest(array['identity', 'commit']) as kind`
  );
  await deriveAll(db.pool, { config: configSchema.parse({}), full: true });
  expect(await query(`select a.email, d.tool_id, d.marked_commits as n from declared_day d join account a using (person_id)`)).toEqual([{ email: 'ana@acme.io', tool_id: 'cursor', n: 1 }]); // prettier-ignore
});

test('of several rows of a commit the corrected one counts, and of several users the one that saw most by AI; pages, waits, bad rows', async () => {
  const later = '2026-11-17T12:00:00.000Z';
  world.commits.push(
    commitOf(SHA(1), AT, { composerLinesAdded: 6, createdAt: later }),
    commitOf(SHA(1), AT),
    commitOf(SHA(1), AT, { userId: 'user_2', tabLinesAdded: 0, composerLinesAdded: 0 }),
    commitOf('a1b2c3d4', AT),
    commitOf(SHA(5), AT, { totalLinesAdded: -1 }),
    ...Array.from({ length: 1_500 }, (_none, n) => commitOf(SHA(100 + n), AT))
  );
  server.faults.push(tooMany(1), { status: 500, body: { error: 'Internal Server Error' } });
  for (let times = 0; times < 2; times++) {
    await run('2026-11-18');
    expect(await query('select from commit_mark')).toHaveLength(1_501);
    expect((await marks())[0]).toMatchObject({ sha: SHA(1), share: 0.3 });
  }
  expect(await query('select reason from skipped order by reason')).toEqual([
    { reason: expect.stringContaining('is no whole commit') as string },
    { reason: expect.stringContaining('totalLinesAdded') as string },
  ]);
});

test.each([
  ['team', 'source_forbidden', 'cursor.commits: false'],
  ['unknown', 'source_not_found', 'cursor.commits: false'],
] as const)('a plan without it (%s) is one clear line', async (...[plan, code, words]) => {
  world.plan = plan;
  await expect(run('2026-11-18')).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
  await run('2026-11-18', [SHOP], { commits: false });
}); // prettier-ignore

const named = (slug: string, url?: string): NamedRepository => ({ slug, notes_ref: '', ...(url === undefined ? { path: '.' } : { url }) }); // prettier-ignore

test('names mean the repository of their remote, of their slug, or the only one that is called so; never one of two', () => {
  const find = repositoryFinder([named('storefront', 'ssh://git@git.acme.io:22/acme/shop.git'), named('acme/till'), named('beta/till')]);
  const all = ['acme/shop', 'https://git.acme.io/Acme/Shop', 'shop', 'storefront', 'ACME/till', 'till', 'other/shop', 'constructor', ''];
  expect(all.map(find)).toEqual(['storefront', 'storefront', 'storefront', 'storefront', 'acme/till', null, null, null, null]);
}); // prettier-ignore
