/** What the configuration says to the connectors: names of repositories, sections, whether there is anything to read. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Config } from '../config/schema.ts';
import type { Connector, NamedRepository } from '../connector.ts';
import { CollectorError } from '../errors.ts';
import { connectors } from './registry.generated.ts';
import { sections } from './sections.generated.ts';

type Configured = Config['repositories'][number];

const nameOf = (repository: Configured): string =>
  repository.slug ??
  connectors.map((connector) => connector.nameOf?.(repository) ?? null).find((name) => name !== null) ??
  repository.url ??
  repository.path ??
  '';

/** Names for a repository whose first choice is taken: with the folder above, then with a digest of its place. */
function namesOf(repository: Configured): string[] {
  const place = repository.path === undefined ? (repository.url ?? '') : path.resolve(repository.path);
  const digest = createHash('sha256').update(place).digest('hex').slice(0, 6);
  const above = repository.path === undefined ? [] : [`${path.basename(path.dirname(place))}/${path.basename(place)}`];
  return [nameOf(repository), ...above, `${nameOf(repository)} (${digest})`];
}

/**
 * The configuration with the name of every repository: its own `slug`, else as the connector that can read it names it. Two never share
 * one: the first listed keeps it.
 */
export function namedConfig(config: Config): Config & { readonly repositories: NamedRepository[] } {
  const taken = new Set(config.repositories.flatMap(({ slug }) => slug ?? []));
  return {
    ...config,
    repositories: config.repositories.map((repository): NamedRepository => {
      const slug = repository.slug ?? namesOf(repository).find((name) => !taken.has(name)) ?? nameOf(repository);
      taken.add(slug);
      return { ...repository, slug };
    }),
  };
}

/** The connector's section; null = it has none; undefined = it has one that the configuration does not give: it reads nothing. */
export function sectionOf(id: string, config: Config): unknown {
  return Object.hasOwn(sections, id) ? (config as Readonly<Record<string, unknown>>)[id] : null;
}

/** A section may hold the credential alone, for names of the command line: without these it reads nothing. */
function checkNamed({ id, named }: Pick<Connector, 'id'> & { readonly named?: { readonly keys: readonly string[] } }, section: unknown): void {
  if (named === undefined || typeof section !== 'object' || section === null) return;
  const lists = named.keys.map((key) => (section as Readonly<Record<string, unknown>>)[key]);
  if (lists.some((list) => Array.isArray(list) && list.length > 0)) return;
  const message = `${id} of throughline.yaml names nothing to read. Give ${named.keys.map((key) => `${id}.${key}`).join(' or ')}, or --${id} NAME.`;
  throw new CollectorError({ code: 'config_invalid', message, fault: 'config' });
} // prettier-ignore

/** Connectors that the configuration asks for, with their sections. @throws CollectorError `config_invalid` for a section that names nothing. */
export function configuredConnectors(config: Config): Array<{ connector: Connector; section: null }> {
  return connectors.flatMap((connector) => {
    const section = sectionOf(connector.id, config);
    if (section !== undefined) checkNamed(connector as Connector, section);
    // Each connector gets the section that its own schema gave; the registry cannot know its type.
    return section === undefined ? [] : [{ connector: connector as Connector, section: section as null }];
  });
}

/** Whether the configuration names anything real to read. */
export const hasSources = (config: Config): boolean =>
  config.repositories.length > 0 || Object.keys(sections).some((id) => sectionOf(id, config) !== undefined);
