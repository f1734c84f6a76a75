import { readNotification } from '../../alerts.ts';
import type { Connector, Push } from '../../connector.ts';
import { tokenInHeader } from '../../push.ts';
import { planOfFacts } from '../../planned.ts';
import type { Section } from './config.ts';
import { openAlerts, settingsOf } from './open-alerts.ts';

const webhook: Push<Section> = {
  id: 'webhook',
  maxBytes: 8 << 20,
  verify: ({ tokens }) => tokenInHeader(tokens),
  normalize: ({ body }, { section, now }) => readNotification(body, settingsOf(section), now()),
};

export const connector: Connector<Section> = {
  id: 'alertmanager',
  title: 'Alertmanager',
  reads: 'alerts as incidents: the webhook receiver (version 4), and what is firing',
  needs: 'a token that you choose; the address of Alertmanager, if lost ends shall be noticed',
  streams: [openAlerts],
  pushes: [webhook],
  plan: () =>
    Promise.resolve(
      planOfFacts([{ fact: 'incidents', state: 'known', because: 'alerts of Alertmanager', step: null }])
    ),
};
