import type { Check, CheckContext, Connector } from '../../connector.ts';
import { planOfFacts, type PlanContext, type PlannedFact, type SourcePlan } from '../../planned.ts';
import { proposeStages } from '../../trackers/propose.ts';
import { jiraOf } from './client.ts';
import type { Section } from './config.ts';
import { issues } from './issues.ts';
import { stateOf } from './normalize.ts';
import { boardPage, found, myself, projectPage, statuses } from './schema.ts';
import { listing, projects, sprints } from './streams.ts';
import { webhook } from './webhook.ts';

/** Who asks first: as nobody much may be asked, and nothing is answered. */
function checks(context: CheckContext<Section>): Check[] {
  const jira = jiraOf(context);
  const one = { query: { maxResults: 1 } };
  const search = { json: { jql: 'updated >= -1d', fields: ['status'], maxResults: 1 } };
  return [
    { what: 'account', ask: () => jira.ask('rest/api/3/myself', {}, myself) },
    { what: 'projects', ask: () => jira.ask('rest/api/3/project/search', one, projectPage) },
    { what: 'issues', ask: () => jira.ask('rest/api/3/search/jql', search, found) },
    ...(context.section.sprints ? [{ what: 'sprints', ask: () => jira.ask('rest/agile/1.0/board', one, boardPage) }] : []),
  ];
} // prettier-ignore

/** Which statuses there are, and what those are that map to nothing. */
async function plan(context: PlanContext<Section>): Promise<SourcePlan> {
  const facts: PlannedFact[] = context.section.sprints
    ? [{ fact: 'sprints', state: 'known', because: 'sprints of Jira', step: null }]
    : [];
  const { good } = await jiraOf(context).ask('rest/api/3/status', {}, statuses);
  const { choices, notices } = proposeStages(good.map(stateOf), context.section.states, { id: 'jira', title: 'Jira' });
  const known = `Jira: ${String(new Set(good.map(({ name }) => name.toLowerCase())).size)} statuses of issues, each of which maps to a stage.`;
  return { ...planOfFacts(facts), choices, notices: notices.length > 0 ? notices : [known] };
}

export const connector: Connector<Section> = {
  id: 'jira',
  title: 'Jira',
  reads:
    'issues of Jira Cloud with their changes of status, epics and sub-tasks, sprints and what was committed to them',
  needs: 'an API token of an account that may browse the projects, or an OAuth access token',
  streams: [projects, sprints, issues, listing],
  pushes: [webhook],
  checks,
  plan,
};
