import { defineMetric, filterParam, statusColumn, type Dimension } from '../define.ts';
import { counts, label, numbers } from '../parts/columns.ts';

export const GROUPS = ['repo', 'service'] as const satisfies readonly Dimension[];

const number = numbers('hidden, too few lines, or less than 2.5 %');
/** Two weeks differ by what few people wrote in between: shares are told in twentieths, counts in steps. */
const beside = { counts: 'beside' } as const;

/** How much of the code is known to few of those who are still there. */
export const metric = defineMetric({
  id: 'knowledge',
  title: 'Knowledge of the code',
  summary: 'What share of the code is known to nobody, or to a single one, of the people who are still there?',
  seedName: 'knowledge',
  needs: ['changes', 'lines'],
  questions: [
    {
      id: 'silos',
      title: 'How much of the code does a single person know?',
      needs: ['changes', 'lines'],
      gains: [],
      board: 'throughline-review',
    },
  ],
  units: [{ of: 'known' }],
  people: 'n_dev',
  reads: ['value', 'status', 'orphan_share', 'n', 'n_dev'],
  formats: ['table', 'numeric'],
  params: {
    groupBy: { kind: 'groupBy', label: 'Group by', help: 'Place of the code.', allowed: [...GROUPS], default: [] },
    repo: filterParam('repo', 'Repository'),
    service: filterParam('service', 'Service'),
  },
  columns: [
    label('repo', ['Repository', 'Repository of the lines.']),
    label('service', ['Service', 'Service of the repository.']),
    number('value', ['percentunit', 'Value', 'Live lines of files that fewer than two present people wrote lines of / live lines, in twentieths. Present: somebody who merged a change in the twelve months before.'], beside),
    number('orphan_share', ['percentunit', 'Known to nobody', 'Live lines of files that no present person wrote lines of / live lines, in twentieths.'], beside),
    counts('hidden', 'beside')('n', ['Lines', 'Effective lines alive at the end of the range; the lower end of a step.']),
    counts('hidden')('n_dev', ['People', 'Distinct humans who wrote lines that are alive, present or not.']),
    statusColumn,
  ],
  examples: [
    { title: 'How much does a single person know?', params: {} },
    { title: 'By repository', params: { groupBy: ['repo'] } },
  ],
}); // prettier-ignore
