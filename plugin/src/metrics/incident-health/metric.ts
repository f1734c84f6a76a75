import { bucketParam, defineMetric, filterParam, statusColumn, type Dimension } from '../define.ts';
import { counts, label, numbers } from '../parts/columns.ts';

/** In the order in which the queries join them into a group. */
export const GROUPS = ['service', 'code_source'] as const satisfies readonly Dimension[];

const of = (...metrics: string[]) => ({ when: { metric: metrics } });
const TIMES = of('restore', 'acknowledge', 'responders');
const OF_PEOPLE = of('per_change', 'responders');
/** Who responded is described by nothing else. */
const NOT_BY_WHO = { metric: ['rate', 'restore', 'acknowledge', 'per_change'] };
const number = numbers('too few incidents');
const count = counts('never null', 'nobody');
const ofPeople = counts('hidden');

/** How many incidents there are, and how long they last. */
export const metric = defineMetric({
  id: 'incident-health',
  title: 'Incident health',
  summary: 'How many incidents are there, how severe, and how long until somebody looks and until it is mended?',
  seedName: 'incident_health',
  needs: ['incidents'],
  leavesOut: ['incidents', 'deployments'],
  gains: ['deployments', 'code_source'],
  units: [
    { of: 'merged', when: { metric: ['per_change'] } },
    { of: 'responded', when: { metric: ['responders'] } },
  ],
  ofNothing: [
    { when: { metric: ['responders'] }, says: 'Who responded to the incidents of this range is not known: assign them at their source.' },
  ],
  people: [
    { count: 'n_dev', when: { metric: ['per_change', 'responders'] } },
    { count: null, reason: 'the rows are incidents of services', when: { metric: ['rate', 'restore', 'acknowledge'] } },
  ],
  sqlBy: 'metric',
  evidence: [{ mode: 'incidents' }],
  reads: ['value', 'status', 'lo', 'hi', 'p90', 'open_n', 'per_100_deployments', 'weighted', 'incidents_n', 'n'],
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
        { value: 'per_change', label: 'Per 100 changes', help: 'Incidents per 100 merged changes.' },
        { value: 'responders', label: 'Time to restore, by responder', help: 'By the seniority of who responded.' },
      ],
    },
    show: {
      kind: 'choice',
      chooses: 'nothing',
      label: 'Value shown',
      help: 'Which number stands in value: for alert rules.',
      default: 'value',
      choices: [
        { value: 'value', label: 'Rate' },
        { value: 'lo', label: 'Lower end' },
        { value: 'hi', label: 'Upper end' },
      ],
      when: { metric: ['per_change'] },
    },
    severity: {
      kind: 'choice',
      chooses: { all: null, s1: 's1', s2: 's2', s3: 's3', s4: 's4' },
      label: 'Severity',
      help: 'Only incidents of one severity; s1 is the worst.',
      default: 'all',
      choices: ['all', 's1', 's2', 's3', 's4'].map((value) => ({ value, label: value })),
    },
    bucket: { ...bucketParam('none'), when: NOT_BY_WHO },
    groupBy: { kind: 'groupBy', label: 'Group by', help: 'Service, or the code source of the change that caused it.', allowed: [...GROUPS], default: [], when: NOT_BY_WHO },
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
    label('service', ['Service', 'Service of the incident; unknown = none is named.'], { when: NOT_BY_WHO }),
    label('code_source', ['Code source', 'Who wrote the change that caused it; unknown = no change is known, or nothing tells who wrote it.'], { when: NOT_BY_WHO }),
    label('seniority', ['Seniority', 'Of the human who responded, at the start of the incident: junior, mid, senior or unknown.'], of('responders')),
    number('value', ['short', 'Value', 'Incidents per week of the range or bucket, as far as data is complete.'], of('rate')),
    number('per_100_deployments', ['short', 'Per 100 deployments', '100 × incidents / deployments to production.'], { nullMeaning: 'no deployment, or by code source', ...of('rate') }),
    number('weighted', ['short', 'By weight', 'Incidents per week, s1 counting 8, s2 4, s3 2, s4 1.'], { nullMeaning: 'no severity is known', ...of('rate') }),
    number('value', ['short', 'Value', '100 × incidents that began / changes merged, automation left out; with show an end of its interval.'], { nullMeaning: 'hidden, or fewer than twenty changes', ...of('per_change') }),
    number('lo', ['short', 'Low', 'Lower end of the 95 % interval (Poisson, exact).'], { role: 'lower', nullMeaning: 'no interval', ...of('per_change') }),
    number('hi', ['short', 'High', 'Upper end of it.'], { role: 'upper', nullMeaning: 'no interval', ...of('per_change') }),
    count('incidents_n', ['Incidents', 'Incidents that began.'], { nullMeaning: 'hidden', ...of('per_change') }),
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
    count('n', ['Incidents', 'Incidents behind the number.'], of('rate', 'restore', 'acknowledge')),
    ofPeople('n', ['Changes', 'Changes merged.'], of('per_change')),
    ofPeople('n', ['Incidents', 'Incidents behind the number.'], of('responders')),
    ofPeople('n_dev', ['People', 'Distinct humans who wrote the changes, or who responded.'], { countsPeople: true, ...OF_PEOPLE }),
    statusColumn,
  ],
  examples: [
    { title: 'Incidents per week', params: { bucket: 'month' }, format: 'timeseries' },
    { title: 'Time to restore by service', params: { metric: 'restore', groupBy: ['service'] } },
    { title: 'Incidents per 100 changes, by the source of their cause', params: { metric: 'per_change', groupBy: ['code_source'] } },
    { title: 'Time to restore by who responded', params: { metric: 'responders' } },
    { title: 'Incidents by the source of their cause', params: { groupBy: ['code_source'] } },
  ],
}); // prettier-ignore
