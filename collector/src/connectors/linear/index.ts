import type { Check, CheckContext, Connector } from '../../connector.ts';
import { linearOf } from './client.ts';
import type { Section } from './config.ts';
import { plan } from './plan.ts';
import { CYCLES, ISSUES, TEAMS } from './queries.ts';
import { cyclePage, issuePage, teamPage } from './schema.ts';
import { cycles, issues, teams } from './streams.ts';
import { webhook } from './webhook.ts';

/** One of each is asked for. */
function checks(context: CheckContext<Section>): Check[] {
  const linear = linearOf(context);
  const one = { first: 1, after: null };
  return [
    { what: 'teams', ask: () => linear.ask(TEAMS, one, teamPage) },
    { what: 'cycles', ask: () => linear.ask(CYCLES, one, cyclePage) },
    { what: 'issues', ask: () => linear.ask(ISSUES, one, issuePage) },
  ];
}

export const connector: Connector<Section> = {
  id: 'linear',
  title: 'Linear',
  reads: 'issues with the times of their states, cycles and what was committed to them, links to changes',
  needs: 'a personal API key or an OAuth token that may read',
  streams: [teams, cycles, issues],
  pushes: [webhook],
  checks,
  plan,
};
