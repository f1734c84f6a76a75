/** Questions to Cursor: basic authentication with the key as user, one budget for all of its APIs. */
import type { ZodType } from 'zod';
import type { Http, HttpOptions, Scope, StreamContext } from '../../connector.ts';
import { addDays, startOf } from '../../days.ts';
import { Paging, type List } from '../../http/paging.ts';
import { keyKind, type KeyKinds } from '../../key-kind.ts';
import { sourceInvalid } from '../../lenient.ts';
import { Secret } from '../../secret.ts';
import type { Section } from './config.ts';
import type { PageInfo } from './schema.ts';

type Context = Pick<StreamContext<Section>, 'http' | 'section'>;

/** Basic authentication by key: made once, for what is told apart by its secret. */
const made = new WeakMap<Secret, Secret>();

function basicOf(key: Secret): Secret {
  const known = made.get(key) ?? new Secret(Buffer.from(`${key.reveal()}:`).toString('base64'));
  made.set(key, known);
  return known;
}

/** Keys that are taken for one of a team. */
const KINDS: KeyKinds = [
  ['sk-ant-', 'a key of Anthropic'],
  ['sk-', 'a key of a vendor of models'],
  ['ghp_', 'a token of GitHub'],
  ['github_pat_', 'a token of GitHub'],
];

/** What a refusal means, and the way out. */
const explain =
  (key: Secret): NonNullable<HttpOptions['explain']> =>
  (_headers, status, reason) => {
    if (status === 401) {
      return `the key is not accepted: it is revoked or mistyped, or of a person or of Cloud Agents.${keyKind(key, KINDS)} An administrator of the team makes an Admin API key under cursor.com/dashboard, Settings, Advanced, Admin API Keys.`;
    }
    if (status === 403) {
      return reason.toLowerCase().includes('enterprise')
        ? 'the plan of the team does not have it: the Admin API and AI code tracking need Enterprise. Where uses are read and commits are not, say cursor.commits: false; else use ai_usage_daily.csv.'
        : 'the key lacks the scope admin, or the team has no Enterprise plan. Make a key with the scope admin:*; where uses are read and commits are not, say cursor.commits: false.';
    }
    if (status === 404) {
      return 'the team does not have this API: AI code tracking is given to Enterprise teams on request. Say cursor.commits: false where only commits are refused, and check cursor.url.';
    }
    return null;
  };

/** The API. A team may ask 20 times a minute. */
export const apiOf = ({ http, section }: Context): Http =>
  http({
    baseUrl: section.url,
    auth: { secret: basicOf(section.api_key), prefix: 'Basic ' },
    rate: { requests: 18, perSeconds: 60 },
    timeoutMs: 120_000,
    explain: explain(section.api_key),
  });

/** A key is of one team. */
export const TEAM: Scope = { name: '', repository: null, details: null };

const PER_PAGE = 500;

/** What is asked for: days from the first instant of one to the last of another. */
export interface Asking<Answer> {
  readonly path: string;
  readonly days: readonly [first: string, last: string];
  readonly schema: ZodType<Answer>;
  readonly signal: AbortSignal;
  /** Entries of a page, and of the whole list where the source counts them. */
  readonly count: (answer: Answer) => { readonly count: number; readonly total?: number | null };
}

/** A list of the team. */
export const listOf = (name: string): List => ({ source: 'Cursor', name, setting: 'cursor.url' });

/** Its pages, as long as there is another one; whoever finds one empty is at the end. @throws CollectorError */
export async function* pagesOf<Answer extends { readonly pagination?: PageInfo }>(
  http: Http,
  { path, days: [first, last], schema, signal, count }: Asking<Answer>
): AsyncIterable<{ readonly page: number; readonly answer: Answer }> {
  const ends = { startDate: startOf(first).getTime(), endDate: startOf(addDays(last, 1)).getTime() - 1 };
  const paging = new Paging(listOf(`${path} from ${first} to ${last}`));
  for (let page = 1; ; page++) {
    signal.throwIfAborted();
    const came = await http.request(path, { json: { ...ends, page, pageSize: PER_PAGE } });
    const parsed = schema.safeParse(came.json());
    if (!parsed.success) throw sourceInvalid('Cursor', parsed.error);
    yield { page, answer: parsed.data };
    if (parsed.data.pagination?.hasNextPage !== true) return;
    paging.turn({ ...count(parsed.data), body: came.body });
  }
}
