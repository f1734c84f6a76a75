import { GROUNDS } from '../looks.ts';
import { ask, collection, type BoardSpec } from '../parts.ts';

/** Each board and the one question that it answers; links keep the data source and the range. */
const BOARDS: ReadonlyArray<readonly [uid: string, title: string, question: string]> = [
  [
    'throughline-delivery-and-ai',
    'Delivery & AI: overview',
    'What did AI coding tools do to our delivery, on one screen?',
  ],
  [
    'throughline-the-cell',
    'The cell',
    'Did work get faster for the people who use a tool, by how much, and who carries it?',
  ],
  ['throughline-durability', 'Durability', 'How long does code live, by who wrote it?'],
  [
    'throughline-dora-by-source',
    'DORA by code source',
    'How often do we deploy, how fast, and how often does it fail?',
  ],
  [
    'throughline-flow',
    'Flow & delivery health',
    'Where does the time of finished work go, and which stage absorbed what got faster?',
  ],
  [
    'throughline-work-in-progress',
    'Work in progress & issues',
    'Does work come faster than it leaves, and how long is the way from an issue to production?',
  ],
  ['throughline-review', 'Review', 'What does review take, is it more where AI wrote the code, and who carries it?'],
  [
    'throughline-adoption',
    'Adoption & signal quality',
    'Are the tools used, by how many, which seats stand idle, and is what is known of it enough?',
  ],
  ['throughline-evidence', 'Evidence', 'Which changes, deployments and incidents are behind a number?'],
  ['throughline-my-work', 'My work', 'What did I use and do myself? Each person sees their own, and nobody another’s.'],
  ['throughline-evidence-log', 'Who opened evidence', 'For Admins: who looked at rows behind numbers, and when?'],
  ['throughline-collector-health', 'Collector health', 'Is the data fresh, and can it be believed?'],
];

const VERDICTS = `A comparison is read from its **verdict**, never from its number alone.

| verdict | it says |
| --- | --- |
| *improved*, *regressed*; *better*, *worse than reference* | the whole interval lies on one side of no change |
| *no clear change*, *no clear difference* | the interval holds no change: the number beside it proves nothing |
| *too early* | the time that the metric needs has not passed |
| *insufficient data* | too few units, or too many of unknown source |
| *not judged* | its source is unknown: shown beside the others, never compared |

This board tells what the store holds **now**; the other boards count to the **last closed week** (where people are few: four weeks), so that what came today shows there next Monday.

The interval (Low, High) covers the truth in 95 of 100 such comparisons. **–** is *not known*, never 0. *hidden*: fewer people are behind it than your organisation shows (5 by default). *unknown* code source is not *human*.`;

/** What a newcomer wants to know first. */
export const startHere: BoardSpec = {
  uid: 'throughline-start-here',
  title: '0 · Start here',
  description: 'What this store can answer today, what not yet and why, and the best next step.',
  from: 'now-1y',
  rows: [
    { panels: [collection] },
    {
      panels: [
        {
          title: 'What can be answered now?',
          description:
            'As of now: questions that the data of this range answers, whole or in part, and what is measured of it. The boards behind them count to the last closed week. A click on a question opens its board.',
          type: 'table',
          query: ask('readiness', { show: 'answered', format: 'table' }, []),
          columns: [{ name: 'Question', width: 320 }, { name: 'State', width: 84 }, 'Why'],
          defaults: { noValue: 'Nothing yet in this range: the next table says what to do.' },
          width: 24,
          height: 21,
        },
      ],
    },
    {
      panels: [
        {
          title: 'What is the best next step?',
          description:
            'Steps that would tell more, the best first: it opens most questions, and of those that open as many it is the quickest. Opens counts questions that have no answer and lack nothing else; the questions that it opens are named, or those of which it says more. Minutes are an estimate for a first time.',
          type: 'table',
          query: ask('readiness', { mode: 'steps', format: 'table' }, []),
          columns: [
            { name: 'Next step', width: 290 },
            { name: 'Opens', width: 70 },
            { name: 'Helps', width: 70 },
            { name: 'Takes', width: 76 },
            'Questions',
            { name: 'See', width: 178 },
          ],
          defaults: { noValue: 'Nothing is missing.' },
          isGoodEmpty: true,
          width: 24,
          height: 14,
        },
      ],
    },
    {
      panels: [
        {
          title: 'What is not answered yet, and why?',
          description:
            'Questions that have no answer in this range, the measured fact that stands in the way, and the step that takes it away.',
          type: 'table',
          query: ask('readiness', { show: 'open', format: 'table' }, []),
          columns: [
            { name: 'Question', width: 230 },
            'Why',
            { name: 'Next step', width: 280 },
            { name: 'Takes', width: 76 },
          ],
          defaults: { noValue: 'Every question has an answer, at least in part.' },
          isGoodEmpty: true,
          width: 24,
          height: 12,
        },
      ],
    },
    {
      panels: [
        {
          title: 'How do I read a verdict?',
          description: 'The words of a comparison, the interval beside it, and what a dash and a hidden number say.',
          type: 'text',
          text: VERDICTS,
          width: 12,
          height: 18,
        },
        {
          title: 'Which board answers what?',
          description: 'Each board and its one question. Links keep the data source and the range.',
          type: 'text',
          // Grafana takes the address of a relative link away unless it begins so.
          text: BOARDS.map(
            ([uid, title, question]) => `**[${title}](./d/${uid}?var-ds=\${ds}&\${__url_time_range})** ${question}`
          ).join('\n\n'),
          width: 12,
          height: 18,
        },
      ],
    },
    {
      panels: [
        {
          title: 'What do the answers rest on?',
          description:
            'Facts and joins that answers need: what is measured of each in this range, and what would complete it. Counts are lower ends of steps, shares twentieths: details are on the boards.',
          type: 'table',
          query: ask('readiness', { mode: 'grounds', format: 'table' }, []),
          columns: GROUNDS,
          width: 24,
          height: 20,
        },
      ],
    },
  ],
};
