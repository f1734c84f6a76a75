/** Mode describe: cycle time by usage band. */
import type { ComputeContext, ComputeResult, Status } from '../define.ts';
import { usesIn, weekOf } from '../parts/packs.ts';
import { intervalOf } from '../../statistics/intervals/estimate.ts';
import { meanEstimate } from '../../statistics/intervals/jackknife.ts';
import { quantiles } from '../../statistics/quantile.ts';
import { BANDS, CODE, UNKNOWN_CODE, banding, basisName, type Band, type Banding } from './bands.ts';
import { cappedCells } from './capped.ts';
import { cellsOf, familiesOf, minutesOf, unknownShare, type Cell, type Family } from './cells.ts';
import type { Input, Scope } from './rows/read-rows.ts';
import { MIN_UNITS, chosen, finish, groupCells, groupNames, isUnmatched, shownEstimate, type Draft } from './result.ts';
import { withoutStart } from './no-start.ts';
import { timeSlots, type TimeSlots } from './rows/time-slots.ts';
import { scopeUsage, type ScopeUsage } from './rows/usage-table.ts';

/** One tool in one workflow, ready to be counted. */
interface Part {
  readonly scope: Scope;
  readonly usage: ScopeUsage;
  readonly bands: Banding;
  readonly families: readonly Family[];
}

export function describe(input: Input, context: ComputeContext): ComputeResult {
  const slots = timeSlots(context);
  const parts = input.scopes.map((scope): Part => {
    const usage = scopeUsage(input, scope);
    const bands = banding(usage, context.params);
    return { scope, usage, bands, families: familiesOf(scope, { input, usage, bands, slots, context }) };
  });
  const drafts = parts.flatMap((part) => {
    const uses = countUses(part, slots, context);
    return part.families.flatMap((family) =>
      cellsOf(family).map((cell) => draftOf({ part, family, cell, uses }, { slots, context }))
    );
  });
  const { shared, alone, notices } = withoutStart(drafts, input, context);
  const { rows, notices: others } = finish([...shared, ...alone], input, context);
  return { rows, notices: [...notices, ...(others ?? [])] };
}

interface Place {
  readonly part: Part;
  readonly family: Family;
  readonly cell: Cell;
  readonly uses: ReadonlyMap<string, number>;
}

interface Options {
  readonly slots: TimeSlots;
  readonly context: ComputeContext;
}

function draftOf({ part, family, cell, uses }: Place, { slots, context }: Options): Draft {
  const units = cell.units.length;
  const status = statusOf({ part, family, cell }, slots);
  const isShown = status === 'ok' || status === 'partial';
  const mean = isShown ? cell.sums.reduce((sum, value) => sum + value, 0) / units : null;
  const minutes = isShown ? minutesOf(cell) : new Float64Array(0);
  const [p50 = null, p75 = null] = isShown ? quantiles(minutes, [0.5, 0.75]) : [];
  const known = family.lastBands.reduce((sum, people, code) => sum + (code === UNKNOWN_CODE ? 0 : people), 0);
  const share = known === 0 || cell.band === 'unknown' ? null : (family.lastBands[CODE[cell.band]] ?? 0) / known;
  const centres: Readonly<Record<string, number | null>> = { mean, p50, p75, dev_share: share };
  const centre = String(context.params['centre'] ?? 'mean');
  const interval =
    isShown && centre === 'mean' && context.params['ci'] !== false
      ? intervalOf(meanEstimate({ numerators: cell.sums, denominators: cell.counts }))
      : null;
  return {
    people: cell.people,
    units,
    topShare: cell.counts.reduce((most, count) => Math.max(most, count), 0) / units,
    row: {
      ...(slots.bucket === null ? {} : { time: slots.starts[family.slot] ?? null }),
      workflow: family.workflow,
      tool: family.scope.tool,
      bucket: cell.band,
      ...groupCells(family.groups, groupNames(context)),
      ...shownEstimate(centres[centre] ?? null, interval, context),
      n: units,
      status,
      cycle_mean: mean,
      p50,
      p75,
      ...cappedCells(minutes, p50, family.longest),
      tool_uses: usesOf({ family, cell, uses }, context),
      dev_share: share,
      unknown_share: unknownShare(family),
      basis: basisName(cell.bases),
    },
  };
}

function statusOf({ part, family, cell }: Omit<Place, 'uses'>, slots: TimeSlots): Status {
  if (isUnmatched(part.scope)) {
    return 'no_telemetry';
  }
  if (cell.units.length < MIN_UNITS || (part.bands.isTooFew && ['low', 'mid', 'high'].includes(cell.band))) {
    return 'low_n';
  }
  return slots.bucket !== null && slots.isPartial(family.slot, part.scope.watermark) ? 'partial' : 'ok';
}

/** Uses by slot, band and team: from the usage alone, so that no unit repeats them. */
function countUses({ scope, usage, bands }: Part, slots: TimeSlots, context: ComputeContext): Map<string, number> {
  const byTeam = groupNames(context).includes('team');
  const wanted = chosen(context, 'team');
  const { table } = usage;
  const slotOfWeek = Int32Array.from({ length: table.weeks }, (_, place) => {
    const week = table.firstWeek + place;
    return week < scope.firstRangeWeek ? -1 : slots.ofWeek(week);
  });
  // Counted in arrays, since there are hundreds of thousands of uses; by team, of which there is one where teams are not asked for.
  const counts = new Map<string | null, Float64Array>();
  const size = Math.max(1, slots.starts.length) * BANDS.length;
  for (const { place, rows } of usage.people.values()) {
    for (const { firstWeek, uses, usesStart, usesEnd, team } of rows) {
      if (usesStart === usesEnd || (wanted !== null && !wanted.includes(team ?? ''))) {
        continue;
      }
      const key = byTeam ? team : null;
      const sums = counts.get(key) ?? new Float64Array(size);
      counts.set(key, sums);
      const shift = firstWeek - table.firstWeek;
      for (let index = usesStart; index < usesEnd; index += 1) {
        const packed = uses[index] as number;
        const week = shift + weekOf(packed);
        const slot = slotOfWeek[week] as number;
        if (slot >= 0) {
          const at = slot * BANDS.length + (bands.codes[place + week] as number);
          sums[at] = (sums[at] as number) + usesIn(packed);
        }
      }
    }
  }
  const result = new Map<string, number>();
  for (const [team, sums] of counts) {
    sums.forEach((sum, at) =>
      result.set(useKey(Math.floor(at / BANDS.length), BANDS[at % BANDS.length] as Band, team), sum)
    );
  }
  return result;
}

/** A use has a team but no class, repository or size. */
function usesOf({ family, cell, uses }: Omit<Place, 'part'>, context: ComputeContext): number | null {
  const names = groupNames(context);
  const isFiltered = ['repo', 'service', 'pr_class', 'code_source', 'seniority', 'zone', 'size', 'basis'].some(
    (name) => chosen(context, name) !== null
  );
  if (isFiltered || cell.band === 'unknown' || names.some((name) => name !== 'team')) {
    return null;
  }
  return uses.get(useKey(family.slot, cell.band, names.includes('team') ? (family.groups[0] ?? null) : null)) ?? 0;
}

function useKey(slot: number, band: string, team: string | null): string {
  return `${slot}\u001f${band}\u001f${team ?? ''}`;
}
