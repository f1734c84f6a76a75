/** Rows of board Work in progress about what working beside others costs. */
import { columnTransformations, figures, heads, INTERVALS } from '../looks.ts';
import { ask, type PanelSpec, type RowSpec } from '../parts.ts';

const PLACE = ['team', 'repo', 'service'] as const;

/** Where nothing was looked at. */
const NO_LOOKS = 'No open change was looked at yet: forges tell conflicts of open changes alone';

const conflicts: PanelSpec = {
  title: 'How many come into conflict?',
  description:
    'Changes that were seen in conflict with their base branch / changes that were looked at while they were open, by who wrote them, with a 95 % interval. Conflicts that came and went between two looks are missed; the column Between looks says how long that is.',
  type: INTERVALS,
  query: ask('coordination-tax', { groupBy: ['code_source'], format: 'table' }, PLACE),
  options: { reference: 'none', beside: ['look_hours'] },
  overrides: heads({ Value: 'In conflict' }),
  defaults: { noValue: NO_LOOKS },
  width: 12,
  height: 8,
  evidence: 'changes',
};

const inConflict: PanelSpec = {
  title: 'More hours in conflict?',
  description:
    'Business hours in conflict with the base branch per change that was looked at, by month of the merge: from each look that saw a conflict to the next one that saw none, or to the merge.',
  type: 'timeseries',
  query: ask('coordination-tax', { metric: 'conflict_hours', bucket: 'month', ci: false, format: 'timeseries' }, PLACE),
  defaults: { min: 0, noValue: NO_LOOKS },
  overrides: heads({ value: 'Hours in conflict' }),
  width: 12,
  height: 8,
  evidence: 'changes',
};

/** A number of the coordination tax beside what it is known of. @param head Of the number. */
const taxed = (metric: string, head: string, words: Pick<PanelSpec, 'title' | 'description'> & { readonly noValue: string }): PanelSpec => ({
  title: words.title,
  description: words.description,
  type: 'stat',
  query: ask('coordination-tax', { metric, format: 'table' }, PLACE),
  transformations: columnTransformations([{ name: 'Value', title: head }, 'Known of', 'Changes']),
  options: figures(`(${head}|Known of|Changes)`),
  defaults: { decimals: 1, noValue: words.noValue },
  width: 12,
  height: 5,
}); // prettier-ignore

const rebases = taxed('rebase_minutes', 'Minutes per change', {
  title: 'What does merging the base cost?',
  description:
    'Minutes of pipelines of commits that only merge the base branch into a change, per change. Changes of which commits were pushed away are left out: a rebase leaves no trace of the commits before it.',
  noValue: 'Neither own commits nor pipelines of changes are known: they need a forge',
});

const ejections = taxed('ejections', 'Per 100 changes', {
  title: 'Put out of the merge queue?',
  description:
    'How often changes were put out of the merge queue or merge train other than by the merge itself or by somebody who took them out, per 100 changes that stood in it.',
  noValue: 'No change is known to have stood in a merge queue',
});

export const coordinationRows: readonly RowSpec[] = [
  { title: 'Coordination tax', isCollapsed: true, panels: [conflicts, inConflict] },
  { panels: [rebases, ejections] },
];
