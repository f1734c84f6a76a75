import { defineMetric, type Column } from '../define.ts';

const text = (name: string, label: string, told: Pick<Column, 'help' | 'nullMeaning'> & Partial<Column>): Column => ({
  name,
  role: 'text',
  type: 'string',
  label,
  ...told,
});

/** Who looked at rows behind numbers. */
export const metric = defineMetric({
  id: 'evidence-log',
  title: 'Who opened evidence',
  summary: 'Who was shown rows behind numbers, when, for which question, and how many?',
  seedName: 'evidence_log',
  forAdmins: true,
  people: [{ count: null, reason: 'the rows are visits of people of Grafana, for its Admins' }],
  aboutNoTeam: { rows: ['all', 'by_person'] },
  sqlBy: 'rows',
  rowsOf: 'rows',
  params: {
    rows: {
      kind: 'choice',
      chooses: 'question',
      label: 'Rows',
      help: 'Each opening, or one row per person.',
      default: 'all',
      choices: [
        { value: 'all', label: 'Openings', help: 'Newest first, at most 1,000.' },
        { value: 'by_person', label: 'People', help: 'How often each, and when last.' },
      ],
    },
  },
  columns: [
    { name: 'time', role: 'time', type: 'time', label: 'Time', help: 'When; by person: the last time.', nullMeaning: 'never null' }, // prettier-ignore
    text('who', 'Who', { role: 'label', help: 'Login in Grafana; "(anonymous)" = a visitor without a login, "[erased]" = somebody who was erased, "assistant" = one that was started with --evidence.', nullMeaning: 'never null', isForeign: true }), // prettier-ignore
    text('role', 'Role', { help: 'Role in Grafana then.', nullMeaning: 'no role: an assistant' }),
    text('metric', 'Rows of', { help: 'Changes, deployments or incidents.', nullMeaning: 'never null', when: { rows: ['all'] } }), // prettier-ignore
    text('asked', 'Asked', { help: 'Filters and params that are not the defaults.', nullMeaning: 'never null', isForeign: true, when: { rows: ['all'] } }), // prettier-ignore
    text('range', 'Range', { help: 'From and to of the question, as days (UTC).', nullMeaning: 'never null', when: { rows: ['all'] } }), // prettier-ignore
    { name: 'value', role: 'value', type: 'number', unit: 'locale', label: 'Rows', help: 'Rows that were shown.', nullMeaning: 'never null' }, // prettier-ignore
    { name: 'openings', role: 'value', type: 'number', unit: 'locale', label: 'Openings', help: 'How often.', nullMeaning: 'never null', when: { rows: ['by_person'] } }, // prettier-ignore
  ],
  formats: ['table'],
  examples: [
    { title: 'Who opened evidence, and when?', params: {} },
    { title: 'Who opened it how often?', params: { rows: 'by_person' } },
  ],
});
