import { defineMetric, filterParam, type Column } from '../define.ts';

const text = (name: string, label: string, help: string): Column => ({
  name,
  role: 'text',
  type: 'string',
  label,
  help,
  nullMeaning: 'never null',
});

/** Kinds whose events belong to teams. */
const OF_TEAMS = ['landings', 'deployments', 'failed_deployments', 'policies', 'experiments', 'phases', 'exclusions'];

/** What happened when, for annotations on any panel. Column labels are the names that Grafana maps annotations by. */
export const metric = defineMetric({
  id: 'delivery-events',
  title: 'Delivery events',
  summary:
    'When were deployments finished, when did incidents run, when did AI tools land, and what was decided or tried?',
  seedName: 'delivery_events',
  needs: ['deployments'],
  gains: ['incidents', 'code_source'],
  rowsOf: 'kind',
  listsEvents: { kind: ['deployments', 'failed_deployments', 'incidents'] },
  people: [{ count: null, reason: 'the rows are events of tools, services and policies' }],
  params: {
    kind: {
      kind: 'choice',
      chooses: 'question',
      label: 'Events',
      help: 'Which events are shown.',
      default: 'landings',
      choices: [
        { value: 'landings', label: 'Tool landings' },
        { value: 'deployments', label: 'Deployments' },
        { value: 'failed_deployments', label: 'Failed deployments' },
        { value: 'incidents', label: 'Incidents' },
        { value: 'policies', label: 'Policy changes' },
        { value: 'experiments', label: 'Experiment windows' },
        { value: 'phases', label: 'Phases', help: 'Times that throughline.yaml tells apart.' },
        {
          value: 'exclusions',
          label: 'Freezes, holidays and bad data',
          help: 'Periods that throughline.yaml says not to count.',
        },
        { value: 'definitions', label: 'Changed workflow definitions', help: 'Series never join across versions.' },
      ],
    },
    team: { ...filterParam('team', 'Team'), when: { kind: OF_TEAMS } },
    service: filterParam('service', 'Service'),
    repo: filterParam('repo', 'Repository'),
    tool: filterParam('tool', 'Tool'),
  },
  columns: [
    {
      name: 'time',
      role: 'time',
      type: 'time',
      label: 'time',
      help: 'Start, or the instant itself.',
      nullMeaning: 'never null',
    },
    {
      name: 'time_end',
      role: 'time',
      type: 'time',
      label: 'timeEnd',
      help: 'End; equals the start for an instant, the end of the range for what is open.',
      nullMeaning: 'never null',
    },
    { ...text('title', 'title', 'What happened.'), isForeign: true },
    { ...text('text', 'text', 'More about it.'), isForeign: true },
    text('tags', 'tags', 'Kind, service or tool.'),
    text('status', 'Status', 'ok.'),
  ],
  formats: ['table'],
  examples: [
    { title: 'When did tools land?', params: { kind: 'landings' } },
    { title: 'Incidents of a service', params: { kind: 'incidents' } },
  ],
});
