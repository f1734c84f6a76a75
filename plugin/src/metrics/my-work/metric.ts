import { defineMetric, type Column } from '../define.ts';

const USAGE = ['usage'];
const OUTCOMES = ['outcomes'];

const value = (name: string, label: string, told: Pick<Column, 'unit' | 'help' | 'nullMeaning' | 'modes'>): Column => ({
  name,
  role: 'value',
  type: 'number',
  label,
  ...told,
});

/** What the person who looks did themselves. */
export const metric = defineMetric({
  id: 'my-work',
  title: 'My work',
  summary:
    'For whoever is signed in: on which days did I use which tool, and what became of the changes that I answer for?',
  seedName: 'my_work',
  ofAsker: true,
  sqlBy: 'mode',
  rowsOf: 'mode',
  people: [{ count: null, reason: 'the rows are those of the person who asks, and nobody else is shown them' }],
  collects: [{ of: 'usage', when: { mode: USAGE } }],
  aboutNoTeam: { mode: [...USAGE, ...OUTCOMES] },
  params: {
    mode: {
      kind: 'choice',
      chooses: 'question',
      label: 'Show',
      help: 'My use of tools, or my merged changes. Always mine: there is no param that says whose.',
      default: 'usage',
      choices: [
        { value: 'usage', label: 'My use of tools', help: 'By tool: days with a use, and uses.' },
        {
          value: 'outcomes',
          label: 'My changes',
          help: 'Merged changes that I answer for, how long they took, and what was taken back.',
        },
      ],
    },
    bucket: {
      kind: 'choice',
      chooses: 'question',
      label: 'Bucket',
      help: 'Width of a time bucket in the time zone of the dashboard. Weeks start on Monday.',
      default: 'month',
      choices: [
        { value: 'week', label: 'Week' },
        { value: 'month', label: 'Month' },
        { value: 'quarter', label: 'Quarter' },
      ],
    },
  },
  columns: [
    { name: 'time', role: 'time', type: 'time', label: 'Time', help: 'Start of the bucket; the first and last may be cut by the range.', nullMeaning: 'never null' }, // prettier-ignore
    { name: 'tool', role: 'label', type: 'string', label: 'Tool', help: 'AI tool.', nullMeaning: 'never null', modes: USAGE }, // prettier-ignore
    value('value', 'Days with a use', { unit: 'short', help: 'Local days on which I used the tool.', nullMeaning: 'never null', modes: USAGE }), // prettier-ignore
    value('uses', 'Uses', { unit: 'short', help: 'Prompts and accepted suggestions, as the tool counts them.', nullMeaning: 'the tool tells days and no number', modes: USAGE }), // prettier-ignore
    { name: 'code_source', role: 'label', type: 'string', label: 'Code source', help: 'Who wrote the code of the changes; unknown is not human.', nullMeaning: 'never null', modes: OUTCOMES }, // prettier-ignore
    value('value', 'Changes', { unit: 'short', help: 'Merged changes that I answer for: I wrote them, or asked an agent for them.', nullMeaning: 'never null', modes: OUTCOMES }), // prettier-ignore
    value('median_hours', 'Median time', { unit: 'h', help: 'Median time from first commit to merge.', nullMeaning: 'no change of the bucket has a start', modes: OUTCOMES }), // prettier-ignore
    value('taken_back', 'Taken back', { unit: 'short', help: 'Of the changes, those that were reverted later.', nullMeaning: 'never null', modes: OUTCOMES }), // prettier-ignore
  ],
  formats: ['table', 'timeseries'],
  examples: [
    { title: 'On which days did I use a tool?', params: {} },
    { title: 'What became of my changes?', params: { mode: 'outcomes' } },
  ],
});
