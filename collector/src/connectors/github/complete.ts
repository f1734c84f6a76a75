/** Completes the connections of a pull request page by page; what stays incomplete is named. */
import type { Skip } from '../../connector.ts';
import type { GitHub } from './client.ts';
import { CHECKS_REST, CONNECTIONS, pullRest, type Connection } from './queries/pulls.ts';
import { moreChecks, pull as pullSchema, type Pull } from './schema.ts';
import { z } from 'zod';

const REST_PAGE = 100;
/** Pages of one connection of one pull request: 100,000 commits are an accident. */
const MAX_REST_PAGES = 20;

type Restful = Pick<Pull, 'commits' | 'timelineItems'> & { labels: Pull['labels']; closingIssuesReferences: Pull['closingIssuesReferences'] }; // prettier-ignore
const someNode = z.object({ node: z.record(z.string(), z.unknown()).nullable() });

const missing = (pull: Pull, what: string, { known, total }: { known: number; total: number }): Skip[] =>
  known < total
    ? [{ item: `#${String(pull.number)} ${what}`, reason: `${String(known)} of ${String(total)} could be read; the rest is missing from what is told of it` }]
    : []; // prettier-ignore

type Last = NonNullable<NonNullable<Pull['last']>['nodes'][number]>;

/** Checks of the last commit. A push in between makes another commit the last: then the rest of the checks is no news any more. */
async function withChecks(pull: Pull, github: GitHub): Promise<{ last: Pull['last']; skips: Skip[] }> {
  const [first] = pull.last?.nodes ?? [];
  const contexts = first?.commit.statusCheckRollup?.contexts;
  if (!first || !contexts) return { last: pull.last, skips: [] };
  const nodes = [...contexts.nodes];
  let { hasNextPage, endCursor } = contexts.pageInfo;
  for (let pages = 0; hasNextPage && pages < MAX_REST_PAGES; pages++) {
    const { data } = await github.ask(CHECKS_REST, { id: pull.id, first: REST_PAGE, after: endCursor }, moreChecks);
    const commit = data.node?.last.nodes[0]?.commit;
    const more = commit?.oid === first.commit.oid ? commit.statusCheckRollup?.contexts : undefined;
    if (!more) break;
    for (const node of more.nodes) nodes.push(node);
    ({ hasNextPage, endCursor } = more.pageInfo);
  }
  const whole: Last = { commit: { ...first.commit, statusCheckRollup: { contexts: { ...contexts, nodes } } } };
  const known = nodes.filter((node) => node !== null).length;
  return { last: { nodes: [whole] }, skips: missing(pull, 'checks', { known, total: contexts.totalCount }) };
}

/** @returns `hasAllChecks`: what is stored of them beside is of another commit, or of an earlier try. */
export async function complete(
  pull: Pull,
  github: GitHub
): Promise<{ pull: Pull; skips: Skip[]; hasAllChecks: boolean }> {
  const whole: Record<string, unknown> = { ...pull };
  const skips: Skip[] = [];
  for (const connection of Object.keys(CONNECTIONS) as Connection[]) {
    const first = (pull as Restful)[connection];
    if (first === null) continue;
    const nodes: unknown[] = [...first.nodes];
    let { hasNextPage, endCursor } = first.pageInfo;
    for (let pages = 0; hasNextPage && pages < MAX_REST_PAGES; pages++) {
      const { data } = await github.ask(
        pullRest(connection),
        { id: pull.id, first: REST_PAGE, after: endCursor },
        someNode
      );
      const parsed = pullSchema.shape[connection].safeParse(data.node?.[connection] ?? null);
      const more = parsed.success ? parsed.data : null;
      if (more === null) break;
      for (const node of more.nodes) nodes.push(node);
      ({ hasNextPage, endCursor } = more.pageInfo);
    }
    const known = nodes.filter((node) => node !== null).length;
    for (const skip of missing(pull, connection, { known, total: first.totalCount })) skips.push(skip);
    whole[connection] = { ...first, nodes };
  }
  const checks = await withChecks(pull, github);
  const hasAllChecks = (checks.last?.nodes[0] ?? null) !== null && checks.skips.length === 0;
  return { pull: { ...(whole as Pull), last: checks.last }, skips: [...skips, ...checks.skips], hasAllChecks };
}
