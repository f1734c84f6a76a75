/** What the configuration says to the connectors: names of repositories, sections, whether there is anything to read. */
import type { Config } from '../config/schema.ts';
import type { Connector, NamedRepository } from '../connector.ts';
import { connectors } from './registry.generated.ts';
import { sections } from './sections.generated.ts';

/** The configuration with the name of every repository: its own `slug`, else as the connector that can read it names it. */
export function namedConfig(config: Config): Config & { readonly repositories: NamedRepository[] } {
  return {
    ...config,
    repositories: config.repositories.map((repository) => ({
      ...repository,
      slug:
        repository.slug ??
        connectors.map(({ nameOf }) => nameOf?.(repository) ?? null).find((name) => name !== null) ??
        repository.url ??
        repository.path ??
        '',
    })),
  };
}

/** The connector's section; null = it has none; undefined = it has one that the configuration does not give: it reads nothing. */
export function sectionOf(id: string, config: Config): unknown {
  return Object.hasOwn(sections, id) ? (config as Readonly<Record<string, unknown>>)[id] : null;
}

/** Connectors that the configuration asks for, with their sections. */
export function configuredConnectors(config: Config): Array<{ connector: Connector; section: null }> {
  return connectors.flatMap((connector) => {
    const section = sectionOf(connector.id, config);
    // Each connector gets the section that its own schema gave; the registry cannot know its type.
    return section === undefined ? [] : [{ connector: connector as Connector, section: section as null }];
  });
}

/** Whether the configuration names anything real to read. */
export const hasSources = (config: Config): boolean =>
  config.repositories.length > 0 || Object.keys(sections).some((id) => sectionOf(id, config) !== undefined);
