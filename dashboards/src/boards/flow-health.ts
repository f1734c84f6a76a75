/** Rows of board Flow about what is merged, built, broken and kept. */
import { columnTransformations, figures, heads, INTERVALS, NEEDS_FORGE } from '../looks.ts';
import { ask, type PanelSpec, type RowSpec } from '../parts.ts';

const CODE = ['team', 'repo', 'service', 'pr_class', 'code_source'] as const;

const throughput: PanelSpec = {
  title: 'Is more merged?',
  description:
    'Changes merged per week, of humans and agents (automation left out). More changes may be the same work in smaller pieces: read it beside their size.',
  type: 'timeseries',
  query: ask('delivery-health', { bucket: 'week', format: 'timeseries' }, CODE),
  defaults: { min: 0 },
  overrides: heads({ value: 'Changes per week' }),
  width: 12,
  height: 8,
  evidence: 'changes',
};

const sizes: PanelSpec = {
  title: 'How large?',
  description:
    'Changes merged by size: XS below 10 effective lines added and deleted, S below 50, M below 200, L below 500, XL. Large changes wait longer and are looked at less.',
  type: 'barchart',
  query: ask('delivery-health', { groupBy: ['size'], format: 'table' }, CODE),
  options: { xField: 'Size', orientation: 'vertical', stacking: 'none', showValue: 'always' },
  transformations: [{ id: 'filterFieldsByName', options: { include: { names: ['Size', 'Changes'] } } }],
  width: 12,
  height: 8,
  evidence: 'changes',
};

const large: PanelSpec = {
  title: 'More very large ones?',
  description:
    'Share of the changes of each month with 500 effective lines added and deleted or more. Large changes wait longer and are looked at less; tools write them quickly.',
  type: 'timeseries',
  query: ask('delivery-health', { metric: 'size', show: 'xl_share', bucket: 'month', format: 'timeseries' }, CODE),
  defaults: { min: 0 },
  overrides: heads({ value: 'Very large' }),
  width: 12,
  height: 8,
  evidence: 'changes',
};

const kept: PanelSpec = {
  title: 'How much stays?',
  description:
    'Of changes merged at least 30 days ago, the share that within 30 days was not reverted, not rewritten (half of its lines gone), caused no incident, and whose issue was not reopened; by who wrote it, with a 95 % interval. What the store does not know is named in the column Rests on of the metric: then the share is an upper end.',
  type: INTERVALS,
  query: ask('delivery-health', { metric: 'reliability', groupBy: ['code_source'], format: 'table' }, CODE),
  options: { reference: 'none' },
  overrides: heads({ Value: 'Kept' }),
  width: 12,
  height: 8,
  evidence: 'changes',
};

const gates: PanelSpec = {
  title: 'Do checks catch more?',
  description:
    'Changes of which a required check or pipeline failed before the merge / changes with checks, by who wrote them, with a 95 % interval; retries are repeated attempts per change. More may be a stricter gate, or worse changes.',
  type: INTERVALS,
  query: ask('delivery-health', { metric: 'gates', groupBy: ['code_source'], format: 'table' }, CODE),
  options: { reference: 'none', beside: ['retries'] },
  overrides: heads({ Value: 'Failed first' }),
  width: 12,
  height: 8,
  defaults: { noValue: NEEDS_FORGE },
  evidence: 'changes',
};

const builds: PanelSpec = {
  title: 'How long do pipelines take?',
  description:
    'First attempts of whole pipelines that passed, by repository: median and p90 from start to end, the queue before them, and the share of first attempts that failed.',
  type: 'table',
  query: ask('build-health', { groupBy: ['repo'], format: 'table' }, ['repo', 'service']),
  columns: [
    'Repository',
    { name: 'Value', title: 'Median' },
    'p90',
    { name: 'Queue, median', title: 'Queue' },
    { name: 'First attempt failed', title: 'Failed' },
    'Builds',
    'Status',
  ],
  defaults: { decimals: 1, noValue: 'Builds need a forge: npm start -- --github ORG' },
  width: 12,
  height: 8,
};

const flakes: PanelSpec = {
  title: 'Flaky checks?',
  description:
    'Pipelines and checks that failed and passed on one commit / pipelines and checks by commit; failures by chance: failed attempts that passed later on the same commit / failed attempts.',
  type: 'stat',
  query: ask('build-health', { metric: 'flakes', format: 'table' }, ['repo', 'service']),
  transformations: columnTransformations([
    { name: 'Value', title: 'Flake rate' },
    'Failures by chance',
    { name: 'Builds', title: 'Checks' },
  ]),
  options: figures('(Flake rate|Failures by chance|Checks)'),
  defaults: { noValue: 'no builds: they need a forge' },
  width: 12,
  height: 8,
};

const incidents: PanelSpec = {
  title: 'More incidents?',
  description:
    'Incidents in production per week, by month of their start; a month without one is 0 from the first known incident on. Per 100 deployments and by severity: metric incident-health.',
  type: 'timeseries',
  query: ask('incident-health', { bucket: 'month', format: 'timeseries' }, ['service']),
  defaults: { min: 0 },
  overrides: heads({ Value: 'Incidents per week' }),
  width: 12,
  height: 8,
  evidence: 'incidents',
};

const restore: PanelSpec = {
  title: 'Mended how fast?',
  description:
    'Minutes from the start of an incident to resolved: median and p90, with those that are open counted as under way (Kaplan–Meier), beside the median of those that are over. The time to recover on DORA by code source begins with the deployment instead.',
  type: 'stat',
  query: ask('incident-health', { metric: 'restore', format: 'table' }, ['service']),
  transformations: columnTransformations([{ name: 'Value', title: 'Median' }, 'p90', 'Median of closed', 'Open']),
  options: figures('(Median|p90|Median of closed|Open)'),
  width: 12,
  height: 8,
  evidence: 'incidents',
};

const perChange: PanelSpec = {
  title: 'Incidents per 100 changes?',
  description:
    'Incidents in production that began / changes merged, times 100, with the 95 % interval of a count (Poisson, exact). More changes bring more incidents even where each is as safe as before: this tells the two apart. By code source (metric incident-health): only incidents whose cause is known.',
  type: INTERVALS,
  query: ask('incident-health', { metric: 'per_change', format: 'table' }, ['service', 'code_source']),
  options: { reference: 'none', beside: ['incidents_n'] },
  overrides: heads({ Value: 'Per 100 changes' }),
  defaults: { decimals: 1 },
  width: 12,
  height: 8,
  evidence: 'incidents',
};

const responders: PanelSpec = {
  title: 'Who mends it, and how fast?',
  description:
    'Time from the start of an incident to resolved by the seniority of the human who responded, as its source names one; open ones count as under way (Kaplan–Meier). Who is senior may get the harder ones. Needs assigned incidents, and people.csv with the start of their experience; fewer than five people of a band are hidden.',
  type: 'table',
  query: ask('incident-health', { metric: 'responders', format: 'table' }, ['service']),
  columns: ['Seniority', { name: 'Value', title: 'Median' }, 'p90', 'Open', 'Incidents', 'People', 'Status'],
  defaults: { decimals: 1, noValue: 'Who responded is not known: assign incidents at their source' },
  width: 12,
  height: 7,
  evidence: 'incidents',
};

const NEEDS_TRACKER = 'Sprints and cycles need Jira or Linear: docs/configuration.md';

const planned: PanelSpec = {
  title: 'Is what is planned delivered?',
  description:
    'Of the issues that sprints (Jira) or cycles (Linear) committed to at their start, the share that was done in them and still at their end; by the month in which they were closed, those that are open are not judged. It needs twenty committed issues. A team that commits to little delivers all of it: no aim, no ranking.',
  type: 'timeseries',
  query: ask('sprints', { bucket: 'month', format: 'timeseries' }, ['team']),
  defaults: { min: 0, max: 1, noValue: NEEDS_TRACKER },
  overrides: heads({ Value: 'Delivered' }),
  width: 10,
  height: 8,
};

const sprintList: PanelSpec = {
  title: 'What became of each sprint?',
  description:
    'Issues, by the week in which the sprint or cycle was closed. Committed: in it when it started; they were delivered, carried over, taken out or given up. Added: put into it later. Done: delivered in all. Epics, deleted issues and sub-tasks of an issue in the same sprint are not counted.',
  type: 'table',
  query: ask('sprints', { bucket: 'week', rows: 'sprint', format: 'table' }, ['team']),
  columns: [
    'Project',
    'Sprint',
    { name: 'Value', title: 'Delivered' },
    'Committed',
    'Carried over',
    'Removed',
    'Added',
    { name: 'Delivered in all', title: 'Done' },
  ],
  defaults: { decimals: 0, noValue: NEEDS_TRACKER },
  width: 14,
  height: 8,
};

export const healthRows: readonly RowSpec[] = [
  { title: 'What is merged, and does it stay?', panels: [throughput, kept] },
  { title: 'Checks and builds', panels: [gates, builds] },
  { title: 'Flakes and incidents', isCollapsed: true, panels: [flakes, incidents] },
  { title: 'More about sizes and incidents', isCollapsed: true, panels: [large, perChange] },
  { panels: [sizes, restore] },
  { panels: [responders] },
  { title: 'Are plans kept?', isCollapsed: true, panels: [planned, sprintList] },
];
