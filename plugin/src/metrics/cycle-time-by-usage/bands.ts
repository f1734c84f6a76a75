/** Usage bands: of a person in a week, or of a person over weeks. */
import type { ParamValues } from '../define.ts';
import { quantile } from '../../statistics/quantile.ts';
import { STATE, type Input, type Scope, type UsageRow } from './read-rows.ts';
import { BLOCK_WEEKS } from './unpack.ts';

/** In the order of rows; their places are the codes used inside. */
export const BANDS = ['zero', 'zero_seated', 'zero_unseated', 'low', 'mid', 'high', 'unknown'] as const;
export type Band = (typeof BANDS)[number];
const CODE = Object.fromEntries(BANDS.map((band, code) => [band, code])) as Record<Band, number>;
export const UNKNOWN_CODE = CODE.unknown;

/** Terciles of fewer users say nothing. */
const LEAST_USERS = 15;

/** Bit of a basis = its first letter, counted from the one before a. */
const BASES = { none: 'n', seat: 's', activity: 'a', event: 'e', observed_zero: 'o', declared: 'd' } as const;

/** A person's usage of a tool. */
export interface PersonUsage {
  readonly firstWeek: number;
  /** State of each week from `firstWeek` on. */
  readonly states: Uint8Array;
  bases: number;
  /** Rows of blocks with their uses. */
  readonly rows: UsageRow[];
  last: { readonly week: number; readonly used: number } | null;
}

/** Band and evidence of a person. */
export interface Usage {
  readonly band: Band;
  /** Bits by basis. */
  readonly bases: number;
}

export type UsageByPerson = ReadonlyMap<string, PersonUsage>;

/** Usage by person for each way of counting: workflows that count alike share it. */
const merged = new WeakMap<readonly UsageRow[], Map<string | null, Map<string, PersonUsage>>>();

/** Usage, by person, of everybody who completed a unit of the workflow: others are not eligible. */
export function usageByPerson({ usage, units }: Input, { workflow, usageKey }: Scope): UsageByPerson {
  const byKey = merged.get(usage) ?? new Map<string | null, Map<string, PersonUsage>>();
  merged.set(usage, byKey);
  const people = byKey.get(usageKey) ?? mergeBlocks(usage.filter(({ key }) => key === usageKey));
  byKey.set(usageKey, people);
  const eligible = new Map<string, PersonUsage>();
  // In the order of units, which is that of people.
  for (const { workflow: of, person } of units) {
    const own = of === workflow && person !== null ? people.get(person) : undefined;
    if (own !== undefined) {
      eligible.set(person as string, own);
    }
  }
  return eligible;
}

function mergeBlocks(rows: readonly UsageRow[]): Map<string, PersonUsage> {
  const firstWeek = rows.reduce((first, row) => Math.min(first, row.firstWeek), Infinity);
  const lastWeek = rows.reduce((last, row) => Math.max(last, row.firstWeek + BLOCK_WEEKS), -Infinity);
  const people = new Map<string, PersonUsage>();
  for (const row of rows) {
    let own = people.get(row.person);
    if (own === undefined) {
      own = { firstWeek, states: new Uint8Array(lastWeek - firstWeek), bases: 0, rows: [], last: null };
      people.set(row.person, own);
    }
    const shift = row.firstWeek - firstWeek;
    for (let week = 0; week < BLOCK_WEEKS; week += 1) {
      own.states[shift + week] = (own.states[shift + week] as number) | (row.states[week] as number);
    }
    own.bases |= row.bases;
    own.last = row.last !== null && row.last.week >= (own.last?.week ?? -1) ? row.last : own.last;
    own.rows.push(row);
  }
  return people;
}

/** How weeks become bands in one scope. */
export interface Banding {
  /** Code of the band of a person in each week from `firstWeek` on; weeks outside are unknown. Null = the person has no usage rows. */
  readonly ofWeeks: (person: string) => { readonly firstWeek: number; readonly codes: Uint8Array } | null;
  /** Band of a person over the weeks for which `counts` is true. */
  readonly ofPerson: (person: string | null, counts: (week: number) => boolean) => Usage;
  /** Bands are terciles of too few users. */
  readonly isTooFew: boolean;
}

export function banding(usage: UsageByPerson, params: ParamValues): Banding {
  const splitsZero = params['split_zero'] === true;
  const basesOf = (person: string | null) => (person === null ? 0 : (usage.get(person)?.bases ?? 0));
  const known = new Map<string, { readonly firstWeek: number; readonly codes: Uint8Array }>();
  const codeOf = Uint8Array.from({ length: 64 }, (_, state) => CODE[bandOf(state, splitsZero)]);
  const thirds = params['bands'] === 'tercile' ? tercileBands(usage, codeOf) : null;
  if (thirds !== null) {
    return {
      isTooFew: thirds.isTooFew,
      ofWeeks: (person) => {
        const own = usage.get(person);
        return own === undefined ? null : { firstWeek: own.firstWeek, codes: new Uint8Array(own.states.length).fill(thirds.codes.get(person) ?? UNKNOWN_CODE) }; // prettier-ignore
      },
      ofPerson: (person) => ({ band: BANDS[thirds.codes.get(person ?? '') ?? UNKNOWN_CODE] as Band, bases: basesOf(person) }), // prettier-ignore
    };
  }
  return {
    isTooFew: false,
    ofWeeks: (person) => {
      const own = usage.get(person);
      const found =
        known.get(person) ??
        (own === undefined ? null : { firstWeek: own.firstWeek, codes: translated(own.states, codeOf, splitsZero) });
      if (found !== null) {
        known.set(person, found);
      }
      return found;
    },
    ofPerson: (person, counts) => {
      const own = person === null ? undefined : usage.get(person);
      const band = own === undefined ? 'unknown' : typicalBand(own, counts, splitsZero);
      return { band, bases: basesOf(person) };
    },
  };
}

/** Codes by states, with and without a split zero: workflows that count alike have the same. */
const translations = { split: new WeakMap<Uint8Array, Uint8Array>(), whole: new WeakMap<Uint8Array, Uint8Array>() };

function translated(states: Uint8Array, codeOf: Uint8Array, splitsZero: boolean): Uint8Array {
  const known = splitsZero ? translations.split : translations.whole;
  const found = known.get(states);
  if (found !== undefined) {
    return found;
  }
  const codes = new Uint8Array(states.length);
  for (let place = 0; place < codes.length; place += 1) {
    codes[place] = codeOf[states[place] as number] as number;
  }
  known.set(states, codes);
  return codes;
}

/** Whether a week is covered by events or marks. */
export function isEventWeek(usage: PersonUsage | undefined, week: number): boolean {
  return ((usage?.states[week - usage.firstWeek] ?? 0) & STATE.event) !== 0;
}

/** What known usage rests on, in one word. */
export function basisName(bases: number): string {
  const telemetry = (['event', 'activity', 'observed_zero'] as const).filter((name) => hasBasis(bases, [name]));
  if (hasBasis(bases, ['declared'])) {
    return telemetry.length > 0 ? 'mixed' : 'declared';
  }
  return telemetry[0] ?? 'none';
}

/** Whether any of the wanted bases is among the bits. */
export function hasBasis(bases: number, wanted: readonly string[]): boolean {
  return Object.entries(BASES).some(
    ([name, letter]) => wanted.includes(name) && (bases & (1 << (letter.charCodeAt(0) - 96))) !== 0
  );
}

/** Some use below the limit is low: whoever uses the tool at all is no control. */
function bandOf(state: number, splitsZero: boolean): Band {
  if ((state & STATE.known) === 0) {
    return 'unknown';
  }
  if ((state & STATE.used) !== 0) {
    return (state & STATE.high) !== 0 ? 'high' : 'low';
  }
  return splitsZero ? ((state & STATE.seated) !== 0 ? 'zero_seated' : 'zero_unseated') : 'zero';
}

/** Over many weeks: unknown if most weeks are; zero only without any use; high if the typical (median) week is high, else low. */
function typicalBand({ firstWeek, states }: PersonUsage, counts: (week: number) => boolean, splitsZero: boolean): Band {
  const tally = { all: 0, known: 0, used: 0, high: 0, seated: 0 };
  states.forEach((state, place) => {
    if (state !== 0 && counts(firstWeek + place)) {
      const isKnown = state & STATE.known;
      tally.all += 1;
      tally.known += isKnown;
      tally.used += isKnown === 1 && (state & STATE.used) !== 0 ? 1 : 0;
      tally.high += isKnown === 1 && (state & STATE.high) !== 0 ? 1 : 0;
      tally.seated += isKnown === 1 && (state & STATE.seated) !== 0 ? 1 : 0;
    }
  });
  if (tally.all === 0 || tally.known * 2 < tally.all) {
    return 'unknown';
  }
  const isHigh = tally.high * 2 >= tally.known;
  const isSeated = tally.seated * 2 >= tally.known;
  return bandOf(STATE.known + (tally.used > 0 ? STATE.used : 0) + (isHigh ? STATE.high : 0) + (isSeated ? STATE.seated : 0), splitsZero);
} // prettier-ignore

/** Thirds of the users as of each person's last week in the range; ties go to the lower band. */
function tercileBands(usage: UsageByPerson, codeOf: Uint8Array): { codes: Map<string, number>; isTooFew: boolean } {
  const lastCode = ({ firstWeek, states, last }: PersonUsage) => last === null ? UNKNOWN_CODE : (codeOf[states[last.week - firstWeek] ?? 0] as number);
  const isUser = (own: PersonUsage) => lastCode(own) === CODE.low || lastCode(own) === CODE.high;
  const used = [...usage.values()].flatMap((own) => (isUser(own) ? [own.last?.used ?? 0] : []));
  const first = quantile(used, 1 / 3) ?? 0;
  const second = quantile(used, 2 / 3) ?? 0;
  const third = (count: number) => (count <= first ? CODE.low : count <= second ? CODE.mid : CODE.high);
  const codes = new Map([...usage].map(([person, own]) => [person, isUser(own) ? third(own.last?.used ?? 0) : lastCode(own)]));
  return { codes, isTooFew: used.length < LEAST_USERS };
} // prettier-ignore
