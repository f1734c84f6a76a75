/** Issues that changed since the last run: what was asked for, and incidents by their type or label. */
import type { Page, Skip, Stream, StreamContext } from '../../../connector.ts';
import { digestOf, serviceRow, sinceOf } from '../../../forge/rules.ts';
import type { IssueSettings } from '../../../trackers/issue-rows.ts';
import { passOver, type List } from '../changes.ts';
import { notFound, openGitLab, PAGE, type GitLab } from '../client.ts';
import { providerOf, type Section } from '../config.ts';
import { changesCursor, type ChangesCursor, type Found } from '../cursors.ts';
import { incidentRow, isAsked, isIncident, ofIssue, type IssueContext, type LivedIssue } from '../normalize/issues.ts';
import { TIMELINE } from '../queries.ts';
import { issues as schema, labelEvents, stateEvents, type Issue } from '../schema.ts';
import { timeline as timelineSchema } from '../schema-graphql.ts';
import { serviceOf } from './deployments.ts';
import { readPart } from './part.ts';
import { foundOf } from './repositories.ts';

/** Issues whose history is asked for at once. */
const AT_ONCE = 5;

const settingsOf = ({ issue_states: states, customer_labels, revenue_labels }: Section): IssueSettings => ({ states, customer_labels, revenue_labels }); // prettier-ignore

interface Reading {
  readonly gitlab: GitLab;
  readonly found: Found;
  readonly naming: IssueContext;
}

async function livedOf(
  issue: Issue,
  { gitlab, found, naming }: Reading
): Promise<{ lived: LivedIssue; skips: Skip[] }> {
  const path = `projects/${String(found.id)}/issues/${String(issue.iid)}`;
  const states = await gitlab.get(`${path}/resource_state_events`, { per_page: PAGE }, stateEvents);
  const isLabelled = Object.keys(naming.settings.states).length > 0;
  const labels = isLabelled ? (await gitlab.get(`${path}/resource_label_events`, { per_page: PAGE }, labelEvents)).data : { good: [], bad: [] }; // prettier-ignore
  const isOne = issue.issue_type?.toLowerCase() === 'incident';
  const asked = isOne ? await gitlab.ask(TIMELINE, { project: found.name, incident: `gid://gitlab/Issue/${String(issue.id)}` }, timelineSchema) : null; // prettier-ignore
  if (asked?.project === null) throw notFound(`The project ${found.name}`);
  const events = asked?.project?.incidentManagementTimelineEvents?.nodes ?? { good: [], bad: [] };
  return {
    lived: { issue, states: states.data.good, labels: labels.good, timeline: events.good },
    skips: [...states.data.bad, ...labels.bad, ...events.bad].map(({ item, reason }) => ({ item: `issue #${String(issue.iid)} ${item}`, reason })), // prettier-ignore
  };
}

/** Their histories, some at a time. */
async function allLived(issues: readonly Issue[], reading: Reading): Promise<{ lived: LivedIssue[]; skips: Skip[] }> {
  const lived: LivedIssue[] = [];
  const skips: Skip[] = [];
  for (let at = 0; at < issues.length; at += AT_ONCE) {
    const some = await Promise.all(issues.slice(at, at + AT_ONCE).map((issue) => livedOf(issue, reading)));
    for (const one of some) {
      lived.push(one.lived);
      for (const skip of one.skips) skips.push(skip);
    }
  }
  return { lived, skips };
}

async function* pages(
  context: StreamContext<Section>,
  found: Found,
  start: ChangesCursor
): AsyncGenerator<Page<ChangesCursor>> {
  const { section, now } = context;
  const gitlab = openGitLab(context);
  const naming: IssueContext = { accountId: context.accountId, provider: providerOf(section), name: context.scope.name, service: serviceOf(context), incidentLabels: section.incident_labels, settings: settingsOf(section), types: section.issue_types }; // prettier-ignore
  const list: List<Issue> = { path: `projects/${String(found.id)}/issues`, query: { scope: 'all', state: 'all' }, what: `issues of ${found.name}`, schema }; // prettier-ignore
  const begunAt = now();
  let done = 0;
  for await (const one of passOver({ gitlab, context, first: sinceOf(section, begunAt) }, list, start)) {
    const { lived, skips } = await allLived(one.changed.filter(isAsked), { gitlab, found, naming });
    const made = lived.map((issue) => ofIssue(issue, naming, now()));
    const incidents = lived.map((issue) => incidentRow(issue, naming));
    const hasOne = lived.some(({ issue }) => isIncident(issue, naming));
    done += one.changed.length;
    yield {
      rows: [...(hasOne ? [serviceRow(naming)] : []), ...made.flatMap(({ rows }) => rows), ...incidents.flatMap(({ rows }) => rows)], // prettier-ignore
      replaced: made.flatMap(({ replaced }) => replaced),
      skips: [...one.skips, ...skips, ...made.flatMap((each) => each.skips), ...incidents.flatMap((each) => each.skips)], // prettier-ignore
      cursor: one.cursor,
      ...(one.isLast ? { watermark: begunAt } : {}),
      progress: { done, total: null, unit: 'issues' },
    };
  }
}

async function* pull(
  context: StreamContext<Section>,
  stored: ChangesCursor | null
): AsyncGenerator<Page<ChangesCursor>> {
  const { incident_labels: labels, issue_types: own } = context.section;
  const rules = digestOf([{ labels, own, ...settingsOf(context.section) }]);
  const start = stored !== null && stored.rules === rules ? stored : { since: null, pass: null, known: {}, rules };
  yield* readPart(context, { what: 'issues', start }, () => pages(context, foundOf(context), start));
}

export const issues: Stream<Section, ChangesCursor> = {
  id: 'issues',
  cursor: changesCursor,
  every: '5-59/10 * * * *',
  isEarly: true,
  scopes: ({ found }) => found('repositories'),
  needs: 'repositories',
  pull,
};
