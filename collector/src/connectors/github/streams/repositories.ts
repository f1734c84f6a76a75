/**
 * Repositories of the owners, and those that are named: found, described, and looked at. One look at 100 of them says when the newest pull
 * request, issue and deployment of each changed: what did not change is not asked again.
 */
import type { FoundScope, HouseRow, Page, Skip, Stream, StreamContext, Told } from '../../../connector.ts';
import { CollectorError } from '../../../errors.ts';
import { ownerOf } from '../../../text/codeowners.ts';
import { fits } from '../../../forge/rules.ts';
import { entryOf, keyed } from '../../../foreign.ts';
import { given, isOwnRemote, notFound, openGitHub, unitWith, type Answer, type GitHub } from '../client.ts';
import type { Section } from '../config.ts';
import { found as foundSchema, repositoriesCursor, type Found, type RepositoriesCursor } from '../cursors.ts';
import { Following } from '../following.ts';
import { repoRow, teamId } from '../normalize/repository.ts';
import { BY_ID, byName, CODEOWNERS, OWNED } from '../queries/repositories.ts';
import { codeowners, owned as ownedSchema, repository as repositorySchema, type Repository } from '../schema.ts';
import { readOwnerVersions } from './owner-versions.ts';
import { z } from 'zod';

const PAGE = 100;
const NAMED = 50;

/** Whether a repository of an owner is read. */
function isWanted(one: Repository, { include, exclude, topics, forks, archived, repositories }: Section): boolean {
  const name = one.nameWithOwner;
  if (repositories.some((named) => named.toLowerCase() === name.toLowerCase())) return true;
  if (exclude.some((glob) => fits(glob, name))) return false;
  if (include.length > 0 && !include.some((glob) => fits(glob, name))) return false;
  if ((one.isFork && !forks) || (one.isArchived && !archived)) return false;
  const own = new Set((one.repositoryTopics?.nodes ?? []).flatMap((node) => node?.topic.name ?? []));
  return topics.length === 0 || topics.some((topic) => own.has(topic));
}

/** @throws CollectorError `source_not_found` for an owner whom nobody knows. */
async function* ofOwner(
  github: GitHub,
  login: string,
  topics: boolean
): AsyncGenerator<{ nodes: readonly Repository[]; skips: readonly Skip[] }> {
  const following = new Following(`repositories of ${login}`);
  let after: string | null = null;
  do {
    const answer: Answer<z.infer<typeof ownedSchema>> = await github.ask(
      OWNED,
      { login, first: PAGE, after, topics },
      ownedSchema
    );
    if (answer.data.repositoryOwner === null) {
      throw notFound(`The organisation or user ${login} of github.owners`);
    }
    const list = answer.data.repositoryOwner.repositories;
    yield given(list, `repositories of ${login}`, answer.errors);
    after = following.next({ ...list, count: list.nodes.length + list.bad.length });
  } while (after !== null);
}

const anyNamed = z.record(z.string(), z.unknown());
const byId = z.object({ nodes: z.array(z.unknown()) });
const parsed = (node: unknown): Repository[] => {
  const found = repositorySchema.safeParse(node);
  return found.success ? [found.data] : [];
};

function* slices<T>(all: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < all.length; at += size) yield all.slice(at, at + size);
}

/** Repositories that are named; those that are not there are named as skipped. */
async function readNamed(
  github: GitHub,
  names: readonly string[],
  topics: boolean
): Promise<{ found: Repository[]; skips: Skip[] }> {
  const found: Repository[] = [];
  const skips: Skip[] = [];
  for (const some of slices(names, NAMED)) {
    const { data } = await github.ask(byName(some), { topics }, anyNamed);
    some.forEach((name, index) => {
      const [one] = parsed(data[`r${String(index)}`]);
      if (one) found.push(one);
      else
        skips.push({
          item: name,
          reason: 'is not there, or the token may not see it: check the name and the rights of the token',
        });
    });
  }
  return { found, skips };
}

const iso = (at: Date | undefined): string | null => at?.toISOString() ?? null;

function foundScope(one: Repository, slug: string, context: StreamContext<Section>): FoundScope {
  const details: Found = {
    id: one.id,
    name: one.nameWithOwner,
    branch: one.defaultBranchRef?.name ?? null,
    isArchived: one.isArchived,
    lookedAt: context.now().toISOString(),
    pulls: iso(one.pullRequests.nodes[0]?.updatedAt),
    issues: iso(one.issues.nodes[0]?.updatedAt),
    deployments: iso(one.deployments.nodes[0]?.createdAt),
    pushed: one.defaultBranchRef?.target?.oid ?? null,
    notes: one.notes?.target?.oid ?? null,
    pushedAt: iso(one.pushedAt ?? undefined),
    kilobytes: one.diskUsage ?? null,
  };
  const isMirrored =
    context.section.mirrors && one.isEmpty !== true && one.isDisabled !== true && isOwnRemote(one.url, context.section);
  return { name: slug, repository: slug, url: isMirrored ? one.url : null, details: { ...details } };
}

/** Owner teams of repositories whose default branch moved since CODEOWNERS was read. */
async function owners(
  github: GitHub,
  all: readonly Repository[],
  { cursor, hasMirrors }: { readonly cursor: RepositoriesCursor; readonly hasMirrors: boolean }
): Promise<{ rows: HouseRow[]; skips: Skip[]; read: Record<string, string>; versions: Record<string, string> }> {
  const moved = all.filter(
    ({ id, defaultBranchRef: branch }) => branch?.target && entryOf(cursor.owners, id) !== branch.target.oid
  );
  const rows: HouseRow[] = [];
  const skips: Skip[] = [];
  const read = keyed<string>();
  const versions = keyed<string>();
  const slugs = new Map(all.map((one) => [one.id, entryOf(cursor.slugs, one.id) ?? one.nameWithOwner]));
  for (const some of slices(moved, NAMED)) {
    const { data } = await github.ask(CODEOWNERS, { ids: some.map(({ id }) => id) }, codeowners);
    for (const node of data.nodes) {
      const text = node?.a?.text ?? node?.b?.text ?? node?.c?.text ?? null;
      const slug = node === null ? undefined : slugs.get(node.id);
      const team = text === null ? null : ownerOf(text);
      if (slug !== undefined && team !== null) {
        rows.push({ table: 'team', values: { team_id: teamId(team), title: teamId(team) } });
        rows.push({ table: 'repo', values: { slug, owner_team_id: teamId(team) } });
      }
    }
    for (const { id, defaultBranchRef: branch } of some) read[id] = branch?.target?.oid ?? '';
    // A mirror tells of the versions itself.
    if (hasMirrors) continue;
    const own = new Map(some.map(({ id }) => [id, slugs.get(id) ?? id]));
    const found = await readOwnerVersions(github, own, cursor.versions);
    for (const row of found.rows) rows.push(row);
    for (const skip of found.skips) skips.push(skip);
    Object.assign(versions, found.read);
  }
  return { rows, skips, read, versions };
}

/** Whether the configuration names a repository, or its owner, by the name that it was found under. */
const isNamed = (slug: string, { owners: logins, repositories: names }: Section): boolean =>
  names.some((name) => name.toLowerCase() === slug.toLowerCase()) ||
  logins.some((login) => slug.toLowerCase().startsWith(`${login.toLowerCase()}/`));

/** All repositories once, in a stable order; those that are named and not there are added to `skips`. */
export async function* readAll(github: GitHub, section: Section, skips: Skip[]): AsyncGenerator<readonly Repository[]> {
  const seen = new Set<string>();
  const fresh = (some: readonly Repository[]): Repository[] =>
    some.filter(({ id }) => !seen.has(id) && seen.add(id).size > 0);
  const topics = section.topics.length > 0;
  for (const login of section.owners) {
    for await (const some of ofOwner(github, login, topics)) {
      for (const skip of some.skips) skips.push(skip);
      yield fresh(some.nodes.filter((one) => isWanted(one, section)));
    }
  }
  const named = await readNamed(github, section.repositories, topics);
  for (const skip of named.skips) skips.push(skip);
  yield fresh(named.found);
}

/** What was there before and no owner lists any more: moved away, or gone. Moved ones are read on under the name they had. */
async function lost(github: GitHub, ids: readonly string[], topics: boolean): Promise<Map<string, Repository | null>> {
  const found = new Map<string, Repository | null>(ids.map((id) => [id, null]));
  for (const some of slices(ids, PAGE)) {
    const { data } = await github.ask(BY_ID, { ids: some, topics }, byId);
    data.nodes.forEach((node, at) => {
      const [one] = parsed(node);
      if (one) found.set(one.id, one);
      // What is there and not understood is not gone.
      else if (node !== null) found.delete(some[at] ?? '');
    });
  }
  return found;
}

async function* pull(
  context: StreamContext<Section>,
  stored: RepositoriesCursor | null
): AsyncGenerator<Page<RepositoriesCursor>> {
  const { section, now } = context;
  const cursor: RepositoriesCursor = stored ?? { slugs: {}, owners: {}, versions: {}, gone: [] };
  const github = await openGitHub(context);
  const skips: Skip[] = [];
  const all: Repository[] = [];
  for await (const some of readAll(github, section, skips)) {
    for (const one of some) all.push(one);
    // Nothing is found until all is: a list that breaks off must take nobody away.
    yield { rows: [], cursor, progress: { done: all.length, total: null, unit: unitWith('repositories', github) } };
  }
  const slugs = keyed(cursor.slugs);
  const taken = new Set(Object.values(slugs));
  for (const { id, nameWithOwner: name } of all) {
    // A name that another repository had before it was renamed: both are kept apart.
    slugs[id] ??= taken.has(name) ? `${name} (${id})` : name;
    taken.add(slugs[id] ?? name);
  }
  const listed = new Set(all.map(({ id }) => id));
  const known = Object.entries(cursor.slugs).filter(([id, slug]) => !listed.has(id) && isNamed(slug, section));
  const missing = known.map(([id]) => id).filter((id) => !cursor.gone.includes(id));
  const after = await lost(github, missing, section.topics.length > 0);
  // What has its old name and is not listed is not asked for any more.
  const moved = [...after.values()].filter((one) => one !== null).filter((one) => one.nameWithOwner !== slugs[one.id]);
  const gone = [...after].filter(([, one]) => one === null).map(([id]) => id);
  const there = [...all, ...moved];
  if (there.length === 0 && skips.length > 0) {
    throw notFound(skips.map(({ item }) => item).join(', '));
  }
  for (const one of there) {
    if (section.mirrors && !isOwnRemote(one.url, section)) {
      skips.push({ item: slugs[one.id] ?? one.nameWithOwner, reason: `its address is not one of ${section.url}: its git history is not read` }); // prettier-ignore
    }
  }
  // Whoever the configuration names owns it, whatever CODEOWNERS says.
  const named = new Set(context.repositories.filter(({ team }) => team !== undefined).map(({ slug }) => slug));
  const ruled = there.filter((one) => !named.has(slugs[one.id] ?? one.nameWithOwner));
  const owned = await owners(github, ruled, { cursor: { ...cursor, slugs }, hasMirrors: section.mirrors });
  yield {
    rows: [
      ...there.map((one) => repoRow(slugs[one.id] ?? one.nameWithOwner, one)),
      ...owned.rows,
      ...gone.map((id): HouseRow => ({ table: 'repo', values: { slug: slugs[id] ?? id, gone_at: now() } })),
    ],
    skips: [...skips, ...owned.skips, ...gone.map((id) => ({ item: slugs[id] ?? id, reason: 'is not there any more, or the token may not see it; what is known of it stays' }))], // prettier-ignore
    found: there.map((one) => foundScope(one, slugs[one.id] ?? one.nameWithOwner, context)),
    cursor: {
      slugs,
      owners: Object.assign(keyed(cursor.owners), owned.read),
      versions: Object.assign(keyed(cursor.versions), owned.versions),
      gone: [...cursor.gone.filter((id) => !listed.has(id)), ...gone],
    },
    watermark: now(),
    progress: { done: there.length, total: there.length, unit: unitWith('repositories', github) },
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

/**
 * Whether all repositories were looked at since the stream was read and since a webhook told it that there is something new: then what the
 * look saw is all that there is.
 */
export const isLookedAtSince = (readAt: string, { lookedAt }: Found, askedAt: Date | null): boolean =>
  Date.parse(lookedAt) > Math.max(Date.parse(readAt), askedAt?.getTime() ?? 0);

/**
 * What the look at a repository told of its refs. GitHub says when any of them was pushed (`pushedAt`), by whole seconds; the tips of two of them
 * come with it.
 */
export function toldOf({ details }: FoundScope): Told | null {
  const { data: found } = foundSchema.safeParse(details);
  if (found === undefined || found.pushedAt === null) return null;
  const { branch, pushed, notes, pushedAt, lookedAt, kilobytes } = found;
  return {
    mark: [pushedAt, branch, pushed, notes].join(' '),
    pushedAt: new Date(pushedAt),
    at: new Date(lookedAt),
    bytes: kilobytes === null ? null : 1000 * kilobytes,
  };
}

/** What was found out about the scope's repository. @throws CollectorError `source_invalid`. */
export function foundOf({ scope }: StreamContext<Section>, schema: z.ZodType<Found>): Found {
  const found = schema.safeParse(scope.details);
  if (!found.success) {
    throw new CollectorError({ code: 'source_invalid', message: `${scope.name}: what was found out about it is of another version. Nothing to do: the next look at the repositories mends it.`, fault: 'source', retryable: true }); // prettier-ignore
  }
  return found.data;
}
