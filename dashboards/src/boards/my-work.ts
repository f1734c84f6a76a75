import { ask, type BoardSpec } from '../parts.ts';

const MONTHS = {
  matcher: { id: 'byName', options: 'Time' },
  properties: [{ id: 'unit', value: 'time:YYYY-MM-DD' }],
};

/** What whoever looks did themselves. There is nothing to choose: each sees their own. */
export const myWork: BoardSpec = {
  uid: 'throughline-my-work',
  title: 'My work',
  description:
    'Your own use of AI tools and your own changes. Each person sees theirs, and nobody sees those of another.',
  from: 'now-1y',
  rows: [
    {
      panels: [
        {
          title: 'On how many days did I use which tool?',
          description:
            'Local days with a use, and uses, by tool and month. A tool that does not report is not there: that is not zero use. Found by your Grafana account, as privacy.self_view says.',
          type: 'table',
          query: ask('my-work', { mode: 'usage' }, []),
          columns: [
            { name: 'Time', title: 'Month', width: 120 },
            'Tool',
            { name: 'Days with a use', title: 'Days', width: 100 },
            { name: 'Uses', width: 100 },
          ],
          overrides: [MONTHS],
          width: 12,
          height: 14,
        },
        {
          title: 'What became of my changes?',
          description:
            'Merged changes that you wrote or asked an agent for, by month and code source: how many, the median time from first commit to merge, and how many were taken back later. Unknown source is not human.',
          type: 'table',
          query: ask('my-work', { mode: 'outcomes' }, []),
          columns: [
            { name: 'Time', title: 'Month', width: 120 },
            'Code source',
            { name: 'Changes', width: 90 },
            { name: 'Median time', title: 'Median', width: 100 },
            { name: 'Taken back', width: 110 },
          ],
          overrides: [MONTHS],
          width: 12,
          height: 14,
        },
      ],
    },
  ],
};
