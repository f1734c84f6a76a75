import type { Connector } from '../../connector.ts';
import { planOfFacts } from '../../planned.ts';
import { checks } from './checks.ts';
import type { Section } from './config.ts';
import { costs } from './costs.ts';
import { seats } from './seats.ts';
import { usage } from './usage.ts';

export const connector: Connector<Section> = {
  id: 'copilot',
  title: 'GitHub Copilot',
  reads: 'use per person and day (usage metrics reports), seats, AI credits',
  needs: 'a token of an organisation or enterprise that may read Copilot metrics and seats',
  streams: [usage, seats, costs],
  checks,
  plan: () =>
    Promise.resolve(
      planOfFacts([{ fact: 'usage', state: 'known', because: 'daily use per person by GitHub Copilot', step: null }])
    ),
};
