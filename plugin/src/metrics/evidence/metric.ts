import { defineMetric, filterParam, type Column } from '../define.ts';

const text = (name: string, label: string, help: string, nullMeaning: string, extra: Partial<Column> = {}): Column => ({
  name,
  role: 'text',
  type: 'string',
  label,
  help,
  nullMeaning,
  ...extra,
});

/** The rows behind a number. */
export const metric = defineMetric({
  id: 'evidence',
  title: 'Evidence',
  summary:
    'Which changes, deployments or incidents are behind a number, how were they linked, and which were left out and why?',
  seedName: 'evidence',
  params: {
    mode: {
      kind: 'choice',
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
    text(
      'kind',
      'Kind',
      'squash, merge, direct or pull_request; planned, rollback or hotfix; severity of an incident.',
      'unknown severity'
    ),
    text('repo', 'Repository', 'Repository, or service of an incident.', 'unknown'),
    text('ref', 'Reference', 'Number or short sha of a change, id of a deployment or incident.', 'never null', {
      link: { title: 'Open ${__data.fields.ref}', url: '${__data.fields.link}' },
    }),
    text('title', 'Title', 'Title of the change or incident, deployed sha.', 'unknown'),
    text('team', 'Team', 'Team as of that time.', 'never null'),
    text('pr_class', 'Class', 'Class of the change.', 'not a change', { modes: ['changes'] }),
    text('code_source', 'Code source', 'Who wrote the code; of a deployment all sources it shipped.', 'nothing known', {
      modes: ['changes', 'deployments'],
    }),
    text('method', 'Method', 'How the code source, the failure or the link was found.', 'nothing to find'),
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
      type: 'number',
      label: 'Changes',
      help: 'Changes first shipped by the deployment.',
      nullMeaning: 'never null',
      modes: ['deployments'],
    },
    text('outcome', 'Outcome', 'reverted, deployed or merged; failed or ok; resolved or open.', 'never null'),
    text('excluded_reason', 'Left out because', 'Why the row is in no metric.', 'it is counted'),
    {
      name: 'link',
      role: 'link',
      type: 'string',
      label: 'Link',
      help: 'Page of the row at its source.',
      nullMeaning: 'no page known',
    },
    text('status', 'Status', 'ok.', 'never null'),
  ],
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
