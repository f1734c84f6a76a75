/** Plans of a small organisation, from the same server that collection reads. */
import { ana, at, bo, NOW, openOrganisation, token, type Organisation } from '../../../../testing/gitlab-server/organisation.ts'; // prettier-ignore
import { addProject, addRequest, nextId, shaOf, type Deployment, type Project } from '../../../../testing/gitlab-server/world.ts'; // prettier-ignore
import { parseConfig } from '../../../config/load.ts';
import { drawPlan } from '../../../plan/draw.ts';
import { gather, type Plan } from '../../../plan/gather.ts';
import { progressOn } from '../../../terminal/progress.ts';

let acme: Organisation;
beforeAll(async () => {
  acme = await openOrganisation();
});
beforeEach(() => acme.begin());
afterAll(() => acme.close());

async function planOf(more = ''): Promise<Plan> {
  const config = parseConfig(`gitlab:\n  token: \${T}\n  url: ${acme.server.url}\n  paths: [acme]\n${more}`, 'throughline.yaml', { T: acme.world.token }); // prettier-ignore
  const plan = await gather(config, { cacheDir: '/nowhere', isWhole: false, progress: progressOn(null), signal: new AbortController().signal, now: () => NOW }); // prettier-ignore
  expect(JSON.stringify(plan)).not.toContain(acme.world.token);
  return plan;
}

function deploy(project: Project, environment: number): void {
  const id = nextId();
  const one: Deployment = { id, ref: 'main', sha: shaOf(id), created_at: at(10), updated_at: at(10), status: 'success', environment, deployable: null }; // prettier-ignore
  project.deployments.push(one);
}

test('environments by tier, tags, groups, programs, tools and what a squash keeps are told with their reason', async () => {
  const { shop, world } = acme;
  shop.environments.push({ id: 1, name: 'eu', tier: 'production' }, { id: 2, name: 'staging', tier: 'staging' });
  deploy(shop, 1);
  deploy(shop, 2);
  shop.tags.push('v1.1.0', 'v1.0.0');
  world.groups.push({ id: 6, path: 'acme/platform', name: 'Platform', parent: 5, members: [{ user: bo, access_level: 30 }] }); // prettier-ignore
  const commits = [{ sha: shaOf(1), message: 'x\n\nCo-Authored-By: Claude <noreply@anthropic.com>', at: at(9), name: 'Ana', email: 'ana@acme.io', author: ana }]; // prettier-ignore
  addRequest(shop, ana, { state: 'merged', merged_at: at(12), updated_at: at(12), squash_commit_sha: shaOf(2), commits });
  addRequest(shop, token);
  const plan = await planOf();
  const [one] = plan.repositories;
  expect(one?.signs.map(({ kind, name, environment, isUsed, because }) => [kind, name, environment, isUsed, because])).toEqual([
    ['environment', 'eu', 'production', true, '1 deployment, its tier is production'],
    ['environment', 'staging', 'staging', true, '1 deployment, its tier is staging'],
    ['tags', 'v[0-9]*', 'production', true, '2 tags such as v1.1.0: versions'],
  ]);
  expect([one?.step, one?.services.map(({ id }) => id), one?.squash?.verdict]).toEqual([null, ['acme/platform/shop'], 'lost']);
  expect(plan.teams.map(({ id, parent, members }) => [id, parent, members])).toEqual([['acme', null, 0], ['platform', 'acme', 1]]);
  const text = drawPlan(plan, { isWhole: false, width: 110 });
  expect(text).toContain('project_42_bot_0a1b2c');
  expect(text).toMatch(/Claude Code/);
}); // prettier-ignore

test('an environment whose name says production and whose tier does not is proposed; without any the next step is named', async () => {
  const { shop, world } = acme;
  shop.environments.push({ id: 1, name: 'prod-eu', tier: 'other' });
  deploy(shop, 1);
  const cart = addProject(world, 'acme/cart', { template: '%{title}\n\n%{all_commits}' });
  addRequest(cart, ana, { state: 'merged', merged_at: at(12), squash_commit_sha: shaOf(2) });
  const plan = await planOf('  mirrors: false\n');
  const of = (slug: string) => plan.repositories.find((one) => one.slug === slug);
  expect(of('acme/platform/shop')?.step).toBe('plan --write adds what was found');
  expect(of('acme/cart')?.step).toMatch(/^name the job that deploys under gitlab\.deployments/);
  expect(of('acme/cart')?.squash?.verdict).toBe('kept');
  expect(plan.choices).toContainEqual(expect.objectContaining({ at: ['gitlab', 'environments'], of: { name: 'prod-eu' } })); // prettier-ignore
  // With the choice it is what the plan said.
  const again = await planOf('  mirrors: false\n  environments: [{ name: prod-eu }]\n');
  expect(again.repositories.find(({ slug }) => slug === 'acme/platform/shop')?.signs.map(({ environment, isUsed }) => [environment, isUsed])).toEqual([['production', true]]); // prettier-ignore
});

test('a right that is missing is named, and all else is told', async () => {
  addRequest(acme.shop, ana);
  acme.world.unseen.push('deployments');
  const plan = await planOf();
  expect(JSON.stringify(plan)).toContain('The token may not see deployments of some projects');
  expect(plan.repositories).toHaveLength(1);
});
