/** Deployments by the time of their change: one that ends later comes again. */
import type { HouseRow, Page, Skip, Stream, StreamContext } from '../../../connector.ts';
import { digestOf, readBackTo, servicesOf, sinceOf } from '../../../forge/rules.ts';
import { passOver, type List } from '../changes.ts';
import { lackingSkips, notFound, openGitLab, pagesOf, type GitLab } from '../client.ts';
import { baseOf, providerOf, type Section } from '../config.ts';
import { changesCursor, type ChangesCursor, type Found } from '../cursors.ts';
import { deploymentRow, endOf } from '../normalize/deployments.ts';
import { endsOfDeployments } from '../queries.ts';
import { deployments as schema, environments as environmentList, type Deployment, type Environment } from '../schema.ts'; // prettier-ignore
import { deploymentEnds } from '../schema-graphql.ts';
import { readPart } from './part.ts';
import { foundOf } from './repositories.ts';

/** Deployments of one question for their ends. */
const ENDS_AT_ONCE = 20;

/** Service of what is deployed from the scope's project, unless a rule names another. */
export const serviceOf = ({ scope, repositories }: StreamContext<Section>): string =>
  repositories.find((one) => one.slug === scope.name)?.service ?? scope.name;

/** Environments by their number: deployments do not tell their tier. */
async function environmentsOf(gitlab: GitLab, found: Found): Promise<{ all: Map<number, Environment>; skips: Skip[] }> {
  const all = new Map<number, Environment>();
  const skips: Skip[] = [];
  const list = { path: `projects/${String(found.id)}/environments`, query: {}, what: `environments of ${found.name}` };
  for await (const { good, bad } of pagesOf(gitlab, list, environmentList)) {
    for (const one of good) all.set(one.id, one);
    for (const skip of bad) skips.push(skip);
  }
  return { all, skips };
}

/** When deployments that no job made ended: the list does not tell it. */
async function endsOf(gitlab: GitLab, found: Found, deployments: readonly Deployment[]): Promise<Map<number, Date>> {
  const without = deployments.filter((one) => endOf(one, null) !== null && one.deployable?.finished_at == null);
  const ends = new Map<number, Date>();
  for (let at = 0; at < without.length; at += ENDS_AT_ONCE) {
    const iids = without.slice(at, at + ENDS_AT_ONCE).map(({ iid }) => iid);
    const { project } = await gitlab.ask(endsOfDeployments(iids), { project: found.name }, deploymentEnds);
    if (project === null) throw notFound(`The project ${found.name}`);
    for (const iid of iids) {
      const finished = project[`d${String(iid)}`]?.finishedAt ?? null;
      if (finished !== null) ends.set(iid, finished);
    }
  }
  return ends;
}

/** Whether there are some from before: days before are then not observed. */
async function isCut(gitlab: GitLab, { path }: List<Deployment>, first: Date): Promise<boolean> {
  const { data } = await gitlab.get(path, { order_by: 'id', sort: 'asc', per_page: 1 }, schema);
  return data.good.some(({ created_at: at }) => at < first);
}

async function* pages(
  context: StreamContext<Section>,
  found: Found,
  start: ChangesCursor
): AsyncGenerator<Page<ChangesCursor>> {
  const { section } = context;
  const gitlab = openGitLab(context);
  const first = sinceOf(section, context.now());
  const list: List<Deployment> = { path: `projects/${String(found.id)}/deployments`, what: `deployments of ${found.name}`, schema }; // prettier-ignore
  const naming = { source: providerOf(section), rules: section.environments, name: found.name, service: serviceOf(context), page: `${baseOf(section)}/${found.name}` }; // prettier-ignore
  const begunAt = context.now();
  let environments: Awaited<ReturnType<typeof environmentsOf>> | null = null;
  let done = 0;
  for await (const one of passOver({ gitlab, context, first }, list, start)) {
    if (one.changed.length > 0) environments ??= await environmentsOf(gitlab, found);
    const ends = await endsOf(gitlab, found, one.changed);
    const rows = one.changed.flatMap((deployment) => deploymentRow(deployment, { ...naming, ends, environments: environments?.all ?? new Map() }) ?? []); // prettier-ignore
    const before: HouseRow[] = one.isLast && start.since === null && (await isCut(gitlab, list, first)) ? [readBackTo({ slug: context.scope.name }, first.getTime())] : []; // prettier-ignore
    done += one.changed.length;
    yield {
      rows: [...before, ...servicesOf(rows), ...rows],
      skips: [...one.skips, ...(environments?.skips ?? []), ...(ends.size > 0 ? lackingSkips(gitlab) : [])],
      cursor: one.cursor,
      ...(one.isLast ? { watermark: begunAt } : {}),
      progress: { done, total: null, unit: 'deployments' },
    };
  }
}

async function* pull(
  context: StreamContext<Section>,
  stored: ChangesCursor | null
): AsyncGenerator<Page<ChangesCursor>> {
  const rules = digestOf(context.section.environments);
  const start = stored !== null && stored.rules === rules ? stored : { since: null, pass: null, known: {}, rules };
  yield* readPart(context, { what: 'deployments', start }, () => pages(context, foundOf(context), start));
}

export const deployments: Stream<Section, ChangesCursor> = {
  id: 'deployments',
  cursor: changesCursor,
  every: '4-59/10 * * * *',
  isEarly: true,
  scopes: ({ found }) => found('repositories'),
  needs: 'repositories',
  pull,
};
