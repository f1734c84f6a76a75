/** REST v4 as docs.gitlab.com/api describes it: offset pages with `x-next-page`, lists by time, 404 for what the token may not see. */
import type { Answer } from '../vendors/serve.ts';
import type { Deployment, Group, Issue, Project, Request, User, World } from './world.ts';

const userOf = (user: User | null): object | null => user && { ...user, name: 'never-shown', state: 'active', web_url: `https://gitlab/${user.username}` }; // prettier-ignore

const projectOf = (one: Project, { base, git }: Pick<Asked, 'base'> & Pick<World, 'git'>): object => ({
  id: one.id,
  path_with_namespace: one.path,
  web_url: `${base}/${one.path}`,
  http_url_to_repo: git === null ? `${base}/${one.path}.git` : `file://${git}/${one.path}.git`,
  default_branch: one.branch,
  archived: one.isArchived,
  empty_repo: false,
  topics: one.topics,
  merge_method: 'merge',
  squash_commit_template: one.template,
  last_activity_at: '2026-05-01T00:00:00.000Z',
  ...(one.forkOf === null ? {} : { forked_from_project: { id: 1, path_with_namespace: one.forkOf } }),
});

const groupOf = (one: Group): object => ({ id: one.id, full_path: one.path, name: one.name, parent_id: one.parent });

function requestOf({ commits: _, notes: __, states: ___, added: ____, deleted: _____, ...one }: Request, project: Project, base: string): object {
  return {
    ...{ merge_status: 'can_be_merged', has_conflicts: false },
    ...one,
    id: project.id * 1000 + one.iid,
    project_id: project.id,
    target_project_id: project.id,
    source_project_id: one.source_project_id ?? project.id,
    author: userOf(one.author),
    merge_user: userOf(one.merge_user),
    merged_by: userOf(one.merge_user),
    squash: one.squash_commit_sha !== null,
    web_url: `${base}/${project.path}/-/merge_requests/${String(one.iid)}`,
  };
} // prettier-ignore

const deploymentOf = ({ environment, finishedAt: _, ...one }: Deployment, project: Project): object => ({
  ...one,
  iid: one.id,
  environment: project.environments.find(({ id }) => id === environment) ?? null,
  user: null,
});

const issueOf = ({ states: _, labelled: __, timeline: ___, duplicateOf, ...one }: Issue, project: Project, base: string): object => ({
  issue_type: 'issue',
  ...one,
  id: project.id * 1000 + one.iid,
  project_id: project.id,
  severity: one.severity ?? 'UNKNOWN',
  assignees: (one.assignees ?? []).map(userOf),
  author: null,
  web_url: `${base}/${project.path}/-/issues/${String(one.iid)}`,
  _links: { closed_as_duplicate_of: duplicateOf ?? null },
}); // prettier-ignore

const ok = (body: unknown, headers: Record<string, string> = {}): Answer => ({ status: 200, headers: { 'content-type': 'application/json', 'ratelimit-limit': '2000', 'ratelimit-remaining': '1990', ...headers }, body }); // prettier-ignore
const missing = (what: string): Answer => ({ status: 404, body: { message: `404 ${what} Not Found` } });

/** A page of a list. */
function listed(all: readonly unknown[], query: URLSearchParams, { isEndless, hasLinksOnly }: World): Answer {
  const size = Math.min(100, Number(query.get('per_page') ?? 20));
  const page = isEndless ? 1 : Number(query.get('page') ?? 1);
  const some = all.slice((page - 1) * size, page * size);
  const isMore = isEndless || page * size < all.length;
  const next = String(Number(query.get('page') ?? 1) + 1);
  const link = new URLSearchParams(query);
  link.set('page', next);
  return ok(some, {
    ...(hasLinksOnly ? {} : { 'x-page': String(page), 'x-next-page': isMore ? next : '' }),
    ...(isMore ? { link: `<http://gitlab/api/v4/list?${link.toString()}>; rel="next"` } : {}),
  });
}

/** A list by the time of its change. */
function byChange<One extends { updated_at: string }>(all: readonly One[], query: URLSearchParams): One[] {
  const [after, before] = [query.get('updated_after'), query.get('updated_before')];
  const sign = query.get('sort') === 'desc' ? -1 : 1;
  return all
    .filter(({ updated_at: at }) => after === null || Date.parse(at) >= Date.parse(after))
    .filter(({ updated_at: at }) => before === null || Date.parse(at) <= Date.parse(before))
    .sort((a, b) => sign * (Date.parse(a.updated_at) - Date.parse(b.updated_at)));
}

function ofGroup(world: World, rest: readonly string[], { query, base }: Asked): Answer {
  const [name = '', what] = rest;
  const path = decodeURIComponent(name);
  const group = world.groups.find((one) => one.path === path || String(one.id) === path);
  if (group === undefined) return missing('Group');
  const below = (one: { path: string }): boolean => one.path.startsWith(`${group.path}/`);
  if (what === undefined) return ok(groupOf(group));
  if (what === 'projects') return listed(world.projects.filter((one) => !one.isGone && below(one)).map((one) => projectOf(one, { ...world, base })), query, world);
  if (what === 'descendant_groups') return listed(world.groups.filter(below).map(groupOf), query, world);
  return what === 'members' ? listed(group.members.map(({ user, access_level }) => ({ ...userOf(user), access_level })), query, world) : missing('Route');
} // prettier-ignore

interface Asked {
  readonly query: URLSearchParams;
  readonly base: string;
}

function ofProject(world: World, rest: readonly string[], { query, base }: Asked): Answer {
  const [name = '', what, number = '', part] = rest;
  const path = decodeURIComponent(name);
  const project = world.projects.find((one) => !one.isGone && (one.path === path || String(one.id) === path));
  if (project === undefined) return missing('Project');
  if (what === undefined) return ok(projectOf(project, { ...world, base }));
  if (world.missing.includes(what)) return missing('');
  if (world.unseen.includes(what)) return { status: 403, body: { message: '403 Forbidden' } };
  if (what === 'repository') return number === 'tags' ? listed(project.tags.map((name) => ({ name })), query, world) : missing('Route');
  if (what === 'environments') return listed(project.environments, query, world);
  if (what === 'deployments') return listed(byChange(project.deployments, query).map((one) => deploymentOf(one, project)), query, world);
  if (what === 'merge_requests' && number === '') return listed(byChange(project.requests.filter(({ state }) => query.get('state') !== 'opened' || state === 'opened'), query).map((one) => requestOf(one, project, base)), query, world);
  if (what === 'issues' && number === '') return listed(byChange(project.issues, query).map((one) => issueOf(one, project, base)), query, world);
  const of = what === 'issues' ? project.issues.find(({ iid }) => String(iid) === number) : project.requests.find(({ iid }) => String(iid) === number);
  if (of === undefined) return missing('');
  if (part === 'resource_state_events') return listed((of.states ?? []).map((one) => ({ ...one, user: userOf(one.user) })), query, world);
  return part === 'resource_label_events' ? listed((of as Issue).labelled ?? [], query, world) : missing('Route');
} // prettier-ignore

/** @param rest Path below `/api/v4`. */
export function answerRest(world: World, rest: readonly string[], asked: Asked): Answer {
  const [what, ...more] = rest;
  if (what === 'groups') return ofGroup(world, more, asked);
  if (what === 'projects') return ofProject(world, more, asked);
  const user = world.users.find(({ username }) => username === decodeURIComponent(more[0] ?? ''));
  if (what !== 'users' || user === undefined) return missing('User');
  return listed(world.projects.filter((one) => one.path.startsWith(`${user.username}/`)).map((one) => projectOf(one, { ...world, base: asked.base })), asked.query, world); // prettier-ignore
}
