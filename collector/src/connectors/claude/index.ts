import type { Connector } from '../../connector.ts';
import { planOfFacts } from '../../planned.ts';
import type { Section } from './config.ts';
import { checks, console, enterprise } from './days.ts';

export const connector: Connector<Section> = {
  id: 'claude',
  title: 'Claude Code',
  reads: 'sessions, lines, tokens and estimated cost per person and day (Analytics Admin API, Enterprise analytics)',
  needs: 'an Admin API key of a Console organisation, or a key with `read:analytics` of an Enterprise plan',
  streams: [console, enterprise],
  checks,
  plan: () =>
    Promise.resolve(
      planOfFacts([{ fact: 'usage', state: 'known', because: 'daily use per person by Claude Code', step: null }])
    ),
};
