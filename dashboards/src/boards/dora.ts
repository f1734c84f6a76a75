import { KNOWN_DEPLOYMENTS } from '../known-deployments.ts';
import { heads, INTERVALS, interval, VERDICT_OF_SHARES } from '../looks.ts';
import { ask, type BoardSpec, type PanelSpec } from '../parts.ts';

/** A point at zero beside gaps looks like a fault of drawing. */
const ZEROS: Readonly<Record<string, string>> = {
  deployment_frequency: 'A point at 0 is a month that was observed, without a deployment of that source. ',
  change_fail_rate: 'A point at 0 is a month of 20 deployments or more of which none failed. ',
  rework_rate: 'A point at 0 is a month of 20 deployments or more without a repair. ',
};

const trend = (metric: string, title: string, description: string): PanelSpec => ({
  title,
  description: `${description} ${ZEROS[metric] ?? ''}A gap is a month whose deployments are of few people, which is hidden, or too few for a number.`,
  type: 'timeseries',
  query: ask('dora-by-source', { metric, bucket: 'month', groupBy: ['code_source'], ci: true, format: 'timeseries' }),
  width: 12,
  height: 8,
  defaults: { min: 0 },
  ...(metric === 'deployment_frequency' ? { custom: { axisLabel: 'deployments per day' } } : {}),
  evidence: metric === 'lead_time' ? 'changes' : 'deployments',
});

/** The difference of the rates, on which the verdict rests; the rate itself stands beside it. */
const failures: Pick<PanelSpec, 'type' | 'options' | 'overrides' | 'width' | 'height'> = {
  type: INTERVALS,
  options: {
    value: 'gap',
    lower: 'gap_lo',
    upper: 'gap_hi',
    beside: ['value'],
    below: 'fails less often',
    above: 'more often',
  },
  overrides: heads({ Value: 'Fails', 'Against it': 'Difference', Units: 'Deploys' }),
  width: 12,
  height: 9,
};

const SHARE =
  'A deployment with changes of several sources counts for each by its share; sources add up to the whole. Deployments without a known change are in no source.';

const SINGLE: PanelSpec = {
  title: 'Is it so in deployments of one source only?',
  description:
    'The same over deployments whose changes all have one source: fewer, but unmixed. It is a check of the first: where it points the other way, that one gives no verdict; where it points the same way without being clear, that one says so beside its verdict. Its own verdict is of these deployments only.',
  ...failures,
  query: ask('dora-by-source', {
    metric: 'change_fail_rate',
    mode: 'single_source',
    groupBy: ['code_source'],
    format: 'table',
  }),
  evidence: 'deployments',
};

const CAUSED: PanelSpec = {
  title: 'Which change caused the failure?',
  description:
    'Failures traced to one change / changes deployed, by its source. Another rate than the change failure rate, of changes and not of deployments, so it is smaller: compare its rows with one another, never with the first panel. To be preferred where most failures have a known cause.',
  type: 'table',
  query: ask('dora-by-source', {
    metric: 'change_fail_rate',
    mode: 'cause',
    groupBy: ['code_source'],
    format: 'table',
  }),
  columns: [
    'Code source',
    ...interval('Caused'),
    { name: 'Events', title: 'Failures' },
    { name: 'Units', title: 'Changes' },
    'Status',
  ],
  width: 12,
  height: 9,
  evidence: 'incidents',
};

const RECOVERY: PanelSpec = {
  title: 'How fast do we recover?',
  description:
    'Median and p90 of the time from a failed deployment to its recovery: last resolved incident, else the rollback or hotfix. Open ones are censored.',
  type: 'table',
  query: ask('dora-by-source', { metric: 'recovery_time', groupBy: ['code_source'], format: 'table' }),
  columns: [
    'Code source',
    { name: 'Value', title: 'Median' },
    'Low',
    'High',
    'p90',
    { name: 'Units', title: 'Failures' },
    'Status',
  ],
  overrides: [{ matcher: { id: 'byRegexp', options: '/^(Low|High)$/' }, properties: [{ id: 'decimals', value: 1 }] }],
  width: 24,
  height: 8,
  evidence: 'deployments',
};

const UNDEPLOYED: PanelSpec = {
  title: 'How much is merged and not in production yet?',
  description:
    'Changes merged in the range that no deployment to production holds so far, by service, counted up to the last closed period and not as of now: changes of the latest days, which Evidence lists, are not in it yet; beside the lead time of those that are there and the median that counts the waiting ones as still under way (Kaplan–Meier). Numbers of few people are shown in steps.',
  type: 'table',
  query: ask('dora-by-source', { metric: 'lead_time', groupBy: ['service'], ci: false, format: 'table' }),
  columns: [
    'Service',
    { name: 'Undeployed', title: 'Waiting' },
    { name: 'Value', title: 'Median' },
    { name: 'Median with undeployed', title: 'With waiting' },
    'p90',
    { name: 'Units', title: 'Deployed' },
    'Status',
  ],
  defaults: { decimals: 1, noValue: 'Deployments are needed: tags, a forge, or POST /ingest/deploy' },
  width: 24,
  height: 8,
  evidence: 'changes',
};

const LINKS: PanelSpec = {
  title: 'How do we know which deployment broke?',
  description:
    'Incidents in production by the source that told of them and by how each is linked to a deployment: named by a person or the source, mentioned in its text, by a rollback, or by time alone (the latest deployment within 24 hours). Confidence says how sure that is. What is not linked is no change failure.',
  type: 'table',
  query: ask('signal-quality', { mode: 'incident_links', format: 'table' }, ['service']),
  columns: [
    'Told by',
    'Linked by',
    'Incidents',
    'Share',
    { name: 'Failed deployments', title: 'Failed' },
    { name: 'Mean confidence', title: 'Confidence' },
  ],
  defaults: {
    decimals: 0,
    noValue: 'No source tells of incidents: PagerDuty, Alertmanager, issues or POST /ingest/incident',
  },
  width: 24,
  height: 7,
  evidence: 'incidents',
};

/** DORA's five keys by who wrote the code. */
export const dora: BoardSpec = {
  uid: 'throughline-dora-by-source',
  title: 'DORA by code source',
  description: "DORA's five keys, by who wrote the code that was deployed.",
  from: 'now-1y',
  rows: [
    { panels: [KNOWN_DEPLOYMENTS] },
    {
      title: 'Throughput: how often, and how long until production (0 is a true 0; a gap is hidden, or too few)',
      panels: [
        trend('deployment_frequency', 'How often do we deploy?', `Production deployments per day. ${SHARE}`),
        trend(
          'lead_time',
          'How long from first commit to production?',
          'Median change lead time: first production deployment with the change minus its first commit. Changes that are not deployed yet are left out and counted.'
        ),
      ],
    },
    {
      title: 'Change failure rate: this verdict counts (deployments, shared among their sources)',
      panels: [
        {
          title: 'Does AI code fail more often?',
          description: `Failed production deployments / deployments of a code source minus those of human code (of unmarked code where too little is known to be human), with its 95 % interval, over the range. Failed = linked incident, rollback, hotfix or degraded; deployments younger than the link window are left out. ${SHARE} ${VERDICT_OF_SHARES}`,
          ...failures,
          query: ask('dora-by-source', {
            metric: 'change_fail_rate',
            mode: 'share',
            groupBy: ['code_source'],
            format: 'table',
          }),
          evidence: 'deployments',
        },
        {
          ...trend(
            'change_fail_rate',
            'Is the change failure rate moving?',
            `Change failure rate by month of the deployment. ${SHARE}`
          ),
          height: failures.height,
        },
      ],
    },
    { title: 'Recovery, and repair', panels: [RECOVERY] },
    {
      panels: [
        trend(
          'rework_rate',
          'How much of deploying is repair?',
          'Unplanned deployments because of a user-visible problem / deployments, by the source of the change being fixed.'
        ),
      ],
    },
    { title: 'Waiting for production', panels: [UNDEPLOYED] },
    {
      title: 'Two checks of the failure rate: what the verdict above rests on',
      isCollapsed: true,
      panels: [SINGLE],
    },
    { panels: [CAUSED] },
    { title: 'What it rests on: how incidents are linked to deployments', isCollapsed: true, panels: [LINKS] },
  ],
};
