/** Baseline and current period of each unit: before and after the tool landed for its team. */
import type { ComputeContext } from '../define.ts';
import { banding, hasBasis, type Usage } from './bands.ts';
import { CLASSES } from '../parts/packs.ts';
import { GROUPS } from './groups.ts';
import { landingKey, type Input, type Landing, type Scope } from './rows/read-rows.ts';
import type { UnitRow } from './rows/read-units.ts';
import { chosen, groupNames } from './result.ts';
import { scopeUsage } from './rows/usage-table.ts';

/** A baseline needs this many whole weeks of data, or all that the workflow asks for. */
const LEAST_WEEKS = 4;
const DAY = 1440;

/** Units of one person (null = nobody known) in the two periods, in minutes. */
export interface PersonPeriods {
  readonly person: string | null;
  readonly usage: Usage;
  readonly baseline: number[];
  readonly current: number[];
  /** By class of the unit, where the mix of classes is asked for; else empty. */
  readonly parts: Map<string, { baseline: number[]; current: number[] }>;
}

/** All units of one scope and group. */
export interface Comparison {
  readonly scope: Scope;
  readonly groups: ReadonlyArray<string | null>;
  /** In a fixed order. */
  readonly people: readonly PersonPeriods[];
  /** Units begun before the landing and ended after the washout: in neither period. */
  readonly straddling: number;
  /** First week of the baseline and first after it; null = no team has one. */
  readonly baselineWeeks: readonly [number, number] | null;
  /** For no team has the washout passed within the range. */
  readonly isTooEarly: boolean;
  /** config | inferred; null = not landed. */
  readonly landingBasis: string | null;
  /** Terciles of too few users. */
  readonly isTooFew: boolean;
}

/** Comparisons of every scope; units of an earlier version of the workflow are never compared with later ones. */
export function comparisons(input: Input, context: ComputeContext): Comparison[] {
  return input.scopes.flatMap((scope) => new Collector(scope, input, context).collect());
}

interface Draft {
  readonly groups: ReadonlyArray<string | null>;
  readonly people: Map<string, PersonPeriods>;
  straddling: number;
}

class Collector {
  private readonly scope: Scope;
  private readonly input: Input;
  private readonly context: ComputeContext;
  private readonly drafts = new Map<string, Draft>();
  /** By the groups of a row of the query, which many people share. */
  private readonly ofGroups = new Map<UnitRow['groups'], Draft>();
  private readonly usageOf: (unit: UnitRow) => Usage;
  private readonly isTooFew: boolean;
  private firstWeek = Infinity;
  private lastWeek = -Infinity;
  private hasCurrent = false;
  private readonly landingBases = new Set<string>();
  /** By team: asked for with every person. */
  private readonly landings = new Map<string, Landing | undefined>();

  constructor(scope: Scope, input: Input, context: ComputeContext) {
    this.scope = scope;
    this.input = input;
    this.context = context;
    const usage = scopeUsage(input, scope);
    const bands = banding(usage, context.params);
    const known = new Map<string | null, Usage>();
    this.isTooFew = bands.isTooFew;
    this.usageOf = ({ person, team }) => {
      const found = known.get(person);
      if (found !== undefined) return found;
      const first = this.firstCurrentWeek(team);
      const usageOfPerson = bands.ofPerson(person, (week) => week >= first);
      known.set(person, usageOfPerson);
      return usageOfPerson;
    };
  }

  collect(): Comparison[] {
    for (const unit of this.input.units.get(this.scope.workflow) ?? []) {
      if (unit.version === this.scope.version) {
        this.add(unit);
      }
    }
    const basis = this.landingBases.has('inferred') ? 'inferred' : ([...this.landingBases][0] ?? null);
    return [...this.drafts.values()].map(({ groups, people, straddling }) => ({
      scope: this.scope,
      groups,
      people: [...people.values()],
      straddling,
      baselineWeeks: this.lastWeek > this.firstWeek ? [this.firstWeek, this.lastWeek] : null,
      isTooEarly: this.landingBases.size > 0 && !this.hasCurrent,
      landingBasis: basis,
      isTooFew: this.isTooFew,
    }));
  }

  private add(unit: UnitRow): void {
    const landing = this.landingOf(unit.team);
    const usage = this.usageOf(unit);
    const wanted = chosen(this.context, 'basis');
    if (wanted !== null && !hasBasis(usage.bases, wanted)) {
      return;
    }
    const draft = this.draftOf(unit);
    const person = personOf(draft, unit, usage);
    if (landing === undefined) {
      return;
    }
    this.landingBases.add(landing.basis);
    const hasBaseline = this.noteBaseline(landing);
    const end = landing.at + this.scope.washoutDays * DAY;
    const isAfterStart = Math.max(end, this.context.from.getTime() / 60_000);
    this.hasCurrent ||= end < this.context.to.getTime() / 60_000;
    const { milliseconds, weeks, ended: ends, spans, classes } = unit.packed;
    const isByClass = this.isByClass();
    const ofAll = unit.groups[GROUPS.indexOf('pr_class')] ?? 'unknown';
    for (let index = unit.start; index < unit.end; index += 1) {
      const minutes = (milliseconds[index] as number) / 60_000;
      const week = weeks[index] as number;
      const ended = ends[index] as number;
      if (week >= landing.week - this.scope.baselineWeeks && week < landing.week) {
        if (hasBaseline) {
          person.baseline.push(minutes);
          if (isByClass) partOf(person, CLASSES[classes[index] as number] ?? ofAll).baseline.push(minutes);
        }
      } else if (ended >= isAfterStart && ended - (spans[index] as number) < landing.at) {
        draft.straddling += 1;
      } else if (ended >= isAfterStart) {
        person.current.push(minutes);
        if (isByClass) partOf(person, CLASSES[classes[index] as number] ?? ofAll).current.push(minutes);
      }
    }
  }

  private isByClass(): boolean {
    return this.context.params['mode'] === 'mix' && this.context.params['mix_by'] === 'pr_class';
  }

  private draftOf(unit: UnitRow): Draft {
    const found = this.ofGroups.get(unit.groups);
    if (found !== undefined) return found;
    const names = groupNames(this.context);
    const groups = unit.groups.map((value, place) => (names.includes(GROUPS[place] as string) ? value : null));
    const id = groups.join('\u001f');
    const draft = this.drafts.get(id) ?? { groups, people: new Map<string, PersonPeriods>(), straddling: 0 };
    this.drafts.set(id, draft);
    this.ofGroups.set(unit.groups, draft);
    return draft;
  }

  /** Whether the data reaches back far enough before this landing. */
  private noteBaseline({ week }: Landing): boolean {
    const { baselineWeeks, firstWeek } = this.scope;
    const first = Math.max(week - baselineWeeks, firstWeek ?? Infinity);
    if (week - first < Math.min(LEAST_WEEKS, baselineWeeks)) {
      return false;
    }
    this.firstWeek = Math.min(this.firstWeek, first);
    this.lastWeek = Math.max(this.lastWeek, week);
    return true;
  }

  private landingOf(team: string | null): Landing | undefined {
    const name = team ?? '';
    if (!this.landings.has(name)) this.landings.set(name, this.input.landings.get(landingKey(this.scope, name)));
    return this.landings.get(name);
  }

  /** Infinity = it did not land. */
  private firstCurrentWeek(team: string | null): number {
    const landing = this.landingOf(team);
    if (landing === undefined) return Infinity;
    const afterWashout = Math.ceil(((landing.at - landing.monday) / DAY + this.scope.washoutDays) / 7);
    return Math.max(this.scope.firstRangeWeek, landing.week + afterWashout);
  }
}

function personOf(draft: Draft, unit: UnitRow, usage: Usage): PersonPeriods {
  const known = draft.people.get(unit.person ?? '');
  const person = known ?? { person: unit.person, usage, baseline: [], current: [], parts: new Map() };
  draft.people.set(unit.person ?? '', person);
  return person;
}

function partOf(person: PersonPeriods, name: string): { baseline: number[]; current: number[] } {
  const part = person.parts.get(name) ?? { baseline: [], current: [] };
  person.parts.set(name, part);
  return part;
}
