/** `--gitlab NAME`: the groups, users and projects that the command line names, and the token that the environment holds. */
import { CollectorError } from '../../errors.ts';
import type { Choice } from '../../planned.ts';
import { section as gitlabSection, type Section } from './config.ts';

type Env = Readonly<Record<string, string | undefined>>;
type Raw = Readonly<Record<string, unknown>>;

const fault = (message: string): CollectorError => new CollectorError({ code: 'config_invalid', message, fault: 'config' }); // prettier-ignore

const VARIABLE = 'GITLAB_TOKEN';
const CREDENTIALS = ['token', 'token_file'] as const;
/** Of a GitLab that is not gitlab.com: an own one, else that of the CI job that asks. */
const SERVERS = ['GITLAB_URL', 'CI_SERVER_URL'] as const;

const serverIn = (env: Env): string | undefined =>
  SERVERS.map((variable) => env[variable]?.trim()).find((url) => url !== undefined && url !== '');

/** Full path of a name, and the server where the name is an address (`https://gitlab.acme.io/platform`). */
function split(name: string): { readonly path: string; readonly server: string | null } {
  if (!URL.canParse(name) || !name.includes('://')) return { path: name, server: null };
  const { origin, pathname } = new URL(name);
  const path = pathname.split('/-/')[0]?.split('/').filter((part) => part !== '').join('/') ?? ''; // prettier-ignore
  return { path: path.endsWith('.git') ? path.slice(0, -4) : path, server: origin };
}

/** All names, below one server. @throws CollectorError `config_invalid` */
function placesOf(names: readonly string[], known: string | undefined): { readonly paths: string[]; readonly server: string | undefined } {
  const places = names.map(split);
  const servers = [...new Set(places.flatMap(({ server }) => server ?? []))];
  if (servers.length > 1) throw fault(`--gitlab names two servers (${servers.join(', ')}). Run once for each.`);
  // A GitLab below a path (https://acme.io/gitlab): its own part of the address is none of a name.
  const [server] = servers;
  const isBelow = server !== undefined && known !== undefined && URL.canParse(known) && new URL(known).origin === server;
  const below = isBelow ? new URL(known).pathname.split('/').filter((part) => part !== '') : [];
  const own = (path: string): string => path.split('/').slice(below.length).join('/');
  return { paths: places.map(({ path, server: of }) => (of === null ? path : own(path))), server: isBelow ? known : (server ?? known) };
} // prettier-ignore

/**
 * The section of the configuration, which may hold the credential and much else, with the given names in place of its own.
 * @throws CollectorError `config_invalid`
 */
export function namedSection(given: Section | undefined, names: readonly string[], env: Env): Section {
  const known: Raw = given ?? {};
  const token = env[VARIABLE]?.trim() ?? '';
  const isGiven = CREDENTIALS.some((key) => known[key] !== undefined);
  if (!isGiven && token === '') {
    throw fault(
      `--gitlab asks for a token${env[VARIABLE] === undefined ? '' : `, and ${VARIABLE} is set, but empty`}. Set ${VARIABLE} to one with the scope read_api (collector/src/connectors/gitlab/README.md says more), or name it under gitlab in throughline.yaml.`
    );
  }
  const { paths, server } = placesOf(names, given?.url ?? serverIn(env));
  if (isGiven && given !== undefined && server !== undefined && new URL(server).origin !== new URL(given.url).origin) {
    throw fault(`--gitlab names ${server}, and the token of throughline.yaml is for ${given.url}. Set gitlab.url, or give the path alone.`); // prettier-ignore
  }
  const url = server === undefined ? {} : { url: server };
  const parsed = gitlabSection.safeParse({ ...(isGiven ? { token_file: '-' } : { token }), ...url, paths });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const name = issue?.path[1] === undefined ? '' : (names[Number(issue.path[1])] ?? '');
    throw fault(`--gitlab ${name}: ${issue?.message ?? 'is no name'}. Give the full path of a group, a user or a project, or its address.`); // prettier-ignore
  }
  return isGiven
    ? ({ ...known, paths } as unknown as Section)
    : { ...parsed.data, ...(known as object), ...url, paths, token: parsed.data.token };
}

/** The same for `throughline.yaml`: the token by the name of its variable, never itself. */
export function namedChoices(names: readonly string[], env: Env): Choice[] {
  const { paths, server } = placesOf(names, serverIn(env));
  return [
    { kind: 'value', at: ['gitlab', 'token'], value: `\${${VARIABLE}}`, unless: [...CREDENTIALS], because: 'the variable that holds the token' },
    ...(server === undefined || server === 'https://gitlab.com' ? [] : [{ kind: 'value', at: ['gitlab', 'url'], value: server, unless: [], because: 'the server that was named' } as const]),
    ...paths.map((value): Choice => ({ kind: 'item', at: ['gitlab', 'paths'], value, because: 'named on the command line' })),
  ];
} // prettier-ignore
