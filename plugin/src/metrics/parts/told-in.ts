/** Units in which an axis tells times: Grafana puts a tick at each round number of the unit, and minutes give 3.33 hours. Pure. */

export interface ToldIn {
  /** Of the longest time of an answer, in minutes: from here on all are told in it. */
  readonly least: number;
  readonly minutes: number;
  /** Grafana's unit. */
  readonly unit: string;
  readonly name: string;
}

const UNITS: readonly [...ToldIn[], ToldIn] = [
  { least: 10 * 1440, minutes: 1440, unit: 'suffix:d', name: 'days' },
  { least: 120, minutes: 60, unit: 'suffix:h', name: 'hours' },
  { least: 0, minutes: 1, unit: 'suffix:min', name: 'minutes' },
];

/** What times on an axis are told in, by the longest of them: one unit for all. @param longest Minutes, not negative. */
export const toldIn = (longest: number): ToldIn => UNITS.find(({ least }) => longest >= least) ?? UNITS[0];
