import { foreignJson } from '../../foreign.ts';
import type { Connector, Push } from '../../connector.ts';
import { anyOf, hmacOfBody } from '../../push.ts';
import { planOfFacts } from '../../planned.ts';
import type { Section } from './config.ts';
import { incidents } from './incidents.ts';
import { isTelling, ofEvent } from './normalize.ts';
import { eventIncident, webhook } from './schema.ts';

const webhooks: Push<Section> = {
  id: 'webhook',
  verify: ({ webhook_secrets: keys }) =>
    keys.length === 0
      ? null
      : anyOf(...keys.map((key) => hmacOfBody(key, { header: 'x-pagerduty-signature', prefix: 'v1=' }))),
  // An event keeps its id when it is sent again; the body does too.
  normalize: ({ body }, { section, now }) => {
    const { event } = webhook.parse(foreignJson(body.toString('utf8')));
    if (!isTelling(event.event_type)) {
      return { pages: [] };
    }
    const at = { type: event.event_type, at: event.occurred_at };
    const { rows, skips } = ofEvent(eventIncident.parse(event.data), at, { section, now: now() });
    return { pages: [{ repository: null, rows, skips }] };
  },
};

export const connector: Connector<Section> = {
  id: 'pagerduty',
  title: 'PagerDuty',
  reads: 'incidents: over the API, and webhooks v3',
  needs: 'a read-only API key, the signing secret of a webhook subscription, or both',
  streams: [incidents],
  pushes: [webhooks],
  plan: () =>
    Promise.resolve(
      planOfFacts([{ fact: 'incidents', state: 'known', because: 'incidents of PagerDuty', step: null }])
    ),
};
