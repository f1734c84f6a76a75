/** What GitLab means by an answer that is none: missing scopes, limits, questions that are too heavy, fields that an older one lacks. Pure. */
import { CollectorError } from '../../errors.ts';
import { TooHeavy } from '../../forge/ladder.ts';
import { keyKind, type KeyKinds } from '../../key-kind.ts';
import type { Secret } from '../../secret.ts';
import { pattern } from '../../text/pattern.ts';

export interface GraphqlError {
  readonly message?: string | undefined;
  readonly path?: readonly (string | number)[] | undefined;
}

const KINDS: KeyKinds = [
  ['glptt-', 'a trigger token of pipelines'],
  ['gldt-', 'a deploy token'],
  ['glcbt-', 'the token of a CI job'],
  ['glft-', 'a feed token'],
  ['glrt-', 'the token of a runner'],
  ['glsoat-', 'a token for SCIM'],
  ['ghp_', 'a token of GitHub'],
  ['github_pat_', 'a token of GitHub'],
];

const SCOPE = pattern`(?i)insufficient_scope|higher privileges|scope`;

/** The right that is missing, and what to do; null = the usual words do. */
export function wayOut(
  token: Secret,
  { headers, status, reason }: { readonly headers: Headers; readonly status: number; readonly reason: string }
): string | null {
  const kind = keyKind(token, KINDS);
  if (status === 401) {
    return `the token is not accepted (revoked, expired or mistyped).${kind} Make one with the scope read_api (and read_repository for git histories) and put it where gitlab.token says.`;
  }
  if (status === 403) {
    const isScope = SCOPE.test(reason) || SCOPE.test(headers.get('www-authenticate') ?? '');
    return isScope
      ? `the token lacks the scope read_api.${kind} Make one that has it.`
      : 'the user of the token may not see this. It needs the scope read_api and, for what is not public, the role Reporter in the group or project.';
  }
  return null;
}

const HEAVY = pattern`(?i)complexity|too complex|less complex|timed? ?out|query is too large`;
const UNKNOWN_FIELD = pattern`Field '(\w+)' doesn't exist on type '(\w+)'`;
const UNKNOWN_ARGUMENT = pattern`Field '(\w+)' doesn't accept argument '(\w+)'`;
const SPACE = pattern`\s+`;

const short = (text: string | undefined): string => SPACE.replace(text ?? 'no reason given', () => ' ').slice(0, 300);

/** Fields (`Commit.committedDate`) and arguments (`notes(filter)`) that the server does not know, as it says. */
export const lackingIn = (errors: readonly GraphqlError[]): string[] =>
  errors.flatMap(({ message = '' }) => {
    const [field = '', type = ''] = UNKNOWN_FIELD.exec(message)?.groups ?? [];
    const [of = '', argument = ''] = UNKNOWN_ARGUMENT.exec(message)?.groups ?? [];
    if (type !== null && type !== '') return [`${type}.${field ?? ''}`];
    return argument !== null && argument !== '' ? [`${of ?? ''}(${argument})`] : [];
  });

/** Why the answer cannot be used; null = it can, though single fields may have failed. */
export function faultOf({ data, errors }: { readonly data?: unknown; readonly errors: readonly GraphqlError[] }): CollectorError | null {
  const [first] = errors;
  const hasData = data !== null && data !== undefined;
  if (first === undefined) {
    return hasData
      ? null
      : new CollectorError({ code: 'source_invalid', message: 'GitLab answered without data. Check gitlab.url.', fault: 'source' });
  }
  const heavy = errors.find(({ message = '' }) => HEAVY.test(message));
  if (heavy) {
    return new TooHeavy({ code: 'source_unavailable', message: `GitLab: ${short(heavy.message)}. Nothing to do: a smaller page is asked for.`, fault: 'source', retryable: true });
  }
  const isPartial = hasData && errors.every(({ path = [] }) => path.length > 1);
  return isPartial
    ? null
    : new CollectorError({ code: 'source_refused', message: `GitLab refused the question: ${short(first.message)}. Report it with this line.`, fault: 'source' });
} // prettier-ignore
