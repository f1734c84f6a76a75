import { heads, INTERVALS } from '../looks.ts';
import { ask, type BoardSpec, type PanelSpec } from '../parts.ts';

const NO_TOOL = 'no tool is known yet: import ai_usage_daily.csv (about 15 min)';
const NO_PROOF = 'No change is merged in this range';

/** The corrected share with its interval, and what it was made from beside it. */
export const byMarks: PanelSpec = {
  title: 'How much of the code is by AI, with the marks that are missing?',
  description:
    'Marked: share of merged changes that carry a mark of AI, which is counted and a lower end. With missing marks: the share in which AI took part, estimated from it by how many of the changes that are proven to be by AI carry a mark (recall) and how many of those proven to be of people do not (Rogan and Gladen). The interval belongs to this estimate, not to the marked share, and is wide where little is proven: it may begin at 0 % beside any number of marked changes, since marks may be wrong too. Without proven changes of a team there is no estimate: what is marked is at least there.',
  type: INTERVALS,
  query: ask('signal-quality', { mode: 'ai_share', groupBy: ['team'], format: 'table' }, ['team', 'repo']),
  options: { n: 'Changes', beside: ['raw'], reason: 'Status', reference: 'none' },
  overrides: heads({ 'AI share, corrected': 'With missing marks', 'AI share, marked': 'Marked' }),
  defaults: { noValue: NO_PROOF },
  width: 24,
  height: 8,
};

/** How far the join of tools, people and changes can be believed: the lower half of the board of adoption. */
export const signalRows: BoardSpec['rows'] = [
  {
    title: 'Can it be believed? Tools that fell silent, what use is known by, marks that are missing',
    isCollapsed: true,
    panels: [
      {
        title: 'Which tool fell silent, and whom does its signal miss?',
        description:
          'Hours since each tool last gave a sign of life (use or heartbeat), and its best possible signal: 1 seat, 2 activity, 3 event or declared, 4 line. Reached: the best one that 80 % of the holders of a seat have, not older than four times what is usual. Covered: holders with data at the possible signal / holders. Quality: possible signal / 4 × covered × freshness. Tools that never reported are listed without hours: they exist. Tools of which no seats are known have no coverage.',
        type: 'table',
        query: ask('signal-quality', { mode: 'tools', reported_within_days: 730 }, []),
        defaults: { noValue: NO_TOOL },
        columns: [
          'Tool',
          'Silent for',
          { name: 'Nominal grade', title: 'Possible' },
          { name: 'Effective grade', title: 'Reached' },
          { name: 'Licensed people', title: 'Seats' },
          { name: 'Coverage', title: 'Covered' },
          'Quality',
          'Status',
        ],
        width: 24,
        height: 8,
      },
    ],
  },
  {
    panels: [
      {
        title: 'What is known of use, and by what?',
        description:
          'Weeks of people with work, a seat or a use, by what tells of their use of the tool: event (single uses), activity (days of use), observed zero (the tool was listening, and nothing came), declared (marks in git, where commits without one are no use), seat (a licence and nothing else), none. Seat and none are unknown use, left out of every share above.',
        type: 'table',
        query: ask('signal-quality', { mode: 'grades' }, []),
        defaults: { noValue: NO_TOOL },
        columns: ['Tool', { name: 'Known by', width: 118 }, 'Share', 'Person-weeks', 'Status'],
        width: 24,
        height: 8,
      },
    ],
  },
  {
    panels: [
      {
        title: 'How much of the AI code carries a mark?',
        description:
          'Of the changes that attested or counted lines, an audit or a session prove to be written by AI: the share with a mark (an agent as author, a label, a trailer or text of a commit), by repository, with a 95 % interval over people. Why it is low is said beside it. Where nothing proves, recall is not known, never 100 %.',
        type: 'table',
        query: ask('signal-quality', { mode: 'recall', groupBy: ['repo'] }, ['team', 'repo']),
        defaults: { noValue: NO_PROOF },
        columns: [
          'Repository',
          { name: 'Recall of marks', title: 'Marked' },
          'From',
          'To',
          { name: 'Proven AI', title: 'Proven' },
          'Why',
          'Status',
        ],
        width: 24,
        height: 10,
      },
    ],
  },
  {
    panels: [
      {
        title: 'Are the users of each tool known otherwise?',
        description:
          'Accounts with use or a licence of the tool that belong to somebody who is known otherwise, by an account elsewhere or a file / all such accounts. Below 90 % results by tool and outcome say so (no_telemetry): who used the tool is not who wrote the code. Another thing than accounts joined to people on Collector health: there an account may be joined to somebody of whom no other account is known.',
        type: 'table',
        query: ask('signal-quality', { mode: 'match' }, []),
        defaults: { noValue: NO_TOOL },
        columns: ['Tool', { name: 'Share', title: 'Known' }, 'Accounts', 'Status'],
        width: 12,
        height: 6,
      },
      {
        title: 'What were single uses for?',
        description:
          'Single uses by what says for which workflow they were: field (the source names it), feature (a workflow lists it), change (they name one that is a unit of a workflow); the others are unattributed. Uses of a tool without features count in every workflow that lists it, whatever they name.',
        type: 'table',
        query: ask('signal-quality', { mode: 'attribution' }, []),
        defaults: { noValue: 'no single uses in this range: days of use alone tell of no workflow' },
        columns: ['Tool', { name: 'Named by', width: 118 }, 'Share', 'Uses', 'Status'],
        width: 12,
        height: 6,
      },
    ],
  },
];
