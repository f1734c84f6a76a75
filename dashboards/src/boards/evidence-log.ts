import { ask, type BoardSpec } from '../parts.ts';

const MINUTES = {
  matcher: { id: 'byName', options: 'Time' },
  properties: [{ id: 'unit', value: 'time:YYYY-MM-DD HH:mm' }],
};

/** Who looked at rows behind numbers; others than Admins see that it is not for them. */
export const evidenceLog: BoardSpec = {
  uid: 'throughline-evidence-log',
  title: 'Who opened evidence',
  description: 'For Admins: who was shown rows behind numbers, when, for which question, and how many.',
  from: 'now-1y',
  rows: [
    {
      panels: [
        {
          title: 'Who opened rows behind numbers, and how often?',
          description:
            'Each person who was shown rows of Evidence in the range: how often, how many rows in all, and when last. Who it was is what Grafana says.',
          type: 'table',
          query: ask('evidence-log', { rows: 'by_person' }, []),
          defaults: { noValue: 'nobody opened rows behind numbers in this range' },
          columns: [
            { name: 'Who', width: 200 },
            { name: 'Role', width: 110 },
            { name: 'Openings', width: 130 },
            { name: 'Rows', width: 130 },
            { name: 'Time', title: 'Last', width: 160 },
          ],
          overrides: [MINUTES],
          width: 24,
          height: 7,
        },
      ],
    },
    {
      panels: [
        {
          title: 'What did they ask for?',
          description:
            'Each time, newest first: which rows, the filters and params that are not the defaults, the range of the question, and how many rows were shown.',
          type: 'table',
          query: ask('evidence-log', {}, []),
          defaults: { noValue: 'nobody opened rows behind numbers in this range' },
          columns: [
            { name: 'Time', width: 150 },
            { name: 'Who', width: 130 },
            { name: 'Role', width: 72 },
            { name: 'Rows of', width: 118 },
            'Asked',
            { name: 'Range', width: 190 },
            { name: 'Rows', width: 66 },
          ],
          overrides: [MINUTES],
          width: 24,
          height: 14,
        },
      ],
    },
  ],
};
