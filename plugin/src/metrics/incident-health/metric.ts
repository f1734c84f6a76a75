import { bucketParam, defineMetric, filterParam, statusColumn, type Dimension } from '../define.ts';
import { counts, label, numbers } from '../parts/columns.ts';

/** In the order in which the queries join them into a group. */
export const GROUPS = ['service', 'code_source'] as const satisfies readonly Dimension[];

const of = (...metrics: string[]) => ({ when: { metric: metrics } });
const TIMES = of('restore', 'acknowledge');
const number = numbers('too few incidents');
const count = counts('never null', 'nobody');

/** How many incidents there are, and how long they last. */
export const metric = defineMetric({
  id: 'incident-health',
  title: 'Incident health',
  summary: 'How many incidents are there, how severe, and how long until somebody looks and until it is mended?',
  seedName: 'incident_health',
  needs: ['incidents'],
  leavesOut: ['incidents', 'deployments'],
  gains: ['deployments', 'code_source'],
  people: [{ count: null, reason: 'the rows are incidents of services' }],
  sqlBy: 'metric',
  evidence: [{ mode: 'incidents' }],
  reads: ['value', 'status', 'lo', 'hi', 'p90', 'closed_p50', 'open_n', 'per_100_deployments', 'weighted', 'n'],
  formats: ['table', 'numeric', 'timeseries'],
  main: ['metric', 'groupBy', 'bucket', 'severity', 'service'],
  params: {
    metric: {
      kind: 'choice',
      chooses: 'question',
      label: 'Number',
      help: 'What is asked of incidents in production.',
      default: 'rate',
      choices: [
        { value: 'rate', label: 'Rate', help: 'Incidents per week, per 100 deployments, and by weight.' },
        { value: 'restore', label: 'Time to restore', help: 'Start to resolved; open ones are censored.' },
        { value: 'acknowledge', label: 'Time to acknowledge', help: 'Start to the first acknowledgement.' },
      ],
    },
    severity: {
      kind: 'choice',
      chooses: 'question',
      label: 'Severity',
      help: 'Only incidents of one severity; s1 is the worst.',
      default: 'all',
      choices: ['all', 's1', 's2', 's3', 's4'].map((value) => ({ value, label: value })),
    },
    bucket: bucketParam('none'),
    groupBy: { kind: 'groupBy', label: 'Group by', help: 'Service, or the code source of the change that caused it.', allowed: [...GROUPS], default: [] },
    service: filterParam('service', 'Service'),
    code_source: filterParam('code_source', 'Code source'),
  },
  columns: [
    {
      name: 'time',
      role: 'time',
      type: 'time',
      label: 'Time',
      help: 'Start of the bucket in which the incidents began.',
      nullMeaning: 'never null',
      when: { bucket: ['day', 'week', 'month', 'quarter'] },
    },
    label('service', ['Service', 'Service of the incident; unknown = none is named.']),
    label('code_source', ['Code source', 'Who wrote the change that caused it; unknown = no change is known, or nothing tells who wrote it.']),
    number('value', ['short', 'Value', 'Incidents per week of the range or bucket, as far as data is complete.'], of('rate')),
    number('per_100_deployments', ['short', 'Per 100 deployments', '100 × incidents / deployments to production.'], { nullMeaning: 'no deployment, or by code source', ...of('rate') }),
    number('weighted', ['short', 'By weight', 'Incidents per week, s1 counting 8, s2 4, s3 2, s4 1.'], { nullMeaning: 'no severity is known', ...of('rate') }),
    count('security_n', ['Security', 'Security incidents among them.'], of('rate')),
    count('no_severity_n', ['Without severity', 'Incidents whose severity is not known: they have no weight.'], of('rate')),
    number('value', ['m', 'Value', 'Median minutes, those still open counted as under way (Kaplan–Meier).'], { nullMeaning: 'too few incidents, or half of them are open', ...TIMES }),
    number('lo', ['m', 'Low', 'Lower end of the 95 % interval of the median.'], { role: 'lower', nullMeaning: 'no interval', ...TIMES }),
    number('hi', ['m', 'High', 'Upper end of it.'], { role: 'upper', nullMeaning: 'no interval', ...TIMES }),
    number('p90', ['m', 'p90', 'Nine of ten took no longer, by the same estimate.'], { nullMeaning: 'too few incidents, or too many are open', ...TIMES }),
    number('closed_p50', ['m', 'Median of closed', 'Median of those that are over.'], TIMES),
    number('closed_mean', ['m', 'Mean of closed', 'Mean of those that are over.'], TIMES),
    count('open_n', ['Open', 'Incidents that are not over.'], TIMES),
    count('bad_order_n', ['Bad order', 'Incidents that end before they begin: left out.'], TIMES),
    count('n', ['Incidents', 'Incidents behind the number.']),
    statusColumn,
  ],
  examples: [
    { title: 'Incidents per week', params: { bucket: 'month' }, format: 'timeseries' },
    { title: 'Time to restore by service', params: { metric: 'restore', groupBy: ['service'] } },
    { title: 'Incidents by the source of their cause', params: { groupBy: ['code_source'] } },
  ],
}); // prettier-ignore
