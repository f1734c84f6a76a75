/** `--github`: the organisations, users and repositories that the command line names, and the token that the environment holds. */
import type pg from 'pg';
import { section as githubSection } from '../collector/src/connectors/github/config.ts';
import type { Config } from '../collector/src/config/schema.ts';
import { CollectorError } from '../collector/src/errors.ts';
import { readFound } from '../collector/src/store/found-scopes.ts';

interface Named {
  readonly github: readonly string[];
  readonly repo: readonly string[];
}

function fault(message: string): CollectorError {
  return new CollectorError({ code: 'config_invalid', message, fault: 'config' });
}

type Raw = Readonly<Record<string, unknown>>;

/** The section of the configuration, which may hold the credential and much else, with what the command line names in place of its own names. */
function sectionFor(
  config: Config,
  { github }: Named,
  env: Readonly<Record<string, string | undefined>>
): Config['github'] {
  const known: Raw = (config.github as Raw | undefined) ?? {};
  const hasCredential = ['token', 'token_file', 'app'].some((key) => known[key] !== undefined);
  const token = env.GITHUB_TOKEN ?? env.GH_TOKEN;
  if (!hasCredential && (token ?? '') === '') {
    throw fault('--github asks for a token. Set GITHUB_TOKEN to one with read rights (collector/src/connectors/github/README.md lists them), or name it under github in throughline.yaml.'); // prettier-ignore
  }
  const url = env.GITHUB_SERVER_URL === undefined || known['url'] !== undefined ? {} : { url: env.GITHUB_SERVER_URL };
  const names = { owners: github.filter((name) => !name.includes('/')), repositories: github.filter((name) => name.includes('/')) }; // prettier-ignore
  const checked = githubSection.safeParse({ ...(hasCredential ? { token_file: '-' } : { token }), ...url, ...names });
  if (!checked.success) {
    const [issue] = checked.error.issues;
    throw fault(`--github ${String(issue?.path[1] === undefined ? '' : github[Number(issue.path[1])])}: ${issue?.message ?? 'is no name'}. Give an organisation, a user or owner/repository.`); // prettier-ignore
  }
  return hasCredential
    ? ({ ...known, ...names } as Config['github'])
    : { ...checked.data, ...(known as object), ...names, token: checked.data.token };
}

/** The configuration of a run with `--github`: nothing else is read but what `--repo` names. */
export function withGitHub(config: Config, named: Named, env: Readonly<Record<string, string | undefined>>): Config {
  return {
    ...config,
    repositories: named.repo.length > 0 ? config.repositories : [],
    github: sectionFor(config, named, env),
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
