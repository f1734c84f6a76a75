/**
 * Questions to GitLab through http.ts: lists and single things over REST (v4), the parts of many merge requests and pipelines at once over
 * GraphQL. One budget per token for all processes; a server that does not know a field is asked again without it.
 */
import { z } from 'zod';
import type { Http, HttpAnswer, Skip, StreamContext } from '../../connector.ts';
import { CollectorError } from '../../errors.ts';
import { Paging } from '../../http/paging.ts';
import { sourceInvalid } from '../../lenient.ts';
import { baseOf, tokenOf, type Section } from './config.ts';
import { faultOf, lackingIn, wayOut } from './faults.ts';

/** GitLab.com lets a user ask 2,000 times a minute; others use the same token. */
const RATE = { requests: 1_200, perSeconds: 60 };
/** A question may take GitLab thirty seconds, and its answer some on the way. */
const TIMEOUT_MS = 60_000;
export const PAGE = 100;

type Query = Readonly<Record<string, string | number | undefined>>;

export interface Listed<T> {
  readonly data: T;
  /** Number of the next page; null = this was the last. */
  readonly next: number | null;
  /** As it came. */
  readonly body: Buffer;
}

/** Builds a question without what the server does not know. @param has Whether it may be asked for: `Commit.committedDate`, `notes(filter)`. */
export type Question = (has: (what: string) => boolean) => string;

type Asking = <T>(question: Question, variables: Readonly<Record<string, unknown>>, schema: z.ZodType<T>) => Promise<T>;

export interface GitLab {
  /** @throws CollectorError as `Http.request`. */
  get<T>(path: string, query: Query, schema: z.ZodType<T>): Promise<Listed<T>>;
  /** @throws CollectorError as `Http.request`, and TooHeavy. */
  readonly ask: Asking;
  /** The same with one attempt: for pages that shrink. */
  readonly askOnce: Asking;
  /** What the server did not know so far. */
  readonly lacking: ReadonlySet<string>;
}

/** What a server does not know, by its address: asked once in a process. */
const lackingAt = new Map<string, Set<string>>();

const answered = z.object({
  data: z.unknown().optional(),
  errors: z
    .array(
      z.object({
        message: z.string().optional().catch(undefined),
        path: z.array(z.union([z.string(), z.number()])).optional().catch(undefined),
      })
    )
    .nullish()
    .transform((errors) => errors ?? []),
}); // prettier-ignore

function checked<T>(schema: z.ZodType<T>, given: unknown): T {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw sourceInvalid('GitLab', parsed.error);
}

/** Number of the next page: by its header, or where something in between took that away, by the link; null = this was the last. */
function nextPage({ headers, next: link }: HttpAnswer): number | null {
  const said = headers.get('x-next-page') ?? (link === null ? '' : (new URL(link).searchParams.get('page') ?? ''));
  const next = Number(said);
  return Number.isInteger(next) && next > 0 ? next : null;
}

/** Fields of one question that a server may lack before it is given up. */
const MOST_LACKING = 20;

/** Opens the line of one run. */
export function openGitLab({ http, section }: Pick<StreamContext<Section>, 'http' | 'section'>): GitLab {
  const token = tokenOf(section);
  const base = baseOf(section);
  const options = {
    baseUrl: `${base}/api/`,
    auth: { secret: token },
    rate: RATE,
    timeoutMs: TIMEOUT_MS,
    explain: (headers: Headers, status: number, reason: string) => wayOut(token, { headers, status, reason }),
    route: { proxy: section.proxy, caFile: section.ca_file },
  };
  const line = http(options);
  const lacking = lackingAt.get(base) ?? new Set<string>();
  lackingAt.set(base, lacking);
  const asking =
    (over: Http): Asking =>
    async (question, variables, schema) => {
      for (let tries = 0; ; tries++) {
        const query = question((what) => !lacking.has(what));
        const answer = await over.request('graphql', { json: { query, variables } });
        const body = checked(answered, answer.json());
        const unknown = lackingIn(body.errors).filter((what) => !lacking.has(what));
        if (unknown.length > 0 && tries < MOST_LACKING) {
          for (const what of unknown) lacking.add(what);
          continue;
        }
        const fault = faultOf(body);
        if (fault !== null) throw fault;
        return checked(schema, body.data);
      }
    };
  return {
    lacking,
    get: async (path, query, schema) => {
      const answer = await line.request(`v4/${path}`, { query });
      return { data: checked(schema, answer.json()), next: nextPage(answer), body: answer.body };
    },
    ask: asking(line),
    askOnce: asking(http({ ...options, attempts: 1 })),
  };
}

/** Follows a REST list to its end, page by page. @param what As people know it: `projects of acme`. @throws CollectorError `source_endless` */
export async function* pagesOf<T extends { readonly good: readonly unknown[]; readonly bad: readonly unknown[] }>(
  gitlab: GitLab,
  { path, query, what }: { readonly path: string; readonly query: Query; readonly what: string },
  schema: z.ZodType<T>
): AsyncGenerator<T> {
  const paging = new Paging({ source: 'GitLab', name: what, setting: 'gitlab.url' });
  for (let page: number | null = 1; page !== null;) {
    const { data, next, body }: Listed<T> = await gitlab.get(path, { ...query, per_page: PAGE, page }, schema);
    yield data;
    if (next !== null) paging.turn({ place: String(next), count: data.good.length + data.bad.length, body });
    page = next;
  }
}

const MEANS: Readonly<Record<string, string>> = {
  'Commit.committedDate': 'when own commits were committed is taken from when they were written',
  'Commit.committerEmail': 'committers of own commits are not known',
  'Commit.committerName': 'committers of own commits are not known',
  'Commit.authorEmail': 'authors of own commits are not known',
  'notes(filter)': 'all notes are read as far as they tell who did what; texts of people are not kept',
  'Note.internal': 'notes for the team alone are told by their old name',
  'Project.deployment': 'deployments that no job made ended when they were last changed',
  'Deployment.finishedAt': 'deployments that no job made ended when they were last changed',
};

/** One line for each field that the server does not know: an older GitLab. */
export const lackingSkips = ({ lacking }: Pick<GitLab, 'lacking'>): Skip[] =>
  [...lacking].map((what) => ({
    item: `GitLab without ${what}`,
    reason: `this version does not know it: ${MEANS[what] ?? 'what it tells is missing'}. A newer GitLab has it`,
  }));

/** Something that is not there any more, or never was for this token. */
export const notFound = (what: string): CollectorError =>
  new CollectorError({
    code: 'source_not_found',
    message: `${what} is not there, or the token may not see it. Check the name, the role of the token's user and its scope (read_api).`,
    fault: 'source',
  });

/** Path of a project or group as REST takes it. */
export const encoded = (path: string | number): string => encodeURIComponent(String(path));

/** Number within a global id (`gid://gitlab/User/7`); null = there is none. */
export function numberOf(id: string): number | null {
  const number = Number(id.slice(id.lastIndexOf('/') + 1));
  return Number.isInteger(number) && number > 0 ? number : null;
}

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** Whether GitLab may name it as a remote: an address of its own. One on this machine may also name a folder of this machine. */
export function isOwnRemote(url: string, section: Pick<Section, 'url'>): boolean {
  if (!URL.canParse(url)) return false;
  const remote = new URL(url);
  const own = new URL(section.url);
  if (remote.protocol === 'file:') return LOOPBACK.includes(own.hostname);
  return remote.origin === own.origin && `${remote.origin}${remote.pathname}`.startsWith(`${baseOf(section)}/`);
}

/** A remote with the credential in it, which git gets by environment. Null = another server's address, or none. */
export function gitUrl(url: string, section: Section): string | null {
  if (!isOwnRemote(url, section)) return null;
  const remote = new URL(url);
  if (remote.protocol === 'file:') return url;
  remote.username = 'oauth2';
  remote.password = tokenOf(section).reveal();
  return remote.href;
}
