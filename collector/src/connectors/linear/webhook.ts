/**
 * Webhooks of Linear. One says that something changed, and the stream that reads it is pulled at once: polling stays the truth. What was deleted
 * no list has any more, so that alone is taken from the webhook. One that is sent again, or kept and sent later, brings an older state, which
 * changes nothing.
 */
import type { Push } from '../../connector.ts';
import { foreignJson } from '../../foreign.ts';
import { anyOf, hmacOfBody } from '../../push.ts';
import { deletedIssue } from '../../trackers/deleted-issue.ts';
import type { Section } from './config.ts';
import { SOURCE } from './normalize.ts';
import { removed, webhook as schema } from './schema.ts';

/** Streams that have something new to read, by type of event. */
const DUE: Readonly<Record<string, string>> = {
  Issue: 'issues',
  IssueLabel: 'issues',
  Attachment: 'issues',
  Cycle: 'cycles',
};

export const webhook: Push<Section> = {
  id: 'webhook',
  verify: ({ webhook_secrets: keys }) =>
    keys.length === 0 ? null : anyOf(...keys.map((key) => hmacOfBody(key, { header: 'linear-signature', prefix: '' }))),
  deliveryId: ({ headers }) => headers['linear-delivery'] ?? null,
  normalize: ({ body }, { section, now }) => {
    const { action, type, createdAt, data } = schema.parse(foreignJson(body.toString('utf8')));
    if (type === 'Issue' && action === 'remove') {
      const { id, createdAt: madeAt, team } = removed.parse(data);
      const project = team?.key ?? null;
      return { pages: [deletedIssue({ source: SOURCE, id, project, createdAt: madeAt, deletedAt: createdAt }, section.teams, now())] }; // prettier-ignore
    }
    const stream = Object.hasOwn(DUE, type) ? DUE[type] : undefined;
    return { pages: [], due: stream === undefined ? [] : [{ stream, scope: '' }] };
  },
};
