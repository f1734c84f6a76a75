import type { Connector } from '../../connector.ts';
import { planOfFacts } from '../../planned.ts';
import { checks } from './checks.ts';
import { commits } from './commits.ts';
import type { Section } from './config.ts';
import { events } from './events.ts';
import { seats } from './seats.ts';
import { usage } from './usage.ts';

export const connector: Connector<Section> = {
  id: 'cursor',
  title: 'Cursor',
  reads: 'use per person and day, single uses with tokens and cost, seats, lines by AI of each commit',
  needs: 'an Admin API key of a team (Enterprise plan)',
  streams: [usage, events, seats, commits],
  checks,
  plan: ({ section }) =>
    Promise.resolve(
      planOfFacts([
        { fact: 'usage', state: 'known', because: 'daily use per person by Cursor', step: null },
        ...(section.commits
          ? [{ fact: 'code_source', state: 'partly', because: 'lines by AI of commits made with Cursor', step: null } as const] // prettier-ignore
          : []),
      ])
    ),
};
