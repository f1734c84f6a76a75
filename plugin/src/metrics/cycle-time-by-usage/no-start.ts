/** Units whose start is not known: counted, shown as a share, never timed (metrics.md 0.14). */
import type { ComputeContext, Notice } from '../define.ts';
import type { Input } from './rows/read-rows.ts';
import { groupCells, groupNames, type Draft } from './result.ts';

interface WithoutStart {
  /** The drafts with the share of their workflow. */
  readonly shared: readonly Draft[];
  /** Rows of workflows of which no unit has a start: nothing else would say so. */
  readonly alone: readonly Draft[];
  readonly notices: readonly Notice[];
}

export function withoutStart(
  drafts: readonly Draft[],
  { scopes, noStart }: Input,
  context: ComputeContext
): WithoutStart {
  const timed = new Map<string, number>();
  // Every tool of a workflow counts the same units.
  const seen = new Map<string, string>();
  for (const { row, units } of drafts) {
    const workflow = String(row['workflow']);
    const tool = seen.get(workflow) ?? String(row['tool']);
    seen.set(workflow, tool);
    if (tool === String(row['tool'])) timed.set(workflow, (timed.get(workflow) ?? 0) + units);
  }
  const shareOf = (workflow: string): number | null => {
    const [unknown, known] = [noStart.get(workflow) ?? 0, timed.get(workflow) ?? 0];
    return unknown + known === 0 ? null : unknown / (unknown + known);
  };
  // A row of the whole range has no place among those of buckets.
  const isWhole = String(context.params['bucket'] ?? 'none') === 'none';
  const silent = isWhole
    ? scopes.filter(({ workflow }) => (noStart.get(workflow) ?? 0) > 0 && !timed.has(workflow))
    : [];
  return {
    shared: drafts.map((draft) => ({
      ...draft,
      row: { ...draft.row, no_start_share: shareOf(String(draft.row['workflow'])) },
    })),
    alone: silent.map(({ workflow, tool }) => ({
      row: {
        workflow,
        tool,
        bucket: 'unknown',
        ...groupCells([], groupNames(context)),
        value: null,
        n: 0,
        no_start_share: 1,
        status: 'no_start',
      },
      people: 0,
      units: 0,
      topShare: null,
    })),
    notices: [...noStart]
      .filter(([, count]) => count > 0)
      .map(([workflow, count]) => noticeOf(workflow, count, timed.get(workflow) ?? 0)),
  };
}

/** In twentieths: few people may be behind them, and a notice is shown to everybody. */
function shareInWords(share: number): string {
  const percent = Math.round(share * 20) * 5;
  return percent === 0 ? 'Some' : share === 1 ? 'All' : percent === 100 ? 'Nearly all' : `About ${String(percent)} %`;
}

const noticeOf = (workflow: string, unknown: number, known: number): Notice => ({
  severity: unknown > known ? 'warning' : 'info',
  text: `${shareInWords(unknown / (unknown + known))} of the units of ${workflow} have no known start and are not timed: forges date a squash with its merge. The forge's own data knows more.`,
});
