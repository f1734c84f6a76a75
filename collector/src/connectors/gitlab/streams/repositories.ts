/** Projects of groups and users, and those that are named: found and described. Renamed and moved ones keep the name they were found under. */
import type { FoundScope, HouseRow, Page, Skip, Stream, StreamContext, Told } from '../../../connector.ts';
import { CollectorError } from '../../../errors.ts';
import { keyed } from '../../../foreign.ts';
import { fits } from '../../../forge/rules.ts';
import { encoded, isOwnRemote, notFound, openGitLab, pagesOf, type GitLab } from '../client.ts';
import type { Section } from '../config.ts';
import { found as foundSchema, repositoriesCursor, type Found, type RepositoriesCursor } from '../cursors.ts';
import { projectRow } from '../normalize/project.ts';
import { oneGroup, oneProject, projects as projectList, type Project } from '../schema.ts';

/** Whether a project of a group or user is read. */
function isWanted(one: Project, { include, exclude, topics, forks, archived, paths }: Section): boolean {
  const name = one.path_with_namespace;
  if (paths.some((path) => path.toLowerCase() === name.toLowerCase())) return true;
  if (exclude.some((glob) => fits(glob, name))) return false;
  if (include.length > 0 && !include.some((glob) => fits(glob, name))) return false;
  if ((one.forked_from_project && !forks) || (one.archived === true && !archived)) return false;
  return topics.length === 0 || topics.some((topic) => (one.topics ?? []).includes(topic));
}

const isMissing = (error: unknown): boolean => error instanceof CollectorError && error.code === 'source_not_found';

/** The answer, or null where there is no such thing. */
async function orNone<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** What a path names: a group, a project, or a user; null = nothing that the token may see. */
async function placeOf(gitlab: GitLab, path: string): Promise<{ readonly list: string } | { readonly project: Project } | null> {
  if ((await orNone(gitlab.get(`groups/${encoded(path)}`, { with_projects: 'false' }, oneGroup))) !== null) {
    return { list: `groups/${encoded(path)}/projects` };
  }
  if (path.includes('/')) {
    const project = await orNone(gitlab.get(`projects/${encoded(path)}`, {}, oneProject));
    return project === null ? null : { project: project.data };
  }
  return { list: `users/${encoded(path)}/projects` };
} // prettier-ignore

/** All projects once; those that are named and not there are added to `skips`. @throws CollectorError */
export async function* readAll(gitlab: GitLab, section: Section, skips: Skip[]): AsyncGenerator<readonly Project[]> {
  const seen = new Set<number>();
  const fresh = (some: readonly Project[]): Project[] => some.filter(({ id }) => !seen.has(id) && seen.add(id).size > 0); // prettier-ignore
  const missing = (path: string): Skip => ({ item: path, reason: 'is not there, or the token may not see it: check the path, the role of the token’s user and its scope (read_api)' }); // prettier-ignore
  for (const path of section.paths) {
    const place = await placeOf(gitlab, path);
    if (place === null) {
      skips.push(missing(path));
      continue;
    }
    if ('project' in place) {
      yield fresh([place.project]);
      continue;
    }
    const query = { include_subgroups: 'true', with_shared: 'false', order_by: 'id', sort: 'asc' };
    try {
      for await (const { good, bad } of pagesOf(gitlab, { path: place.list, query, what: `projects of ${path}` }, projectList)) {
        for (const skip of bad) skips.push(skip);
        yield fresh(good.filter((one) => isWanted(one, section)));
      }
    } catch (error) {
      if (!isMissing(error)) throw error;
      skips.push(missing(path));
    }
  }
} // prettier-ignore

function foundScope(one: Project, slug: string, { section, now }: StreamContext<Section>): FoundScope {
  const bytes = one.statistics?.repository_size ?? null;
  const details: Found = {
    id: one.id,
    name: one.path_with_namespace,
    branch: one.default_branch ?? null,
    isArchived: one.archived === true,
    lookedAt: now().toISOString(),
    kilobytes: bytes === null ? null : Math.ceil(bytes / 1000),
  };
  const remote = one.http_url_to_repo ?? '';
  const isMirrored = section.mirrors && one.empty_repo !== true && isOwnRemote(remote, section);
  return { name: slug, repository: slug, url: isMirrored ? remote : null, details: { ...details } };
}

/** Whether the configuration names a project, or what it is in, by the name that it was found under. */
const isNamed = (slug: string, { paths }: Section): boolean =>
  paths.some((path) => `${slug.toLowerCase()}/`.startsWith(`${path.toLowerCase()}/`));

/** What was there before and no list has any more: moved away (null-safe), or gone. */
async function lost(gitlab: GitLab, ids: readonly string[]): Promise<Map<string, Project | null>> {
  const after = new Map<string, Project | null>();
  for (const id of ids) {
    after.set(id, (await orNone(gitlab.get(`projects/${encoded(id)}`, {}, oneProject)))?.data ?? null);
  }
  return after;
}

async function* pull(
  context: StreamContext<Section>,
  stored: RepositoriesCursor | null
): AsyncGenerator<Page<RepositoriesCursor>> {
  const { section, now } = context;
  const cursor: RepositoriesCursor = stored ?? { slugs: {}, gone: [] };
  const gitlab = openGitLab(context);
  const skips: Skip[] = [];
  const all: Project[] = [];
  for await (const some of readAll(gitlab, section, skips)) {
    for (const one of some) all.push(one);
    // Nothing is found until all is: a list that breaks off must take nobody away.
    yield { rows: [], cursor, progress: { done: all.length, total: null, unit: 'projects' } };
  }
  const slugs = keyed(cursor.slugs);
  const taken = new Set(Object.values(slugs));
  for (const { id, path_with_namespace: name } of all) {
    // A name that another project had before it was renamed: both are kept apart.
    slugs[String(id)] ??= taken.has(name) ? `${name} (${String(id)})` : name;
    taken.add(slugs[String(id)] ?? name);
  }
  const slugOf = ({ id, path_with_namespace: name }: Project): string => slugs[String(id)] ?? name;
  const listed = new Set(all.map(({ id }) => String(id)));
  const known = Object.entries(cursor.slugs).filter(([id, slug]) => !listed.has(id) && isNamed(slug, section));
  const after = await lost(gitlab, known.map(([id]) => id).filter((id) => !cursor.gone.includes(id))); // prettier-ignore
  // What has its old name and is not listed is not asked for any more.
  const moved = [...after.values()].filter((one) => one !== null).filter((one) => one.path_with_namespace !== slugOf(one)); // prettier-ignore
  const gone = [...after].filter(([, one]) => one === null).map(([id]) => id);
  const there = [...all, ...moved];
  if (there.length === 0 && skips.length > 0) throw notFound(skips.map(({ item }) => item).join(', '));
  for (const one of there) {
    if (section.mirrors && one.empty_repo !== true && !isOwnRemote(one.http_url_to_repo ?? '', section)) {
      skips.push({
        item: slugOf(one),
        reason: `its address is not one of ${section.url}: its git history is not read`,
      });
    }
  }
  yield {
    rows: [
      ...there.map((one) => projectRow(slugOf(one), one)),
      ...gone.map((id): HouseRow => ({ table: 'repo', values: { slug: slugs[id] ?? id, gone_at: now() } })),
    ],
    skips: [...skips, ...gone.map((id) => ({ item: slugs[id] ?? id, reason: 'is not there any more, or the token may not see it; what is known of it stays' }))], // prettier-ignore
    found: there.map((one) => foundScope(one, slugOf(one), context)),
    cursor: { slugs, gone: [...cursor.gone.filter((id) => !listed.has(id)), ...gone] },
    watermark: now(),
    progress: { done: there.length, total: there.length, unit: 'projects' },
  };
}

export const repositories: Stream<Section, RepositoriesCursor> = {
  id: 'repositories',
  cursor: repositoriesCursor,
  every: '*/10 * * * *',
  isEarly: true,
  scopes: () => [{ name: '', repository: null, details: null }],
  pull,
};

/** GitLab does not tell when something was last pushed: remotes are asked as often as any other. */
export const toldOf = (): Told | null => null;

/** What was found out about the scope's project. @throws CollectorError `source_invalid`. */
export function foundOf({ scope }: Pick<StreamContext<Section>, 'scope'>): Found {
  const found = foundSchema.safeParse(scope.details);
  if (!found.success) {
    throw new CollectorError({ code: 'source_invalid', message: `${scope.name}: what was found out about it is of another version. Nothing to do: the next look at the projects mends it.`, fault: 'source', retryable: true }); // prettier-ignore
  }
  return found.data;
}
