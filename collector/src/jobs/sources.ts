/** What there is to read: connectors with their sections, repositories that the configuration names, scopes that connectors found. */
import type pg from 'pg';
import { repositorySchema } from '../config/repository.ts';
import type { Config } from '../config/schema.ts';
import type { Connector, FoundScope, NamedRepository, Sources, Told } from '../connector.ts';
import { configuredConnectors, namedConfig } from '../connectors/configured.ts';
import { readFound } from '../store/found-scopes.ts';

export interface Source {
  readonly connector: Connector;
  readonly sources: Sources<null>;
}

/** `connector/stream` of `connector/stream/scope`. */
const streamOf = (streamId: string): string => streamId.split('/').slice(0, 2).join('/');

/** A found scope, and what its source told of its remote. */
type ToldScope = FoundScope & { readonly told: Told | null };

/** What the streams of one connector found, with remotes that git may fetch from. */
function withCredentials(
  { connector, section }: { readonly connector: Connector; readonly section: null },
  found: readonly FoundScope[]
): ToldScope[] {
  return found.map((scope) => ({
    ...scope,
    told: connector.toldOf?.(scope) ?? null,
    url: scope.url === null || !connector.gitUrl ? scope.url : connector.gitUrl(scope.url, section),
  }));
}

function foundRepositories(found: readonly ToldScope[], known: readonly NamedRepository[]): NamedRepository[] {
  const slugs = new Set(known.map(({ slug }) => slug));
  const repositories: NamedRepository[] = [];
  for (const { repository: slug, url, told } of found) {
    if (slug === null || url === null || slugs.has(slug)) continue;
    // What a source found is no configuration: an address that is none is left out instead of stopping everything.
    const parsed = repositorySchema.safeParse({ url, slug });
    if (parsed.success) {
      slugs.add(slug);
      repositories.push({ ...parsed.data, slug, ...(told === null ? {} : { told }) });
    }
  }
  return repositories;
}

/** The connectors that the configuration asks for, each with what its scopes come from, as the store knows it now. */
export async function readSources(pool: pg.Pool, config: Config): Promise<Source[]> {
  const asked = configuredConnectors(config);
  const ids = new Set(asked.map(({ connector }) => connector.id));
  const stored = [...(await readFound(pool))].filter(([streamId]) => ids.has(streamId.split('/')[0] ?? ''));
  const configured = namedConfig(config).repositories;
  const repositories = [
    ...configured,
    ...foundRepositories(
      asked.flatMap((one) =>
        withCredentials(
          one,
          stored.filter(([id]) => id.split('/')[0] === one.connector.id).flatMap(([, scopes]) => scopes)
        )
      ),
      configured
    ),
  ];
  return asked.map(({ connector, section }) => ({
    connector,
    sources: {
      section,
      repositories,
      found: (stream) =>
        stored.filter(([id]) => streamOf(id) === `${connector.id}/${stream}`).flatMap(([, scopes]) => scopes),
    },
  }));
}
