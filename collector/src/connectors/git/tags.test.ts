import { parseConfig } from '../../config/load.ts';
import { ana, TestRepository } from './fixtures/make-repository.ts';
import { pagesOf, rowsOf, stored } from './fixtures/read-stream.ts';
import { LEFT_TAGS, NONE_LEFT } from './left-tags.ts';
import { prereleaseTest, tagPattern, tagTargets } from '../../text/tag-rules.ts';

const made: TestRepository[] = [];
const repository = (): TestRepository => {
  const repo = new TestRepository();
  made.push(repo);
  return repo;
};
afterAll(() => made.forEach((repo) => repo.remove()));

describe('tags', () => {
  it("are production deployments at the tagger's or the commit's time; pre-releases are not production", async () => {
    const repo = repository().commit('main', { at: 1_700_000_000 });
    repo.git('tag', 'v1.0.0');
    repo.git('tag', 'v1.1.0-rc.1');
    repo.git('tag', 'nightly');
    repo.git('-c', 'user.name=T', '-c', 'user.email=t@acme.io', 'tag', '-a', '1.0.1', '-m', 'patch');
    repo.git('tag', '-a', 'v9-nested', '-m', 'tag of a tag', '1.0.1');
    repo.git('tag', 'v3-file', repo.git('hash-object', '-w', '-t', 'blob', '--stdin'));
    const pages = await pagesOf('tags', { path: repo.folder, service: 'cart' });
    const rows = rowsOf(stored(pages), 'deployment');
    expect(rows.map((row) => [row['external_id'], row['environment']])).toEqual([
      ['shop@1.0.1', 'production'],
      ['shop@v1.0.0', 'production'],
      ['shop@v1.1.0-rc.1', 'prerelease'],
      ['shop@v9-nested', 'production'],
    ]);
    expect(rows[1]).toMatchObject({
      service_id: 'cart',
      sha: repo.sha('main'),
      ref: 'v1.0.0',
      kind: 'unknown',
      result: 'success',
      finished_at: new Date(1_700_000_000_000),
    });
    expect(rows[3]).toMatchObject({ sha: repo.sha('main') });
    expect(pages.flatMap(({ skips = [] }) => skips)).toEqual([
      { item: 'v3-file', reason: 'the tag names no commit of this clone' },
      {
        item: LEFT_TAGS,
        reason:
          '1 of 6 tags are not counted as deployments (e.g. nightly): only plain versions such as v1.2.0, as this repository has them, count unless tag_patterns in throughline.yaml say otherwise',
      },
    ]);
  });

  it('that fit no rule are counted in one line, which is taken back when a rule fits them', async () => {
    const repo = repository().commit('main');
    for (const tag of ['v1.0.0', 'create-vite@2.0.0', 'plugin-legacy@1.0.0']) repo.git('tag', tag);
    const skipsOf = async (tag_patterns: string[] | undefined, cursor: unknown = null) => {
      const pages = await pagesOf('tags', { path: repo.folder, ...(tag_patterns ? { tag_patterns } : {}) }, { cursor });
      return { skips: pages.flatMap(({ skips = [] }) => skips), cursor: pages.at(-1)?.cursor };
    };
    const first = await skipsOf(undefined);
    expect(first.skips).toEqual([
      {
        item: LEFT_TAGS,
        reason: expect.stringMatching(/^2 of 3 tags .* \(e\.g\. create-vite@2\.0\.0\): only plain versions/) as string,
      },
    ]);
    const given = await skipsOf(['v*'], first.cursor);
    expect(given.skips).toMatchObject([
      { reason: expect.stringMatching(/they fit no tag pattern of its configuration$/) as string },
    ]);
    const all = await skipsOf(['*'], given.cursor);
    expect(all.skips).toEqual([{ item: LEFT_TAGS, reason: NONE_LEFT }]);
    expect((await skipsOf(['*'], all.cursor)).skips).toEqual([]);
  });

  it('of a monorepo deploy the service and the environment that the configuration says, by the first rule that fits', async () => {
    const repo = repository().commit('main');
    for (const tag of ['api-v1.0.0', 'api-v1.1.0-beta.1', 'web-v2.0.0', 'web-v2.1.0-rc.1', 'v3.0.0'])
      repo.git('tag', tag);
    const { repositories } = parseConfig(`repositories:
  - path: ${repo.folder}
    service: shop
    deployments:
      tags:
        - { pattern: 'api-v*-beta*', service: api, environment: staging }
        - { pattern: 'api-v*', service: api }
        - { pattern: '/^(?<service>[a-z]+)-v\\d/' }
`);
    const rows = rowsOf(stored(await pagesOf('tags', repositories[0] ?? {})), 'deployment');
    expect(rows.map((row) => [row['ref'], row['service_id'], row['environment']])).toEqual([
      ['api-v1.0.0', 'api', 'production'],
      ['api-v1.1.0-beta.1', 'api', 'staging'],
      ['web-v2.0.0', 'web', 'production'],
      ['web-v2.1.0-rc.1', 'web', 'prerelease'],
    ]);
  });

  it('of services are read where a repository has no versions of its own', async () => {
    const repo = repository().commit('main');
    for (const tag of ['web/v1.0.0', 'web/v1.1.0-rc.1', 'api/v2.0.0', 'docs']) repo.git('tag', tag);
    const before = rowsOf(stored(await pagesOf('tags', { path: repo.folder })), 'deployment');
    expect(before.map((row) => [row['service_id'], row['environment']])).toEqual([
      ['api', 'production'],
      ['web', 'production'],
      ['web', 'prerelease'],
    ]);
    repo.git('tag', 'v1.0.0');
    const after = rowsOf(stored(await pagesOf('tags', { path: repo.folder })), 'deployment');
    expect(after.map((row) => row['ref'])).toEqual(['v1.0.0']);
  });

  it('bring along the commits of release branches, so that deployments can be compared', async () => {
    const repo = repository().commit('main').commit('release', { from: 'main', author: ana }).commit('main');
    repo.git('tag', 'v1.0.1', 'release');
    const rows = stored(await pagesOf('tags', { path: repo.folder }));
    expect(rowsOf(rows, 'git_commit')).toMatchObject([
      { sha: repo.sha('release'), parents: [repo.sha('release~1')], is_on_default: false },
    ]);
    expect(rowsOf(rows, 'git_commit')[0]).not.toHaveProperty('change_key');
  });

  it('are read once, again when one moves, and carried on where they stopped', async () => {
    const repo = repository().commit('main');
    repo.git('tag', 'v1.0.0');
    repo.git('tag', 'v1.0.1');
    const first = await pagesOf('tags', { path: repo.folder });
    const cursor = first.at(-1)?.cursor as { digest: string };
    expect(stored(await pagesOf('tags', { path: repo.folder }, { cursor })).size).toBe(0);
    expect(stored(await pagesOf('tags', { path: repo.folder }, { cursor: { ...cursor, after: 'v1.0.0' } })).size).toBe(
      1
    );
    repo.commit('main').git('tag', '-f', 'v1.0.1', 'main');
    expect(rowsOf(stored(await pagesOf('tags', { path: repo.folder }, { cursor })), 'deployment')).toHaveLength(2);
  });

  it('of an empty list are none', async () => {
    const repo = repository().commit('main').save();
    expect(stored(await pagesOf('tags', { path: repo.folder })).size).toBe(0);
    repo.git('tag', 'v1.0.0');
    expect(stored(await pagesOf('tags', { path: repo.folder, tag_patterns: [] })).size).toBe(0);
  });
});

describe('tag patterns', () => {
  it('are globs or regular expressions; a group names the service', () => {
    const targetOf = tagTargets(
      [{ pattern: '/^(?<service>[a-z-]+)\\/v\\d/' }, { pattern: 'edge-*', environment: 'staging' }, { pattern: 'v*' }],
      'shop'
    );
    expect(targetOf('cart-api/v2.0.0')).toEqual({ service: 'cart-api', environment: 'production' });
    expect(targetOf('edge-7')).toEqual({ service: 'shop', environment: 'staging' });
    expect(targetOf('v1')).toEqual({ service: 'shop', environment: 'production' });
    expect(targetOf('x')).toBeNull();
    expect(() => tagPattern('/(/')).toThrow('repositories: the tag pattern /(/ is none');
    expect(tagPattern('v1.0+*').test('v1x0+2')).toBe(false);
  });

  it('of the configuration say which versions are releases and which are none', () => {
    const isBefore = prereleaseTest({ prereleases: ['*-internal*', '/^v0\\./'], releases: ['v*-hotfix*'] });
    expect(['v1.0.0', 'v1.0.0-hotfix.1', 'v1.0.0-rc.1', 'v1.0.0+1-internal', 'v0.9.0'].map(isBefore)).toEqual([
      false,
      false,
      true,
      true,
      true,
    ]);
  });
});
