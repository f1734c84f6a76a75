import { ask, collection, type BoardSpec } from '../parts.ts';

/** Can the numbers be believed today? */
export const collectorHealth: BoardSpec = {
  uid: 'throughline-collector-health',
  title: 'Collector health',
  description: 'Freshness of the data, telemetry of the tools, and how much is known about code and people.',
  from: 'now-28d',
  rows: [
    {
      panels: [
        {
          title: 'Is the data fresh?',
          description:
            'Each stream of the collector: time since its last success, how far its run under way is, how far its data reaches (watermark), rows, skipped inputs and the last error.',
          type: 'table',
          query: ask('collector-health', {}, []),
          defaults: { noValue: 'nothing is collected yet: npm start -- --repo PATH_OR_URL' },
          columns: [
            { name: 'Stream', width: 260 },
            'State',
            { name: 'Progress', width: 150 },
            { name: 'Since last success', title: 'Silent for' },
            'Data lag',
            'Rows',
            'Skipped',
            'Last error',
          ],
          width: 24,
          height: 5,
        },
      ],
    },
    {
      panels: [
        {
          title: 'Which tool fell silent?',
          description:
            'Hours since each tool last gave a sign of life (use or heartbeat), and its best possible signal: 1 seat, 2 activity, 3 event or declared, 4 line. Tools that never reported are listed without hours.',
          type: 'table',
          query: ask('signal-quality', { mode: 'tools', reported_within_days: 730 }, []),
          defaults: { noValue: 'no tool is known yet: import ai_usage_daily.csv (about 15 min)' },
          columns: [
            'Tool',
            'Silent for',
            { name: 'Nominal grade', title: 'Signal' },
            { name: 'Reporting people', title: 'People' },
            { name: 'Of', title: 'Days seen' },
            'Status',
          ],
          width: 12,
          height: 6,
        },
        {
          title: 'Are accounts joined to people?',
          description:
            'Human accounts joined to one person without conflict / all human accounts, by provider. Below 90 % the join of usage and delivery is not to be believed.',
          type: 'table',
          query: ask('signal-quality', { mode: 'identity' }, []),
          defaults: { noValue: 'no account is known yet: the first collection brings them' },
          columns: [
            'Provider',
            { name: 'Share', title: 'Joined' },
            { name: 'Of', title: 'Accounts' },
            'May be programs',
            'Status',
          ],
          width: 12,
          height: 5,
        },
      ],
    },
    {
      panels: [
        {
          title: 'How much code is of unknown source?',
          description:
            'Merged changes whose code source is unknown / merged changes, by team. Unknown is not human. Above 30 % comparisons by source give no verdict.',
          type: 'table',
          query: ask('signal-quality', { mode: 'unknown_share', groupBy: ['team'] }, ['team', 'repo', 'service']),
          defaults: { noValue: 'No merged change in this range: choose a longer one' },
          columns: [
            'Team',
            { name: 'Share', title: 'Unknown' },
            { name: 'Of', title: 'Changes' },
            { name: 'Mean confidence', title: 'Confidence' },
            'Status',
          ],
          width: 12,
          height: 7,
          evidence: 'changes',
        },
        {
          title: 'Is work waiting for review?',
          description:
            'Open changes that are ready for review now, and how many working days they have waited (median, p90), by team. Needs a forge connector: history read from git alone has no open changes.',
          type: 'table',
          query: ask('review-queue', { groupBy: ['team'] }, ['team', 'repo', 'service']),
          columns: [
            'Team',
            { name: 'Age p50', title: 'Median wait' },
            { name: 'Age p90', title: 'p90' },
            'Waiting',
            'People',
            'Status',
          ],
          width: 12,
          height: 7,
        },
      ],
    },
    { panels: [collection] },
    {
      title: 'What tools send that is not understood',
      isCollapsed: true,
      panels: [
        {
          title: 'Which names of telemetry are not understood?',
          description:
            'Names of metrics, events, spans and values that tools sent in the range and that the collector does not know, with how many came so far: they count for nothing and are never guessed. Values are never kept. After an update of a tool, an update of the collector may know them.',
          type: 'table',
          query: ask('collector-health', { mode: 'unknown_names' }, []),
          defaults: { noValue: 'Every name is understood' },
          isGoodEmpty: true,
          columns: ['Kind', 'Tool', { name: 'Name', width: 320 }, 'Entries', 'State', 'Version', 'Last received'],
          width: 24,
          height: 4,
        },
      ],
    },
  ],
};
