/** `--github`: what the command line names, in the configuration and in the store. */
import type pg from 'pg';
import { namedSection } from '../collector/src/connectors/github/named.ts';
import type { Config } from '../collector/src/config/schema.ts';
import { readFound } from '../collector/src/store/found-scopes.ts';

interface Named {
  readonly github: readonly string[];
  readonly repo: readonly string[];
}

/** The configuration of a run with `--github`: nothing else is read but what `--repo` names. */
export function withGitHub(config: Config, named: Named, env: Readonly<Record<string, string | undefined>>): Config {
  return {
    ...config,
    repositories: named.repo.length > 0 ? config.repositories : [],
    github: namedSection(config.github, named.github, env),
  };
}

/** Slugs that the answers are about: those of `--repo`, and what was found for the names of `--github`; none = all. */
export async function namedOf(
  pool: pg.Pool,
  { named, github }: { readonly named: readonly string[]; readonly github: readonly string[] }
): Promise<readonly string[]> {
  if (github.length === 0) {
    return named;
  }
  const found = (await readFound(pool)).get('github/repositories') ?? [];
  const isNamed = (slug: string): boolean =>
    github.some((name) =>
      name.includes('/')
        ? slug.toLowerCase() === name.toLowerCase()
        : slug.toLowerCase().startsWith(`${name.toLowerCase()}/`)
    );
  // By the name that it was found under, and by the one that it has now.
  const asked = found.filter(
    ({ repository, details }) => isNamed(repository ?? '') || isNamed((details?.['name'] as string | undefined) ?? '')
  );
  return [...named, ...asked.flatMap(({ repository }) => repository ?? [])];
}
