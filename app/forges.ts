/** `--github`, `--gitlab`: what the command line names, in the configuration and in the store. */
import type pg from 'pg';
import type { Config } from '../collector/src/config/schema.ts';
import type { NamedOnCommandLine } from '../collector/src/connector.ts';
import { connectors } from '../collector/src/connectors/registry.generated.ts';
import { readFound } from '../collector/src/store/found-scopes.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Names by connector; one that is given none is not there. */
export type NamedAtForges = Readonly<Record<string, readonly string[]>>;

interface Forge {
  readonly id: string;
  readonly named: NamedOnCommandLine<unknown>;
}

/** Connectors that take names from the command line. */
export const FORGES: readonly Forge[] = connectors.flatMap(({ id, named }) =>
  named === undefined ? [] : [{ id, named: named as NamedOnCommandLine<unknown> }]
);

/** Names of the options of the command line. */
export const namedIn = (options: Readonly<Record<string, unknown>>): NamedAtForges =>
  Object.fromEntries(
    FORGES.map(({ id }) => [id, (options[id] ?? []) as readonly string[]] as const).filter(([, names]) => names.length > 0) // prettier-ignore
  );

export const hasNames = (named: NamedAtForges): boolean => Object.keys(named).length > 0;

/** The configuration of a run with such names: nothing else is read but what `--repo` names. @throws CollectorError `config_invalid` */
export function withForges(config: Config, { forges, repo }: { readonly forges: NamedAtForges; readonly repo: readonly string[] }, env: Env): Config {
  const known = config as Readonly<Record<string, unknown>>;
  const sections = FORGES.map(({ id, named }): readonly [string, unknown] => {
    const names = forges[id];
    return [id, names === undefined ? undefined : named.section(known[id], names, env)];
  });
  return { ...config, repositories: repo.length > 0 ? config.repositories : [], ...Object.fromEntries(sections) };
} // prettier-ignore

/** Path of a name, which may be an address. */
const pathOf = (name: string): string =>
  name.includes('://') && URL.canParse(name) ? new URL(name).pathname.slice(1) : name;

const isWithin = (slug: string, name: string): boolean => `${slug.toLowerCase()}/`.startsWith(`${pathOf(name).toLowerCase()}/`); // prettier-ignore

/** Slugs that the answers are about: those of `--repo`, and what was found for names at forges; none = all. */
export async function namedOf(
  pool: pg.Pool,
  { named, forges }: { readonly named: readonly string[]; readonly forges: NamedAtForges }
): Promise<readonly string[]> {
  if (!hasNames(forges)) return named;
  const found = await readFound(pool);
  const asked = Object.entries(forges).flatMap(([id, names]) => {
    const isNamed = (slug: string): boolean => names.some((name) => isWithin(slug, name));
    // By the name that it was found under, and by the one that it has now.
    return (found.get(`${id}/repositories`) ?? []).filter(
      ({ repository, details }) => isNamed(repository ?? '') || isNamed((details?.['name'] as string | undefined) ?? '')
    );
  });
  return [...named, ...asked.flatMap(({ repository }) => repository ?? [])];
}
