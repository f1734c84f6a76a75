/** What holds work up and where the time went, in sentences that claim no more than the verdicts of the rows. Pure. */
import type { Verdict } from '../../statistics/verdict.ts';
import {
  absorbedOf,
  bottleneckAt,
  changedMost,
  deltasOf,
  LEAST_MINUTES,
  movedTo,
  type Means,
  type Shift,
} from './shift.ts';
import { timeInWords } from '../parts/time-in-words.ts';
import { PARTS, type Names } from './stages.ts';

const signed = (minutes: number): string => `${minutes < 0 ? '−' : '+'}${timeInWords(Math.abs(minutes))}`;
const percent = (part: number, decimals: number): string => {
  const text = (100 * part).toFixed(decimals);
  return `${Number(text) > 0 ? '+' : ''}${Number(text) === 0 ? (0).toFixed(decimals) : text.replace('-', '−')} %`;
};

const RATHER: Partial<Record<Verdict, string>> = {
  improved: 'clearly faster',
  regressed: 'clearly slower',
  no_clear_change: 'no clear change',
};
const judged = (verdict: Verdict | undefined): string =>
  RATHER[verdict ?? 'insufficient_data'] ?? 'not judged: insufficient data';

/** Before and now with so many decimals that whoever works the change out from them finds the one that is told. */
function ends(was: number, is: number): string {
  const shown = (decimals: number): number[] =>
    [was, is].map((minutes) => Number.parseFloat(timeInWords(minutes, decimals)));
  const [one = 0, two = 0] = shown(1);
  const isSameUnit = was >= 1440 === is >= 1440;
  const isExact = !isSameUnit || Math.abs(two / one - is / was) < 0.0025;
  const decimals = isExact ? 1 : 2;
  return `${timeInWords(was, decimals)} → ${timeInWords(is, decimals)}`;
}

/** What a phase is told beside. */
export interface Reference {
  /** Title of the first phase; null = it is that one. */
  readonly baseline: string | null;
  /** Of a phase that is not finished its last day that counts; null = it is. */
  readonly until: string | null;
}

/** What is told of a group. */
export interface Told {
  readonly after: Means;
  /** Stages that are not clearly shorter than the longest; null = it clearly is. */
  readonly closeTo: string | null;
  /** Null = too few changes before. */
  readonly shift: Shift | null;
  readonly names: Names;
  /** Null = a range, beside the one before it. */
  readonly reference: Reference | null;
}

/** One sentence on what holds work up, one on which stages changed with certainty, the one that changed most, and what came of all. */
export function inWords(told: Told): string {
  const { after, closeTo, shift, names, reference } = told;
  const longest = bottleneckAt(after);
  const [whole = 0] = after.slice(PARTS);
  const unsure = closeTo === null ? '' : ` (not clearly more than ${closeTo})`;
  const first = `Bottleneck: ${names.titles[longest] ?? ''}, ${timeInWords(after[longest] ?? 0)} of ${timeInWords(whole)} from ${names.start} to production${unsure}.`;
  const open = reference?.until == null ? '' : `Not finished: what reached production up to ${reference.until}; what takes longer is not in it yet.`;
  return [first, ...(shift === null ? [uncompared(reference)] : compared(told, shift)), open].filter((text) => text !== '').join(' ');
} // prettier-ignore

function uncompared(reference: Reference | null): string {
  if (reference === null) return 'Before that range too few changes are known to compare.';
  return reference.baseline === null ? '' : `In ${reference.baseline} too few changes are known to compare.`;
}

function compared({ after, names, reference }: Told, shift: Shift): string[] {
  const [[was = 0], [whole = 0]] = [shift.before.slice(PARTS), after.slice(PARTS)];
  const all = `In all ${ends(was, whole)} (${percent(whole / was - 1, 1)}, ${judged(shift.verdicts[PARTS])}).`;
  const against = reference?.baseline ?? null;
  return [moved(shift, names, against), proven(shift, names, against ?? 'the range before'), unproven(shift, names), all];
} // prettier-ignore

/** Of a phase which stage was the longest in the first one. */
function moved({ before, after }: Shift, { titles }: Names, baseline: string | null): string {
  if (baseline === null) return '';
  const [was, is] = [bottleneckAt(before), bottleneckAt(after)];
  return `In ${baseline} it was ${was === is ? 'the same' : (titles[was] ?? '')}, ${timeInWords(before[was] ?? 0)}.`;
}

function proven(shift: Shift, names: Names, against: string): string {
  const deltas = deltasOf(shift.before, shift.after);
  const listOf = (verdict: Verdict): string =>
    deltas.flatMap((delta, at) => (shift.verdicts[at] === verdict && Math.abs(delta) >= LEAST_MINUTES ? [`${names.titles[at] ?? ''} (${signed(delta)})`] : [])).join(', ');
  const [faster, slower] = [listOf('improved'), listOf('regressed')];
  if (faster === '' && slower === '') return `No stage changed clearly against ${against}.`;
  const [absorbed, slowest] = [absorbedOf(shift), movedTo(shift)];
  const gain = absorbed === null ? '' : ` ${(100 * absorbed).toFixed(0)} % of what got faster was absorbed.`;
  if (faster === '') return `Clearly slower: ${slower}; none is clearly faster.`;
  if (slowest === null) return `Clearly faster: ${faster}; none is clearly slower.${gain}`;
  const to = names.titles[names.ids.indexOf(names.idOf(slowest) ?? '')] ?? '';
  return `The time moved to ${to}. Clearly faster: ${faster}; clearly slower: ${slower}.${gain}`;
} // prettier-ignore

/** The largest change where it is not one of the proven. */
function unproven(shift: Shift, names: Names): string {
  const at = changedMost(shift);
  if (at === null || shift.verdicts[at] === 'improved' || shift.verdicts[at] === 'regressed') return '';
  const delta = deltasOf(shift.before, shift.after)[at] ?? 0;
  return `The largest change, ${names.titles[at] ?? ''} (${signed(delta)}), is not proven.`;
}
