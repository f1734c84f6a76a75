import type { Connector, Push, PushedPage } from '../../connector.ts';
import { eachEntry } from '../../lenient.ts';
import { planOfFacts } from '../../planned.ts';
import { anyOf, entriesOf, pushedEntries } from '../../push.ts';
import type { Section } from './config.ts';
import { incidents } from './incidents.ts';
import { isUnderWay, ofIncident } from './normalize.ts';
import { incident, statusChange, webhook } from './schema.ts';
import { deliveryOf, signedBySvix } from './signature.ts';

const WHOLE = ['public_incident.incident_created_v2', 'public_incident.incident_updated_v2'];
const STATUS = 'public_incident.incident_status_updated_v2';

const webhooks: Push<Section> = {
  id: 'webhook',
  verify: ({ webhook_secrets: keys }) => (keys.length === 0 ? null : anyOf(...keys.map((key) => signedBySvix(key)))),
  deliveryId: ({ headers }) => deliveryOf(headers),
  // Of private incidents a webhook tells the id alone: the API tells them.
  normalize: ({ body }, { section, accountId, now }) => {
    const context = { section, accountId, now: now() };
    const pagesOf = (one: unknown): PushedPage[] => {
      const event = webhook.parse(one);
      const { event_type: type, [type]: about } = event;
      const change = type === STATUS ? statusChange.parse(about) : null;
      if (change === null && !WHOLE.includes(type)) return [];
      const given = change?.incident ?? incident.parse(about);
      const previous = change?.previous_status ?? null;
      const wasUnderWay = previous !== null && isUnderWay({ ...given, incident_status: previous });
      const { rows, skips } = ofIncident(given, wasUnderWay, context);
      return [{ repository: null, rows, skips }];
    };
    return pushedEntries(
      eachEntry(entriesOf(body), 'event', pagesOf),
      (pages) => pages,
      (refused) => refused
    );
  },
};

export const connector: Connector<Section> = {
  id: 'incidentio',
  title: 'incident.io',
  reads: 'incidents: over the API (v2), and webhooks',
  needs: 'an API key that may view incidents, the signing secret of a webhook endpoint, or both',
  streams: [incidents],
  pushes: [webhooks],
  plan: () =>
    Promise.resolve(
      planOfFacts([{ fact: 'incidents', state: 'known', because: 'incidents of incident.io', step: null }])
    ),
};
