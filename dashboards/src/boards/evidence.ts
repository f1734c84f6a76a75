import type { Override } from '../looks.ts';
import { ask, type BoardSpec } from '../parts.ts';

/** Minutes are enough to find a row again; the room goes to its title. */
const TIME = { name: 'Time', width: 132 };
const MINUTES: Override = {
  matcher: { id: 'byName', options: 'Time' },
  properties: [{ id: 'unit', value: 'time:YYYY-MM-DD HH:mm' }],
};

const REFERENCE = { name: 'Reference', title: 'Change', width: 104 };
/** A change, and how its source is known. */
const CHANGE = [
  TIME,
  { name: 'Repository', width: 136 },
  REFERENCE,
  'Title',
  { name: 'Code source', width: 100 },
  { name: 'Method', width: 112 },
  { name: 'Outcome', width: 84 },
];

/** The rows behind the numbers. */
export const evidence: BoardSpec = {
  uid: 'throughline-evidence',
  title: 'Evidence',
  description:
    'The changes, deployments, incidents and issues behind every number: how they were classified and linked, and what was left out and why.',
  from: 'now-1y',
  rows: [
    {
      panels: [
        {
          title: 'Which changes are behind the numbers?',
          description:
            'Merged changes, newest first: class, code source, the method that decided it and its confidence. "Left out" says why no metric counts a change.',
          type: 'table',
          query: ask('evidence', { mode: 'changes' }),
          columns: [...CHANGE, { name: 'Left out because', title: 'Left out', width: 96 }],
          overrides: [MINUTES],
          width: 24,
          height: 13,
        },
      ],
    },
    {
      panels: [
        {
          title: 'Which deployments failed, and how do we know?',
          description:
            'Failed production deployments: linked incident (explicit, by mention, or within 24 hours of the deployment), rollback or hotfix.',
          type: 'table',
          query: ask('evidence', { mode: 'deployments', only: 'failed' }),
          columns: [
            TIME,
            'Repository',
            { name: 'Reference', title: 'Deployment', width: 184 },
            { name: 'Code source', width: 246 },
            'Changes',
            { name: 'Method', title: 'Known by' },
          ],
          overrides: [MINUTES],
          width: 12,
          height: 12,
        },
        {
          title: 'Which incidents is no deployment blamed for?',
          description:
            'Incidents without a link. They never count as change failures; they are shown so that nobody has to wonder.',
          type: 'table',
          query: ask('evidence', { mode: 'incidents', only: 'excluded' }),
          columns: [
            TIME,
            { name: 'Reference', title: 'Incident', width: 152 },
            { name: 'Repository', title: 'Service', width: 124 },
            'Title',
            { name: 'Kind', title: 'Severity' },
            'Outcome',
          ],
          overrides: [MINUTES],
          width: 12,
          height: 12,
        },
      ],
    },
    {
      panels: [
        {
          title: 'Which changes were taken back?',
          description:
            'Merged changes that were reverted later, newest first. A revert of the revert does not clear them.',
          type: 'table',
          query: ask('evidence', { mode: 'changes', only: 'failed' }),
          columns: CHANGE,
          overrides: [MINUTES],
          width: 24,
          height: 10,
        },
      ],
    },
    {
      panels: [
        {
          title: 'All incidents: which is a deployment blamed for, and how sure is that?',
          description:
            'All incidents, newest first, also those that are not linked (they count as no failure): how each was linked to a deployment and the confidence of that link. Explicit 100 %, mentioned or rolled back 90 %, by time alone 50 %.',
          type: 'table',
          query: ask('evidence', { mode: 'incidents' }),
          columns: [
            TIME,
            { name: 'Reference', title: 'Incident', width: 152 },
            { name: 'Repository', title: 'Service', width: 118 },
            'Title',
            { name: 'Kind', title: 'Severity' },
            { name: 'Method', title: 'Linked by', width: 96 },
            'Confidence',
            { name: 'Outcome', width: 88 },
          ],
          overrides: [MINUTES],
          width: 24,
          height: 10,
        },
      ],
    },
    {
      panels: [
        {
          title: 'Which issues are left out, and why?',
          description:
            'Issues that were done or reached production and of which no time is counted: no change is linked to them, one is not in production, or the history of their states goes back in time. States that map to no stage are named; throughline.yaml says what they are.',
          type: 'table',
          query: ask('evidence', { mode: 'issues', only: 'excluded' }),
          columns: [
            TIME,
            { name: 'Reference', title: 'Issue', width: 152 },
            { name: 'Kind', title: 'Type', width: 96 },
            'Outcome',
            { name: 'Unmapped states', width: 184 },
            { name: 'Left out because', title: 'Left out' },
          ],
          overrides: [MINUTES],
          width: 24,
          height: 9,
          isGoodEmpty: true,
          defaults: { noValue: 'No issue of this range is left out' },
        },
      ],
    },
  ],
};
