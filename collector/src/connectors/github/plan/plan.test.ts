/** Plans of a generated organisation, from a server that executes GitHub's own schema and counts its points. */
import { jest } from '@jest/globals';
import { startGitHub, type GitHubServer, type GitHubServerOptions } from '../../../../testing/github-server/server.ts';
import { World, type WorldOptions } from '../../../../testing/github-server/world.ts';
import { parseConfig } from '../../../config/load.ts';
import { drawPlan } from '../../../plan/draw.ts';
import { gather, type Plan } from '../../../plan/gather.ts';
import { progressOn } from '../../../terminal/progress.ts';
import { LOOKED_INTO } from './plan.ts';

jest.setTimeout(60_000);

const token = 'github-token-never-shown';
const NOW = new Date('2026-10-05T12:00:00Z');
let server: GitHubServer;
afterEach(() => server.close());

async function serve(world: Partial<WorldOptions> = {}, more: Partial<GitHubServerOptions> = {}): Promise<World> {
  const made = new World({ repositories: 3, pulls: 45, days: 60, hugeEvery: 0, end: NOW, ...world });
  server = await startGitHub({ world: made, now: NOW, token, ...more });
  return made;
}

async function planOf(more = 'owners: [acme]', isWhole = false): Promise<Plan> {
  const config = parseConfig(`github:\n  token: \${T}\n  url: ${server.url}\n  ${more}\n`, 'throughline.yaml', { T: token }); // prettier-ignore
  const plan = await gather(config, { cacheDir: '/nowhere', isWhole, progress: progressOn(null), signal: new AbortController().signal, now: () => NOW }); // prettier-ignore
  expect(JSON.stringify(plan)).not.toContain(token);
  return plan;
}
const text = (plan: Plan): string => drawPlan(plan, { isWhole: false, width: 110 });
const operations = (): string[] => server.asked.map(({ operation }) => operation);
const forbidden = (message: string, type = 'FORBIDDEN') => ({ status: 200, body: { data: null, errors: [{ type, message, path: ['nodes', 0, 'deployments'] }] } }); // prettier-ignore

test('a thousand repositories are listed whole and looked into where they move, for few points and on one screen', async () => {
  await serve({ repositories: 1000, pulls: 1200, days: 30 });
  const plan = await planOf();
  // Forks are not read.
  const forks = server.world.repositories.filter(({ isFork }) => isFork).length;
  expect(plan.repositories).toHaveLength(1000 - forks);
  expect(plan.repositories.filter(({ isRead }) => isRead)).toHaveLength(LOOKED_INTO);
  expect(plan.sources[0]?.cost).toMatch(/^(3\d|4[0-5]) points, 4,9\d\d left/);
  expect(operations().filter((one) => one === 'owned')).toHaveLength(10);
  expect(operations().filter((one) => one === 'look')).toHaveLength(Math.ceil(LOOKED_INTO / 8));
  const lines = text(plan).split('\n');
  expect(lines.length).toBeLessThanOrEqual(67);
  expect(text(plan)).toContain(
    `The 50 that were pushed to last were looked into; ${String(950 - forks)} are listed only`
  );
});

test('what deploys, who owns, who writes and what a squash keeps is told with its reason', async () => {
  const world = await serve();
  const [shop, cart, checkout] = world.repositories;
  if (!shop || !cart || !checkout) throw new Error('the world is too small');
  world.give(shop, {
    tags: ['v1.1.0', 'v1.0.0'],
    files: { 'apps/web/package.json': '{}', 'apps/api/go.mod': 'module api', 'apps/notes.md': '' },
  });
  cart.environments = [];
  checkout.environments = [];
  world.give(checkout, { files: { '.github/workflows/release.yml': 'on: push\njobs: { go: { environment: production } }' } }); // prettier-ignore
  world.give(cart, {
    files: {
      '.github/workflows/deploy-web.yml':
        'on: { push: { branches: [main], paths: ["apps/web/**"] } }\nname: Deploy web',
      '.github/workflows/deploy-api.yml':
        'on: { push: { branches: [main], paths: ["apps/api/**"] } }\nname: Deploy api',
      '.github/workflows/deploy-staging.yml': 'on: { push: { branches: [main] } }\nname: Deploy staging',
      '.github/workflows/broken.yml': 'on: [',
    },
  });
  const plan = await planOf();
  const of = (slug: string) => plan.repositories.find((one) => one.slug === slug);
  expect(of('acme/shop')?.signs.map(({ kind, name, environment, isUsed }) => [kind, name, environment, isUsed])).toEqual([
    ['environment', 'Production', 'production', true],
    ['environment', 'staging', 'staging', true],
    ['tags', 'v[0-9]*', 'production', true],
  ]); // prettier-ignore
  expect(of('acme/shop')?.services.map(({ id, isUsed }) => [id, isUsed])).toEqual([['acme/shop', true], ['web', false], ['api', false]]); // prettier-ignore
  expect(of('acme/shop')?.owner).toMatchObject({ team: 'platform', isUsed: true });
  expect(of('acme/cart')?.signs.map(({ name, service, isUsed }) => [name, service, isUsed])).toEqual([
    ['.github/workflows/deploy-web.yml', 'web', false],
    ['.github/workflows/deploy-api.yml', 'api', false],
  ]); // prettier-ignore
  expect(plan.choices.map((choice) => choice.kind === 'entry' && [choice.of['workflow'], choice.set[0]?.value])).toEqual([['deploy-web.yml', 'web'], ['deploy-api.yml', 'api']]); // prettier-ignore
  expect(of('acme/cart')?.squash).toMatchObject({ setting: 'commit_messages', looked: expect.any(Number) as number });
  expect(of('acme/checkout')).toMatchObject({ signs: [], step: expect.stringMatching(/^run release\.yml: its jobs name the environment production, and GitHub writes/) as string }); // prettier-ignore
  expect(of('acme/shop')?.notices).toEqual(['It has no workflow of GitHub Actions.']);
  expect(plan.accounts.map(({ login, kind }) => `${login ?? ''} ${kind}`)).toEqual(expect.arrayContaining(['copilot-swe-agent[bot] ai_agent', 'dependabot[bot] automation'])); // prettier-ignore
  expect(plan.facts.map(({ fact, state }) => `${fact} ${state}`)).toEqual(expect.arrayContaining(['reviews known', 'incidents known', 'teams known'])); // prettier-ignore
  expect(text(plan)).toContain('acme/cart: none counted yet; plan --write adds workflow deploy-web.yml, workflow deploy-api.yml'); // prettier-ignore
});

test('tags that no rule counts are what the step speaks of', async () => {
  const world = await serve({ repositories: 1 });
  const [shop] = world.repositories;
  if (!shop) throw new Error('the world is empty');
  shop.environments = [];
  world.give(shop, { tags: ['summer', 'winter'] });
  expect((await planOf()).repositories[0]?.step).toMatch(
    /^say in repositories\[\]\.tag_patterns which of its 2 tags are/
  );
  expect((await planOf('owners: [acme], mirrors: false'.replace(', ', '\n  '))).repositories[0]?.step).toMatch(/^let its 2 tags be read \(github\.mirrors: true\)/); // prettier-ignore
});

test('a part that the token may not see is named once with its right; all else is told', async () => {
  await serve();
  server.faults = {
    answer: ({ operation, variables }) =>
      operation === 'look' && variables['deployments'] === true
        ? forbidden('Resource not accessible by personal access token')
        : null,
  };
  const plan = await planOf();
  expect(plan.faults).toEqual([]);
  expect(plan.notices).toEqual([expect.stringMatching(/^The token may not see deployments and environments \(Deployments and Actions: read\): GitHub: Resource not accessible/)]); // prettier-ignore
  expect(plan.repositories.map(({ owner }) => owner?.team ?? null)).toContain('platform');
  expect(
    plan.repositories.every(
      ({ signs, step }) => signs.length === 0 && step?.startsWith('let the token see deployments') === true
    )
  ).toBe(true);
});

test('teams that the token may not see cost no more than themselves: the missing scope is named', async () => {
  await serve();
  const message = "Your token has not been granted the required scopes to execute this query. The 'teams' field requires one of the following scopes: ['read:org'], but your token has only been granted the: ['repo'] scopes."; // prettier-ignore
  server.faults = { answer: ({ operation }) => (operation === 'teams' ? forbidden(message, 'INSUFFICIENT_SCOPES') : null) }; // prettier-ignore
  const plan = await planOf();
  expect(plan.notices).toEqual([expect.stringMatching(/^Teams of acme cannot be seen: .*'read:org'/)]);
  expect(plan.facts.find(({ fact }) => fact === 'teams')).toMatchObject({ state: 'partly' });
});

test('a repository that vanishes between two questions is one line; one that never was is another', async () => {
  const world = await serve();
  server.faults = {
    answer: ({ operation }) => {
      if (operation === 'look' && world.repositories[1]) world.repositories[1].isGone = true;
      return null;
    },
  };
  const plan = await planOf('repositories: [acme/shop, acme/cart, acme/none]');
  expect(plan.repositories.map(({ slug }) => slug)).toEqual(['acme/shop']);
  expect(plan.notices).toEqual([
    expect.stringMatching(/^acme\/none: is not there, or the token may not see it/),
    expect.stringMatching(/^acme\/cart: it went away while it was looked at/),
  ]);
});

test('a question that is too heavy is asked for fewer repositories', async () => {
  await serve({ repositories: 9, pulls: 90 });
  const sizes: number[] = [];
  server.faults = {
    answer: ({ operation, variables }) => {
      const { length } = (variables['ids'] ?? []) as string[];
      if (operation === 'look') sizes.push(length);
      return operation === 'look' && length > 3 ? { status: 502, body: '' } : null;
    },
  };
  const plan = await planOf();
  expect(sizes).toEqual([8, 5, 3, 3, 3]);
  expect(plan.repositories.every(({ isRead }) => isRead)).toBe(true);
});

test('a token that is not accepted is one line', async () => {
  await serve({}, { token: 'another' });
  const plan = await planOf();
  expect(plan.repositories).toEqual([]);
  expect(plan.faults).toEqual([expect.stringMatching(/the token is not accepted.*\[source_login\]$/)]);
});
