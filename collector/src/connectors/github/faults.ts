/** What GitHub means by an answer that is none: missing scope, single sign-on, limits, pages that are too heavy. Pure. */
import { CollectorError } from '../../errors.ts';
import { pattern } from '../../text/pattern.ts';
import { TooHeavy } from '../../forge/ladder.ts';

export interface GraphqlError {
  readonly type?: string | undefined;
  readonly message?: string | undefined;
  readonly path?: readonly (string | number)[] | undefined;
}

const HEAVY: ReadonlySet<string> = new Set([
  'RESOURCE_LIMITS_EXCEEDED',
  'MAX_NODE_LIMIT_EXCEEDED',
  'SERVICE_UNAVAILABLE',
]);
/** What GitHub says, without a type, of queries that took more than ten seconds. */
const TIMED_OUT = pattern`(?i)something went wrong while executing your query|couldn't respond to your request in time|timeout`;
const LIMITED = pattern`(?i)secondary rate limit|API rate limit`;
const SIGN_ON_URL = pattern`url=(\S+)`;
const SPACE = pattern`\s+`;

const short = (text: string | undefined): string => SPACE.replace(text ?? 'no reason given', () => ' ').slice(0, 300);

/** Where single sign-on asks for the token to be authorised; null = it does not. */
function signOn(headers: Headers): string | null {
  const header = headers.get('x-github-sso') ?? '';
  return header.includes('required') ? (SIGN_ON_URL.exec(header)?.groups[0] ?? 'the settings of the token') : null;
}

/** The right that is missing, in GitHub's words, and what to do. */
export function wayOut(headers: Headers, status: number, reason: string): string | null {
  const link = signOn(headers);
  if (link !== null || reason.includes('SAML')) {
    return `the organisation asks for single sign-on. Authorise the token for it: ${link ?? 'Settings, Developer settings, Configure SSO'}.`;
  }
  if (status === 401) {
    return 'the token is not accepted (revoked, expired or mistyped). Make a new one and put it where github.token says.';
  }
  const needed = headers.get('x-accepted-github-permissions') ?? headers.get('x-accepted-oauth-scopes');
  if (status === 403 || status === 404) {
    return needed === null || needed === ''
      ? null
      : `the token lacks a right; this needs ${needed}. Grant it, or leave this out.`;
  }
  return null;
}

const fault = (code: string, message: string, more: { retryable?: boolean; retryAfterSeconds?: number } = {}) =>
  new CollectorError({ code, message, fault: 'source', ...more });

function seconds(headers: Headers): number {
  const asked = Number(headers.get('retry-after') ?? 'NaN');
  const reset = Number(headers.get('x-ratelimit-reset') ?? 'NaN') - Date.now() / 1000;
  const wait = Number.isNaN(asked) ? (headers.get('x-ratelimit-remaining') === '0' ? reset : 60) : asked;
  return Math.max(1, Math.ceil(Number.isNaN(wait) ? 60 : wait));
}

const SCOPES = pattern`requires one of the following scopes: \[(.*?)\].*?only been granted the: \[(.*?)\]`;

function forbidden(error: GraphqlError, headers: Headers): CollectorError {
  const message = short(error.message);
  const scopes = SCOPES.exec(message);
  if (scopes) {
    return fault('source_forbidden', `GitHub: the token lacks a scope: one of ${scopes.groups[0] ?? ''} is needed, it has ${scopes.groups[1] || 'none'}. Grant it and run again.`); // prettier-ignore
  }
  const way = wayOut(headers, 403, message) ?? 'grant the right, or leave it out of the configuration.';
  return fault('source_forbidden', `GitHub: ${message}: ${way}`);
}

/** Why the answer cannot be used; null = it can, though some of its nodes may have failed. @param body An answer of GraphQL. */
export function faultOf(
  { data, errors = [] }: { readonly data?: unknown; readonly errors?: readonly GraphqlError[] },
  headers: Headers
): CollectorError | null {
  const [first] = errors;
  if (first === undefined) {
    return data === undefined || data === null
      ? fault('source_invalid', 'GitHub answered without data. Check github.url.')
      : null;
  }
  const isLimited = errors.some(({ type, message }) => type === 'RATE_LIMITED' || type === 'RATE_LIMIT' || LIMITED.test(message ?? '')); // prettier-ignore
  if (isLimited) {
    const wait = seconds(headers);
    return fault('source_rate_limited', `GitHub asked to wait ${String(wait)} s (${short(first.message)}). Nothing to do: the run goes on then.`, { retryable: true, retryAfterSeconds: wait }); // prettier-ignore
  }
  const heavy = errors.find(({ type, message }) => (type !== undefined && HEAVY.has(type)) || (type === undefined && TIMED_OUT.test(message ?? ''))); // prettier-ignore
  if (heavy) {
    return new TooHeavy({ code: 'source_unavailable', message: `GitHub: ${short(heavy.message)}. Nothing to do: a smaller page is asked for.`, fault: 'source', retryable: true }); // prettier-ignore
  }
  const refused = errors.find(({ type }) => type === 'INSUFFICIENT_SCOPES' || type === 'FORBIDDEN');
  if (refused) {
    return forbidden(refused, headers);
  }
  // What is not there any more, and single fields that failed, are told by their place in the data.
  const isPartial = ({ type, path = [] }: GraphqlError): boolean => type === 'NOT_FOUND' || path.length > 2;
  return errors.every(isPartial) && data !== undefined && data !== null
    ? null
    : fault('source_refused', `GitHub refused the query: ${short(first.message)}. Report it with this line.`);
}
