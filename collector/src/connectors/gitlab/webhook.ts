/**
 * Webhooks of GitLab. One says that something changed, and the stream that reads it is pulled at once: polling stays the truth, so a delivery
 * that is lost, late, doubled or out of order changes nothing but the time until it is seen, and every fact has one way into the store.
 */
import { createHmac } from 'node:crypto';
import { z } from 'zod';
import type { Push, Pushed, Verifier } from '../../connector.ts';
import { foreignJson } from '../../foreign.ts';
import { anyOf, isSame, tokenInHeader } from '../../push.ts';
import type { Secret } from '../../secret.ts';

/** What of the section concerns webhooks. */
export interface WebhookSection {
  readonly webhook_secrets: readonly Secret[];
  readonly webhook_signing_tokens: readonly Secret[];
}

/** Only what says whom the event is about (docs.gitlab.com/user/project/integrations/webhook_events, 2026-11). */
const payload = z.object({
  object_kind: z.string().optional(),
  event_name: z.string().optional(),
  project: z.object({ path_with_namespace: z.string() }).nullish(),
  path_with_namespace: z.string().nullish(),
  object_attributes: z.object({ noteable_type: z.string().nullish() }).nullish().catch(null),
});

/** Streams of the event's project that have something new to read, by `object_kind`. */
const OF_PROJECT: Readonly<Record<string, readonly string[]>> = {
  merge_request: ['merge-requests'],
  pipeline: ['builds'],
  build: ['builds'],
  deployment: ['deployments'],
  issue: ['issues'],
  work_item: ['issues'],
};
/** Comments are of something. */
const OF_NOTE: Readonly<Record<string, readonly string[]>> = { MergeRequest: ['merge-requests'], Issue: ['issues'] };
/** Events by which projects come, go, or change what they are (of groups, and of the whole instance). */
const OF_ALL: readonly string[] = ['project_create', 'project_destroy', 'project_rename', 'project_transfer', 'project_update']; // prettier-ignore
const OF_GROUPS: readonly string[] = [
  'subgroup_create',
  'subgroup_destroy',
  'user_add_to_group',
  'user_update_for_group',
  'user_remove_from_group',
];

const listed = (map: Readonly<Record<string, readonly string[]>>, key: string): readonly string[] =>
  Object.hasOwn(map, key) ? (map[key] ?? []) : [];

/** Streams to pull for an event; none = it is counted and tells of nothing that is read. */
export function dueOf(body: unknown): NonNullable<Pushed['due']> {
  const { object_kind: kind = '', event_name: event = '', project, object_attributes: about } = payload.parse(body);
  const streams = kind === 'note' ? listed(OF_NOTE, about?.noteable_type ?? '') : listed(OF_PROJECT, kind);
  if (project && streams.length > 0) return streams.map((stream) => ({ stream, scope: project.path_with_namespace }));
  if (OF_ALL.includes(event)) return [{ stream: 'repositories', scope: '' }];
  return OF_GROUPS.includes(event) ? [{ stream: 'teams', scope: '' }] : [];
}

const PREFIX = 'whsec_';
/** An older delivery is one that somebody kept. */
const MOST_AGE_MS = 5 * 60_000;
const MOST_SIGNATURES = 10;

/** Standard Webhooks, as GitLab signs: `v1,<base64 of HMAC-SHA256 over id.timestamp.body>`. */
export const signedBy =
  (token: Secret, now: () => number = Date.now): Verifier =>
  ({ headers, body }) => {
    const [id, at] = [headers['webhook-id'] ?? '', headers['webhook-timestamp'] ?? ''];
    const shown = token.reveal();
    const key = Buffer.from(shown.startsWith(PREFIX) ? shown.slice(PREFIX.length) : shown, 'base64');
    // Anybody has the empty key.
    if (key.length === 0) return false;
    const digest = createHmac('sha256', key).update(`${id}.${at}.`).update(body).digest('base64');
    const given = (headers['webhook-signature'] ?? '').split(' ', MOST_SIGNATURES);
    const isSigned = given.filter((one) => isSame(one, `v1,${digest}`)).length > 0;
    return isSigned && Math.abs(now() - Number(at) * 1000) <= MOST_AGE_MS;
  };

export const webhook: Push<WebhookSection> = {
  id: 'webhook',
  // What is longer is read by the next poll.
  maxBytes: 8 << 20,
  verify: ({ webhook_secrets: secrets, webhook_signing_tokens: tokens }) => {
    // A secret that goes along with each delivery would weaken those that are signed.
    if (tokens.length > 0) return anyOf(...tokens.map((token) => signedBy(token)));
    return secrets.length === 0 ? null : tokenInHeader(secrets, { header: 'x-gitlab-token', prefix: '' });
  },
  // Kept when a delivery is sent again; where it is signed both are the same.
  deliveryId: ({ headers }) => headers['idempotency-key'] ?? headers['webhook-id'] ?? null,
  normalize: ({ body }) => ({ pages: [], due: dueOf(foreignJson(body.toString('utf8'))) }),
};
