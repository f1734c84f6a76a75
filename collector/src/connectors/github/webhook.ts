/**
 * Webhooks of GitHub. One says that something changed, and the stream that reads it is pulled at once: polling stays the truth, so a delivery
 * that is lost, late, doubled or out of order changes nothing but the time until it is seen, and every fact has one way into the store.
 */
import { foreignJson } from '../../foreign.ts';
import { z } from 'zod';
import type { Push, Pushed } from '../../connector.ts';
import { anyOf, hmacOfBody } from '../../push.ts';
import type { Secret } from '../../secret.ts';

/** What of the section concerns webhooks. */
export interface WebhookSection {
  readonly webhook_secrets: readonly Secret[];
}

/** Only what says whom the event is about (webhooks as of the examples in @octokit/webhooks-examples 7.6). */
const payload = z.object({
  repository: z.object({ full_name: z.string(), name: z.string() }).nullish(),
  organization: z.object({ login: z.string() }).nullish(),
});

/** Streams of the event's repository that have something new to read. */
const OF_REPOSITORY: Readonly<Record<string, readonly string[]>> = {
  pull_request: ['pull-requests'],
  pull_request_review: ['pull-requests'],
  pull_request_review_comment: ['pull-requests'],
  pull_request_review_thread: ['pull-requests'],
  issue_comment: ['pull-requests'],
  merge_group: ['pull-requests'],
  deployment: ['deployments'],
  deployment_status: ['deployments'],
  issues: ['issues'],
  workflow_run: ['builds'],
  workflow_job: ['builds'],
  check_run: ['builds'],
  check_suite: ['builds'],
};
/** Events by which repositories come, go, or change what they are. */
const OF_ALL: readonly string[] = ['repository', 'public', 'installation', 'installation_repositories'];
const OF_ORGANISATION: readonly string[] = ['team', 'team_add', 'membership', 'organization'];

/** Streams to pull for an event; none = it is counted and tells of nothing that is read. */
export function dueOf(event: string, body: unknown): NonNullable<Pushed['due']> {
  const { repository, organization } = payload.parse(body);
  const found = Object.hasOwn(OF_REPOSITORY, event) ? (OF_REPOSITORY[event] ?? []) : [];
  if (repository && found.length > 0) {
    return found.map((stream) => ({ stream, scope: repository.full_name }));
  }
  if (OF_ALL.includes(event)) {
    return [{ stream: 'repositories', scope: '' }];
  }
  return organization && OF_ORGANISATION.includes(event) ? [{ stream: 'teams', scope: organization.login }] : [];
}

export const webhook: Push<WebhookSection> = {
  id: 'webhook',
  // GitHub sends up to 25 MB; what is longer than this is read by the next poll.
  maxBytes: 8 << 20,
  headers: ['x-github-event'],
  verify: ({ webhook_secrets: keys }) =>
    keys.length === 0
      ? null
      : anyOf(...keys.map((key) => hmacOfBody(key, { header: 'x-hub-signature-256', prefix: 'sha256=' }))),
  deliveryId: ({ headers }) => headers['x-github-delivery'] ?? null,
  // The other content type that a webhook can be set to.
  unwrap: ({ headers, body }) =>
    (headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')
      ? Buffer.from(new URLSearchParams(body.toString('utf8')).get('payload') ?? '')
      : body,
  normalize: ({ headers, body }) => ({
    pages: [],
    due: dueOf(headers['x-github-event'] ?? '', foreignJson(body.toString('utf8'))),
  }),
};
