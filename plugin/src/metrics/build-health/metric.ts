import { bucketParam, defineMetric, filterParam, statusColumn, type Dimension } from '../define.ts';
import { counts, label, numbers } from '../parts/columns.ts';

/** In the order in which the queries join them into a group. */
export const GROUPS = ['repo', 'service'] as const satisfies readonly Dimension[];

const of = (metric: string) => ({ when: { metric: [metric] } });
const number = numbers('too few builds');

/** How long pipelines take, and how often their answer is chance. */
export const metric = defineMetric({
  id: 'build-health',
  title: 'Build health',
  summary: 'How long do pipelines take, how long do they queue, and how often do they fail and pass on one commit?',
  seedName: 'build_health',
  needs: ['changes'],
  ofNothing: [{ when: {}, needs: ['builds'] }],
  leavesOut: ['builds'],
  people: [{ count: null, reason: 'the rows are runs of pipelines' }],
  sqlBy: 'metric',
  main: ['metric', 'show', 'groupBy', 'bucket', 'repo'],
  formats: ['table', 'numeric', 'timeseries'],
  params: {
    metric: {
      kind: 'choice',
      chooses: 'question',
      label: 'Number',
      help: 'What is asked of pipelines.',
      default: 'duration',
      choices: [
        { value: 'duration', label: 'Duration', help: 'First attempts of whole pipelines.' },
        { value: 'flakes', label: 'Flake rate', help: 'Pipelines and checks that failed and passed on one commit.' },
      ],
    },
    show: {
      kind: 'choice',
      chooses: 'nothing',
      label: 'Value shown',
      help: 'Which number stands in value: for charts and alert rules.',
      default: 'p50',
      choices: [
        { value: 'p50', label: 'Median' },
        { value: 'p90', label: '90th percentile' },
      ],
      when: { metric: ['duration'] },
    },
    bucket: bucketParam('none'),
    groupBy: { kind: 'groupBy', label: 'Group by', help: 'Place of the pipeline.', allowed: [...GROUPS], default: [] },
    repo: filterParam('repo', 'Repository'),
    service: filterParam('service', 'Service'),
  },
  columns: [
    {
      name: 'time',
      role: 'time',
      type: 'time',
      label: 'Time',
      help: 'Start of the bucket in which they ended.',
      nullMeaning: 'never null',
      when: { bucket: ['day', 'week', 'month', 'quarter'] },
    },
    label('repo', ['Repository', 'Repository of the pipeline.']),
    label('service', ['Service', 'Service of the repository.']),
    number('value', ['m', 'Value', 'Median (with show: 90th percentile) of the minutes of first attempts that passed, from start to end.'], of('duration')),
    number('p90', ['m', 'p90', 'Nine of ten of them took no longer.'], of('duration')),
    number('failing_p50', ['m', 'Failing, median', 'The same of first attempts that failed.'], of('duration')),
    number('queue_p50', ['m', 'Queue, median', 'Minutes from asked for to started.'], { nullMeaning: 'too few builds, or no source tells of a queue', ...of('duration') }),
    number('failed_share', ['percentunit', 'First attempt failed', 'First attempts that failed / first attempts.'], of('duration')),
    number('value', ['percentunit', 'Value', 'Pipelines and checks that failed and passed on one commit / pipelines and checks by commit.'], of('flakes')),
    number('lo', ['percentunit', 'Low', 'Lower end of the 95 % interval (Wilson).'], { role: 'lower', ...of('flakes') }),
    number('hi', ['percentunit', 'High', 'Upper end of it.'], { role: 'upper', ...of('flakes') }),
    number('flaky_failure_share', ['percentunit', 'Failures by chance', 'Failed attempts that passed later on the same commit / failed attempts.'], { nullMeaning: 'too few failed attempts', ...of('flakes') }),
    counts('never null', 'nobody')('n', ['Builds', 'First attempts, or pairs of a pipeline (check) and a commit.']),
    statusColumn,
  ],
  examples: [
    { title: 'How long pipelines take', params: { groupBy: ['repo'] } },
    { title: 'Flake rate by repository, for an alert', params: { metric: 'flakes', groupBy: ['repo'] }, format: 'numeric' },
  ],
}); // prettier-ignore
