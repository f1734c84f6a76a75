/** Stream `tags`: tags as production deployments. Pre-releases are deployments of the environment `prerelease`. */
import { createHash } from 'node:crypto';
import type { HouseRow, NamedRepository, Page, Skip, Stream, StreamContext } from '../../connector.ts';
import { objectReader, objectSizes, type GitObject } from '../../git/objects.ts';
import { runGit, type Repository } from '../../git/process.ts';
import { repositoryOf } from './repo-rows.ts';
import { accountRows, commitRow, type Naming } from './normalize.ts';
import { readLog } from './read-log.ts';
import { secondsOf } from '../../git/seconds.ts';
import { sharedBefore, type Shared } from './shared.ts';
import { lookedAt, seenOf } from './unchanged.ts';
import { openSource, tagUrl, type Source } from '../../git/source.ts';
import { repositoryScopes, tagsCursor, type TagsCursor } from './schema.ts';
import { prereleaseTest, tagRules, tagTargets, type TagRules, type Target } from '../../text/tag-rules.ts';
import { leftOut } from './left-tags.ts';

export interface Tag {
  readonly name: string;
  /** Commit that it names, through tags of tags; null = it names a tree, a file, or something that is missing. */
  readonly sha: string | null;
  /** Tagger date of an annotated tag, else the commit's date; null = no date. */
  readonly at: Date | null;
}

const PAGE_TAGS = 1000;
/** Larger objects are no tags, and commits whose header is cut there have no date. */
const MAX_TAG_BYTES = 8 << 20;

interface NamedTag {
  readonly name: string;
  readonly id: string;
}

/** Names and what they point to, which need not be there. */
async function tagNames(repo: Repository): Promise<NamedTag[]> {
  const out = await runGit(repo, ['for-each-ref', '--format=%(objectname) %(refname:strip=2)', 'refs/tags']);
  return out
    .toString('utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => ({ id: line.slice(0, repo.hexLength), name: line.slice(repo.hexLength + 1) }));
}

/** Seconds of the header line of an object that says who made it when; 0 = it has none. */
function secondsIn({ content }: GitObject, header: 'tagger' | 'committer'): number {
  const text = content.toString('latin1', 0, MAX_TAG_BYTES).split('\n\n')[0] ?? '';
  const line = text.split('\n').find((one) => one.startsWith(`${header} `)) ?? '';
  return secondsOf(line.split(' ').at(-2) ?? '', 0);
}

/** All tags, by name. One that names nothing usable is among them. */
async function readTags(repo: Repository, signal: AbortSignal): Promise<Tag[]> {
  const names = await tagNames(repo);
  const sizes = await objectSizes(repo, [...new Set(names.map(({ id }) => id))], signal);
  const objects = objectReader(repo, signal);
  const read = async (id: string): Promise<GitObject | null> =>
    (sizes.get(id) ?? Infinity) <= MAX_TAG_BYTES ? objects.read(id) : null;
  try {
    const tags: Tag[] = [];
    for (const { id, name } of names) {
      const made = await read(id);
      const commit = made?.type === 'tag' ? await objects.read(`${id}^{commit}`) : made;
      const isCommit = commit?.type === 'commit';
      // Old annotated tags have no tagger.
      const seconds =
        (made?.type === 'tag' ? secondsIn(made, 'tagger') : 0) || (isCommit ? secondsIn(commit, 'committer') : 0);
      tags.push({ name, sha: isCommit ? commit.id : null, at: seconds > 0 ? new Date(seconds * 1000) : null });
    }
    return tags.sort((a, b) => (a.name < b.name ? -1 : 1));
  } finally {
    objects.close();
  }
}

/** Commits of release branches, which the default branch does not reach: deployments are compared by what they contain. */
async function branchCommits(source: Source, shas: readonly string[], naming: Naming): Promise<HouseRow[]> {
  const { repo, tip } = source;
  const rows: HouseRow[] = [];
  if (shas.length === 0) {
    return rows;
  }
  for await (const commits of readLog(repo, ['--topo-order', '--reverse', ...new Set(shas), `^${tip}`])) {
    for (const commit of commits) {
      const { values } = commitRow(commit, naming);
      for (const row of accountRows(commit, naming)) rows.push(row);
      rows.push({ table: 'git_commit', values: { ...values, is_on_default: false } });
    }
  }
  return rows;
}

interface Deployed {
  readonly tag: Tag;
  readonly target: Target;
}

function deploymentRow({ tag, target }: Deployed, { scope, source }: { scope: string; source: Source }): HouseRow[] {
  if (tag.sha === null || tag.at === null) {
    return [];
  }
  return [
    {
      table: 'deployment',
      values: {
        source: 'git',
        external_id: `${scope}@${tag.name}`,
        service_id: target.service,
        environment: target.environment,
        sha: tag.sha,
        ref: tag.name,
        finished_at: tag.at,
        result: 'success',
        kind: 'unknown',
        web_url: tagUrl(source.webUrl, tag.name),
      },
    },
  ];
}

const unusable = (deployed: readonly Deployed[]): Skip[] =>
  deployed
    .filter(({ tag }) => tag.sha === null || tag.at === null)
    .map(({ tag }) => ({
      item: tag.name,
      reason: tag.sha === null ? 'the tag names no commit of this clone' : 'the tag has no date',
    }));

export interface RuledTags {
  /** All tags, by name. */
  readonly all: readonly Tag[];
  readonly rules: TagRules;
  /** What a tag deploys where; null = it is no deployment. */
  readonly targetOf: (name: string) => Target | null;
}

/** The tags of a repository, and the rules by which they are deployments. */
export async function readRuledTags(
  repository: NamedRepository,
  source: Source,
  signal: AbortSignal
): Promise<RuledTags> {
  const all = await readTags(source.repo, signal);
  const names = all.map(({ name }) => name);
  const rules = tagRules(repository, names);
  const service = repository.service ?? repository.slug;
  return { all, rules, targetOf: tagTargets(rules.rules, service, prereleaseTest(repository)) };
}

interface Opened {
  readonly source: Source;
  readonly shared: Shared | null;
  readonly seen: string;
  readonly signal: AbortSignal;
}

async function* pages(
  context: StreamContext<null>,
  cursor: TagsCursor | null,
  { source, shared, seen, signal }: Opened
): AsyncGenerator<Page<TagsCursor>> {
  const scope = context.scope.name;
  const { all, rules, targetOf } = await readRuledTags(repositoryOf(context), source, signal);
  const theirs = shared === null ? [] : await readTags(shared.source.repo, signal);
  const counted = new Set(theirs.map(({ name, sha }) => `${name} ${sha ?? ''}`));
  const deployed = all.flatMap((tag): Deployed[] => {
    const target = counted.has(`${tag.name} ${tag.sha ?? ''}`) ? null : targetOf(tag.name);
    return target === null ? [] : [{ tag, target }];
  });
  const left = all.filter(({ name }) => targetOf(name) === null).map(({ name }) => name);
  const digest = createHash('sha256')
    .update(JSON.stringify([deployed, source.webUrl]))
    .digest('hex')
    .slice(0, 16);
  const after = cursor?.digest === digest ? cursor.after : '';
  const waiting = after === null ? [] : deployed.filter(({ tag }) => tag.name > after);
  const naming: Naming = { accountId: context.accountId, webUrl: source.webUrl };
  for (let at = 0; at < waiting.length; at += PAGE_TAGS) {
    signal.throwIfAborted();
    const page = waiting.slice(at, at + PAGE_TAGS);
    const shas = page.flatMap(({ tag }) => tag.sha ?? []);
    const rows = [
      ...(await branchCommits(source, shas, naming)),
      ...page.flatMap((one) => deploymentRow(one, { scope, source })),
    ];
    const done = deployed.length - waiting.length + at + page.length;
    const progress = { done, total: deployed.length, unit: 'tags' };
    yield {
      rows,
      skips: unusable(page),
      cursor: { digest, after: page.at(-1)?.tag.name ?? null, hasLeft: cursor?.hasLeft ?? false, seen: '' },
      progress,
    };
  }
  const skips = left.length > 0 || cursor?.hasLeft === true ? [leftOut(left, all.length, rules)] : [];
  const end = { digest, after: null, hasLeft: left.length > 0, seen };
  yield { rows: [], skips, cursor: end, watermark: source.observedAt };
}

async function* pull(
  context: StreamContext<null>,
  cursor: TagsCursor | null,
  signal: AbortSignal
): AsyncGenerator<Page<TagsCursor>> {
  const { mirrors, now, onProgress } = context;
  const before = await seenOf(context, signal);
  if (cursor?.after === null && cursor.seen === before) {
    yield { rows: [], cursor, watermark: lookedAt(repositoryOf(context), mirrors) ?? now() };
    return;
  }
  const source = await openSource(repositoryOf(context), { mirrors, isFetching: false, onProgress, signal, now });
  let shared: Shared | null = null;
  try {
    shared = await sharedBefore(context, source, signal);
    yield* pages(context, cursor, { source, shared, seen: (await seenOf(context, signal)) ?? '', signal });
  } finally {
    shared?.source.close();
    source.close();
  }
}

export const tags: Stream<null, TagsCursor> = {
  id: 'tags',
  cursor: tagsCursor,
  every: '*/10 * * * *',
  scopes: repositoryScopes,
  needs: 'history',
  pull,
};
