import { defineMetric, type Column } from '../define.ts';

const QUESTIONS = ['questions'];
const GROUNDS = ['grounds'];
const STEPS = ['steps'];

type Told = Pick<Column, 'name' | 'label' | 'help'> & Partial<Column>;

const text = (rest: Told): Column => ({ role: 'text', type: 'string', nullMeaning: 'never null', ...rest });
const number = (rest: Told): Column => ({
  role: 'value',
  type: 'number',
  nullMeaning: 'never null',
  thresholds: [{ value: null, color: 'text' }],
  ...rest,
});

/** What the store can answer today, what not yet and why, and the next step. */
export const metric = defineMetric({
  id: 'readiness',
  title: 'Readiness',
  summary: 'What can this store answer today, what not yet, and why? What is the best next step?',
  seedName: 'readiness',
  needs: [],
  gains: [],
  speaksOfNothing: true,
  asksGate: true,
  people: [
    { count: null, reason: 'the rows are questions: what people did is told in steps of numbers, of whole weeks' },
  ],
  params: {
    mode: {
      kind: 'choice',
      chooses: 'question',
      label: 'Show',
      help: 'Questions, what their answers rest on, or what to do next.',
      default: 'questions',
      choices: [
        {
          value: 'questions',
          label: 'Questions',
          help: 'One row per question; the one with the best next step first.',
        },
        {
          value: 'grounds',
          label: 'What answers rest on',
          help: 'One row per fact: changes, reviews, deployments, use, people.',
        },
        { value: 'steps', label: 'Next steps', help: 'One row per step, the best first: it opens most questions.' },
      ],
    },
    show: {
      kind: 'choice',
      chooses: 'nothing',
      label: 'Questions',
      help: 'Which questions.',
      default: 'all',
      choices: [
        { value: 'all', label: 'All' },
        { value: 'answered', label: 'Answered, at least in part' },
        { value: 'open', label: 'Not answered yet' },
      ],
      when: { mode: QUESTIONS },
    },
  },
  columns: [
    {
      ...text({
        name: 'question',
        label: 'Question',
        help: 'As people ask it; a click opens the board that answers it.',
        modes: QUESTIONS,
      }),
      role: 'label',
      link: { title: 'Open the board', url: '${__data.fields.board}?${__url_time_range}' },
    },
    { ...text({ name: 'ground', label: 'Rests on', help: 'What answers rest on.', modes: GROUNDS }), role: 'label' },
    { ...text({ name: 'step', label: 'Next step', help: 'What a person can do.', modes: STEPS }), role: 'label' },
    number({
      name: 'value',
      label: 'Level',
      unit: 'short',
      help: '2 answers, 1 answers in part, 0 not yet. Of what answers rest on: 2 known, 1 known in part, 0 missing.',
      when: { mode: [...QUESTIONS, ...GROUNDS] },
    }),
    number({
      name: 'value',
      label: 'Opens',
      unit: 'short',
      help: 'Questions that have an answer after this step, and none before.',
      modes: STEPS,
      when: { mode: STEPS },
    }),
    text({
      name: 'state',
      label: 'State',
      help: 'answers, answers in part, or not yet; of what answers rest on: known, known in part, or missing.',
      modes: [...QUESTIONS, ...GROUNDS],
    }),
    text({
      name: 'why',
      label: 'Why',
      help: 'The measured fact. Numbers of what people did are lower ends of steps (5, 10, 20, 50 …), shares twentieths.',
      modes: [...QUESTIONS, ...GROUNDS],
    }),
    text({
      name: 'step',
      label: 'Next step',
      help: 'The best thing to do about it; empty where nothing is missing.',
      modes: [...QUESTIONS, ...GROUNDS],
    }),
    text({
      name: 'opens',
      label: 'Questions',
      help: 'The questions that it opens; where it opens none, those of which it says more.',
      modes: STEPS,
    }),
    {
      ...number({
        name: 'helps',
        label: 'Helps',
        help: 'Other questions that it helps: with others it opens them, or they say more.',
        modes: STEPS,
      }),
      role: 'count',
      counts: 'nobody',
    },
    {
      ...number({
        name: 'minutes',
        label: 'Takes',
        unit: 'm',
        help: 'About how many minutes it takes.',
        nullMeaning: 'nothing to do, or nothing but wait',
      }),
      role: 'count',
      counts: 'nobody',
    },
    text({ name: 'see', label: 'See', help: 'Where the step is described, in the repository.' }),
    {
      ...text({ name: 'board', label: 'Board', help: 'Path of the board that answers it.', modes: QUESTIONS }),
      role: 'link',
    },
    text({ name: 'status', label: 'Status', help: 'ok.' }),
  ],
  formats: ['table', 'numeric'],
  examples: [
    { title: 'What can be answered, what not yet, and why?', params: {} },
    { title: 'What to do next', params: { mode: 'steps' } },
    { title: 'What answers rest on', params: { mode: 'grounds' } },
  ],
});
