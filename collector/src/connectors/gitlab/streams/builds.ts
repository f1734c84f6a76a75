/**
 * Pipelines that changed, with their jobs, newest first; those of a branch are told to the merge request of that branch. One that was running comes
 * again when it changes.
 */
import type { HouseRow, Page, Skip, Stream, StreamContext } from '../../../connector.ts';
import { isTooHeavy, Ladder } from '../../../forge/ladder.ts';
import { digestOf, readBackTo, servicesOf, sinceOf } from '../../../forge/rules.ts';
import { bodyOf, Paging } from '../../../http/paging.ts';
import { lackingSkips, notFound, openGitLab, type GitLab } from '../client.ts';
import { baseOf, providerOf, type Section } from '../config.ts';
import { buildsCursor, type BuildsCursor, type Found } from '../cursors.ts';
import { pipelineRows, requestOf, type BuildContext } from '../normalize/builds.ts';
import { jobDeployments } from '../normalize/deployments.ts';
import { MORE_JOBS, OF_BRANCHES, PIPELINES } from '../queries.ts';
import { moreJobs, ofBranches, pipelines as schema, type Pipeline } from '../schema-graphql.ts';
import { serviceOf } from './deployments.ts';
import { readPart } from './part.ts';
import { foundOf } from './repositories.ts';

/** Pipelines of one question, each with up to a hundred jobs. */
const MOST = 21;
/** The merge request of a branch is often opened after its first pipeline. */
const OVERLAP_MS = 2 * 60 * 60_000;
const MAX_MORE = 20;

interface Reading {
  readonly gitlab: GitLab;
  readonly found: Found;
  readonly ladder: Ladder;
}

/** A page; smaller where GitLab breaks off. */
async function read({ gitlab, found, ladder }: Reading, after: string | null, since: string) {
  for (;;) {
    try {
      const ask = ladder.isLowest ? gitlab.ask : gitlab.askOnce;
      const { project } = await ask(PIPELINES, { project: found.name, first: ladder.size, after, since }, schema);
      if (project === null) throw notFound(`The project ${found.name}`);
      ladder.good();
      return project.pipelines ?? { nodes: [], bad: [], pageInfo: { hasNextPage: false, endCursor: null } };
    } catch (error) {
      if (!isTooHeavy(error) || ladder.isLowest) throw error;
      ladder.shrink();
    }
  }
}

/** All jobs of a pipeline; what stays incomplete is named. */
async function whole(pipeline: Pipeline, { gitlab, found }: Reading): Promise<{ pipeline: Pipeline; skips: Skip[] }> {
  const first = pipeline.jobs;
  if (first === null) return { pipeline, skips: [] };
  const nodes = [...first.nodes];
  let { pageInfo } = first;
  let bad = first.bad.length;
  for (let pages = 0; pageInfo.hasNextPage && pageInfo.endCursor != null && pages < MAX_MORE; pages++) {
    const variables = { project: found.name, iid: pipeline.iid, jobs: pageInfo.endCursor };
    const more = (await gitlab.ask(MORE_JOBS, variables, moreJobs)).project?.pipeline?.jobs ?? null;
    if (more === null || more.pageInfo.endCursor === pageInfo.endCursor) break;
    for (const node of more.nodes) nodes.push(node);
    bad += more.bad.length;
    ({ pageInfo } = more);
  }
  const item = `pipeline ${pipeline.id.slice(pipeline.id.lastIndexOf('/') + 1)} jobs`;
  const cut = pageInfo.hasNextPage ? [{ item, reason: `the first ${String(nodes.length)} could be read` }] : [];
  const wrong = bad > 0 ? [{ item, reason: `${String(bad)} are not as GitLab describes them and are left out` }] : [];
  return { pipeline: { ...pipeline, jobs: { ...first, nodes } }, skips: [...cut, ...wrong] };
}

/** Tells what a pipeline of a branch was for: the merge request of that branch that was open then, or is opened next. */
async function requestsOf({ gitlab, found }: Reading, pipelines: readonly Pipeline[]): Promise<BuildContext['requestFor']> {
  const own = pipelines.filter((one) => requestOf(one) === null && one.ref != null && one.ref !== found.branch);
  const branches = [...new Set(own.flatMap(({ ref }) => ref ?? []))];
  if (branches.length === 0) return requestOf;
  const { project } = await gitlab.ask(OF_BRANCHES, { project: found.name, branches }, ofBranches);
  const all = [...(project?.mergeRequests.nodes ?? [])].sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
  return (pipeline) => {
    const named = requestOf(pipeline);
    if (named !== null) return named;
    const open = all.find(({ sourceBranch, mergedAt, closedAt }) => {
      const ended = mergedAt ?? closedAt ?? null;
      return sourceBranch === pipeline.ref && (ended === null || ended >= pipeline.createdAt);
    });
    return pipeline.ref === found.branch ? null : (open?.iid ?? null);
  };
} // prettier-ignore

async function* pages(
  context: StreamContext<Section>,
  found: Found,
  start: BuildsCursor
): AsyncGenerator<Page<BuildsCursor>> {
  const { section, now } = context;
  const reading: Reading = { gitlab: openGitLab(context), found, ladder: new Ladder(start.size, MOST) };
  const first = sinceOf(section, now());
  const floor = start.seen === null ? first : new Date(Date.parse(start.seen) - OVERLAP_MS);
  let pass = start.pass ?? { after: null, floor: floor.toISOString(), begunAt: now().toISOString() };
  const naming = { accountId: context.accountId, provider: providerOf(section), base: baseOf(section) };
  const deploying = { rules: section.deployments, name: found.name, branch: found.branch, source: naming.provider, service: serviceOf(context), page: `${naming.base}/${found.name}` }; // prettier-ignore
  const paging = new Paging({ source: 'GitLab', name: `pipelines of ${found.name}`, setting: 'gitlab.url' }, 100_000);
  let done = 0;
  for (;;) {
    const { nodes, bad, pageInfo } = await read(reading, pass.after, pass.floor);
    const all: Pipeline[] = [];
    const skips: Skip[] = [...bad];
    for (const one of nodes) {
      const got = await whole(one, reading);
      all.push(got.pipeline);
      for (const skip of got.skips) skips.push(skip);
    }
    const requestFor = await requestsOf(reading, all);
    const deployed = all.flatMap((one) => jobDeployments(one, deploying));
    const isLast = !pageInfo.hasNextPage;
    const before: HouseRow[] = start.seen === null && deployed.length > 0 ? [readBackTo({ slug: context.scope.name }, first.getTime())] : []; // prettier-ignore
    done += all.length;
    const rest = { ...start, size: reading.ladder.size };
    if (!isLast) pass = { ...pass, after: pageInfo.endCursor ?? null };
    yield {
      rows: [...all.flatMap((one) => pipelineRows(one, { ...naming, requestFor })), ...before, ...servicesOf(deployed), ...deployed], // prettier-ignore
      skips: [...(done === all.length ? lackingSkips(reading.gitlab) : []), ...skips],
      cursor: isLast ? { ...rest, seen: pass.begunAt, pass: null } : { ...rest, pass },
      ...(isLast ? { watermark: new Date(pass.begunAt) } : {}),
      progress: { done, total: null, unit: 'pipelines' },
    };
    if (isLast) return;
    paging.turn({ place: pageInfo.endCursor ?? null, count: nodes.length + bad.length, ...bodyOf(nodes) });
  }
}

async function* pull(context: StreamContext<Section>, stored: BuildsCursor | null): AsyncGenerator<Page<BuildsCursor>> {
  const rules = digestOf(context.section.deployments);
  const start: BuildsCursor = stored !== null && stored.rules === rules ? stored : { seen: null, pass: null, rules };
  yield* readPart(context, { what: 'pipelines', start }, () => pages(context, foundOf(context), start));
}

export const builds: Stream<Section, BuildsCursor> = {
  id: 'builds',
  cursor: buildsCursor,
  every: '9-59/30 * * * *',
  scopes: ({ found }) => found('repositories'),
  needs: 'repositories',
  pull,
};
