/** Columns of signal-quality by mode. */
import type { Column } from '../define.ts';

export const TOOLS = ['tools'];
export const LINKS = ['incident_links'];
/** Modes about merged changes. */
export const OF_CHANGES = ['unknown_share', 'recall', 'ai_share'];
/** Modes with a row for each tool, or several. */
export const OF_TOOLS = ['tools', 'grades', 'match', 'attribution'];
const PROVEN = ['recall', 'ai_share'];
const SHARES = ['unknown_share', 'identity', 'match', 'grades', 'attribution', ...LINKS];

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

export const columns: readonly Column[] = [
  column('tool', 'label', { label: 'Tool', help: 'Tool.', nullMeaning: 'never null', modes: [...OF_TOOLS, ...OF_CHANGES] }), // prettier-ignore
  column('team', 'label', {
    label: 'Team',
    help: 'Team of the changes.',
    nullMeaning: 'never null',
    modes: OF_CHANGES,
  }),
  column('repo', 'label', {
    label: 'Repository',
    help: 'Repository.',
    nullMeaning: 'never null',
    modes: OF_CHANGES,
  }),
  column('service', 'label', {
    label: 'Service',
    help: 'Service.',
    nullMeaning: 'never null',
    modes: OF_CHANGES,
  }),
  column('basis', 'label', {
    label: 'Known by',
    help: 'event (single uses), activity (days of use), observed_zero (the tool was listening, and nothing came), declared (marks in git, where commits without one are zero), seat (a licence and nothing else), none.',
    nullMeaning: 'never null',
    modes: ['grades'],
  }),
  column('named_by', 'label', {
    label: 'Named by',
    help: 'What says for which workflow a use was, the first that does: field (the source names it), feature (a workflow lists it), change (a unit of the workflow), or unattributed.',
    nullMeaning: 'never null',
    modes: ['attribution'],
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
    help: 'Unknown code source: unknown changes / merged changes. Identity: joined accounts / accounts. By tool: users who are known otherwise / users. Grades: person-weeks / all of the tool. Uses: named so / all of the tool. Links: these incidents / all production incidents of the range.',
    nullMeaning: 'nothing to count, or the group is hidden',
    when: { mode: SHARES },
    thresholds: [{ value: null, color: 'text' }],
  }),
  column('value', 'value', {
    label: 'Recall of marks',
    unit: 'percentunit',
    help: 'Of the changes that something better than marks proves to be written by AI, the share that carries a mark.',
    nullMeaning: 'fewer than 20 such changes, or the group is hidden',
    when: { mode: ['recall'] },
  }),
  column('value', 'value', {
    label: 'AI share, corrected',
    unit: 'percentunit',
    help: 'Share of changes in which AI took part, as recall and specificity of marks make it from the share of marked ones (Rogan and Gladen).',
    nullMeaning: 'recall is not known (see why), too few changes, or the group is hidden',
    when: { mode: ['ai_share'] },
  }),
  column('lo', 'lower', {
    label: 'From',
    unit: 'percentunit',
    help: 'Lower end of the 95 % interval, over people.',
    nullMeaning: 'no value, or fewer than five people',
    modes: PROVEN,
  }),
  column('hi', 'upper', {
    label: 'To',
    unit: 'percentunit',
    help: 'Upper end of the 95 % interval.',
    nullMeaning: 'no value, or fewer than five people',
    modes: PROVEN,
  }),
  column('raw', 'value', {
    label: 'AI share, marked',
    unit: 'percentunit',
    help: 'Share of changes that carry a mark of AI: what git and the forge tell by themselves.',
    nullMeaning: 'fewer than 20 changes, by tool, or the group is hidden',
    modes: ['ai_share'],
  }),
  column('recall', 'value', {
    label: 'Recall',
    unit: 'percentunit',
    help: 'Sensitivity of marks: marked changes of those proven to be written by AI.',
    nullMeaning: 'fewer than 20 such changes, or hidden',
    modes: ['ai_share'],
  }),
  column('specificity', 'value', {
    label: 'Specificity',
    unit: 'percentunit',
    help: 'Unmarked changes of those proven to be of people alone.',
    nullMeaning: 'fewer than 20 such changes (taken as 1), or hidden',
    modes: PROVEN,
  }),
  column('licensed', 'count', {
    counts: 'row',
    countsPeople: true,
    label: 'Licensed people',
    help: 'Humans who held a seat in a week that begins in the range.',
    nullMeaning: 'no seats are known, or fewer than k people',
    modes: TOOLS,
  }),
  column('coverage', 'value', {
    label: 'Coverage',
    unit: 'percentunit',
    help: 'Licensed people with telemetry (seats and marks in git are none) at the nominal grade or better / licensed people.',
    nullMeaning: 'no seats are known, or fewer than k people',
    modes: TOOLS,
  }),
  column('effective_grade', 'count', {
    counts: 'nobody',
    label: 'Effective grade',
    help: 'Best grade at which 80 % of the licensed have data that is not older than four times what is usual (24 h; days of activity 48 h); 1 = seats alone.',
    nullMeaning: 'no seats are known, or fewer than k people',
    modes: TOOLS,
  }),
  column('quality', 'value', {
    label: 'Quality',
    unit: 'percentunit',
    help: 'Nominal grade / 4 × coverage × freshness.',
    nullMeaning: 'no seats are known, never reported, or fewer than k people',
    modes: TOOLS,
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
    help: 'Days with a sign of life.',
    nullMeaning: 'the group is hidden',
    modes: ['tools'],
  }),
  column('n', 'count', {
    counts: 'row',
    label: 'Of',
    help: 'Merged changes that the share is of.',
    nullMeaning: 'the group is hidden',
    modes: ['unknown_share'],
  }),
  column('n', 'count', {
    counts: 'row',
    label: 'Of',
    help: 'Accounts that the share is of.',
    nullMeaning: 'the group is hidden',
    modes: ['identity'],
  }),
  column('n', 'count', {
    counts: 'row',
    label: 'Proven AI',
    help: 'Changes that attested or counted lines, an audit or a session prove to be written by AI.',
    nullMeaning: 'the group is hidden',
    modes: ['recall'],
  }),
  column('n', 'count', {
    counts: 'row',
    label: 'Changes',
    help: 'Merged changes.',
    nullMeaning: 'the group is hidden',
    modes: ['ai_share'],
  }),
  column('marked', 'count', {
    counts: 'row',
    label: 'Marked of these',
    help: 'Those of them that carry a mark: an agent as author, a label, an author, co-author, trailer or text of a commit.',
    nullMeaning: 'the group is hidden',
    modes: ['recall'],
  }),
  column('human', 'count', {
    counts: 'row',
    label: 'Proven human',
    help: 'Changes proven to be of people alone: what specificity is of.',
    nullMeaning: 'the group is hidden',
    modes: ['recall'],
  }),
  column('n', 'count', {
    counts: 'row',
    label: 'Accounts',
    help: 'Accounts of people with use or a licence of the tool.',
    nullMeaning: 'never null',
    modes: ['match'],
  }),
  column('n', 'count', {
    counts: 'row',
    label: 'Person-weeks',
    help: 'Weeks of people with a unit, a seat or a use.',
    nullMeaning: 'the group is hidden',
    modes: ['grades'],
  }),
  column('n', 'count', {
    counts: 'row',
    label: 'Uses',
    help: 'Single uses in the range.',
    nullMeaning: 'the group is hidden',
    modes: ['attribution'],
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
  column('suspected', 'count', {
    counts: 'nobody',
    label: 'May be programs',
    help: 'Accounts of those who count as human and may be programs: by name, or by two signs of how they review (docs/identity.md). throughline people --suggestions names them; accounts.automation decides.',
    nullMeaning: 'never null',
    modes: ['identity'],
  }),
  column('confidence', 'value', {
    label: 'Mean confidence',
    unit: 'percentunit',
    help: 'Mean confidence of the changes whose source is known, or of the links.',
    nullMeaning: 'no known source, unlinked, or hidden',
    modes: ['unknown_share', ...LINKS],
  }),
  column('reason', 'text', {
    label: 'Why',
    help: 'Why recall is low or not known: what the forge writes into a squash, attribution that is switched off or forbidden, nothing that proves. "not known" = none of these.',
    nullMeaning: 'nothing to explain, or the group is hidden',
    modes: PROVEN,
  }),
  column('status', 'text', {
    label: 'Status',
    help: 'ok, low_n, suppressed_k, undefined (recall is not known), or no_telemetry: a tool that never reported, or fewer than nine of ten users are known otherwise.',
    nullMeaning: 'never null',
  }),
];
