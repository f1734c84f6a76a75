/** Questions to GitHub through http.ts: one budget per credential for all processes, faults in words that name the way out. */
import githubAppJwt from 'universal-github-app-jwt';
import { z } from 'zod';
import type { Http, HttpAnswer, Skip, StreamContext } from '../../connector.ts';
import { CollectorError } from '../../errors.ts';
import { sourceInvalid } from '../../lenient.ts';
import { Secret } from '../../secret.ts';
import { pattern } from '../../text/pattern.ts';
import { apiUrl, credentialOf, type Credential, type Section } from './config.ts';
import { faultOf, wayOut, type GraphqlError } from './faults.ts';

/** What is left of the hour's points. */
export interface PointsLeft {
  readonly cost: number;
  readonly remaining: number;
}

export interface Answer<T> {
  readonly data: T;
  /** Of nodes that could not be given; whole answers that failed are thrown. */
  readonly errors: readonly GraphqlError[];
}

type App = Credential & { readonly kind: 'app' };

type Asking = <T>(
  query: string,
  variables: Readonly<Record<string, unknown>>,
  schema: z.ZodType<T>
) => Promise<Answer<T>>;

export interface GitHub {
  /** @throws CollectorError as `Http.request`, and TooHeavy. */
  readonly ask: Asking;
  /** The same with one attempt: for pages that shrink. */
  readonly askOnce: Asking;
  rest(path: string, query: Readonly<Record<string, string | number | undefined>>): Promise<HttpAnswer>;
  /** As the last answer said; null = none has yet. */
  readonly left: PointsLeft | null;
  /** Points of all answers so far. */
  readonly spent: number;
}

/** Secondary limit: 2,000 points a minute and 100 at once. One stream at a time stays far below; this is for many processes. */
const RATE = { requests: 900, perSeconds: 60 };
const REST_VERSION = '2022-11-28';
/** GitHub ends a query after ten seconds; an answer may still take its time on the way. */
const TIMEOUT_MS = 30_000;

interface Installed {
  readonly token: Secret;
  readonly until: number;
}

/** Tokens of installations: each lasts an hour. */
const tokens = new Map<string, Installed>();
const granted = z.object({ token: z.string(), expires_at: z.iso.datetime({ offset: true }) });

const nameOf = ({ id, installation }: App, base: string): string => `${base} ${id} ${String(installation)}`;

/** Token of an installation, kept until it is about to expire. */
async function installationToken(app: App, base: string, http: Http): Promise<Secret> {
  const { id, key, installation } = app;
  const name = nameOf(app, base);
  const known = tokens.get(name);
  if (known && known.until > Date.now()) {
    return known.token;
  }
  const { token: jwt } = await githubAppJwt({ id, privateKey: key.reveal() }).catch((cause: unknown) => {
    throw new CollectorError({ code: 'config_invalid', message: 'github.app: the private key cannot be used. Give the PEM file that GitHub made for the App.', fault: 'config', cause }); // prettier-ignore
  });
  const path = `app/installations/${String(installation)}/access_tokens`;
  const answer = await http.request(path, { method: 'POST', json: {}, headers: { authorization: `Bearer ${new Secret(jwt).reveal()}` } }); // prettier-ignore
  const { token, expires_at: end } = checked(granted, answer.json());
  const made = { token: new Secret(token), until: Date.parse(end) - 5 * 60_000 };
  tokens.set(name, made);
  return made.token;
}

const LOOPBACK = pattern`^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$`;

/** Whether GitHub may name it as a remote: an address of its own. One on this machine may also name a folder of this machine. */
export function isOwnRemote(url: string, { url: base }: Pick<Section, 'url'>): boolean {
  if (!URL.canParse(url)) return false;
  const remote = new URL(url);
  const own = new URL(base);
  return remote.origin === own.origin ? ['http:', 'https:'].includes(remote.protocol) : remote.protocol === 'file:' && LOOPBACK.test(own.hostname); // prettier-ignore
}

/**
 * A remote with the credential in it: git gets it by environment, see git/. An App's is that of the last request. Null = another server's
 * address, or none: what a forge answers never makes git read something else than its repositories.
 */
export function gitUrl(url: string, section: Section): string | null {
  if (!isOwnRemote(url, section)) return null;
  const credential = credentialOf(section);
  const token = credential.kind === 'token' ? credential.token : tokens.get(nameOf(credential, apiUrl(section).rest))?.token; // prettier-ignore
  const remote = new URL(url);
  if (token === undefined || remote.protocol === 'file:') {
    return url;
  }
  remote.username = 'x-access-token';
  remote.password = token.reveal();
  return remote.href;
}

interface Lines {
  readonly patient: Http;
  readonly eager: Http;
}

async function linesOf({ http, section }: Pick<StreamContext<Section>, 'http' | 'section'>): Promise<Lines> {
  const { rest } = apiUrl(section);
  const credential = credentialOf(section);
  const shared = {
    baseUrl: rest,
    rate: RATE,
    timeoutMs: TIMEOUT_MS,
    explain: wayOut,
    route: { proxy: section.proxy, caFile: section.ca_file },
    headers: { 'x-github-api-version': REST_VERSION, accept: 'application/vnd.github+json' },
  };
  // The budget is the installation's, whose tokens change every hour.
  const account = credential.kind === 'app' ? `app ${credential.id} ${String(credential.installation)}` : undefined;
  const secret =
    credential.kind === 'app'
      ? await installationToken(credential, rest, http({ ...shared, ...(account === undefined ? {} : { account }) }))
      : credential.token;
  const options = { ...shared, auth: { secret }, ...(account === undefined ? {} : { account }) };
  return { patient: http(options), eager: http({ ...options, attempts: 1 }) };
}

/** An answer of GraphQL; what is said of errors is not relied upon. */
const answered = z.object({
  data: z.unknown().optional(),
  errors: z
    .array(
      z.object({
        type: z.string().optional().catch(undefined),
        message: z.string().optional().catch(undefined),
        path: z
          .array(z.union([z.string(), z.number()]))
          .optional()
          .catch(undefined),
      })
    )
    .nullish()
    .transform((errors) => errors ?? []),
});
const limited = z.object({ rateLimit: z.object({ cost: z.number(), remaining: z.number() }) });

/** @throws CollectorError `source_invalid` */
function checked<T>(schema: z.ZodType<T>, given: unknown): T {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw sourceInvalid('GitHub', parsed.error);
}

/** Opens the line of one run. */
export async function openGitHub(context: Pick<StreamContext<Section>, 'http' | 'section' | 'now'>): Promise<GitHub> {
  const lines = await linesOf(context);
  const { graphql } = apiUrl(context.section);
  let left: PointsLeft | null = null;
  let spent = 0;
  const asking =
    (line: Http): Asking =>
    async (query, variables, schema) => {
      for (let tries = 0; ; tries++) {
        const answer = await line.request(graphql, { json: { query, variables } });
        const body = checked(answered, answer.json());
        const rate = limited.safeParse(body.data).data?.rateLimit ?? null;
        left = rate ?? left;
        spent += rate?.cost ?? 0;
        const fault = faultOf(body, answer.headers);
        if (fault === null) {
          return { data: checked(schema, body.data), errors: body.errors };
        }
        // The budget is blocked by now: the next request waits for it, or ends the run.
        if (fault.code !== 'source_rate_limited' || tries > 2) {
          throw fault;
        }
      }
    };
  return {
    get left() {
      return left;
    },
    get spent() {
      return spent;
    },
    ask: asking(lines.patient),
    askOnce: asking(lines.eager),
    rest: (path, query) => lines.patient.request(path, { query }),
  };
}

/** What a page says besides: for progress. */
export const unitWith = (unit: string, { left }: Pick<GitHub, 'left'>): string =>
  left === null ? unit : `${unit} (${left.remaining.toLocaleString('en')} points left)`;

interface Nodes<Node> {
  readonly nodes: ReadonlyArray<Node | null>;
  readonly bad: readonly Skip[];
}

/** The nodes of a page; null ones are none that are not there, but some that GitHub could not give: they are named, as are bad ones. */
export function given<Node>(
  { nodes, bad }: Nodes<Node>,
  what: string,
  errors: readonly GraphqlError[]
): { readonly nodes: Node[]; readonly skips: Skip[] } {
  const known = nodes.filter((node) => node !== null);
  const missing = nodes.length - known.length;
  const said = errors.find(({ path }) => path?.includes('nodes'))?.message;
  const reason = `GitHub did not give them${said === undefined ? '' : `: ${said.slice(0, 200)}`}`;
  return { nodes: known, skips: [...bad, ...(missing === 0 ? [] : [{ item: `${String(missing)} ${what}`, reason }])] };
}

/** Something that is not there any more, or never was for this token. */
export function notFound(what: string): CollectorError {
  return new CollectorError({
    code: 'source_not_found',
    message: `${what} is not there, or the token may not see it. Check the name, and the rights of the token.`,
    fault: 'source',
  });
}
