/**
 * Webhooks of Jira, as an administrator makes them (only those are signed). One says that something changed, and the stream that reads it is pulled
 * at once: polling stays the truth. A deletion is written: no search finds what is deleted.
 */
import type { Push, Pushed } from '../../connector.ts';
import { foreignJson } from '../../foreign.ts';
import { anyOf, hmacOfBody } from '../../push.ts';
import type { Section } from './config.ts';
import { SOURCE } from './normalize.ts';
import { deleted, webhook as schema } from './schema.ts';

function dueOf(event: string): NonNullable<Pushed['due']> {
  if (event === 'jira:issue_created' || event === 'jira:issue_updated') return [{ stream: 'issues', scope: '' }];
  if (event.startsWith('sprint_') || event.startsWith('board_')) return [{ stream: 'sprints', scope: '' }];
  return event.startsWith('project_') ? [{ stream: 'projects', scope: '' }] : [];
}

export const webhook: Push<Section> = {
  id: 'webhook',
  verify: ({ webhook_secrets: keys }) =>
    keys.length === 0 ? null : anyOf(...keys.map((key) => hmacOfBody(key, { header: 'x-hub-signature', prefix: 'sha256=' }))), // prettier-ignore
  deliveryId: ({ headers }) => headers['x-atlassian-webhook-identifier'] ?? null,
  normalize: ({ body }, { now }) => {
    const { webhookEvent, timestamp, issue } = schema.parse(foreignJson(body.toString('utf8')));
    if (webhookEvent !== 'jira:issue_deleted') return { pages: [], due: dueOf(webhookEvent) };
    const { id, fields } = deleted.parse(issue);
    const at = timestamp ?? now();
    const values = { source: SOURCE, external_id: id, created_at: fields.created, deleted_at: at, state_order: at.toISOString(), ...(fields.project ? { project_key: fields.project.key } : {}) }; // prettier-ignore
    return { pages: [{ repository: null, rows: [{ table: 'issue', values }] }] };
  },
};
