/**
 * GitHub Copilot as its documents say (REST, 2026-11): reports by signed links that expire, on a host of their own that wants no token,
 * NDJSON, days that are final after three UTC days, seats by pages, AI credits.
 */
import { serve, type Answer, type Asked, type Vendor } from './serve.ts';

export interface User {
  readonly id: number;
  readonly login: string;
}

export interface World {
  readonly token: string;
  /** Lines of a day by `organisation/day`; undefined = nothing is reported. */
  readonly days: Map<string, ReadonlyArray<object | string>>;
  /** Days for which it answers 200 without links instead of 204. */
  readonly withoutLinks: Set<string>;
  /** Seats by organisation. */
  readonly seats: Map<string, readonly object[]>;
  /** Net amounts by `organisation/year-month`. */
  readonly credits: Map<string, number>;
  /** How many links have expired before they are followed. */
  expiring: number;
  /** Where links point to, instead of to the host of reports. */
  elsewhere: string | null;
  readonly missing: Set<string>;
  /** Scopes of a classic token; null = it has all. */
  scopes: readonly string[] | null;
}

export const newWorld = (token: string): World => ({
  token,
  days: new Map(),
  withoutLinks: new Set(),
  seats: new Map(),
  credits: new Map(),
  expiring: 0,
  elsewhere: null,
  missing: new Set(),
  scopes: null,
});

/** A line of `users-1-day`, with what is not read besides. */
export const userLine = (user: User, day: string, counts: object = {}): object => ({
  day,
  user_id: user.id,
  user_login: user.login,
  enterprise_id: '7',
  user_initiated_interaction_count: 3,
  code_generation_activity_count: 20,
  code_acceptance_activity_count: 4,
  loc_suggested_to_add_sum: 90,
  loc_suggested_to_delete_sum: 4,
  loc_added_sum: 61,
  loc_deleted_sum: 12,
  ai_credits_used: 1.5,
  ai_adoption_phase: 'phase_2',
  used_agent: true,
  totals_by_ide: [{ ide: 'vscode', loc_added_sum: 61 }],
  totals_by_feature: [{ feature: 'agent_edit', loc_added_sum: 40 }],
  totals_by_language_model: [{ language: 'typescript', model: 'gpt-5', loc_added_sum: 61 }],
  ...counts,
});

export const seatOf = (user: User, createdAt: string, more: object = {}): object => ({
  assignee: { login: user.login, id: user.id, type: 'User' },
  created_at: createdAt,
  updated_at: createdAt,
  last_activity_at: null,
  last_activity_editor: null,
  pending_cancellation_date: null,
  plan_type: 'business',
  ...more,
});

/** As REST pages of seats: 100 at most, 50 by default. */
function seatPage(all: readonly object[], query: URLSearchParams): Answer {
  const size = Math.min(100, Number(query.get('per_page') ?? 50));
  const page = Number(query.get('page') ?? 1);
  return { status: 200, body: { total_seats: all.length, seats: all.slice((page - 1) * size, page * size) } };
}

export interface CopilotServer {
  readonly api: Vendor;
  readonly reports: Vendor;
  close(): void;
}

export async function serveCopilot(world: World): Promise<CopilotServer> {
  let signed = 0;
  const live = new Map<string, string>();
  // A link is good for one time of the signature; the host knows no token and refuses one, as blob stores do.
  const reports = await serve(({ url, headers }) => {
    if (headers.authorization !== undefined) return { status: 400, body: { message: 'InvalidAuthenticationInfo' } };
    const signature = url.searchParams.get('sig') ?? '';
    const key = live.get(signature);
    if (world.expiring > 0 || key === undefined) {
      world.expiring = Math.max(0, world.expiring - 1);
      return {
        status: 403,
        body: { message: 'AuthenticationFailed: signature not valid in the specified time frame' },
      };
    }
    const lines = world.days.get(key) ?? [];
    return { status: 200, headers: { 'content-type': 'application/x-ndjson' }, body: lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n') }; // prettier-ignore
  });
  const report = (owner: string, day: string): Answer => {
    const key = `${owner}/${day}`;
    if (world.withoutLinks.has(key)) return { status: 200, body: { download_links: [], report_day: day } };
    if (!world.days.has(key)) return { status: 204 };
    const signature = `s${String(++signed)}-never-shown`;
    live.set(signature, key);
    const host = world.elsewhere ?? reports.url;
    return { status: 200, body: { download_links: [`${host}/reports/${day}.json?se=2026&sig=${signature}`], report_day: day } }; // prettier-ignore
  };
  const api = await serve(({ url, headers }: Asked) => {
    if (headers.authorization !== `Bearer ${world.token}`) return { status: 401, body: { message: 'Bad credentials' } };
    const [, kind = '', owner = '', ...rest] = url.pathname.split('/');
    if (world.missing.has(owner)) return { status: 404, body: { message: 'Not Found' } };
    const path = rest.join('/');
    const needed = path.includes('/reports/') ? ['read:org', 'manage_billing:copilot'] : ['manage_billing:copilot'];
    if (world.scopes !== null && !needed.some((scope) => world.scopes?.includes(scope) === true)) {
      const headers = { 'x-oauth-scopes': world.scopes.join(', '), 'x-accepted-oauth-scopes': needed.join(', ') };
      return { status: 403, headers, body: { message: 'Resource not accessible by personal access token' } };
    }
    if (path === 'copilot/metrics/reports/users-1-day') return report(owner, url.searchParams.get('day') ?? '');
    if (path === 'copilot/billing/seats') return seatPage(world.seats.get(owner) ?? [], url.searchParams);
    if (path === 'settings/billing/ai_credit/usage' && kind === 'organizations') {
      const month = `${url.searchParams.get('year') ?? ''}-${url.searchParams.get('month') ?? ''}`;
      const amount = world.credits.get(`${owner}/${month}`);
      const item = { product: 'Copilot', sku: 'Copilot AI Credits', unitType: 'ai-credits', pricePerUnit: 0.01, grossAmount: 99, discountAmount: 0, netAmount: amount }; // prettier-ignore
      return { status: 200, body: { usageItems: amount === undefined ? [] : [item] } };
    }
    return { status: 404, body: { message: 'Not Found' } };
  });
  return {
    api,
    reports,
    close: () => {
      api.close();
      reports.close();
    },
  };
}
