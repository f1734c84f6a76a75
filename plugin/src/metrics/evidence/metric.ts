import { defineMetric, filterParam, type Column } from '../define.ts';

type Told = Pick<Column, 'help' | 'nullMeaning'> & Partial<Column>;
const text = (name: string, label: string, told: Told): Column => ({
  name,
  role: 'text',
  type: 'string',
  label,
  ...told,
});

/** The rows behind a number. */
export const metric = defineMetric({
  id: 'evidence',
  title: 'Evidence',
  summary:
    'Which changes, deployments or incidents are behind a number, how were they linked, and which were left out and why?',
  seedName: 'evidence',
  needs: ['changes'],
  gains: ['deployments', 'incidents'],
  ofNothing: [
    {
      when: { mode: ['deployments'], only: ['failed'] },
      needs: ['deployments'],
      says: 'No deployment of this range is known to have failed: none has a linked incident, a rollback or a hotfix.',
      toldBy: 'incidents',
    },
    { when: { mode: ['deployments'] }, needs: ['deployments'] },
    {
      when: { mode: ['incidents'], only: ['excluded'] },
      needs: ['incidents'],
      says: 'No incident of this range is without a deployment that is blamed for it.',
    },
    {
      when: { mode: ['incidents'], only: ['failed'] },
      needs: ['incidents'],
      says: 'No incident of this range is unresolved.',
    },
    { when: { mode: ['incidents'] }, needs: ['incidents'] },
    { when: { only: ['failed'] }, says: 'No change of this range is known to have been taken back.' },
    { when: { only: ['excluded'] }, says: 'No change of this range is left out.' },
  ],
  listsUnits: true,
  sqlBy: 'mode',
  people: [{ count: null, reason: 'the rows are changes, deployments and incidents; none of them says who' }],
  params: {
    mode: {
      kind: 'choice',
      chooses: 'question',
      label: 'Rows',
      help: 'What the rows are. Changes are placed by merge time, deployments by finish, incidents by start.',
      default: 'changes',
      choices: [
        { value: 'changes', label: 'Changes' },
        { value: 'deployments', label: 'Deployments' },
        { value: 'incidents', label: 'Incidents' },
      ],
    },
    team: filterParam('team', 'Team'),
    repo: filterParam('repo', 'Repository'),
    service: filterParam('service', 'Service'),
    pr_class: filterParam('pr_class', 'Class'),
    code_source: filterParam('code_source', 'Code source'),
    size: filterParam('size', 'Size'),
    only: {
      kind: 'choice',
      chooses: 'question',
      label: 'Only',
      help: 'Narrow to what makes a failure, a revert or an exclusion.',
      default: 'all',
      choices: [
        { value: 'all', label: 'All' },
        { value: 'failed', label: 'Failed, reverted or unresolved' },
        { value: 'excluded', label: 'Left out of the metrics' },
      ],
    },
    limit: {
      kind: 'number',
      chooses: 'nothing',
      label: 'Rows at most',
      help: 'The newest come first; a notice says how many there are in all.',
      default: 500,
      min: 1,
      max: 5000,
      integer: true,
    },
  },
  columns: [
    {
      name: 'time',
      role: 'time',
      type: 'time',
      label: 'Time',
      help: 'Merge, finish or start.',
      nullMeaning: 'never null',
    },
    text('kind', 'Kind', {
      help: 'squash, merge, direct or pull_request; planned, rollback or hotfix; severity of an incident.',
      nullMeaning: 'unknown severity',
    }),
    text('repo', 'Repository', { help: 'Repository, or service of an incident.', nullMeaning: 'unknown' }),
    text('ref', 'Reference', {
      help: 'Number or short sha of a change, id of a deployment or incident.',
      nullMeaning: 'never null',
      link: { title: 'Open ${__data.fields.ref}', url: '${__data.fields.link}' },
    }),
    text('title', 'Title', {
      help: 'Title of the change or incident, deployed sha.',
      nullMeaning: 'unknown',
      isForeign: true,
    }),
    text('team', 'Team', { help: 'Team as of that time.', nullMeaning: 'never null' }),
    text('pr_class', 'Class', { help: 'Class of the change.', nullMeaning: 'not a change', modes: ['changes'] }),
    text('code_source', 'Code source', {
      help: 'Who wrote the code; of a deployment all sources it shipped.',
      nullMeaning: 'nothing known',
      modes: ['changes', 'deployments'],
    }),
    text('method', 'Method', {
      help: 'How the code source, the failure or the link was found.',
      nullMeaning: 'nothing to find',
    }),
    {
      name: 'confidence',
      role: 'value',
      type: 'number',
      unit: 'percentunit',
      label: 'Confidence',
      help: 'Confidence of the method.',
      nullMeaning: 'the method gives none',
      modes: ['changes', 'incidents'],
    },
    {
      name: 'changes',
      role: 'count',
      counts: 'row',
      type: 'number',
      label: 'Changes',
      help: 'Changes first shipped by the deployment.',
      nullMeaning: 'never null',
      modes: ['deployments'],
    },
    text('outcome', 'Outcome', {
      help: 'reverted, deployed or merged; failed or ok; resolved or open.',
      nullMeaning: 'never null',
    }),
    text('excluded_reason', 'Left out because', { help: 'Why the row is in no metric.', nullMeaning: 'it is counted' }),
    {
      name: 'link',
      role: 'link',
      type: 'string',
      label: 'Link',
      help: 'Page of the row at its source.',
      nullMeaning: 'no page known',
    },
    text('status', 'Status', { help: 'ok.', nullMeaning: 'never null' }),
  ],
  main: ['mode', 'only', 'team', 'repo', 'code_source'],
  reads: ['repo', 'ref', 'title', 'code_source', 'method', 'outcome', 'excluded_reason'],
  formats: ['table'],
  examples: [
    {
      title: 'AI-heavy changes that were reverted',
      params: { mode: 'changes', code_source: ['ai_heavy'], only: 'failed' },
    },
    { title: 'Failed deployments', params: { mode: 'deployments', only: 'failed' } },
    { title: 'Incidents that no deployment is blamed for', params: { mode: 'incidents', only: 'excluded' } },
  ],
});
