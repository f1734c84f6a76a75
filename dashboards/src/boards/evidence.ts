import { ask, type BoardSpec } from '../parts.ts';

/** The rows behind the numbers. */
export const evidence: BoardSpec = {
  uid: 'throughline-evidence',
  title: 'Evidence',
  description:
    'The changes, deployments and incidents behind every number: how they were classified and linked, and what was left out and why.',
  from: 'now-90d',
  rows: [
    {
      panels: [
        {
          title: 'Which changes are behind the numbers?',
          description:
            'Merged changes, newest first: class, code source, the method that decided it and its confidence. "Left out because" names changes that no metric counts.',
          type: 'table',
          query: ask('evidence', { mode: 'changes' }),
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
          width: 12,
          height: 12,
        },
        {
          title: 'Which incidents is no deployment blamed for?',
          description:
            'Incidents without a link. They never count as change failures; they are shown so that nobody has to wonder.',
          type: 'table',
          query: ask('evidence', { mode: 'incidents', only: 'excluded' }),
          width: 12,
          height: 12,
        },
      ],
    },
    {
      panels: [
        {
          title: 'What did the metrics leave out?',
          description:
            'Merged changes that no metric counts, with the reason: automation accounts, changes before the known history, unreadable lines.',
          type: 'table',
          query: ask('evidence', { mode: 'changes', only: 'excluded' }),
          width: 24,
          height: 10,
        },
      ],
    },
  ],
};
