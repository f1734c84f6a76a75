/** A GitLab to ask: executes the part of the published GraphQL schema that is used, and REST v4; counts complexity, and refuses as GitLab does. */
import { execute, parse, validate, type ExecutionResult } from 'graphql';
import { serve, type Answer, type Asked, type Vendor } from '../vendors/serve.ts';
import { answerRest } from './rest.ts';
import { complexityOf, inRuby, schemaWithout } from './schema.ts';
import type { Job, Note, Pipeline, Project, Request, User, World } from './world.ts';

type Args = Readonly<Record<string, unknown>> & { readonly first?: number; readonly after?: string | null };

const userOf = (user: User | null | undefined): object | null => user ? { id: `gid://gitlab/User/${String(user.id)}`, username: user.username, name: 'never-shown', bot: user.bot === true } : null; // prettier-ignore

/** A page of a connection; the cursor is a place in it. */
function pageOf<One>(all: readonly One[], { first, after }: Args, { isEndless, isPlaceless }: World): object {
  const from = after == null || isEndless ? 0 : Number(after) + 1;
  const nodes = all.slice(from, from + Math.min(100, first ?? 100));
  const isMore = isEndless || isPlaceless || from + nodes.length < all.length;
  return { nodes, count: all.length, pageInfo: { hasNextPage: isMore, endCursor: nodes.length === 0 || isPlaceless ? null : String(from + nodes.length - 1) } };
} // prettier-ignore

const noteOf = (note: Note): object => ({
  id: `gid://gitlab/Note/${String(note.id)}`,
  system: note.system,
  internal: note.internal === true,
  body: note.body,
  createdAt: note.at,
  author: userOf(note.author),
  position: note.path === undefined ? null : { filePath: note.path },
  discussion: {
    id: `gid://gitlab/Discussion/${note.thread ?? String(note.id)}`,
    resolvable: note.isResolvable ?? note.path !== undefined,
    resolved: note.isResolved === true,
  },
  systemNoteMetadata: note.action === undefined ? null : { id: 'gid://gitlab/SystemNoteMetadata/1', action: note.action }, // prettier-ignore
});

const requestOf = (one: Request, world: World): object => ({
  id: `gid://gitlab/MergeRequest/${String(one.iid)}`,
  iid: String(one.iid),
  sourceBranch: one.source_branch,
  createdAt: one.created_at,
  mergedAt: one.merged_at,
  closedAt: one.closed_at,
  diffStatsSummary: { additions: one.added ?? 0, deletions: one.deleted ?? 0, changes: 0, fileCount: 1 },
  commits: (args: Args) =>
    pageOf(
      one.commits.map((commit) => ({
        ...{ id: commit.sha, sha: commit.sha, message: commit.message, authoredDate: commit.at, committedDate: commit.committedAt ?? commit.at },
        ...{ authorName: commit.name, authorEmail: commit.email, committerName: commit.name, committerEmail: commit.email, author: userOf(commit.author) },
      })),
      args,
      world
    ),
  notes: (args: Args & { filter?: string }) =>
    pageOf(one.notes.filter(({ system }) => args.filter === undefined || args.filter === 'ALL_NOTES' || system === (args.filter === 'ONLY_ACTIVITY')).map(noteOf), args, world),
}); // prettier-ignore

const jobOf = (one: Job): object => ({
  ...{ queuedAt: one.startedAt ?? null, startedAt: null, finishedAt: null, allowFailure: false, retried: false, webPath: `/-/jobs/${String(one.id)}` }, // prettier-ignore
  ...one,
  id: `gid://gitlab/Ci::Build/${String(one.id)}`,
});

const pipelineOf = (one: Pipeline, world: World): object => ({
  ...one,
  ...{ id: `gid://gitlab/Ci::Pipeline/${String(one.id)}`, iid: String(one.id), name: null, path: `/-/pipelines/${String(one.id)}`, user: userOf(one.user) }, // prettier-ignore
  jobs: (args: Args) => pageOf([...one.jobs].reverse().map(jobOf), args, world),
});

function projectOf(project: Project, world: World): object {
  return {
    id: `gid://gitlab/Project/${String(project.id)}`,
    fullPath: project.path,
    mergeRequest: ({ iid }: { iid: string }) => project.requests.filter((one) => String(one.iid) === iid).map((one) => requestOf(one, world))[0] ?? null,
    mergeRequests: (args: Args & { iids?: string[]; sourceBranches?: string[] }) =>
      pageOf(
        project.requests
          .filter(({ iid }) => args.iids?.includes(String(iid)) ?? true)
          .filter(({ source_branch: branch }) => args.sourceBranches?.includes(branch) ?? true)
          .map((one) => requestOf(one, world)),
        args,
        { ...world, isEndless: false }
      ),
    deployment: ({ iid }: { iid: string }) => project.deployments.filter((one) => String(one.id) === iid).map((one) => ({ id: iid, iid, finishedAt: one.finishedAt ?? null }))[0] ?? null,
    pipeline: ({ iid }: { iid: string }) => project.pipelines.filter((one) => String(one.id) === iid).map((one) => pipelineOf(one, world))[0] ?? null,
    pipelines: (args: Args & { updatedAfter?: string }) =>
      pageOf(
        [...project.pipelines]
          .filter(({ updatedAt }) => args.updatedAfter === undefined || Date.parse(updatedAt) >= Date.parse(args.updatedAfter))
          .sort((a, b) => b.id - a.id)
          .map((one) => pipelineOf(one, world)),
        args,
        world
      ),
    incidentManagementTimelineEvents: (args: Args & { incidentId: string }) => {
      const number = Number(args.incidentId.slice(args.incidentId.lastIndexOf('/') + 1)) - project.id * 1000;
      const events = project.issues.find(({ iid }) => iid === number)?.timeline ?? [];
      return pageOf(events.map(({ at, tags }, n) => ({ id: String(n), occurredAt: at, note: 'never-shown', timelineEventTags: { nodes: tags.map((name) => ({ id: name, name })) } })), args, { ...world, isEndless: false });
    },
  };
} // prettier-ignore

const json = (status: number, body: unknown, headers: Record<string, string> = {}): Answer => ({ status, headers: { 'content-type': 'application/json', ...headers }, body }); // prettier-ignore

function answerGraphql(world: World, text: string): Answer {
  const { query, variables = {} } = JSON.parse(text) as { query: string; variables?: Record<string, unknown> };
  const schema = schemaWithout(world.lacking);
  const document = parse(query);
  const wrong = validate(schema, document);
  if (wrong.length > 0) return json(200, { errors: wrong.map(({ message }) => ({ message: inRuby(message), path: ['query'] })) }); // prettier-ignore
  const complexity = complexityOf(document, schema, variables);
  if (complexity > world.mostComplexity) return json(200, { errors: [{ message: `Query has complexity of ${String(complexity)}, which exceeds max complexity of ${String(world.mostComplexity)}` }] }); // prettier-ignore
  const iids = variables['iids'];
  if (world.mostRequests !== null && Array.isArray(iids) && iids.length > world.mostRequests) return json(200, { data: null, errors: [{ message: 'Request timed out. Please try a less complex query or a smaller set of records.' }] }); // prettier-ignore
  const root = {
    project: ({ fullPath }: { fullPath: string }) => {
      const found = world.projects.find((one) => !one.isGone && one.path === fullPath);
      return found && !world.isMoving ? projectOf(found, world) : null;
    },
  };
  const { data, errors } = execute({ schema, document, rootValue: root, variableValues: variables }) as ExecutionResult;
  return json(200, { data, ...(errors ? { errors: errors.map(({ message, path }) => ({ message, path })) } : {}) });
}

const REFUSED = { error: 'insufficient_scope', error_description: 'The request requires higher privileges than provided by the access token.', scope: 'ai_workflows api read_api' }; // prettier-ignore

/** Points of the dearest question so far, and what was asked. */
export function serveGitLab(world: World): Promise<Vendor> {
  return serve(({ method, url, headers, body }: Asked): Answer => {
    const base = `http://${headers.host ?? ''}${world.below}`;
    if (!url.pathname.startsWith(`${world.below}/api/`)) return { status: 404, body: '<html>404</html>' };
    if (headers.authorization !== `Bearer ${world.token}`) return json(401, { message: '401 Unauthorized' });
    if (!world.scopes.some((scope) => scope === 'api' || scope === 'read_api')) return json(403, REFUSED, { 'www-authenticate': 'Bearer realm="Protected by OAuth 2.0", error="insufficient_scope"' }); // prettier-ignore
    const rest = url.pathname.slice(`${world.below}/api/`.length).split('/');
    if (rest[0] === 'graphql' && method === 'POST') return answerGraphql(world, body);
    return rest[0] === 'v4' && method === 'GET' ? answerRest(world, rest.slice(1), { query: url.searchParams, base }) : json(404, { error: '404 Not Found' }); // prettier-ignore
  });
}
