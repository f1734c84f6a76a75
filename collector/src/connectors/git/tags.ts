/** Stream `tags`: tags as production deployments. Pre-releases are deployments of the environment `prerelease`. */
import { createHash } from 'node:crypto';
import type { HouseRow, Page, Stream, StreamContext } from '../../connector.ts';
import { runGit, type Repository } from '../../lifetimes/git.ts';
import { repositoryOf } from './history.ts';
import { openSource, slugOf } from './repository.ts';
import { tagsCursor, type GitConfig, type TagsCursor } from './schema.ts';

export interface Tag {
  readonly name: string;
  readonly sha: string;
  /** Tagger date of an annotated tag, else the commit's date. */
  readonly at: Date;
}

/** `v1`, `v1.2`, `1.2.3`, `release-1.2.3` is not: `v*` with a digit, and plain semver. */
const DEFAULT_PATTERNS = ['v[0-9]*', '[0-9]*.[0-9]*.[0-9]*'];
const PRERELEASE = /[-._]?(alpha|beta|rc|pre|preview|dev|nightly|canary|snapshot|next)[-._]?\d*(\.\d+)*$/i;

/** A glob with `*`, `?` and character classes as a pattern for whole names. */
export function globPattern(glob: string): RegExp {
  const body = glob.replace(/[.+^${}()|\\]/g, '\\$&').replace(/\*/g, '.*').replace(/\?/g, '.');
  return new RegExp(`^${body}$`);
}

export const isPrerelease = (name: string): boolean => PRERELEASE.test(name);

/** Tags that are deployments. */
export function deploymentTags(tags: readonly Tag[], patterns: readonly string[] = DEFAULT_PATTERNS): Tag[] {
  const accepted = patterns.map(globPattern);
  return tags.filter(({ name }) => accepted.some((pattern) => pattern.test(name)));
}

async function readTags(repo: Repository): Promise<Tag[]> {
  const format = '%(refname:strip=2)%00%(objecttype)%00%(objectname)%00%(*objecttype)%00%(*objectname)%00%(creatordate:unix)';
  const out = await runGit(repo, ['for-each-ref', `--format=${format}`, 'refs/tags']);
  return out
    .toString('utf8')
    .split('\n')
    .filter(Boolean)
    .flatMap((line) => {
      const [name = '', type, object = '', peeledType, peeled = '', seconds = ''] = line.split('\0');
      const sha = type === 'commit' ? object : peeledType === 'commit' ? peeled : '';
      // A tag of a blob or tree deploys nothing; one without a date cannot be placed.
      return sha === '' || seconds === '' ? [] : [{ name, sha, at: new Date(Number(seconds) * 1000) }];
    });
}

function rowsOf(tags: readonly Tag[], { scope, service }: { scope: string; service: string }): HouseRow[] {
  return tags.map(({ name, sha, at }) => ({
    table: 'deployment',
    values: {
      source: 'git',
      external_id: `${scope}@${name}`,
      service_id: service,
      environment: isPrerelease(name) ? 'prerelease' : 'production',
      sha,
      ref: name,
      finished_at: at,
      result: 'success',
      kind: 'unknown',
    },
  }));
}

async function* pull(context: StreamContext<GitConfig>, cursor: TagsCursor | null, signal: AbortSignal): AsyncGenerator<Page<TagsCursor>> {
  const repository = repositoryOf(context);
  const { repo } = await openSource(repository, { cacheDir: context.cacheDir, isFetching: false, signal });
  const tags = deploymentTags(await readTags(repo), repository.tag_patterns ?? undefined);
  const service = repository.service ?? context.scope;
  const digest = createHash('sha256').update(JSON.stringify([tags, service])).digest('hex').slice(0, 16);
  const rows = cursor?.digest === digest ? [] : rowsOf(tags, { scope: context.scope, service });
  yield { rows, cursor: { digest }, watermark: context.now(), progress: { done: tags.length, total: tags.length, unit: 'tags' } };
}

export const tags: Stream<GitConfig, TagsCursor> = {
  id: 'tags',
  cursor: tagsCursor,
  overlapSeconds: 0,
  every: '*/10 * * * *',
  scopes: ({ repositories }) => repositories.map(slugOf),
  pull,
};
