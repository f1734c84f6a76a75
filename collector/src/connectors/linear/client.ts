/** Questions to Linear: what an answer of GraphQL means, limits by requests and by complexity, and what a refusal asks for. */
import { z } from 'zod';
import type { Http, Scope, StreamContext } from '../../connector.ts';
import { CollectorError } from '../../errors.ts';
import { bodyOf, Paging } from '../../http/paging.ts';
import { keyKind, type KeyKinds } from '../../key-kind.ts';
import { sourceInvalid } from '../../lenient.ts';
import { pattern } from '../../text/pattern.ts';
import type { Section } from './config.ts';

type Context = Pick<StreamContext<Section>, 'http' | 'section'>;

/** A key is of one workspace. */
export const WORKSPACE: Scope = { name: '', repository: null, details: null };

const KINDS: KeyKinds = [
  ['lin_oauth_', 'a token of an OAuth application: it belongs into linear.token'],
  ['lin_api_', 'a personal API key: it belongs into linear.api_key'],
  ['lin_wh_', 'the signing secret of a webhook'],
  ['ghp_', 'a token of GitHub'],
];

const COMPLEX = pattern`(?i)too complex|complexity`;
const LIMITED = pattern`(?i)rate ?limit`;
const UNKNOWN = pattern`(?i)authenticat`;
const SCOPE = pattern`(?i)scope|forbidden|permission`;

const error = z.object({
  message: z.string().optional().catch(undefined),
  path: z.array(z.union([z.string(), z.number()])).optional().catch(undefined),
  extensions: z.object({ code: z.string().optional().catch(undefined), userPresentableMessage: z.string().optional().catch(undefined) }).optional().catch(undefined),
}); // prettier-ignore
const answered = z.object({ data: z.unknown().optional(), errors: z.array(error).nullish().transform((all) => all ?? []) }); // prettier-ignore
type Fault = z.infer<typeof error>;

const codeOf = ({ extensions, message = '' }: Fault): string => {
  const code = (extensions?.code ?? '').toUpperCase();
  return code === '' && COMPLEX.test(message) ? 'COMPLEX' : code;
};
const isComplex = (text: string): boolean => COMPLEX.test(text) && !LIMITED.test(text);

/** A page that holds more than one question may: a smaller one does. */
export class TooComplex extends CollectorError {}

const refused = (code: string, message: string, more: { retryable?: boolean; retryAfterSeconds?: number } = {}) =>
  new CollectorError({ code, message: `Linear: ${message}`, fault: 'source', ...more });

/** Seconds until the limit that is used up begins anew, by headers in epoch milliseconds; a minute where none says. */
function waitOf(headers: Headers | null): number {
  const resets = ['requests', 'complexity', 'endpoint-requests'].flatMap((kind) => {
    const [remaining, reset] = ['remaining', 'reset'].map((name) => headers?.get(`x-ratelimit-${kind}-${name}`) ?? null);
    return remaining !== null && remaining !== undefined && Number(remaining) <= 0 && Number(reset) > 0 ? [Number(reset) - Date.now()] : [];
  });
  const longest = resets.length === 0 ? 60_000 : resets.reduce((a, b) => Math.max(a, b));
  return Math.min(3600, Math.max(1, Math.ceil(longest / 1000)));
} // prettier-ignore

function wordsOf(section: Section, status: number, reason: string): string | null {
  const kind = keyKind(section.api_key ?? section.token, KINDS);
  if (status === 401 || UNKNOWN.test(reason)) {
    return `the key is not accepted (revoked, expired or mistyped).${kind} Make one under Settings, Security & access, Personal API keys, with the permission Read.`;
  }
  if (status === 403 || SCOPE.test(reason)) {
    return `the credential lacks the scope read, or may not see the team.${kind} Grant it Read and the teams of linear.teams.`;
  }
  return null;
}

/** What errors of an answer mean; null = single nodes failed, and the rest counts. */
function faultOf(errors: readonly Fault[], section: Section, answer: { headers: Headers; data: unknown }): CollectorError | null {
  const [first] = errors;
  if (first === undefined) return null;
  const message = (first.extensions?.userPresentableMessage ?? first.message ?? 'no reason given').slice(0, 300);
  if (errors.some((one) => codeOf(one) === 'RATELIMITED')) return limited(answer.headers);
  if (errors.some((one) => codeOf(one) === 'COMPLEX' || isComplex(one.message ?? ''))) return complex(message);
  const isPartial = errors.every(({ path = [] }) => path.length > 2) && answer.data !== null && answer.data !== undefined;
  if (isPartial) return null;
  const code = codeOf(first);
  if (code === 'AUTHENTICATION_ERROR') return refused('source_login', wordsOf(section, 401, message) ?? message);
  if (code === 'FORBIDDEN') return refused('source_forbidden', `${message}: ${wordsOf(section, 403, message) ?? ''}`);
  return refused('source_refused', `the question was refused: ${message}. Report it with this line.`);
} // prettier-ignore

function limited(headers: Headers | null): CollectorError {
  const wait = waitOf(headers);
  return refused('source_rate_limited', `asked to wait ${String(wait)} s. Nothing to do: the run goes on then.`, { retryable: true, retryAfterSeconds: wait }); // prettier-ignore
}
const complex = (message: string): CollectorError =>
  new TooComplex({ code: 'source_refused', message: `Linear: ${message}. A smaller page is asked for.`, fault: 'source' }); // prettier-ignore

/** Limits, and who does not know the key, come with status 400 too; null = it is another refusal. */
function ofBadRequest(headers: Headers, reason: string, section: Section): CollectorError | null {
  const isUsedUp = ['requests', 'complexity'].some((kind) => headers.get(`x-ratelimit-${kind}-remaining`)?.trim() === '0');
  if (isUsedUp || LIMITED.test(reason)) return limited(headers);
  if (isComplex(reason)) return complex('the page is too large');
  const words = wordsOf(section, 400, reason);
  return words === null ? null : refused(SCOPE.test(reason) ? 'source_forbidden' : 'source_login', words);
} // prettier-ignore

/** A page of a list. */
interface Listed {
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor?: string | null | undefined };
  readonly nodes: { readonly good: readonly unknown[]; readonly bad: readonly unknown[] };
}

/** Pages shrink to one entry where Linear finds more too complex. */
const MOST_PAGES = 100_000;

/** Follows a list: says after each page where the next one begins; null = that was the last. @throws CollectorError `source_endless` */
export function follow(name: string): (page: Listed) => string | null {
  const paging = new Paging({ source: 'Linear', name, setting: 'linear.url' }, MOST_PAGES);
  return ({ pageInfo: { hasNextPage, endCursor = null }, nodes: { good, bad } }) => {
    if (!hasNextPage) return null;
    paging.turn({ place: endCursor, count: good.length + bad.length, ...bodyOf(good) });
    return endCursor;
  };
}

export interface Linear {
  /** Errors of single nodes are left to the schema, which finds them missing. @throws CollectorError, TooComplex */
  ask<Answer>(query: string, variables: Readonly<Record<string, unknown>>, schema: z.ZodType<Answer>): Promise<Answer>;
}

/** 250,000 points an hour bind before 5,000 requests do; what a page costs is some 3,000. */
export function linearOf({ http, section }: Context): Linear {
  let refusal: CollectorError | null = null;
  const key = section.api_key ?? section.token;
  const api: Http = http({
    baseUrl: section.url,
    ...(key === undefined ? {} : { auth: { secret: key, prefix: section.api_key === undefined ? 'Bearer ' : '' } }),
    rate: { requests: 1_000, perSeconds: 3_600 },
    timeoutMs: 60_000,
    explain: (headers, status, reason) => {
      refusal = status === 400 ? ofBadRequest(headers, reason, section) : null;
      return wordsOf(section, status, reason);
    },
  });
  return {
    ask: async (query, variables, schema) => {
      refusal = null;
      const got = await api.request('graphql', { json: { query, variables } }).catch((cause: unknown) => {
        throw refusal ?? cause;
      });
      const { data, errors } = answered.parse(got.json());
      const fault = faultOf(errors, section, { headers: got.headers, data });
      if (fault !== null) throw fault;
      const parsed = schema.safeParse(data);
      if (!parsed.success) throw sourceInvalid('Linear', parsed.error);
      return parsed.data;
    },
  };
}
