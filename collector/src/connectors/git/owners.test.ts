/** Who owned a repository when: CODEOWNERS along the default branch, and the facts of what was merged and deployed then. */
import { deriveAll } from '../../derive/derive.ts';
import { testDatabase, type TestDatabase } from '../../../testing/database.ts';
import { configSchema } from '../../config/schema.ts';
import { ensureRepo, writePage } from '../../store/write-page.ts';
import { ownerAt, ownerHistory } from '../../text/owner-history.ts';
import { TestRepository } from './fixtures/make-repository.ts';
import { pagesOf, rowsOf, stored } from './fixtures/read-stream.ts';

let repo: TestRepository;
beforeEach(() => {
  repo = new TestRepository();
});
afterEach(() => repo.remove());

const DAY = 86_400;
const START = 1_760_000_000;
const at = (day: number): number => START + day * DAY;
const iso = (day: number): string => new Date(at(day) * 1000).toISOString();
const on = (day: number, message: string, files: Readonly<Record<string, string>>): void => {
  repo.commit('main', { at: at(day), message, files });
};
async function repoOf(team?: string): Promise<Readonly<Record<string, unknown>>> {
  repo.save();
  const pages = await pagesOf('history', { path: repo.folder, slug: 'shop', ...(team === undefined ? {} : { team }) });
  return rowsOf(stored(pages), 'repo')[0] ?? {};
}

test('an owner counts from the day on which it reached the default branch, whichever file says so', async () => {
  on(0, 'Begin (#1)', { 'a.ts': '1\n' });
  on(1, 'Owners (#2)', { CODEOWNERS: '* @acme/Search\n' });
  on(2, 'Other rules (#3)', { CODEOWNERS: '# ours\n* @acme/Search\n/docs/ @acme/docs\n' });
  // Written on day 3, merged on day 5: it counts from then.
  repo.commit('move', {
    at: at(3),
    message: 'Hand over',
    from: 'main',
    files: { '.github/CODEOWNERS': '* @acme/cart\n' },
  });
  on(4, 'Go on (#4)', { 'a.ts': '2\n' });
  repo.commit('main', {
    at: at(5),
    message: 'Merge pull request #5 from acme/move',
    merge: ['move'],
    files: { '.github/CODEOWNERS': '* @acme/cart\n' },
  });
  expect(await repoOf()).toMatchObject({ owner_team_id: 'cart', owner_history: { [iso(1)]: 'search', [iso(5)]: 'cart' } }); // prettier-ignore
  on(6, 'Nobody (#6)', { '.github/CODEOWNERS': '/docs/ @acme/docs\n' });
  expect(await repoOf()).toMatchObject({ owner_team_id: null, owner_history: { [iso(1)]: 'search', [iso(5)]: 'cart', [iso(6)]: null } }); // prettier-ignore
  // Whom the configuration names has owned it always.
  expect(await repoOf('shop')).toMatchObject({ owner_team_id: 'shop', owner_history: null });
});

test('a repository without CODEOWNERS, or with one that names no team, says nothing of its owner', async () => {
  on(0, 'Begin (#1)', { 'a.ts': '1\n' });
  expect(await repoOf()).not.toHaveProperty('owner_history');
  on(1, 'A person (#2)', { CODEOWNERS: '* @ana\n' });
  expect(await repoOf()).not.toHaveProperty('owner_history');
});

test('the order of the branch counts, not clocks that run behind', () => {
  const version = (day: number, team: string | null): { at: Date; team: string | null } => ({
    at: new Date(iso(day)),
    team,
  });
  const history = ownerHistory([version(2, 'a'), version(1, 'b'), version(3, 'b'), version(4, null), version(5, 'a')]);
  expect(history).toEqual({ [iso(2)]: 'b', [iso(4)]: null, [iso(5)]: 'a' });
  const owner = (day: number): string | null => ownerAt({ owner_team_id: 'now', owner_history: history }, new Date(iso(day))); // prettier-ignore
  expect([1, 2, 3, 4, 5, 9].map(owner)).toEqual([null, 'b', 'b', null, 'a', 'a']);
  expect(ownerAt({ owner_team_id: 'now', owner_history: null }, new Date(iso(1)))).toBe('now');
});

describe('in the store', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await testDatabase();
  });
  afterAll(() => db.close());

  test('what was merged and deployed before a move is of the team that owned it then', async () => {
    const config = configSchema.parse({ repositories: [{ path: repo.folder, slug: 'shop' }] });
    const collect = async (): Promise<unknown[]> => {
      repo.save();
      const repoId = await ensureRepo(db.pool, 'shop');
      for (const stream of ['history', 'tags']) {
        const pages = await pagesOf(stream, { path: repo.folder, slug: 'shop' });
        for (const page of pages) await writePage(db.pool, { streamId: `git/${stream}/shop`, page, repoId });
      }
      await deriveAll(db.pool, { config });
      const { rows } = await db.pool.query<{ list: string }>(
        `select string_agg(what || ' ' || team, ', ' order by what) as list from (
           select c.change_key as what, f.team_id as team from change_fact f join change c using (change_id, repo_id)
           union all select d.external_id, f.team_id from deployment_fact f join deployment d using (deployment_id)) f`
      );
      return rows;
    };
    on(0, 'Begin (#1)', { 'a.ts': '1\n' });
    on(1, 'Owners (#2)', { CODEOWNERS: '* @acme/search\n' });
    on(2, 'One (#3)', { 'a.ts': '2\n' });
    repo.git('tag', 'v1.0.0');
    expect(await collect()).toEqual([{ list: '1 unknown, 2 search, 3 search, shop@v1.0.0 search' }]);
    on(8, 'Hand over (#4)', { CODEOWNERS: '* @acme/cart\n' });
    on(9, 'Two (#5)', { 'a.ts': '3\n' });
    repo.git('tag', 'v1.1.0');
    expect(await collect()).toEqual([{ list: '1 unknown, 2 search, 3 search, 4 cart, 5 cart, shop@v1.0.0 search, shop@v1.1.0 cart' }]); // prettier-ignore
  });
});
