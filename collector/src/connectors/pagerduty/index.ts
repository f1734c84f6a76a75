import type { Connector, Push, PushedPage } from '../../connector.ts';
import { eachEntry } from '../../lenient.ts';
import { anyOf, entriesOf, hmacOfBody, pushedEntries } from '../../push.ts';
import { planOfFacts } from '../../planned.ts';
import type { Section } from './config.ts';
import { incidents } from './incidents.ts';
import { isTelling, ofEvent } from './normalize.ts';
import { incidentEvent, webhook } from './schema.ts';

const webhooks: Push<Section> = {
  id: 'webhook',
  verify: ({ webhook_secrets: keys }) =>
    keys.length === 0
      ? null
      : anyOf(...keys.map((key) => hmacOfBody(key, { header: 'x-pagerduty-signature', prefix: 'v1=' }))),
  // An event keeps its id when it is sent again; the body does too.
  normalize: ({ body }, { section, accountId, now }) => {
    const context = { section, accountId, now: now() };
    const pagesOf = (one: unknown): PushedPage[] => {
      const { event } = webhook.parse(one);
      if (!isTelling(event.event_type)) return [];
      const at = { type: event.event_type, at: event.occurred_at, by: event.agent ?? null };
      const { rows, skips } = ofEvent(incidentEvent.parse(one).event.data, at, context);
      return [{ repository: null, rows, skips }];
    };
    // PagerDuty sends one event; whoever passes several on sends them as an array.
    const events = eachEntry(entriesOf(body), 'event', pagesOf);
    return pushedEntries(
      events,
      (pages) => pages,
      (refused) => refused
    );
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
