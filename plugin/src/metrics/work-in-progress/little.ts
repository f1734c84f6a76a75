/** Little's law (Little 1961, A proof for the queuing formula L = λW): what is under way = what leaves a day × days that it takes. Pure. */

import { timeInWords } from '../parts/time-in-words.ts';

/** Of a range. */
export interface Queue {
  /** A day. */
  readonly arrival: number;
  readonly departure: number;
  /** Under way, averaged over the time. */
  readonly wip: number;
  /** Mean days of what left. */
  readonly meanDays: number;
}

export type Balance = 'stable' | 'growing' | 'shrinking';

/** Of a tenth of what comes it is not told that more comes than leaves (metrics.md QT4). */
const STABLE = 0.1;

export const littlesLaw = (rate: number, days: number): number => rate * days;

/** Whether what comes also leaves. */
export function balanceOf({ arrival, departure }: Queue): Balance {
  if (Math.abs(arrival - departure) < STABLE * arrival || arrival === departure) return 'stable';
  return arrival > departure ? 'growing' : 'shrinking';
}

const short = (number: number): string => number.toFixed(number < 10 ? 1 : 0);

/** What the numbers say together: where the queue grows, what left understates how long what is there will take. */
export function inWords(queue: Queue): string {
  const { arrival, departure, wip, meanDays } = queue;
  const rates = `${short(arrival)} come and ${short(departure)} leave a day, ${short(wip)} are under way`;
  const expected = littlesLaw(departure, meanDays);
  const law = `what left took ${timeInWords(1440 * meanDays)}, which would be ${short(expected)} under way`;
  const balance = balanceOf(queue);
  if (balance === 'stable') return `Stable: ${rates}; ${law}.`;
  const [word, per] = balance === 'growing' ? ['Growing', arrival - departure] : ['Shrinking', departure - arrival];
  const so = balance === 'growing' ? 'takes longer than what left did' : 'is less than what left had before it';
  return `${word} by ${short(per * 7)} a week: ${rates}; ${law}, but what is there now ${so}.`;
}

/** The stock at the end of the range, beside the mean of it: ranges of one board may end on different days. @param lastDay `2026-11-29`. */
export const endInWords = (open: number, lastDay: string): string =>
  `At the end of ${lastDay} ${String(open)} are under way.`;
