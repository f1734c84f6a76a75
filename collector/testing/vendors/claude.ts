/**
 * Claude as Anthropic's documents say (2026-11): Claude Code Analytics Admin API (a day a call, 20 rows by default, 1,000 at most, opaque pages)
 * and Enterprise analytics (other names, days that come three days late, 60 requests a minute).
 */
import { serve, type Answer, type Asked, type Vendor } from './serve.ts';

export interface World {
  readonly adminKey: string;
  readonly analyticsKey: string;
  /** Rows by day. */
  readonly console: Map<string, readonly object[]>;
  readonly enterprise: Map<string, readonly object[]>;
  /** Days from which on the Enterprise plan has nothing yet: asked for, they are refused. */
  notBefore: string;
  /** The plan has no such API. */
  hasPlan: boolean;
}

export const newWorld = (): World => ({
  adminKey: 'sk-ant-admin-never-shown',
  analyticsKey: 'sk-ant-analytics-never-shown',
  console: new Map(),
  enterprise: new Map(),
  notBefore: '9999-01-01',
  hasPlan: true,
});

export interface Counts {
  readonly sessions: number;
  readonly added: number;
  readonly cents: number;
  readonly terminal_type?: string;
  readonly customer_type?: string;
}

/** A row of the Console, with what is not read besides. */
export const consoleRow = (day: string, actor: object, { sessions, added, cents, ...more }: Counts): object => ({
  date: `${day}T00:00:00Z`,
  actor,
  organization_id: 'dc9f6c26-b22c-4831-8d01-0446bada88f1',
  customer_type: 'subscription',
  subscription_type: 'team',
  terminal_type: 'vscode',
  core_metrics: { num_sessions: sessions, lines_of_code: { added, removed: 5 }, commits_by_claude_code: 3, pull_requests_by_claude_code: 1 }, // prettier-ignore
  tool_actions: { edit_tool: { accepted: 40, rejected: 3 } },
  model_breakdown: [
    { model: 'claude-opus-4-6', tokens: { input: 100, output: 40, cache_read: 70_000, cache_creation: 8_000 }, estimated_cost: { currency: 'USD', amount: cents } }, // prettier-ignore
  ],
  ...more,
});
export const user = (email: string): object => ({ type: 'user_actor', email_address: email });

export const enterpriseRow = (email: string, sessions: number, added: number): object => ({
  user: { id: `user_${email}`, email_address: email },
  chat_metrics: { message_count: 12 },
  claude_code_metrics: {
    core_metrics: { distinct_session_count: sessions, commit_count: 1, pull_request_count: 0, lines_of_code: { added_count: added, removed_count: 1 } }, // prettier-ignore
  },
});

function paged(all: readonly object[], query: URLSearchParams): Answer {
  const limit = Number(query.get('limit') ?? 20);
  if (limit > 1000) return { status: 400, body: { type: 'error', error: { type: 'invalid_request_error', message: 'limit: must be at most 1000' } } }; // prettier-ignore
  const from = Number((query.get('page') ?? 'page_0').slice('page_'.length));
  const hasMore = from + limit < all.length;
  return { status: 200, body: { data: all.slice(from, from + limit), has_more: hasMore, next_page: hasMore ? `page_${String(from + limit)}` : null } }; // prettier-ignore
}

const error = (status: number, type: string, message: string): Answer => ({ status, body: { type: 'error', error: { type, message } } }); // prettier-ignore

export function serveClaude(world: World): Promise<Vendor> {
  return serve(({ url, headers }: Asked): Answer => {
    if (headers['anthropic-version'] !== '2023-06-01') return error(400, 'invalid_request_error', 'anthropic-version: header is required'); // prettier-ignore
    const isConsole = url.pathname === '/v1/organizations/usage_report/claude_code';
    const key = headers['x-api-key'];
    if (key !== world.adminKey && key !== world.analyticsKey) return error(401, 'authentication_error', 'invalid x-api-key'); // prettier-ignore
    if (key !== (isConsole ? world.adminKey : world.analyticsKey) || !world.hasPlan)
      return error(403, 'permission_error', 'Your API key does not have permission to use the specified resource.');
    const day = url.searchParams.get(isConsole ? 'starting_at' : 'date') ?? '';
    if (!isConsole && day >= world.notBefore) return error(400, 'invalid_request_error', 'date: data is not available yet'); // prettier-ignore
    return paged((isConsole ? world.console : world.enterprise).get(day) ?? [], url.searchParams);
  });
}
