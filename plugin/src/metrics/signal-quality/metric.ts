import { defineMetric, filterParam, type Column } from '../define.ts';

const TOOLS = ['tools'];
const LINKS = ['incident_links'];

const column = (
  name: string,
  role: Column['role'],
  rest: Pick<Column, 'label' | 'help' | 'nullMeaning'> & Partial<Column>
): Column => ({
  name,
  role,
  type: role === 'label' || role === 'text' ? 'string' : 'number',
  ...rest,
});

/** How far the join of tools, people and changes can be believed. */
export const metric = defineMetric({
  id: 'signal-quality',
  title: 'Signal quality',
  summary:
    'Do the tools still report, is the code source known, are tool users joined to people, and incidents to deployments?',
  seedName: 'signal_quality',
  needs: ['code_source'],
  gains: ['usage', 'incidents'],
  collects: [{ of: 'usage', when: { mode: TOOLS } }],
  units: [{ of: 'merged', when: { mode: ['unknown_share'] } }],
  evidence: [{ mode: 'changes', when: { mode: ['unknown_share'] } }],
  sqlBy: 'mode',
  people: [
    { count: 'n_dev', when: { mode: ['unknown_share'] } },
    // Somebody may use several tools, and how much each of them does is not shown.
    { count: 'people', when: { mode: TOOLS }, share: null, apart: ['tool'], hides: ['people'] },
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
          value: 'incident_links',
          label: 'Links of incidents',
          help: 'How production incidents are linked to the deployment at fault, and how sure that is.',
        },
      ],
    },
    groupBy: {
      kind: 'groupBy',
      label: 'Group by',
      help: 'Only for unknown code source.',
      allowed: ['team', 'repo', 'service'],
      default: [],
      when: { mode: ['unknown_share'] },
    },
    team: { ...filterParam('team', 'Team'), when: { mode: ['unknown_share'] } },
    repo: { ...filterParam('repo', 'Repository'), when: { mode: ['unknown_share'] } },
    service: { ...filterParam('service', 'Service'), when: { mode: ['unknown_share', ...LINKS] } },
    tool: { ...filterParam('tool', 'Tool'), when: { mode: TOOLS } },
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
  columns: [
    column('tool', 'label', { label: 'Tool', help: 'Tool.', nullMeaning: 'never null', modes: TOOLS }),
    column('team', 'label', {
      label: 'Team',
      help: 'Team of the changes.',
      nullMeaning: 'never null',
      modes: ['unknown_share'],
    }),
    column('repo', 'label', {
      label: 'Repository',
      help: 'Repository.',
      nullMeaning: 'never null',
      modes: ['unknown_share'],
    }),
    column('service', 'label', {
      label: 'Service',
      help: 'Service.',
      nullMeaning: 'never null',
      modes: ['unknown_share'],
    }),
    column('provider', 'label', {
      label: 'Provider',
      help: 'Where the accounts are from.',
      nullMeaning: 'never null',
      modes: ['identity'],
    }),
    column('connector', 'label', {
      label: 'Told by',
      help: 'Connector that told of the incidents.',
      nullMeaning: 'never null',
      modes: LINKS,
    }),
    column('method', 'label', {
      label: 'Linked by',
      help: 'explicit (named by a person or the source), mention (its text names a commit or change), rollback, time_window (the latest deployment before it, within the link window), or unlinked: no deployment is blamed for it.',
      nullMeaning: 'never null',
      modes: LINKS,
    }),
    column('value', 'value', {
      label: 'Silent for',
      unit: 'h',
      help: 'Hours from the last event, day of use or heartbeat to the end of the range.',
      nullMeaning: 'the tool has never reported',
      when: { mode: TOOLS },
    }),
    column('value', 'value', {
      label: 'Share',
      unit: 'percentunit',
      help: 'Unknown code source: unknown changes / merged changes. Identity: joined accounts / accounts. Links: these incidents / all production incidents of the range.',
      nullMeaning: 'nothing to count, or the group is hidden',
      when: { mode: ['unknown_share', 'identity', ...LINKS] },
      thresholds: [{ value: null, color: 'text' }],
    }),
    column('grade', 'count', {
      counts: 'nobody',
      label: 'Nominal grade',
      help: 'Best signal the connector can deliver: 0 none, 1 seat, 2 activity, 3 event or declared, 4 line.',
      nullMeaning: 'never null',
      modes: TOOLS,
    }),
    column('people', 'count', {
      counts: 'row',
      label: 'Reporting people',
      help: 'Distinct people with use in the range.',
      nullMeaning: 'fewer than k people, or hidden',
      modes: TOOLS,
    }),
    column('n', 'count', {
      counts: 'row',
      label: 'Of',
      help: 'Denominator of the share, or days with a sign of life.',
      nullMeaning: 'the group is hidden',
      modes: ['tools', 'unknown_share', 'identity'],
    }),
    column('n', 'count', {
      counts: 'nobody',
      label: 'Incidents',
      help: 'Production incidents that began in the range.',
      nullMeaning: 'never null',
      modes: LINKS,
    }),
    column('deployments', 'count', {
      counts: 'nobody',
      label: 'Failed deployments',
      help: 'Deployments that they are blamed on; one may have several incidents.',
      nullMeaning: 'never null',
      modes: LINKS,
    }),
    column('confidence', 'value', {
      label: 'Mean confidence',
      unit: 'percentunit',
      help: 'Mean confidence of the changes whose source is known, or of the links.',
      nullMeaning: 'no known source, unlinked, or hidden',
      modes: ['unknown_share', ...LINKS],
    }),
    column('status', 'text', {
      label: 'Status',
      help: 'ok, suppressed_k, or no_telemetry for a tool that never reported.',
      nullMeaning: 'never null',
    }),
  ],
  main: ['mode', 'groupBy', 'team', 'repo', 'tool'],
  formats: ['table', 'numeric'],
  examples: [
    { title: 'Which tool fell silent?', params: { mode: 'tools' } },
    { title: 'How are incidents linked?', params: { mode: 'incident_links' } },
    { title: 'Unknown code source by team', params: { mode: 'unknown_share', groupBy: ['team'] } },
  ],
});
