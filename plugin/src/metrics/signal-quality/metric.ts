import { columns, LINKS, OF_CHANGES, OF_TOOLS, TOOLS } from './columns.ts';
import { defineMetric, filterParam } from '../define.ts';

/** What rests on proven changes, in a row that is of all. */
const OF_PROOF = ['value', 'lo', 'hi', 'recall', 'specificity', 'reason'];
/** What rests on changes that are proven to be by AI. */
const OF_AI = ['value', 'lo', 'hi', 'n', 'marked', 'reason'];
/** What rests on seats, in a row that is of use. */
const OF_SEATS = ['licensed', 'coverage', 'effective_grade', 'quality'];

/** How far the join of tools, people and changes can be believed. */
export const metric = defineMetric({
  id: 'signal-quality',
  title: 'Signal quality',
  summary:
    'Do the tools still report, is the code source known, are tool users joined to people, and incidents to deployments?',
  seedName: 'signal_quality',
  needs: ['code_source'],
  leavesOut: ['changes', 'incidents'],
  ofNothing: [{ when: { mode: ['incident_links'] }, needs: ['incidents'] }],
  gains: ['usage', 'incidents'],
  collects: [{ of: 'usage', when: { mode: OF_TOOLS } }],
  units: [
    { of: 'proven', when: { mode: ['recall'] } },
    { of: 'corrected', when: { mode: ['ai_share'] } },
    { of: 'merged', when: { mode: ['unknown_share'] } },
    { of: 'graded', when: { mode: ['grades'] } },
    { of: 'named_use', when: { mode: ['attribution'] } },
  ],
  evidence: [{ mode: 'changes', when: { mode: ['unknown_share'] } }],
  sqlBy: 'mode',
  people: [
    { count: 'n_dev', when: { mode: OF_CHANGES } },
    // Two shares of two groups of people each, of whom one is a part of the row's.
    { count: 'ai_dev', share: 'ai_one_share', hides: OF_AI, when: { mode: ['recall'] } },
    { count: 'ai_dev', share: 'ai_one_share', hides: OF_PROOF, when: { mode: ['ai_share'] } },
    { count: 'human_dev', share: 'human_one_share', hides: ['specificity', 'human'], when: { mode: ['recall'] } },
    { count: 'human_dev', share: 'human_one_share', hides: OF_PROOF, when: { mode: ['ai_share'] } },
    { count: 'n_dev', when: { mode: ['grades', 'attribution'] }, apart: ['tool'] },
    // Somebody may use several tools, and how much each of them does is not shown.
    { count: 'people', when: { mode: TOOLS }, share: null, apart: ['tool'], hides: ['people'] },
    { count: 'covered', when: { mode: TOOLS }, share: null, apart: ['tool'], hides: OF_SEATS },
    { count: null, reason: 'accounts of a tool are counted, whoever they belong to', when: { mode: ['match'] } },
    { count: null, reason: 'accounts of a provider are counted, whoever they belong to', when: { mode: ['identity'] } },
    { count: null, reason: 'that an incident happened is no secret, and none says who', when: { mode: LINKS } },
  ],
  params: {
    mode: {
      kind: 'choice',
      chooses: 'question',
      label: 'Signal',
      help: 'Which signal is judged.',
      default: 'tools',
      choices: [
        { value: 'tools', label: 'Telemetry of tools', help: 'Hours since each tool last gave a sign of life.' },
        {
          value: 'unknown_share',
          label: 'Unknown code source',
          help: 'Share of merged changes whose code source is unknown.',
        },
        {
          value: 'identity',
          label: 'Identity match',
          help: 'Share of accounts that are joined to a person without conflict.',
        },
        {
          value: 'match',
          label: 'Identity match by tool',
          help: 'Share of the users of each tool who are known otherwise: below 90 % results by tool and outcome say so.',
        },
        { value: 'grades', label: 'Grades', help: 'What is known of use, by tool and person-week.' },
        {
          value: 'attribution',
          label: 'Uses by workflow',
          help: 'What says for which workflow single uses were; the others are counted as unattributed.',
        },
        {
          value: 'recall',
          label: 'Recall of marks',
          help: 'How many of the changes that AI wrote carry a mark, by what knows better.',
        },
        {
          value: 'ai_share',
          label: 'AI share, corrected',
          help: 'Share of changes with AI behind the share of marked ones.',
        },
        {
          value: 'incident_links',
          label: 'Links of incidents',
          help: 'How production incidents are linked to the deployment at fault, and how sure that is.',
        },
      ],
    },
    groupBy: {
      kind: 'groupBy',
      label: 'Group by',
      help: 'Only for shares of changes.',
      allowed: ['team', 'repo', 'service', 'tool'],
      default: [],
      when: { mode: OF_CHANGES },
    },
    team: { ...filterParam('team', 'Team'), when: { mode: OF_CHANGES } },
    repo: { ...filterParam('repo', 'Repository'), when: { mode: OF_CHANGES } },
    service: { ...filterParam('service', 'Service'), when: { mode: [...OF_CHANGES, ...LINKS] } },
    tool: { ...filterParam('tool', 'Tool'), when: { mode: [...OF_TOOLS, ...OF_CHANGES] } },
    reported_within_days: {
      kind: 'number',
      chooses: 'nothing',
      label: 'Reported within',
      help: 'Only tools that gave a sign of life in so many days before the end of the range: a tool that never reported cannot fall silent.',
      default: 28,
      min: 1,
      max: 730,
      unit: 'd',
      when: { mode: TOOLS },
    },
  },
  columns,
  main: ['mode', 'groupBy', 'team', 'repo', 'tool'],
  reads: ['value', 'status', 'lo', 'hi', 'grade', 'n', 'people', 'confidence'],
  formats: ['table', 'numeric'],
  examples: [
    { title: 'Which tool fell silent?', params: { mode: 'tools' } },
    { title: 'Which share of AI code is marked?', params: { mode: 'recall', groupBy: ['repo'] } },
    { title: 'How much code is by AI?', params: { mode: 'ai_share' } },
    { title: 'How are incidents linked?', params: { mode: 'incident_links' } },
    { title: 'Unknown code source by team', params: { mode: 'unknown_share', groupBy: ['team'] } },
  ],
});
