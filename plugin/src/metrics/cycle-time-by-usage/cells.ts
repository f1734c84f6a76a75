/** Units by usage band: the spine of the modes describe and join_quality. */
import type { ComputeContext } from '../define.ts';
import { BANDS, UNKNOWN_CODE, hasBasis, type Band, type Banding } from './bands.ts';
import { GROUPS } from './groups.ts';
import { STATE, type Input, type Scope } from './rows/read-rows.ts';
import type { UnitRow } from './rows/read-units.ts';
import { chosen, groupNames } from './result.ts';
import type { TimeSlots } from './rows/time-slots.ts';
import { placeOf, type PersonUsage, type ScopeUsage } from './rows/usage-table.ts';

/** Units of one band in one family. */
export interface Cell {
  readonly band: Band;
  /** Every unit, in milliseconds. */
  readonly units: number[];
  /** Minutes by person; units of nobody known are one cluster. */
  readonly sums: number[];
  readonly counts: number[];
  /** Distinct humans. */
  people: number;
  bases: number;
  /** Units whose person is covered by events. */
  eventUnits: number;
  /** The row of units that the last cluster is of. */
  row: UnitRow | null;
}

/** Units of one scope, version, group and time slot: its cells add up to it. */
export interface Family {
  readonly scope: Scope;
  /** Workflow, with its version if that is not the current one. */
  readonly workflow: string;
  readonly groups: ReadonlyArray<string | null>;
  readonly slot: number;
  /** Minutes at which its units were cut; null = no limit. */
  readonly longest: number | null;
  /** By code of the band; undefined = no unit. */
  readonly cells: Array<Cell | undefined>;
  /** People by the code of the band of their last unit. */
  readonly lastBands: number[];
  /** By person: units with known usage, and all units. */
  readonly coveredCounts: number[];
  readonly unitCounts: number[];
  /** The row of units that is being counted, its last week so far and the code of the band of that week. */
  row: UnitRow | null;
  lastWeek: number;
  lastCode: number;
}

export interface Sources {
  readonly input: Input;
  readonly usage: ScopeUsage;
  readonly bands: Banding;
  readonly slots: TimeSlots;
  readonly context: ComputeContext;
}

/**
 * Every unit goes into the band of its person's week: nothing is joined away. Without a usage row that is unknown, without use zero.
 */
export function familiesOf(scope: Scope, sources: Sources): Family[] {
  const { input, usage, context } = sources;
  const families = new Map<string, Map<number, Family>>();
  const ofGroups = new Map<UnitRow['groups'], (slot: number) => Family>();
  const wanted = chosen(context, 'basis');
  for (const unit of input.units.get(scope.workflow) ?? []) {
    if (wanted === null || hasBasis(usage.people.get(unit.person ?? '')?.bases ?? 0, wanted)) {
      // Everybody in one row of the query has the same groups.
      const familyAt = ofGroups.get(unit.groups) ?? finder(families, { scope, unit, names: groupNames(context) });
      ofGroups.set(unit.groups, familyAt);
      addUnits(unit, familyAt, sources);
    }
  }
  const found = [...families.values()].flatMap((bySlot) => [...bySlot.values()]);
  found.forEach(toMinutes);
  return found;
}

/** Share of the units of a family that is of unknown usage. */
export function unknownShare(family: Family): number {
  const units = cellsOf(family).reduce((sum, cell) => sum + cell.units.length, 0);
  return (family.cells[UNKNOWN_CODE]?.units.length ?? 0) / units;
}

/** Cells in the order of BANDS. */
export function cellsOf({ cells }: Family): Cell[] {
  return cells.filter((cell) => cell !== undefined);
}

/** Finds the family of a slot, or begins it. */
function finder(
  families: Map<string, Map<number, Family>>,
  place: { readonly scope: Scope; readonly unit: UnitRow; readonly names: readonly string[] }
): (slot: number) => Family {
  const { scope, unit, names } = place;
  const groups = unit.groups.map((value, index) => (names.includes(GROUPS[index] as string) ? value : null));
  const id = [unit.version, ...groups].join('\u001f');
  const bySlot = families.get(id) ?? new Map<number, Family>();
  families.set(id, bySlot);
  return (slot) => {
    let family = bySlot.get(slot);
    if (family === undefined) {
      family = newFamily({ scope, groups, slot }, unit.version);
      bySlot.set(slot, family);
    }
    return family;
  };
}

/** Counts each unit of a person where it belongs: one pass over arrays, since there are hundreds of thousands. */
function addUnits(unit: UnitRow, familyAt: (slot: number) => Family, { usage, bands, slots }: Sources): void {
  const { table, people } = usage;
  const own = unit.person === null ? undefined : people.get(unit.person);
  const { milliseconds, weeks, ended } = unit.packed;
  const slotOf = slots.ofUnits(ended);
  let family: Family | undefined;
  for (let index = unit.start; index < unit.end; index += 1) {
    const slot = slotOf === null ? 0 : (slotOf[index] as number);
    if (slot < 0) {
      continue;
    }
    if (family?.slot !== slot) {
      family = familyAt(slot);
    }
    const week = weeks[index] as number;
    const place = own === undefined ? -1 : placeOf(table, own, week);
    const code = place < 0 ? UNKNOWN_CODE : (bands.codes[place] as number);
    const cell = (family.cells[code] ??= newCell(code));
    if (family.row !== unit) {
      beginPerson(family, unit);
    }
    if (cell.row !== unit) {
      beginCluster(cell, unit, own);
    }
    const value = milliseconds[index] as number;
    cell.units.push(value);
    increase(cell.sums, value);
    increase(cell.counts, 1);
    cell.eventUnits += place >= 0 && ((table.states[place] as number) & STATE.event) !== 0 ? 1 : 0;
    increase(family.unitCounts, 1);
    increase(family.coveredCounts, code === UNKNOWN_CODE ? 0 : 1);
    if (week > family.lastWeek) {
      noteBand(family, code, week);
    }
  }
}

function increase(values: number[], by: number): void {
  const last = values.length - 1;
  values[last] = (values[last] as number) + by;
}

function beginPerson(family: Family, unit: UnitRow): void {
  family.row = unit;
  family.lastWeek = -1;
  family.unitCounts.push(0);
  family.coveredCounts.push(0);
}

function beginCluster(cell: Cell, unit: UnitRow, own: PersonUsage | undefined): void {
  cell.row = unit;
  cell.sums.push(0);
  cell.counts.push(0);
  cell.people += unit.person === null ? 0 : 1;
  cell.bases |= own?.bases ?? 0;
}

/** Moves the person who is being counted to the band of a later week. */
function noteBand(family: Family, code: number, week: number): void {
  if (family.row?.person != null) {
    if (family.lastWeek >= 0) {
      family.lastBands[family.lastCode] = (family.lastBands[family.lastCode] ?? 0) - 1;
    }
    family.lastBands[code] = (family.lastBands[code] ?? 0) + 1;
  }
  family.lastWeek = week;
  family.lastCode = code;
}

/** Whole milliseconds add up exactly, whatever their order; what is shown are minutes. */
function toMinutes(family: Family): void {
  for (const { sums } of cellsOf(family)) {
    for (let index = 0; index < sums.length; index += 1) {
      sums[index] = (sums[index] as number) / 60_000;
    }
  }
}

function newFamily({ scope, groups, slot }: Pick<Family, 'scope' | 'groups' | 'slot'>, version: number): Family {
  const workflow = version === scope.version ? scope.workflow : `${scope.workflow}@${version}`;
  const counts = { lastBands: BANDS.map(() => 0), coveredCounts: [], unitCounts: [] };
  const cells = BANDS.map(() => undefined);
  const longest = scope.longest.get(version) ?? null;
  return { scope, workflow, groups, slot, longest, cells, ...counts, row: null, lastWeek: -1, lastCode: UNKNOWN_CODE };
}

function newCell(code: number): Cell {
  return { band: BANDS[code] as Band, units: [], sums: [], counts: [], people: 0, bases: 0, eventUnits: 0, row: null };
}

/** All units of a cell, in minutes. */
export function minutesOf({ units }: Cell): Float64Array {
  const minutes = new Float64Array(units.length);
  for (let index = 0; index < units.length; index += 1) {
    minutes[index] = (units[index] as number) / 60_000;
  }
  return minutes;
}
