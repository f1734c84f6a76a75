/** Questions to GitHub, and reports behind signed links: those are fetched without the token, from hosts that are allowed. */
import type { Http, HttpOptions, Scope, StreamContext } from '../../connector.ts';
import { CollectorError } from '../../errors.ts';
import { keyKind, type KeyKinds } from '../../key-kind.ts';
import type { Secret } from '../../secret.ts';
import { compilePattern, literal } from '../../text/pattern.ts';
import { sourceInvalid } from '../../lenient.ts';
import type { Section } from './config.ts';
import { links } from './schema.ts';

const ENTERPRISE = 'enterprise:';
/** A line is one person's day with all of its breakdowns. */
const MAX_LINE = 16 << 20;
/** A link that has expired is asked for again. */
const LINK_TRIES = 3;

type Context = Pick<StreamContext<Section>, 'http' | 'section'>;

export const organisationScope = (name: string): Scope => ({ name, repository: null, details: null });
export const enterpriseScope = (name: string): Scope => organisationScope(`${ENTERPRISE}${name}`);

/** Path of an organisation or enterprise; `orgs` as the part of the API calls it. */
export function pathOf(scope: string, orgs = 'orgs'): string {
  return scope.startsWith(ENTERPRISE)
    ? `enterprises/${encodeURIComponent(scope.slice(ENTERPRISE.length))}`
    : `${orgs}/${encodeURIComponent(scope)}`;
}

/** Tokens that are taken for one of an organisation. */
const KINDS: KeyKinds = [
  ['ghp_', 'a classic token'],
  ['github_pat_', 'a fine-grained token'],
  ['gho_', 'a token of an OAuth app'],
  ['ghu_', 'a token of a person by an App'],
  ['ghs_', 'a token of an installed App'],
  ['sk-', 'a key of a vendor of models'],
];

/** Of classic tokens GitHub says which scopes they have, and which would do. */
function scopesSaid(headers: Headers): string {
  const [has, accepted] = ['x-oauth-scopes', 'x-accepted-oauth-scopes'].map((name) => headers.get(name)?.trim() ?? '');
  return accepted === undefined || accepted === '' ? '' : ` It has the scopes ${has === '' ? '(none)' : (has ?? '')}; one of these is needed: ${accepted}.`; // prettier-ignore
}

/** What a refusal means, and the way out. */
const explain = (token: Secret): NonNullable<HttpOptions['explain']> => (headers, status) => {
  if (status === 401) return `the token is not accepted (revoked, expired or mistyped).${keyKind(token, KINDS)} Make a new one and put it where copilot.token says.`;
  if (status === 403) {
    return `the token lacks a right, or the policy "Copilot usage metrics" is off.${keyKind(token, KINDS)}${scopesSaid(headers)} Organisations need read:org and manage_billing:copilot (fine-grained: "Copilot metrics", "GitHub Copilot Business": read), an enterprise read:enterprise or manage_billing:copilot; an owner enables the policy under Copilot, Policies.`;
  }
  if (status === 404) {
    return `there is no such organisation or enterprise, it has no Copilot Business or Enterprise, or the token may not see it.${scopesSaid(headers)} Check copilot.organisations and copilot.enterprise, and the scopes read:org or read:enterprise.`;
  }
  return null;
}; // prettier-ignore

/** The API. */
export const apiOf = ({ http, section }: Context): Http =>
  http({
    baseUrl: section.url,
    auth: { secret: section.token },
    headers: { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' },
    rate: { requests: 800, perSeconds: 60 },
    explain: explain(section.token),
  });

/** @throws CollectorError `source_redirect` for a host that is not allowed, or a link in the clear. */
export function checkedLink(link: string, { url, report_hosts: hosts }: Pick<Section, 'url' | 'report_hosts'>): URL {
  const target = new URL(link);
  const isSafe = target.protocol === 'https:' || (target.protocol === 'http:' && url.startsWith('http:'));
  const isAllowed = hosts.some((glob) => compilePattern(`(?i)^${glob.split('*').map(literal).join('[a-z0-9-]*')}$`).test(target.hostname)); // prettier-ignore
  if (isSafe && isAllowed) return target;
  throw new CollectorError({
    code: 'source_redirect',
    message: `GitHub points to ${target.origin} for a Copilot report, which copilot.report_hosts does not allow. Nothing is fetched from there; add the host if it is GitHub's.`,
    fault: 'source',
  });
}

const isExpired = (error: unknown): boolean =>
  error instanceof CollectorError &&
  ['source_forbidden', 'source_login', 'source_not_found', 'source_refused'].includes(error.code);

const EXPIRED = 'the signed link has expired or is not accepted. Nothing to do: a new one is asked for.';

async function download({ http, section }: Context, link: string, lines: () => (line: string) => void): Promise<void> {
  const target = checkedLink(link, section);
  const source = http({
    baseUrl: target.origin,
    headers: { accept: 'application/x-ndjson, application/json' },
    rate: { requests: 600, perSeconds: 60 },
    maxBytes: MAX_LINE,
    timeoutMs: 600_000,
    explain: () => EXPIRED,
  });
  await source.request(target.href, { lines });
}

/** What lines of one reading come to. */
export interface Reading {
  take(line: string): void;
}

/**
 * A report, line by line, one reading for each of its files; null = there is none of that day (204, or an answer without links): too few
 * users, or nothing is reported. `begin` is called for each attempt: one that broke off half-way is forgotten with what it took.
 */
export async function readReport<R extends Reading>(
  context: Context,
  { path, day }: { readonly path: string; readonly day: string },
  begin: () => R
): Promise<R[] | null> {
  for (let tries = 1; ; tries++) {
    const answer = await apiOf(context).request(path, { query: { day } });
    if (answer.status === 204 || answer.body.length === 0) return null;
    const parsed = links.safeParse(answer.json());
    if (!parsed.success) throw sourceInvalid('GitHub Copilot', parsed.error);
    const files = parsed.data.download_links ?? [];
    if (files.length === 0) return null;
    try {
      const readings: R[] = [];
      for (const [file, link] of files.entries()) {
        await download(context, link, () => {
          const reading = begin();
          readings[file] = reading;
          return (line) => reading.take(line);
        });
      }
      return readings;
    } catch (error) {
      if (tries >= LINK_TRIES || !isExpired(error)) throw error;
    }
  }
}
