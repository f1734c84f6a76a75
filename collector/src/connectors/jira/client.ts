/** Questions to Jira Cloud: who asks, pages, and what a refusal asks for. */
import type { ZodType } from 'zod';
import type { Http, Scope, StreamContext } from '../../connector.ts';
import { CollectorError } from '../../errors.ts';
import type { HttpRequest } from '../../http/http.ts';
import { bodyOf, Paging } from '../../http/paging.ts';
import { sourceInvalid } from '../../lenient.ts';
import { Secret } from '../../secret.ts';
import type { Section } from './config.ts';
import { myself } from './schema.ts';

type Context = Pick<StreamContext<Section>, 'http' | 'section'>;

export const SITE: Scope = { name: '', repository: null, details: null };

/** Basic authentication by address and token: made once, for what is told apart by its secret. */
const made = new WeakMap<Secret, Secret>();

function basicOf(email: string, token: Secret): Secret {
  const known = made.get(token) ?? new Secret(Buffer.from(`${email}:${token.reveal()}`).toString('base64'));
  made.set(token, known);
  return known;
}

const LOGIN = 'the account or its token is not accepted (revoked, expired, or of another address). Make a token under id.atlassian.com, Security, API tokens, for jira.email.'; // prettier-ignore
/** Rights by what is asked for. */
const RIGHTS: ReadonlyArray<readonly [path: string, right: string]> = [
  ['rest/agile', 'Jira Software, and of an application the scopes read:board-scope:jira-software and read:sprint:jira-software; or say jira.sprints: false'],
  ['myself', 'of an application the scope read:jira-user'],
  ['', 'the permission Browse projects, and of an application the scope read:jira-work'],
]; // prettier-ignore

function wordsOf(path: string, status: number): string | null {
  if (status === 401) return LOGIN;
  const right = RIGHTS.find(([part]) => path.includes(part))?.[1] ?? '';
  if (status === 403) return `the account lacks a right: it needs ${right}.`;
  return status === 404 ? `there is no such thing, or the account may not see it: check jira.url; it needs ${right}.` : null;
} // prettier-ignore

export interface Jira {
  /** @throws CollectorError */
  ask<Answer>(path: string, request: HttpRequest, schema: ZodType<Answer>): Promise<Answer>;
}

/** Whose credential is not accepted is answered as anybody is, with nothing: then this header says so. */
const isRefused = (headers: Headers): boolean => (headers.get('x-seraph-loginreason') ?? '').includes('FAILED');

/** Jira counts what it costs it and says when it is too much; API tokens have room for this. */
export function jiraOf({ http, section }: Context): Jira {
  const { email, api_token: token, access_token: access } = section;
  const basic = email !== undefined && token !== undefined ? basicOf(email, token) : null;
  let path = '';
  const api: Http = http({
    baseUrl: section.url,
    ...(basic ? { auth: { secret: basic, prefix: 'Basic ' } } : access ? { auth: { secret: access } } : {}),
    rate: { requests: 300, perSeconds: 60 },
    timeoutMs: 60_000,
    explain: (_headers, status) => wordsOf(path, status),
  });
  return {
    ask: async (asked, request, schema) => {
      path = asked;
      const got = await api.request(asked, request);
      if (isRefused(got.headers)) throw new CollectorError({ code: 'source_login', message: `Jira: ${LOGIN}`, fault: 'source' }); // prettier-ignore
      const parsed = schema.safeParse(got.json());
      if (!parsed.success) throw sourceInvalid('Jira', parsed.error);
      return parsed.data;
    },
  };
}

/** Time zone of who asks, in which JQL reads times; null = it may not be asked. @throws CollectorError `source_login` */
export async function zoneOf(jira: Jira): Promise<string | null> {
  try {
    return (await jira.ask('rest/api/3/myself', {}, myself)).timeZone ?? null;
  } catch (error) {
    if (error instanceof CollectorError && error.code === 'source_forbidden') return null;
    throw error;
  }
}

interface Counted {
  readonly good: readonly unknown[];
  readonly bad: readonly unknown[];
}

const listOf = (name: string): Paging => new Paging({ source: 'Jira', name, setting: 'jira.url' }, 100_000);

/** Follows a list whose pages name the next one: says after each where that begins; null = it was the last. @throws CollectorError `source_endless` */
export function follow(name: string): (page: { nextPageToken?: string | null | undefined; isLast?: boolean | null | undefined }, entries: Counted) => string | null {
  const paging = listOf(name);
  return ({ nextPageToken, isLast }, { good, bad }) => {
    const token = (nextPageToken ?? '') || null;
    // Who says that there are more and not where has told a part.
    if (isLast === true || (token === null && isLast !== false)) return null;
    paging.turn({ place: token, count: good.length + bad.length, ...bodyOf(good) });
    return token;
  };
} // prettier-ignore

/** Pages of a list by their first entry. @throws CollectorError */
export async function* pagesOf<Page extends { readonly values: Counted; readonly isLast?: boolean | null | undefined }>(
  jira: Jira,
  { path, query = {}, name, schema }: { readonly path: string; readonly query?: Record<string, string>; readonly name: string; readonly schema: ZodType<Page> }
): AsyncGenerator<Page> {
  const paging = listOf(name);
  for (let startAt = 0; ; ) {
    const page = await jira.ask(path, { query: { ...query, startAt, maxResults: 50 } }, schema);
    yield page;
    const count = page.values.good.length + page.values.bad.length;
    if (page.isLast === true || count === 0) return;
    startAt += count;
    paging.turn({ place: String(startAt), count, ...bodyOf(page.values.good) });
  }
} // prettier-ignore
