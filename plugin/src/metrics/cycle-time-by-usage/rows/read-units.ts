/** Completed units from the rows of query.sql; the packing is described there. */
import { bigIntegers, integers, octets } from '../../parts/packs.ts';
import { GROUPS } from '../groups.ts';
import { nullable, order, partsOf, text, type Data } from './row-data.ts';

/** Completed units of one person in one workflow version and one set of groups. */
export interface UnitRow {
  readonly workflow: string;
  readonly version: number;
  /** Null = not asked for. */
  readonly team: string | null;
  /** Null = no human known. */
  readonly person: string | null;
  /** Values of GROUPS; null = not grouped by. */
  readonly groups: ReadonlyArray<string | null>;
  /** Where the person's units are. */
  readonly packed: PackedUnits;
  readonly start: number;
  readonly end: number;
}

/** Units of many people, one after the other: views of each person's part would cost more than what is in them. */
export interface PackedUnits {
  readonly milliseconds: Float64Array;
  readonly weeks: Int32Array;
  /** Minutes since 1970; empty = not asked for. */
  readonly ended: Int32Array;
  /** Minutes from start to end; empty = not asked for. */
  readonly spans: Int32Array;
  /** Place of the class in CLASSES (parts/packs.ts); empty = not asked for, or all are of the class of the group. */
  readonly classes: Uint8Array;
}

/** Minutes since 1970: where the first whole UTC day of a range begins, and where the last one ends. */
export interface WholeDays {
  readonly first: number;
  readonly end: number;
}

/** @param since Minutes since 1970 from which units are asked for: an effect's baseline lies before the range. */
export function wholeDays(since: number, to: Date): WholeDays {
  return { first: Math.ceil(since / 1440) * 1440, end: Math.floor(to.getTime() / 86_400_000) * 1440 };
}

export function unitsByWorkflow(rows: readonly Data[], days: WholeDays): Map<string, UnitRow[]> {
  const units = Map.groupBy(
    rows.flatMap((data) => unitsOf(data, days)),
    ({ workflow }) => workflow
  );
  units.forEach(sortUnits);
  return units;
}

/** The units of many people, told apart by how many each has; who has none is left out. */
function unitsOf(data: Data, days: WholeDays): UnitRow[] {
  const { high: milliseconds, low: weeks } = bigIntegers(data['units']);
  const [ended, spans, classes] = [integers(data['ended']), integers(data['spans']), octets(data['classes'])];
  const packed: PackedUnits = { milliseconds, weeks, ended, spans, classes };
  const workflow = text(data, 'workflow_id');
  const version = Number(data['workflow_version']);
  const team = nullable(data['team_id']);
  const groups = GROUPS.map((group) => nullable(data[group === 'team' ? 'team_id' : group]));
  const isPacked = data['is_packed'] === true;
  const rows: UnitRow[] = [];
  let [place, kept] = [0, 0];
  for (const { person, count } of partsOf(data)) {
    const start = kept;
    kept = isPacked ? keep(packed, { place, count, kept }, days) : start + count;
    place += count;
    if (kept > start) {
      rows.push({ workflow, version, team, person, groups, packed, start, end: kept });
    }
  }
  return rows;
}

/** Moves the units of a person that lie in the range to the place `kept`. @returns the place behind them. */
function keep(
  { milliseconds, weeks, ended, spans, classes }: PackedUnits,
  { place, count, kept }: { readonly place: number; readonly count: number; readonly kept: number },
  { first, end }: WholeDays
): number {
  let free = kept;
  for (let index = place; index < place + count; index += 1) {
    const minute = ended[index] as number;
    if (minute < 0 || (minute >= first && minute < end)) {
      milliseconds[free] = milliseconds[index] as number;
      weeks[free] = weeks[index] as number;
      ended[free] = minute < 0 ? -1 - minute : minute;
      if (spans.length > 0) spans[free] = spans[index] as number;
      if (classes.length > 0) classes[free] = classes[index] as number;
      free += 1;
    }
  }
  return free;
}

function sortUnits(units: UnitRow[]): void {
  const keys = new Map(units.map((unit) => [unit.groups, JSON.stringify([unit.version, unit.groups])]));
  const keyOf = ({ groups }: UnitRow): string => keys.get(groups) ?? '';
  units.sort((one, two) => order(one.person ?? '', two.person ?? '') || order(keyOf(one), keyOf(two)));
}
