/** Reads merge requests: lists over REST by the time of change, their parts over GraphQL, each whole or named as not. */
import type { Page, Skip, StreamContext } from '../../connector.ts';
import { CollectorError } from '../../errors.ts';
import { isTooHeavy, Ladder } from '../../forge/ladder.ts';
import { wrongIn } from '../../lenient.ts';
import type { List } from './changes.ts';
import { lackingSkips, notFound, openGitLab, PAGE, type GitLab } from './client.ts';
import { baseOf, providerOf, type Section } from './config.ts';
import type { Found } from './cursors.ts';
import { requestRows, type Request, type RequestContext } from './normalize/change.ts';
import { CONNECTIONS, moreOf, PARTS, type Connection } from './queries.ts';
import { mergeRequests, stateEvents, type Header, type StateEvent } from './schema.ts';
import {
  activities,
  commits,
  oneMore,
  parts as partsSchema,
  partsOfMany,
  saids,
  type Parts,
} from './schema-graphql.ts';

/** Pages of one connection of one merge request: 2,000 commits are an accident. */
const MAX_MORE = 20;
/** Questions for the changes of state that are under way at once. */
const AT_ONCE = 5;
const MOST = 20;

export interface Reader {
  readonly gitlab: GitLab;
  readonly context: StreamContext<Section>;
  readonly found: Found;
  readonly ladder: Ladder;
}

/** @param size Of the questions of the last pass; undefined = the first. */
export const openReader = (context: StreamContext<Section>, found: Found, size: number | undefined): Reader => ({
  gitlab: openGitLab(context),
  context,
  found,
  ladder: new Ladder(size, MOST),
});

/** Merge requests of a project, by the time of their change. */
export const listOf = ({ found }: Pick<Reader, 'found'>): List<Header> => ({
  path: `projects/${String(found.id)}/merge_requests`,
  query: { scope: 'all', state: 'all' },
  what: `merge requests of ${found.name}`,
  schema: mergeRequests,
});

const SCHEMAS = { commits: commits.nullable(), activity: activities, said: saids } as const;

/** Completes the connections of a merge request; what stays incomplete is named. */
async function complete(parts: Parts, { gitlab, found }: Reader): Promise<{ parts: Parts; skips: Skip[] }> {
  const skips: Skip[] = [];
  const whole: Record<string, unknown> = { ...parts };
  for (const connection of Object.keys(CONNECTIONS) as Connection[]) {
    const first = parts[connection];
    if (first === null) continue;
    const nodes: unknown[] = [...first.nodes];
    let bad = first.bad.length;
    let { pageInfo } = first;
    for (let pages = 0; pageInfo.hasNextPage && pageInfo.endCursor != null && pages < MAX_MORE; pages++) {
      const variables = { project: found.name, iid: String(parts.iid), [connection]: pageInfo.endCursor };
      const { project } = await gitlab.ask(moreOf(connection), variables, oneMore);
      const more = SCHEMAS[connection].safeParse(project?.mergeRequest?.[connection] ?? null).data ?? null;
      if (more === null || more.pageInfo.endCursor === pageInfo.endCursor) break;
      for (const node of more.nodes) nodes.push(node);
      bad += more.bad.length;
      ({ pageInfo } = more);
    }
    if (pageInfo.hasNextPage) skips.push({ item: `!${String(parts.iid)} ${connection}`, reason: `the first ${String(nodes.length)} could be read; the rest is missing from what is told of it` }); // prettier-ignore
    if (bad > 0) skips.push({ item: `!${String(parts.iid)} ${connection}`, reason: `${String(bad)} are not as GitLab describes them and are left out` }); // prettier-ignore
    whole[connection] = { ...first, nodes };
  }
  return { parts: whole as Parts, skips };
}

interface Some {
  readonly requests: readonly Request[];
  readonly skips: readonly Skip[];
}

/** When they were closed and opened again: GraphQL does not tell it. */
async function statesOf({ gitlab, found }: Reader, iids: readonly number[]): Promise<Map<number, StateEvent[]>> {
  const states = new Map<number, StateEvent[]>();
  for (let at = 0; at < iids.length; at += AT_ONCE) {
    await Promise.all(
      iids.slice(at, at + AT_ONCE).map(async (iid) => {
        const path = `projects/${String(found.id)}/merge_requests/${String(iid)}/resource_state_events`;
        const { data } = await gitlab.get(path, { per_page: PAGE }, stateEvents);
        states.set(iid, data.good);
      })
    );
  }
  return states;
}

/** @param headers Those of one question. */
async function details(reader: Reader, headers: readonly Header[]): Promise<Some> {
  const { gitlab, found, ladder } = reader;
  const ask = ladder.isLowest ? gitlab.ask : gitlab.askOnce;
  const variables = { project: found.name, iids: headers.map(({ iid }) => String(iid)) };
  const { project } = await ask(PARTS, variables, partsOfMany);
  // Renamed since the last look: nothing may count as read.
  if (project === null) throw notFound(`The project ${found.name}`);
  const skips: Skip[] = [];
  const known = new Map<number, Parts>();
  for (const node of project.mergeRequests.nodes) {
    const parsed = partsSchema.safeParse(node);
    if (parsed.success) {
      const whole = await complete(parsed.data, reader);
      known.set(parsed.data.iid, whole.parts);
      for (const skip of whole.skips) skips.push(skip);
    } else {
      const iid = (node as { iid?: unknown } | null)?.iid;
      skips.push({ item: typeof iid === 'string' ? `!${iid.slice(0, 20)}` : 'a merge request', reason: `its parts are not as GitLab describes them: ${wrongIn(parsed.error)}` }); // prettier-ignore
    }
  }
  const told = headers.filter(({ iid }) => known.has(iid));
  for (const { iid } of headers) {
    const item = `!${String(iid)}`;
    if (!known.has(iid) && !skips.some((skip) => skip.item === item)) skips.push({ item, reason: 'GitLab did not give its parts; the next reconciliation asks again' }); // prettier-ignore
  }
  const states = await statesOf(reader, told.map(({ iid }) => iid)); // prettier-ignore
  const requests = told.flatMap((header): Request[] => {
    const parts = known.get(header.iid);
    return parts === undefined ? [] : [{ header, parts, states: states.get(header.iid) ?? [] }];
  });
  return { requests, skips };
}

/** Smaller questions where GitLab breaks off; one that cannot be read alone is named, and the others go on. */
async function heavy(reader: Reader, headers: readonly Header[]): Promise<Some & { readonly read: number }> {
  const { ladder, gitlab, found } = reader;
  for (;;) {
    const some = headers.slice(0, ladder.size);
    try {
      const got = await details(reader, some);
      ladder.good();
      return { ...got, read: some.length };
    } catch (error) {
      if (!isTooHeavy(error)) throw error;
      if (!ladder.isLowest) {
        ladder.shrink();
        continue;
      }
      // Out of order altogether, or this one alone? The list tells.
      await gitlab.get(`projects/${String(found.id)}/merge_requests`, { per_page: 1 }, mergeRequests);
      const reason = `GitLab cannot give it (${error instanceof CollectorError ? error.code : 'unknown'}), not even alone`;
      return { requests: [], skips: [{ item: `!${String(some[0]?.iid ?? 0)}`, reason }], read: some.length };
    }
  }
}

export interface Chunk {
  readonly page: Pick<Page<unknown>, 'rows' | 'skips'>;
  readonly headers: readonly Header[];
}

/** The merge requests of the headers, some at a time. */
export async function* readDetails(reader: Reader, headers: readonly Header[]): AsyncGenerator<Chunk> {
  const { context, found, gitlab } = reader;
  const naming: RequestContext = { accountId: context.accountId, provider: providerOf(context.section), branch: found.branch, slug: context.scope.name, base: baseOf(context.section), now: context.now() }; // prettier-ignore
  let isTold = gitlab.lacking.size > 0;
  for (let at = 0; at < headers.length;) {
    const got = await heavy(reader, headers.slice(at));
    const lacking = at === 0 || !isTold ? lackingSkips(gitlab) : [];
    isTold = gitlab.lacking.size > 0;
    yield {
      page: { rows: got.requests.flatMap((one) => requestRows(one, naming)), skips: [...lacking, ...got.skips] },
      headers: headers.slice(at, at + got.read),
    };
    at += got.read;
  }
}
