/**
 * Webhooks of Jira, as an administrator makes them (only those are signed). One says that something changed, and the stream that reads it is pulled
 * at once: polling stays the truth. A deletion is written: no search finds what is deleted.
 */
import type { Push, Pushed } from '../../connector.ts';
import { foreignJson } from '../../foreign.ts';
import { anyOf, hmacOfBody } from '../../push.ts';
import { deletedIssue } from '../../trackers/deleted-issue.ts';
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
  normalize: ({ body }, { section, now }) => {
    const { webhookEvent, timestamp, issue } = schema.parse(foreignJson(body.toString('utf8')));
    if (webhookEvent !== 'jira:issue_deleted') return { pages: [], due: dueOf(webhookEvent) };
    const { id, fields } = deleted.parse(issue);
    const project = fields.project?.key ?? null;
    return { pages: [deletedIssue({ source: SOURCE, id, project, createdAt: fields.created, deletedAt: timestamp ?? now() }, section.projects, now())] }; // prettier-ignore
  },
};
