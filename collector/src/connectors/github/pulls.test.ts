/** What the details of pull requests come to: commits of long rebases, and checks of a head that moves. */
import { testDatabase, type TestDatabase } from '../../../testing/database.ts';
import { drawnPull, type Drawn } from '../../../testing/github-server/drawn-pull.ts';
import type { StreamContext } from '../../connector.ts';
import { ensureRepo, writePage } from '../../store/write-page.ts';
import type { GitHub } from './client.ts';
import type { Section } from './config.ts';
import { Following } from './following.ts';
import { Ladder } from '../../forge/ladder.ts';
import { readDetails, type Chunk } from './pulls.ts';
import type { Pull } from './schema.ts';

const found = { id: 'R_1', name: 'acme/shop', branch: 'main', isArchived: false, lookedAt: '', pulls: null, issues: null, deployments: null, pushed: null, notes: null, pushedAt: null, kilobytes: null }; // prettier-ignore
const now = new Date('2026-03-20T00:00:00Z');
const sha = (at: number): string => at.toString(16).padStart(40, '0');

/** A forge that knows one pull request, and of what lies behind its merge commit the newest `landed`. */
async function read(pull: Pull, landed = 0, errors: readonly object[] = []): Promise<Chunk> {
  const ask = (query: string): Promise<unknown> => {
    if (query.startsWith('query pullDetails'))
      return Promise.resolve({ data: { nodes: [JSON.parse(JSON.stringify(pull))] }, errors });
    const [, first, after] = /history\(first:(\d+),after:(null|"\d+")\)/.exec(query) ?? [];
    const start = after === 'null' ? 0 : Number(after?.slice(1, -1));
    const end = Math.min(landed, start + Math.min(100, Number(first)));
    const nodes = Array.from({ length: end - start }, (_, at) => ({
      oid: sha(10_000 + start + at),
      messageHeadline: 'x',
      authoredDate: new Date('2026-03-01T12:00:00Z'),
    }));
    const history = { pageInfo: { hasNextPage: end < landed, endCursor: String(end) }, nodes };
    return Promise.resolve({ data: { node: { c0: { history } } }, errors: [] });
  };
  const github = { ask, askOnce: ask } as unknown as GitHub;
  const context = {
    accountId: (...words: string[]) => words.join(':'),
    section: { url: 'https://api.github.com' },
    now: () => now,
  } as unknown as StreamContext<Section>;
  const reader = { github, context, found, ladder: new Ladder(undefined), following: new Following('pull requests') };
  const chunks = [];
  for await (const one of readDetails(reader, [{ id: pull.id, number: 7, updatedAt: now }])) chunks.push(one);
  return chunks[0] as Chunk;
}

describe('a rebase', () => {
  const rebase = (count: number): Pull =>
    drawnPull({
      merge: { oid: sha(10_000), messageHeadline: 'feat: last words', committedDate: now },
      commits: Array.from({ length: count }, (_, at) => ({ oid: sha(at) })),
    });
  const landedOf = ({ page }: Chunk) =>
    page.rows.filter(({ table, values }) => table === 'git_commit' && values['is_on_default'] === true);

  test.each([2, 100, 101, 200, 250])('of %i commits is read whole', async (count) => {
    const chunk = await read(rebase(count), count + 30);
    expect(landedOf(chunk).map(({ values }) => values['sha'])).toEqual(Array.from({ length: count }, (_, at) => sha(10_000 + at))); // prettier-ignore
    expect(chunk.page.skips).toEqual([]);
  });

  test.each([0, 120])('of which GitHub gives %i commits of 150 is named', async (given) => {
    const { page } = await read(rebase(150), given);
    expect(page.skips).toMatchObject([{ item: '#7 commits of its rebase', reason: expect.stringContaining(`${String(given)} of 150`) as string }]); // prettier-ignore
  });
});

describe('checks', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await testDatabase();
  });
  afterAll(() => db.close());

  const withChecks = (head: string, ids: readonly string[], more: Drawn = {}): Pull => ({
    ...drawnPull(more),
    last: {
      nodes: [{ commit: { oid: head, statusCheckRollup: { contexts: {
        totalCount: ids.length,
        pageInfo: { hasNextPage: false, endCursor: null },
        nodes: ids.map((id) => ({ __typename: 'CheckRun', id, name: 'ci', conclusion: 'SUCCESS', startedAt: now, completedAt: now })),
      } } } }],
    },
  }); // prettier-ignore
  async function stored(slug: string, ...chunks: readonly Chunk[]): Promise<unknown[]> {
    const repoId = await ensureRepo(db.pool, slug);
    for (const { page } of chunks)
      await writePage(db.pool, { streamId: slug, repoId, page: { ...page, cursor: null } });
    const { rows } = await db.pool.query<object>('select external_id, sha from build where repo_id = $1 order by 1', [repoId]); // prettier-ignore
    return rows;
  }

  test('of a head that a force push left, and earlier tries, are taken back: as if all were read anew', async () => {
    const [old, pushed] = [await read(withChecks(sha(1), ['a', 'b'])), await read(withChecks(sha(2), ['c', 'd']))];
    const anew = await read(withChecks(sha(2), ['d', 'e']));
    const full = await stored('acme/full', anew);
    expect(full).toHaveLength(2);
    expect(await stored('acme/bit-by-bit', old, pushed, anew)).toEqual(full);
  });

  test('stay where GitHub does not give those of the head', async () => {
    const chunk = await read(withChecks(sha(1), ['a']));
    const failed = await read({ ...drawnPull({}), last: { nodes: [{ commit: { oid: sha(2), statusCheckRollup: null } }] } }, 0, [{ path: ['nodes', 0, 'last', 'nodes', 0], message: 'no' }]); // prettier-ignore
    expect(await stored('acme/failed', chunk, failed)).toHaveLength(1);
  });
});
