/** Units by usage band: the spine of the modes describe and join_quality. */
import type { ComputeContext } from '../define.ts';
import { BANDS, UNKNOWN_CODE, hasBasis, isEventWeek, type Band, type Banding, type UsageByPerson } from './bands.ts';
import { GROUPS } from './groups.ts';
import type { Input, Scope, UnitRow } from './read-rows.ts';
import { chosen, groupNames } from './result.ts';
import type { TimeSlots } from './time-slots.ts';

/** Units of one band in one family. */
export interface Cell {
  readonly band: Band;
  /** By person: their units, in milliseconds. */
  readonly units: number[][];
  /** Minutes by person; units of nobody known are one cluster. */
  readonly sums: number[];
  readonly counts: number[];
  unitCount: number;
  /** Distinct humans. */
  people: number;
  bases: number;
  /** Units whose person is covered by events. */
  eventUnits: number;
}

/** Units of one scope, version, group and time slot: its cells add up to it. */
export interface Family {
  readonly scope: Scope;
  /** Workflow, with its version if that is not the current one. */
  readonly workflow: string;
  readonly groups: ReadonlyArray<string | null>;
  readonly slot: number;
  readonly cells: Map<Band, Cell>;
  /** People by the band of their last unit. */
  readonly lastBands: Map<Band, number>;
  /** By person: units with known usage, and all units. */
  readonly coveredCounts: number[];
  readonly unitCounts: number[];
}

export interface Sources {
  readonly input: Input;
  readonly usage: UsageByPerson;
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
  const names = groupNames(context);
  const wanted = chosen(context, 'basis');
  for (const unit of input.units) {
    const bases = usage.get(unit.person ?? '')?.bases ?? 0;
    if (unit.workflow === scope.workflow && (wanted === null || hasBasis(bases, wanted))) {
      const groups = unit.groups.map((value, place) => (names.includes(GROUPS[place] as string) ? value : null));
      const id = [unit.version, ...groups].join('\u001f');
      const bySlot = families.get(id) ?? new Map<number, Family>();
      families.set(id, bySlot);
      for (const part of partsOf(unit, sources)) {
        const family = bySlot.get(part.slot) ?? newFamily(scope, { unit, groups, slot: part.slot });
        bySlot.set(part.slot, family);
        addPart(family, part, { isHuman: unit.person !== null, bases });
      }
    }
  }
  return [...families.values()].flatMap((bySlot) => [...bySlot.values()]);
}

/** Share of the units of a family that is of unknown usage. */
export function unknownShare({ cells }: Family): number {
  const units = [...cells.values()].reduce((sum, { unitCount }) => sum + unitCount, 0);
  return (cells.get('unknown')?.unitCount ?? 0) / units;
}

/** Cells in the order of BANDS. */
export function cellsOf({ cells }: Family): Cell[] {
  return BANDS.flatMap((band) => cells.get(band) ?? []);
}

/** Units of one person in one slot, by code of the band. */
interface Part {
  readonly slot: number;
  readonly units: Array<number[] | undefined>;
  readonly eventUnits: number[];
  lastWeek: number;
  lastCode: number;
}

function partsOf(unit: UnitRow, { usage, bands, slots }: Sources): Iterable<Part> {
  const own = unit.person === null ? null : bands.ofWeeks(unit.person);
  const personUsage = usage.get(unit.person ?? '');
  const parts = new Map<number, Part>();
  const slotOf = slots.ofUnits(unit.ended);
  let part: Part | undefined;
  for (let index = 0; index < unit.weeks.length; index += 1) {
    const week = unit.weeks[index] as number;
    const slot = slotOf?.[index] ?? 0;
    if (slot >= 0) {
      part = part?.slot === slot ? part : partAt(parts, slot);
      const code = own === null ? UNKNOWN_CODE : (own.codes[week - own.firstWeek] ?? UNKNOWN_CODE);
      (part.units[code] ??= []).push(unit.milliseconds[index] as number);
      part.eventUnits[code] = (part.eventUnits[code] ?? 0) + (isEventWeek(personUsage, week) ? 1 : 0);
      if (week > part.lastWeek) {
        part.lastWeek = week;
        part.lastCode = code;
      }
    }
  }
  return parts.values();
}

function partAt(parts: Map<number, Part>, slot: number): Part {
  const part = parts.get(slot) ?? { slot, units: [], eventUnits: [], lastWeek: -1, lastCode: UNKNOWN_CODE };
  parts.set(slot, part);
  return part;
}

function addPart(family: Family, part: Part, person: { readonly isHuman: boolean; readonly bases: number }): void {
  let all = 0;
  part.units.forEach((units, code) => {
    if (units !== undefined) {
      const band = BANDS[code] as Band;
      const cell = family.cells.get(band) ?? newCell(band);
      family.cells.set(band, cell);
      cell.units.push(units);
      // Whole milliseconds add up exactly, whatever their order.
      cell.sums.push(units.reduce((sum, value) => sum + value, 0) / 60_000);
      cell.counts.push(units.length);
      cell.unitCount += units.length;
      cell.people += person.isHuman ? 1 : 0;
      cell.bases |= person.bases;
      cell.eventUnits += part.eventUnits[code] ?? 0;
      all += units.length;
    }
  });
  family.unitCounts.push(all);
  family.coveredCounts.push(all - (part.units[UNKNOWN_CODE]?.length ?? 0));
  if (person.isHuman) {
    const band = BANDS[part.lastCode] as Band;
    family.lastBands.set(band, (family.lastBands.get(band) ?? 0) + 1);
  }
}

function newFamily(
  scope: Scope,
  {
    unit,
    groups,
    slot,
  }: { readonly unit: UnitRow; readonly groups: ReadonlyArray<string | null>; readonly slot: number }
): Family {
  const workflow = unit.version === scope.version ? scope.workflow : `${scope.workflow}@${unit.version}`;
  return { scope, workflow, groups, slot, cells: new Map(), lastBands: new Map(), coveredCounts: [], unitCounts: [] };
}

function newCell(band: Band): Cell {
  return { band, units: [], sums: [], counts: [], unitCount: 0, people: 0, bases: 0, eventUnits: 0 };
}

/** All units of a cell, in minutes. */
export function minutesOf({ units, unitCount }: Cell): Float64Array {
  const minutes = new Float64Array(unitCount);
  let place = 0;
  for (const own of units) {
    for (const value of own) {
      minutes[place] = value / 60_000;
      place += 1;
    }
  }
  return minutes;
}
