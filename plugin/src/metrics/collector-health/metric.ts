import { columns, NAMES, PROGRESS, STREAMS } from './columns.ts';
import { defineMetric } from '../define.ts';

/** How fresh the collected data is, stream by stream, and how far a first collection has come. */
export const metric = defineMetric({
  id: 'collector-health',
  title: 'Collector health',
  summary:
    'When did each stream last succeed, how far does its data reach, what did it skip, and how far is a first collection?',
  seedName: 'collector_health',
  needs: [],
  gains: [],
  people: [{ count: null, reason: 'the rows are streams of the collector, and names that programs gave' }],
  aboutNoTeam: { mode: [...PROGRESS, ...NAMES] },
  sqlBy: 'mode',
  params: {
    mode: {
      kind: 'choice',
      chooses: 'question',
      label: 'Show',
      help: 'Each stream, the first collection as a whole, or names of telemetry that are not understood.',
      default: 'streams',
      choices: [
        { value: 'streams', label: 'Streams', help: 'One row per stream.' },
        {
          value: 'progress',
          label: 'Progress',
          help: 'One row: "collecting, 40 %" until every stream has succeeded once, then "up to date".',
        },
        {
          value: 'unknown_names',
          label: 'Unknown names',
          help: 'Names of metrics, events, spans and values that tools sent in the range and that the dialect table does not have: counted, never guessed.',
        },
      ],
    },
    stale_after_hours: {
      kind: 'number',
      chooses: 'nothing',
      label: 'Stale after',
      help: 'A stream whose last success is older than this is called stale.',
      default: 24,
      min: 0.1,
      max: 8760,
      unit: 'h',
      when: { mode: STREAMS },
    },
    stream: {
      kind: 'text',
      chooses: 'nothing',
      label: 'Stream starts with',
      help: 'Only streams whose name starts with this, e.g. "git/". Empty means all.',
      default: '',
    },
  },
  columns,
  reads: [
    'value',
    'state',
    'progress',
    'data_lag',
    'rows',
    'skipped',
    'error',
    'summary',
    'complete_until',
    'streams_done',
    'streams',
  ],
  formats: ['table', 'numeric'],
  examples: [
    { title: 'All streams', params: {} },
    { title: 'What do tools send that is not understood?', params: { mode: 'unknown_names' } },
    { title: 'Is a first collection under way?', params: { mode: 'progress' } },
  ],
});
