import { readNotification } from '../../alerts.ts';
import type { Connector, Push } from '../../connector.ts';
import { planOfFacts } from '../../planned.ts';
import type { Section } from './config.ts';
import { verifierOf } from './verify.ts';

const webhook: Push<Section> = {
  id: 'webhook',
  maxBytes: 8 << 20,
  verify: verifierOf,
  normalize: ({ body }, { section, now }) => {
    const { labels, environment, ignore } = section;
    return readNotification(body, { source: 'grafana-alerting', labels, environment, ignore }, now());
  },
};

export const connector: Connector<Section> = {
  id: 'grafana-alerting',
  title: 'Grafana alerting',
  reads: 'alerts as incidents (webhook contact point)',
  needs: 'a token or an HMAC secret that you choose',
  streams: [],
  pushes: [webhook],
  plan: () =>
    Promise.resolve(planOfFacts([{ fact: 'incidents', state: 'known', because: 'alerts of Grafana', step: null }])),
};
