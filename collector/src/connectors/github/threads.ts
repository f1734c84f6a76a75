/** What was said in the diffs of pull requests: asked for where something was, since threads cost points of their own. */
import type { Skip } from '../../connector.ts';
import type { GitHub } from './client.ts';
import { PULL_THREADS, THREADS_REST } from './queries/pulls.ts';
import type { Pull } from './schema.ts';
import { moreThreads, pullThreads, type Thread } from './schema-threads.ts';

const REST_PAGE = 50;
/** Pages of one pull request: 2,000 threads are an accident. */
const MAX_REST_PAGES = 40;

/** Comments beyond those of the conversation; where their number is not told, there may be some. */
function isDiscussed({ totalCommentsCount: count, timelineItems }: Pull): boolean {
  const inConversation = timelineItems.nodes.filter((item) => item?.__typename === 'IssueComment').length;
  return typeof count !== 'number' || count > inConversation;
}

/** Threads by the id of the pull request; what is not whole is named. */
export async function threadsOf(
  pulls: readonly Pull[],
  ask: GitHub['ask']
): Promise<{ readonly threads: ReadonlyMap<string, readonly Thread[]>; readonly skips: readonly Skip[] }> {
  const threads = new Map<string, readonly Thread[]>();
  const skips: Skip[] = [];
  const discussed = pulls.filter(isDiscussed);
  if (discussed.length === 0) return { threads, skips };
  const { data } = await ask(PULL_THREADS, { ids: discussed.map(({ id }) => id) }, pullThreads);
  for (const pull of discussed) {
    const first = data.nodes.find((node) => node?.id === pull.id)?.reviewThreads;
    const item = `#${String(pull.number)} reviewThreads`;
    if (first === undefined) {
      skips.push({ item, reason: 'GitHub did not give what was said in its diff; the next reconciliation asks again' });
      continue;
    }
    const all = [...first.nodes];
    let { hasNextPage, endCursor } = first.pageInfo;
    for (let pages = 0; hasNextPage && pages < MAX_REST_PAGES; pages++) {
      const more = await ask(THREADS_REST, { id: pull.id, first: REST_PAGE, after: endCursor }, moreThreads);
      const page = more.data.node?.reviewThreads;
      if (page === undefined) break;
      for (const node of page.nodes) all.push(node);
      ({ hasNextPage, endCursor } = page.pageInfo);
    }
    const known = all.filter((node) => node !== null);
    const said = known.reduce((sum, { comments }) => sum + comments.totalCount, 0);
    const read = known.reduce((sum, { comments }) => sum + comments.nodes.filter((one) => one !== null).length, 0);
    if (known.length < first.totalCount || read < said)
      skips.push({ item, reason: `${String(known.length)} of ${String(first.totalCount)} threads and ${String(read)} of ${String(said)} comments in them could be read` }); // prettier-ignore
    threads.set(pull.id, known);
  }
  return { threads, skips };
}
