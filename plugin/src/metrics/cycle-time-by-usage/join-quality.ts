/** Mode join_quality: for how much of the work is the usage of the person known? */
import type { ComputeContext, ComputeResult, Row, Status } from '../define.ts';
import { intervalOf } from '../../statistics/intervals/estimate.ts';
import { shareEstimate } from '../../statistics/intervals/jackknife.ts';
import { banding, basisName } from './bands.ts';
import { cellsOf, familiesOf, unknownShare, type Family } from './cells.ts';
import type { Input, Rejected } from './rows/read-rows.ts';
import { MIN_UNITS, finish, groupCells, groupNames, shownEstimate, type Draft } from './result.ts';
import { timeSlots, type TimeSlots } from './rows/time-slots.ts';
import { scopeUsage } from './rows/usage-table.ts';

export function joinQuality(input: Input, context: ComputeContext): ComputeResult {
  const slots = timeSlots(context);
  const drafts = input.scopes.flatMap((scope) => {
    const usage = scopeUsage(input, scope);
    const bands = banding(usage, { ...context.params, bands: 'fixed' });
    const families = familiesOf(scope, { input, usage, bands, slots, context: withoutFilter(context) });
    return families.map((family) => draftOf(family, input, { slots, context }));
  });
  return finish(drafts, input, context);
}

interface Options {
  readonly slots: TimeSlots;
  readonly context: ComputeContext;
}

function draftOf(family: Family, input: Input, { slots, context }: Options): Draft {
  const cells = cellsOf(family);
  const units = cells.reduce((sum, cell) => sum + cell.units.length, 0);
  const covered = 1 - unknownShare(family);
  const people = family.lastBands.reduce((sum, count) => sum + count, 0);
  const isPartial = slots.bucket !== null && slots.isPartial(family.slot, family.scope.watermark);
  const known: Status = covered === 0 ? 'no_telemetry' : 'ok';
  const status: Status = units < MIN_UNITS ? 'low_n' : isPartial ? 'partial' : known;
  const events = input.events.get(family.scope.tool);
  const isWhole = slots.bucket === null && groupNames(context).length === 0;
  const value = status === 'low_n' ? null : covered;
  return {
    people,
    units,
    topShare: family.unitCounts.reduce((most, count) => Math.max(most, count), 0) / units,
    row: {
      ...(slots.bucket === null ? {} : { time: slots.starts[family.slot] ?? null }),
      workflow: family.workflow,
      tool: family.scope.tool,
      ...groupCells(family.groups, groupNames(context)),
      ...shownEstimate(
        value,
        value === null || context.params['ci'] === false
          ? null
          : intervalOf(shareEstimate({ numerators: family.coveredCounts, denominators: family.unitCounts })),
        context
      ),
      n: units,
      status,
      event_share: value === null ? null : cells.reduce((sum, { eventUnits }) => sum + eventUnits, 0) / units,
      attributed_share: events === undefined || events.events === 0 ? null : events.attributed / events.events,
      match_rate: family.scope.matchRate,
      ...rejectedCells(isWhole ? (input.rejected.get(family.scope.workflow) ?? NONE_REJECTED) : undefined),
      unknown_share: unknownShare(family),
      basis: basisName(cells.reduce((bits, cell) => bits | cell.bases, 0)),
    },
  };
}

const NONE_REJECTED: Rejected = { bad_order: 0, no_start: 0, abandoned: 0, winsorised: 0 };

function rejectedCells(rejected: Rejected | undefined): Row {
  return {
    bad_order_n: rejected?.bad_order ?? null,
    no_start_n: rejected?.no_start ?? null,
    abandoned_n: rejected?.abandoned ?? null,
    winsorised_n: rejected?.winsorised ?? null,
  };
}

/** A filter on the basis would make every unit covered. */
function withoutFilter(context: ComputeContext): ComputeContext {
  return { ...context, params: { ...context.params, basis: [] } };
}
