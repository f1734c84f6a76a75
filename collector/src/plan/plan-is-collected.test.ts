/** What a plan says is what collection does: both look at the same organisation, and at the same repository. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { jest } from '@jest/globals';
import { testDatabase, type TestDatabase } from '../../testing/database.ts';
import { startGitHub, type GitHubServer } from '../../testing/github-server/server.ts';
import { World } from '../../testing/github-server/world.ts';
import { parseConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { forge, TestRepository } from '../connectors/git/fixtures/make-repository.ts';
import { lineOf } from '../errors.ts';
import { openJobs } from '../jobs/list.ts';
import { runPass } from '../jobs/run-once.ts';
import { newLogger } from '../logger.ts';
import { progressOn } from '../terminal/progress.ts';
import { applyChoices } from './edit.ts';
import { gather, type Plan } from './gather.ts';

jest.setTimeout(60_000);

const token = 'github-token-never-shown';
const NOW = new Date('2026-10-05T12:00:00Z');
const deployOf = (folder: string): string =>
  `on: { push: { branches: [main], paths: ["apps/${folder}/**"] } }\nname: Deploy ${folder}\n`;

let server: GitHubServer;
let folder: string;
const stores: TestDatabase[] = [];

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'throughline-plan-'));
  const world = new World({ repositories: 4, pulls: 110, days: 90, hugeEvery: 0, end: NOW });
  const [, cart, checkout, search] = world.repositories;
  if (!cart || !checkout || !search) throw new Error('the world is too small');
  cart.environments = ['prod-eu', 'staging'];
  checkout.environments = [];
  search.environments = [];
  world.give(checkout, {
    files: {
      '.github/workflows/deploy.yml': deployOf('web'),
      '.github/workflows/ship.yml': deployOf('api'),
      '.github/workflows/test.yml': 'on: push',
    },
  });
  server = await startGitHub({ world, now: NOW, token });
});
afterAll(async () => {
  await server.close();
  for (const store of stores) await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const configText = (): string =>
  `github:\n  token: \${T}\n  url: ${server.url}\n  owners: [acme]\n  mirrors: false\n  since: 2020-01-01\n`;
const read = (text: string): Config => parseConfig(text, 'throughline.yaml', { T: token });
const now = (): Date => new Date(server.limits.now);

const planOf = (config: Config): Promise<Plan> =>
  gather(config, { cacheDir: folder, isWhole: true, progress: progressOn(null), signal: new AbortController().signal, now }); // prettier-ignore

async function collected(config: Config, known?: TestDatabase): Promise<TestDatabase> {
  const db = known ?? (await testDatabase());
  if (known === undefined) stores.push(db);
  const context = { session: { pool: db.pool, home: folder }, config, log: newLogger('silent'), cacheDir: folder, now };
  const failures = await runPass(openJobs(context), { pool: db.pool, progress: progressOn(null), signal: new AbortController().signal }); // prettier-ignore
  expect(failures.map(({ error }) => lineOf(error))).toEqual([]);
  return db;
}

/** `service environment` of all deployments that are stored. */
async function deployed(db: TestDatabase): Promise<string[]> {
  const { rows } = await db.pool.query<{ place: string }>(
    `select distinct service_id || ' ' || environment as place from deployment order by 1`
  );
  return rows.map(({ place }) => place);
}
const planned = ({ repositories }: Plan): string[] => [
  ...new Set(
    repositories.flatMap(({ signs }) => signs.filter((one) => one.isUsed).map((one) => `${one.service} ${one.environment}`)) // prettier-ignore
  ),
].sort(); // prettier-ignore

const proposed = ({ repositories }: Plan): string[] =>
  repositories
    .flatMap(({ slug, signs }) =>
      signs
        .filter((one) => !one.isUsed && one.environment === 'production')
        .map(({ kind, name, service }) => `${slug} ${kind} ${name} ${service}`)
    ) // prettier-ignore
    .sort();

test('environments, services, owners, squash settings and kinds of accounts are those that collection then stores', async () => {
  const config = read(configText());
  const plan = await planOf(config);
  const db = await collected(config);
  expect(planned(plan)).toEqual(['acme/cart prod-eu', 'acme/cart staging', 'acme/shop production', 'acme/shop staging']); // prettier-ignore
  expect(await deployed(db)).toEqual(planned(plan));
  const { rows: repos } = await db.pool.query('select slug, owner_team_id as team, squash_message as setting from repo order by 1'); // prettier-ignore
  expect(repos).toEqual(
    [...plan.repositories]
      .sort((a, b) => (a.slug < b.slug ? -1 : 1))
      .map(({ slug, owner, squash }) => ({ slug, team: owner?.team ?? null, setting: squash?.setting ?? null }))
  );
  const { rows: accounts } = await db.pool.query<{ login: string; kind: string }>(
    'select login, kind from account where login = any($1)',
    [plan.accounts.map(({ login }) => login)]
  );
  expect(accounts.length).toBeGreaterThan(1);
  expect(new Map(accounts.map(({ login, kind }) => [login, kind]))).toEqual(new Map(plan.accounts.map(({ login, kind }) => [login, kind]))); // prettier-ignore
  const { rows: teams } = await db.pool.query<{ id: string }>(`select team_id as id from team where source = 'github' order by 1`); // prettier-ignore
  expect(teams.map(({ id }) => id)).toEqual(plan.teams.map(({ id }) => id).sort());

  // What the plan writes makes collection count what it proposed, also what was read before; a plan after it proposes nothing.
  expect(proposed(plan)).toEqual(['acme/cart environment prod-eu acme/cart', 'acme/checkout workflow .github/workflows/deploy.yml web', 'acme/checkout workflow .github/workflows/ship.yml api']); // prettier-ignore
  const place = { file: 'throughline.yaml', folder, env: { T: token } };
  const { text } = applyChoices(configText(), plan.choices, place);
  const after = await planOf(read(text));
  expect(proposed(after)).toEqual([]);
  expect(applyChoices(text, after.choices, place)).toEqual({ text, made: [], kept: [] });
  await collected(read(text), db);
  // Nothing runs ship.yml here.
  expect(await deployed(db)).toEqual(['acme/cart production', 'acme/cart staging', 'acme/shop production', 'acme/shop staging', 'web production']); // prettier-ignore
  expect(planned(after).filter((one) => one !== 'api production')).toEqual(await deployed(db));
  const { rows: services } = await db.pool.query(`select title from service where service_id = 'web'`);
  expect(services).toEqual([{ title: 'web' }]);
});

test('of a clone: tags, the services that they name, and the kinds of its authors', async () => {
  const repo = new TestRepository();
  try {
    const bot = { name: 'renovate[bot]', email: '29139614+renovate[bot]@users.noreply.github.com' };
    repo.commit('main', { files: { 'apps/web/package.json': '{}', 'apps/api/go.mod': 'module api' } });
    repo.commit('main', { author: bot });
    repo.commit('main', { message: 'Add it (#7)\n\nCo-Authored-By: Claude <noreply@anthropic.com>', committer: forge });
    for (const tag of ['web/v1.0.0', 'web/v1.1.0-rc.1', 'api/v2.0.0', 'nightly']) repo.git('tag', tag);
    const config = parseConfig(`repositories: [{ path: ${repo.folder} }]`);
    const plan = await planOf(config);
    const db = await collected(config);
    const { rows } = await db.pool.query<{ place: string; count: number }>(
      `select service_id || ' ' || environment as place, count(*)::integer as count from deployment group by 1 order by 1`
    );
    const signs = plan.repositories[0]?.signs ?? [];
    expect(signs.map((one) => ({ place: `${one.service} ${one.environment}`, count: one.count })).sort((a, b) => (a.place < b.place ? -1 : 1))).toEqual(rows); // prettier-ignore
    expect(plan.repositories[0]?.services.map(({ id, isUsed }) => `${id} ${String(isUsed)}`).sort()).toEqual(['api true', 'web true']); // prettier-ignore
    expect(plan.repositories[0]?.squash).toMatchObject({ looked: 1, kept: 1, verdict: 'kept' });
    const { rows: kinds } = await db.pool.query(`select email, kind from account where kind <> 'human' and email <> 'noreply@github.com'`); // prettier-ignore
    expect(plan.accounts.map(({ email, kind }) => ({ email, kind }))).toEqual(kinds);
  } finally {
    repo.remove();
  }
});
