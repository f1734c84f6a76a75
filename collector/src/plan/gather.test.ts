/** What two sources say of one repository is put together, and what the organisation says of accounts counts. */
import { parseConfig } from '../config/load.ts';
import { TestRepository } from '../connectors/git/fixtures/make-repository.ts';
import { startGitHub } from '../../testing/github-server/server.ts';
import { World } from '../../testing/github-server/world.ts';
import { progressOn } from '../terminal/progress.ts';
import { gather } from './gather.ts';

test('a repository that GitHub and a clone both know is one, with the signs of both', async () => {
  const now = new Date('2026-10-05T12:00:00Z');
  const world = new World({ repositories: 1, pulls: 20, days: 60, hugeEvery: 0, end: now });
  const server = await startGitHub({ world, now, token: 'a-token' });
  const repo = new TestRepository();
  try {
    repo
      .commit('main', { author: { name: 'release-bot', email: 'release@acme.io' } })
      .commit('main')
      .commit('main');
    repo.git('tag', 'v1.0.0');
    const config = parseConfig(`
github: { token: a-token, url: "${server.url}", owners: [acme], mirrors: false }
repositories: [{ path: "${repo.folder}", slug: acme/shop, service: storefront }]
accounts: { people: [ana@acme.io], agents: [release@acme.io] }
`);
    const plan = await gather(config, { cacheDir: repo.parent, isWhole: false, progress: progressOn(null), signal: new AbortController().signal }); // prettier-ignore
    expect(plan.faults).toEqual([]);
    expect(plan.repositories.map(({ slug }) => slug)).toEqual(['acme/shop']);
    const [shop] = plan.repositories;
    expect(shop?.signs.map(({ kind, environment, service }) => `${kind} ${environment} ${service}`).sort()).toEqual([
      'environment production storefront',
      'environment staging storefront',
      'tags production storefront',
    ]);
    expect(shop?.squash?.setting).toBe('commit_messages');
    expect(shop?.step).toBeNull();
    expect(plan.accounts.find(({ email }) => email === 'release@acme.io')).toMatchObject({
      kind: 'ai_agent',
      count: 1,
    });
    expect(plan.sources.map(({ connector }) => connector)).toEqual(['git', 'github']);
  } finally {
    repo.remove();
    await server.close();
  }
});
