/**
 * Cursor as its documents say (cursor.com/docs: api, admin-api, ai-code-tracking-api; copies of January to November 2026): basic authentication,
 * epoch milliseconds as numbers, 30 days at most, pages over people that alone tell `isActive`, a row of zeros for every member's day, uses newest
 * first (10 a page by default), commits by pages of 1,000 at most. As users report: who was removed has no daily rows and no address on uses.
 */
import { serve, type Answer, type Asked, type Vendor } from './serve.ts';

const DAY_MS = 86_400_000;

export interface Member {
  readonly id: string;
  readonly email: string;
  readonly role?: string;
}

export interface World {
  readonly key: string;
  members: Member[];
  /** Addresses that are not told any more. */
  readonly removed: Set<string>;
  /** What a member did by `day address`; who did nothing has zeros. */
  readonly days: Map<string, object>;
  /** Days of which there is no row at all. */
  readonly without: Set<string>;
  readonly events: Map<string, object>[];
  readonly commits: Array<{ readonly commitTs: string } & Record<string, unknown>>;
  /** `team` refuses AI code tracking, `none` everything; `unknown` does not know the address of AI code tracking. */
  plan: 'enterprise' | 'team' | 'none' | 'unknown';
  /** Rows of each page that are not sent. */
  lost: number;
}

export const newWorld = (): World => ({
  key: 'key_never-shown-0123456789abcdef',
  members: [],
  removed: new Set(),
  days: new Map(),
  without: new Set(),
  events: [],
  commits: [],
  plan: 'enterprise',
  lost: 0,
});

export const memberOf = (email: string, more: object = {}): Member => ({ id: `user_${email.toLowerCase()}`, email, role: 'member', ...more }); // prettier-ignore

const ZEROS = { totalLinesAdded: 0, totalLinesDeleted: 0, acceptedLinesAdded: 0, acceptedLinesDeleted: 0, totalApplies: 0, totalAccepts: 0, totalRejects: 0, totalTabsShown: 0, totalTabsAccepted: 0, composerRequests: 0, chatRequests: 0, agentRequests: 0, cmdkUsages: 0, subscriptionIncludedReqs: 0, apiKeyReqs: 0, usageBasedReqs: 0, bugbotUsages: 0 }; // prettier-ignore
export const WORKED = { ...ZEROS, totalLinesAdded: 900, acceptedLinesAdded: 61, totalTabsShown: 97, totalTabsAccepted: 4, agentRequests: 12, mostUsedModel: 'claude-4-sonnet', clientVersion: '2.9.1' }; // prettier-ignore

/** A use, with what is not read besides. */
export const usageEvent = (at: string, email: string, more: object = {}): Map<string, object> =>
  new Map(
    Object.entries({
      timestamp: String(Date.parse(at)),
      userEmail: email,
      model: 'claude-4-opus',
      kind: 'Usage-based',
      maxMode: true,
      requestsCosts: 5,
      isTokenBasedCall: true,
      tokenUsage: { inputTokens: 126, outputTokens: 450, cacheWriteTokens: 6112, cacheReadTokens: 11964, totalCents: 20.18232 }, // prettier-ignore
      isFreeBugbot: false,
      ...more,
    }) as Array<[string, object]>
  );

/** A commit, with what is not read besides. */
export const commitOf = (commitHash: string, commitTs: string, more: object = {}): World['commits'][number] => ({
  commitHash,
  userId: 'user_1',
  userEmail: 'ana@acme.io',
  repoName: 'acme/shop',
  branchName: 'main',
  isPrimaryBranch: true,
  commitSource: 'ide',
  totalLinesAdded: 120,
  totalLinesDeleted: 10,
  tabLinesAdded: 30,
  tabLinesDeleted: 2,
  composerLinesAdded: 60,
  composerLinesDeleted: 5,
  nonAiLinesAdded: 30,
  nonAiLinesDeleted: 3,
  message: 'a message that is never-shown',
  commitTs,
  createdAt: commitTs,
  ...more,
});

const refused = (status: number, error: string, message: string): Answer => ({ status, body: { error, message } });
const badRequest = (message: string): Answer => refused(400, 'Bad Request', message);

interface Asking {
  readonly startDate?: unknown;
  readonly endDate?: unknown;
  readonly page?: number;
  readonly pageSize?: number;
}

const isoDay = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

function daily(world: World, { startDate, endDate, page, pageSize = 100 }: Asking): Answer {
  if (typeof startDate !== 'number' || typeof endDate !== 'number') return badRequest('startDate and endDate are required'); // prettier-ignore
  if (endDate - startDate > 30 * DAY_MS) return badRequest('Date range cannot exceed 30 days');
  const all = world.members.filter(({ email }) => !world.removed.has(email));
  const isPaged = page !== undefined;
  const people = isPaged ? all.slice((page - 1) * pageSize, page * pageSize) : all;
  const days = Array.from({ length: Math.floor((endDate - startDate) / DAY_MS) + 1 }, (_none, n) => isoDay(startDate + n * DAY_MS)); // prettier-ignore
  const data = people.flatMap(({ id, email }) =>
    days.flatMap((day) => {
      if (world.without.has(day)) return [];
      const did = world.days.get(`${day} ${email}`);
      const active = isPaged ? { isActive: did !== undefined } : {};
      return [{ date: Date.parse(day), day, userId: id, email, ...active, ...(did ?? ZEROS) }];
    })
  );
  const totalPages = Math.ceil(all.length / pageSize);
  const pagination = isPaged ? { page, pageSize, totalUsers: all.length, totalPages, hasNextPage: page < totalPages, hasPreviousPage: page > 1 } : undefined; // prettier-ignore
  return { status: 200, body: { data: data.slice(world.lost), period: { startDate, endDate }, pagination } };
}

function events(world: World, { startDate, endDate, page = 1, pageSize = 10 }: Asking): Answer {
  // Dates as texts break it.
  if (typeof startDate !== 'number' || typeof endDate !== 'number') return refused(500, 'Internal Server Error', 'An unexpected error occurred'); // prettier-ignore
  const all = world.events
    .filter((event) => Number(event.get('timestamp')) >= startDate && Number(event.get('timestamp')) <= endDate)
    .sort((a, b) => Number(b.get('timestamp')) - Number(a.get('timestamp')))
    .map((event) => Object.fromEntries([...event].filter(([key, value]) => key !== 'userEmail' || !world.removed.has(value as unknown as string)))); // prettier-ignore
  const numPages = Math.ceil(all.length / pageSize);
  const found = all.slice((page - 1) * pageSize, page * pageSize).slice(world.lost);
  return { status: 200, body: { totalUsageEventsCount: all.length, pagination: { numPages, currentPage: page, pageSize, hasNextPage: page < numPages, hasPreviousPage: page > 1 }, usageEvents: found, period: { startDate, endDate } } }; // prettier-ignore
}

function commits(world: World, query: URLSearchParams): Answer {
  if (world.plan === 'unknown') return refused(404, 'Not Found', 'Resource not found');
  if (world.plan === 'team') return refused(403, 'Forbidden', 'Enterprise access required');
  const page = Number(query.get('page') ?? 1);
  const pageSize = Number(query.get('pageSize') ?? 100);
  if (pageSize > 1000) return badRequest('pageSize must not be greater than 1000');
  const [from = '', until = ''] = [query.get('startDate') ?? '', query.get('endDate') ?? ''];
  const all = world.commits.filter(({ commitTs }) => commitTs >= from && commitTs < until);
  const items = all.slice((page - 1) * pageSize, page * pageSize);
  return { status: 200, body: { items, totalCount: all.length, page, pageSize } };
}

export function serveCursor(world: World): Promise<Vendor> {
  const authorization = `Basic ${Buffer.from(`${world.key}:`).toString('base64')}`;
  return serve(({ method, url, headers, body }: Asked): Answer => {
    if (headers.authorization !== authorization) return refused(401, 'Unauthorized', 'Invalid API key');
    if (world.plan === 'none') return refused(403, 'Forbidden', 'Enterprise access required');
    const asking = method === 'POST' ? (JSON.parse(body) as Asking) : {};
    switch (`${method} ${url.pathname}`) {
      case 'POST /teams/daily-usage-data':
        return daily(world, asking);
      case 'POST /teams/filtered-usage-events':
        return events(world, asking);
      case 'GET /teams/members':
        return { status: 200, body: { teamMembers: world.members.filter(({ email }) => !world.removed.has(email)).map((one) => ({ name: 'N', isRemoved: false, ...one })) } }; // prettier-ignore
      case 'GET /analytics/ai-code/commits':
        return commits(world, url.searchParams);
      default:
        return refused(404, 'Not Found', 'Resource not found');
    }
  });
}
