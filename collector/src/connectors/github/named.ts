/** `--github NAME`: the organisations, users and repositories that the command line names, and the token that the environment holds. */
import { CollectorError } from '../../errors.ts';
import type { Choice } from '../../planned.ts';
import { section as githubSection, type Section } from './config.ts';

type Env = Readonly<Record<string, string | undefined>>;
type Raw = Readonly<Record<string, unknown>>;

function fault(message: string): CollectorError {
  return new CollectorError({ code: 'config_invalid', message, fault: 'config' });
}

const VARIABLES = ['GITHUB_TOKEN', 'GH_TOKEN'] as const;

/** The first variable that holds a token; an empty one holds none. */
function tokenIn(env: Env): { readonly variable: string; readonly token: string } | undefined {
  return VARIABLES.map((variable) => ({ variable, token: env[variable] ?? '' })).find(
    ({ token }) => token.trim() !== ''
  );
}

const CREDENTIALS = ['token', 'token_file', 'app'] as const;
const hasCredential = (known: Raw): boolean => CREDENTIALS.some((key) => known[key] !== undefined);
const split = (names: readonly string[]): Pick<Section, 'owners' | 'repositories'> => ({
  owners: names.filter((name) => !name.includes('/')),
  repositories: names.filter((name) => name.includes('/')),
});

/**
 * The section of the configuration, which may hold the credential and much else, with the given names in place of its own.
 * @throws CollectorError `config_invalid`
 */
export function namedSection(given: Section | undefined, names: readonly string[], env: Env): Section {
  const known: Raw = given ?? {};
  const token = tokenIn(env)?.token;
  const isGiven = hasCredential(known);
  if (!isGiven && token === undefined) {
    const empty = VARIABLES.filter((name) => env[name]?.trim() === '');
    if (empty.length > 0) throw fault(`--github asks for a token, and ${empty.join(' and ')} ${empty.length > 1 ? 'are' : 'is'} set, but empty. Give it a token with read rights (collector/src/connectors/github/README.md lists them).`); // prettier-ignore
    throw fault('--github asks for a token. Set GITHUB_TOKEN to one with read rights (collector/src/connectors/github/README.md lists them), or name it under github in throughline.yaml.'); // prettier-ignore
  }
  const server = env['GITHUB_SERVER_URL'];
  const url = server === undefined || known['url'] !== undefined ? {} : { url: server };
  const checked = githubSection.safeParse({ ...(isGiven ? { token_file: '-' } : { token }), ...url, ...split(names) });
  if (!checked.success) {
    const [issue] = checked.error.issues;
    const name = issue?.path[1] === undefined ? '' : (names[Number(issue.path[1])] ?? '');
    throw fault(`--github ${name}: ${issue?.message ?? 'is no name'}. Give an organisation, a user or owner/repository.`); // prettier-ignore
  }
  return isGiven
    ? ({ ...known, ...split(names) } as Section)
    : { ...checked.data, ...(known as object), ...split(names), token: checked.data.token };
}

/** The same for `throughline.yaml`: the token by the name of its variable, never itself. */
export function namedChoices(names: readonly string[], env: Env): Choice[] {
  const because = 'named on the command line';
  const variable = tokenIn(env)?.variable ?? 'GITHUB_TOKEN';
  const server = env['GITHUB_SERVER_URL'];
  const { owners, repositories } = split(names);
  const item =
    (key: string) =>
    (value: string): Choice => ({ kind: 'item', at: ['github', key], value, because });
  return [
    {
      kind: 'value',
      at: ['github', 'token'],
      value: `\${${variable}}`,
      unless: [...CREDENTIALS],
      because: 'the variable that holds the token',
    },
    ...(server === undefined || server === 'https://github.com'
      ? []
      : [{ kind: 'value', at: ['github', 'url'], value: server, unless: [], because: 'GITHUB_SERVER_URL' } as const]),
    ...owners.map(item('owners')),
    ...repositories.map(item('repositories')),
  ];
}
