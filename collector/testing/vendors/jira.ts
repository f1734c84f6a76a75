/**
 * Jira Cloud as Atlassian's documents say, and as its users report: searches without a total and with a token for the next page, bounded ones only,
 * times in minutes of the zone of who asks; changes of up to 1,000 issues and 10 fields, `created` there in epoch milliseconds, elsewhere with
 * `+0000`; who is not known gets empty answers with a header; sprints by board.
 */
import { serve, type Answer, type Asked, type Vendor } from './serve.ts';

export interface WorldIssue {
  readonly id: string;
  key: string;
  updated: string;
  readonly created: string;
  readonly fields: Record<string, unknown>;
  history: Array<{ id: string; created: string; items: object[] }>;
}

export interface World {
  readonly email: string;
  readonly token: string;
  readonly timeZone: string;
  readonly statuses: Array<{ id: string; name: string; key: string }>;
  readonly projects: string[];
  readonly issues: WorldIssue[];
  readonly boards: Array<{ id: number; projectKey: string; sprints: object[] }>;
  /** Issues of a page, whatever is asked for. */
  page: number;
  /** Changes of a page. */
  changes: number;
  /** The site has no Jira Software. */
  hasAgile: boolean;
  /** Tokens of pages that are not known any more. */
  readonly expired: Set<string>;
}

export const SPRINT = 'customfield_10020';
export const newWorld = (): World => ({
  email: 'bot@acme.io',
  token: 'ATATT-never-shown-0123456789',
  timeZone: 'America/New_York',
  statuses: [
    { id: '1', name: 'Backlog', key: 'new' },
    { id: '2', name: 'Selected for Development', key: 'new' },
    { id: '3', name: 'In Progress', key: 'indeterminate' },
    { id: '4', name: 'Code Review', key: 'indeterminate' },
    { id: '5', name: 'Done', key: 'done' },
    { id: '6', name: 'Polishing', key: 'indeterminate' },
  ],
  projects: ['SHOP', 'CORE'],
  issues: [],
  boards: [],
  page: 5_000,
  changes: 10_000,
  hasAgile: true,
  expired: new Set(),
});

const jiraTime = (at: string): string => new Date(at).toISOString().replace('Z', '+0000');
const refused = (status: number, message: string): Answer => ({ status, body: { errorMessages: [message], errors: {}, message } }); // prettier-ignore

/** The instant of a minute in a zone. */
function instantOf(minute: string, timeZone: string): number {
  const utc = Date.parse(`${minute.replace(' ', 'T')}:00Z`);
  const shown = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(new Date(utc)); // prettier-ignore
  return utc + (utc - Date.parse(`${shown.replace(' ', 'T')}Z`));
}

function statusOf(world: World, id: string): object {
  const { name, key } = world.statuses.find((one) => one.id === id) ?? { name: `gone ${id}`, key: 'undefined' };
  return { id, name, statusCategory: { id: 1, key, name: key } };
}

function issueOf(world: World, issue: WorldIssue, fields: readonly string[]): object {
  const all: Record<string, unknown> = { summary: 'a summary that is never-shown', project: { key: issue.key.replace(/-\d+$/, ''), name: 'P' }, issuetype: { name: 'Story', subtask: false, hierarchyLevel: 0 }, labels: [], ...issue.fields, created: jiraTime(issue.created), updated: jiraTime(issue.updated), status: statusOf(world, (issue.fields['status'] ?? '1') as string) }; // prettier-ignore
  return { id: issue.id, key: issue.key, self: 'x', fields: Object.fromEntries(Object.entries(all).filter(([name]) => fields.includes(name))) }; // prettier-ignore
}

interface Searching {
  readonly jql?: string;
  readonly fields?: string[];
  readonly maxResults?: number;
  readonly nextPageToken?: string;
}

function search(world: World, { jql = '', fields = [], maxResults = 50, nextPageToken }: Searching): Answer {
  if (maxResults > 5_000) return refused(400, 'maxResults must not be greater than 5000');
  const since = /updated >= "([\d-]+ [\d:]+)"/.exec(jql)?.[1];
  const keys = /project (?:in \(|= )([^)]*?)(?:\)| ORDER)/.exec(jql)?.[1];
  if (since === undefined && keys === undefined && !jql.includes('updated >= -1d')) return refused(400, 'Unbounded JQL queries are not allowed here.'); // prettier-ignore
  if (nextPageToken !== undefined && world.expired.has(nextPageToken)) return refused(400, 'The provided next page token is invalid or expired.'); // prettier-ignore
  const found = world.issues
    .filter(({ updated }) => since === undefined || Date.parse(updated) >= instantOf(since, world.timeZone))
    .filter(({ key }) => keys === undefined || keys.includes(`"${key.replace(/-\d+$/, '')}"`))
    .sort((a, b) => (a.updated < b.updated ? -1 : 1));
  const from = nextPageToken === undefined ? 0 : Number(nextPageToken.slice(2));
  const page = found.slice(from, from + Math.min(maxResults, world.page));
  const isLast = from + page.length >= found.length;
  return { status: 200, body: { issues: page.map((one) => issueOf(world, one, fields)), isLast, ...(isLast ? {} : { nextPageToken: `t-${String(from + page.length)}` }) } }; // prettier-ignore
}

interface Bulk {
  readonly issueIdsOrKeys?: string[];
  readonly fieldIds?: string[];
  readonly nextPageToken?: string;
}

function changes(world: World, { issueIdsOrKeys: ids = [], fieldIds = [], nextPageToken }: Bulk): Answer {
  if (ids.length === 0 || ids.length > 1_000 || fieldIds.length > 10) return refused(400, 'Invalid request payload');
  const all = world.issues
    .filter(({ id }) => ids.includes(id))
    .flatMap(({ id, history }) => history.map((one) => ({ issueId: id, ...one })))
    .map((one) => ({ ...one, items: one.items.filter((item) => fieldIds.includes((item as { fieldId: string }).fieldId)) }))
    .filter(({ items }) => items.length > 0)
    .sort((a, b) => (a.created < b.created ? -1 : 1)); // prettier-ignore
  const from = Number(nextPageToken ?? 0);
  const page = all.slice(from, from + world.changes);
  const issueChangeLogs = [...new Set(page.map(({ issueId }) => issueId))].map((issueId) => ({
    issueId,
    changeHistories: page.filter((one) => one.issueId === issueId).map(({ id, created, items }) => ({ id, created: Date.parse(created), items, author: { accountId: 'never-shown' } })),
  })); // prettier-ignore
  return { status: 200, body: { issueChangeLogs, ...(from + page.length < all.length ? { nextPageToken: String(from + page.length) } : {}) } }; // prettier-ignore
}

function pageOf(all: readonly object[], query: URLSearchParams): Answer {
  const startAt = Number(query.get('startAt') ?? 0);
  const values = all.slice(startAt, startAt + Math.min(50, Number(query.get('maxResults') ?? 50)));
  return { status: 200, body: { startAt, maxResults: 50, isLast: startAt + values.length >= all.length, values } };
}

const FIELDS = [
  { id: 'status', name: 'Status', schema: { type: 'status' } },
  { id: SPRINT, name: 'Sprint', schema: { custom: 'com.pyxis.greenhopper.jira:gh-sprint' } },
  { id: 'customfield_10016', name: 'Story point estimate', schema: { custom: 'com.pyxis.greenhopper.jira:jsw-story-points' } }, // prettier-ignore
];

export function serveJira(world: World): Promise<Vendor> {
  const authorization = `Basic ${Buffer.from(`${world.email}:${world.token}`).toString('base64')}`;
  return serve(({ method, url, headers, body }: Asked): Answer => {
    const path = `${method} ${url.pathname}`;
    if (headers.authorization !== authorization) {
      // Anybody may ask, and sees nothing.
      const seen = path === 'POST /rest/api/3/search/jql' ? { status: 200, body: { issues: [], isLast: true } } : refused(401, 'Client must be authenticated'); // prettier-ignore
      return { ...seen, headers: { 'x-seraph-loginreason': 'AUTHENTICATED_FAILED' } };
    }
    if (path === 'POST /rest/api/3/search/jql') return search(world, JSON.parse(body) as Searching);
    if (path === 'POST /rest/api/3/changelog/bulkfetch') return changes(world, JSON.parse(body) as Bulk);
    if (path === 'GET /rest/api/3/myself') return { status: 200, body: { accountId: 'a', timeZone: world.timeZone } };
    if (path === 'GET /rest/api/3/field') return { status: 200, body: FIELDS };
    if (path === 'GET /rest/api/3/status') return { status: 200, body: world.statuses.map(({ id }) => statusOf(world, id)) }; // prettier-ignore
    if (path === 'GET /rest/api/3/project/search') return pageOf(world.projects.map((key) => ({ key, name: `Project ${key}` })), url.searchParams); // prettier-ignore
    if (!world.hasAgile) return refused(404, 'Oops, you have found a dead link.');
    if (path === 'GET /rest/agile/1.0/board') return pageOf(world.boards.map(({ id, projectKey }) => ({ id, location: { projectKey } })), url.searchParams); // prettier-ignore
    const board = world.boards.find(({ id }) => url.pathname === `/rest/agile/1.0/board/${String(id)}/sprint`);
    return board ? pageOf(board.sprints, url.searchParams) : refused(404, 'No such board');
  });
}
