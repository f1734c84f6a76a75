/** Usage bands: of a person in a week, or of a person over weeks. */
import type { ParamValues } from '../define.ts';
import { quantile } from '../../statistics/quantile.ts';
import { STATE } from './rows/read-rows.ts';
import { stateOf, weeksOf, type PersonUsage, type ScopeUsage, type Weeks } from './rows/usage-table.ts';

/** In the order of rows; their places are the codes used inside. */
export const BANDS = ['zero', 'zero_seated', 'zero_unseated', 'low', 'mid', 'high', 'unknown'] as const;
export type Band = (typeof BANDS)[number];
export const CODE = Object.fromEntries(BANDS.map((band, code) => [band, code])) as Record<Band, number>;
export const UNKNOWN_CODE = CODE.unknown;

/** Terciles of fewer users say nothing. */
const LEAST_USERS = 15;

/** Bit of a basis = its first letter, counted from the one before a. */
const BASES = { none: 'n', seat: 's', activity: 'a', event: 'e', observed_zero: 'o', declared: 'd' } as const;

/** Band and evidence of a person. */
export interface Usage {
  readonly band: Band;
  /** Bits by basis. */
  readonly bases: number;
}

/** How weeks become bands in one scope. */
export interface Banding {
  /** Codes of the bands, in the places of the states of the usage. */
  readonly codes: Uint8Array;
  /** Band of a person over the weeks for which `counts` is true. */
  readonly ofPerson: (person: string | null, counts: (week: number) => boolean) => Usage;
  /** Bands are terciles of too few users. */
  readonly isTooFew: boolean;
}

export function banding(usage: ScopeUsage, params: ParamValues): Banding {
  const splitsZero = params['split_zero'] === true;
  const { people, table } = usage;
  const basesOf = (person: string | null) => (person === null ? 0 : (people.get(person)?.bases ?? 0));
  const codeOf = Uint8Array.from({ length: 64 }, (_, state) => CODE[bandOf(state, splitsZero)]);
  if (params['bands'] === 'tercile') {
    const thirds = tercileBands(usage, codeOf);
    const codes = new Uint8Array(table.states.length).fill(UNKNOWN_CODE);
    for (const [person, { place }] of people) {
      codes.fill(thirds.codes.get(person) ?? UNKNOWN_CODE, place, place + table.weeks);
    }
    return {
      isTooFew: thirds.isTooFew,
      codes,
      ofPerson: (person) => ({
        band: BANDS[thirds.codes.get(person ?? '') ?? UNKNOWN_CODE] as Band,
        bases: basesOf(person),
      }),
    };
  }
  return {
    isTooFew: false,
    codes: translated(table.states, codeOf, splitsZero),
    ofPerson: (person, counts) => {
      const own = person === null ? undefined : people.get(person);
      const band = own === undefined ? 'unknown' : typicalBand(weeksOf(table, own), counts, splitsZero);
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
function typicalBand({ firstWeek, states }: Weeks, counts: (week: number) => boolean, splitsZero: boolean): Band {
  const tally = { all: 0, known: 0, used: 0, high: 0, seated: 0 };
  // A loop: it runs over all weeks of everybody, once for each tool and workflow.
  for (let place = 0; place < states.length; place += 1) {
    const state = states[place] as number;
    if (state === 0 || !counts(firstWeek + place)) continue;
    tally.all += 1;
    if ((state & STATE.known) === 0) continue;
    tally.known += 1;
    tally.used += (state & STATE.used) !== 0 ? 1 : 0;
    tally.high += (state & STATE.high) !== 0 ? 1 : 0;
    tally.seated += (state & STATE.seated) !== 0 ? 1 : 0;
  }
  if (tally.all === 0 || tally.known * 2 < tally.all) {
    return 'unknown';
  }
  const isHigh = tally.high * 2 >= tally.known;
  const isSeated = tally.seated * 2 >= tally.known;
  return bandOf(
    STATE.known + (tally.used > 0 ? STATE.used : 0) + (isHigh ? STATE.high : 0) + (isSeated ? STATE.seated : 0),
    splitsZero
  );
}

/** Thirds of the users as of each person's last week in the range; ties go to the lower band. */
function tercileBands(
  { table, people }: ScopeUsage,
  codeOf: Uint8Array
): { codes: Map<string, number>; isTooFew: boolean } {
  const lastCode = (own: PersonUsage) =>
    own.last === null ? UNKNOWN_CODE : (codeOf[stateOf(table, own, own.last.week)] as number);
  const isUser = (own: PersonUsage) => lastCode(own) === CODE.low || lastCode(own) === CODE.high;
  const used = [...people.values()].flatMap((own) => (isUser(own) ? [own.last?.used ?? 0] : []));
  const first = quantile(used, 1 / 3) ?? 0;
  const second = quantile(used, 2 / 3) ?? 0;
  const third = (count: number) => (count <= first ? CODE.low : count <= second ? CODE.mid : CODE.high);
  const codes = new Map(
    [...people].map(([person, own]) => [person, isUser(own) ? third(own.last?.used ?? 0) : lastCode(own)])
  );
  return { codes, isTooFew: used.length < LEAST_USERS };
}
