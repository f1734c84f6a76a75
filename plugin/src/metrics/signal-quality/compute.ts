/** Recall of marks and the share of AI code behind the share of marked changes; other modes are as the query gives them. */
import { correctedEstimate, type Labelled } from '../../statistics/intervals/corrected-share.ts';
import { intervalOf } from '../../statistics/intervals/estimate.ts';
import { orderlessSum, shareEstimate } from '../../statistics/intervals/jackknife.ts';
import type { Compute, ComputeContext, Row, Status } from '../define.ts';
import { leastUnits, numberOf, numberOrNull, textOf } from '../parts/groups.ts';

/** Longest usual delay of a signal in hours: vendors settle days of activity within two. */
const delayOf = (grade: number): number => (grade === 2 ? 48 : 24);

/** Coverage, effective grade and quality of a tool's signal (metrics.md QT7). Without seats nobody is known to be missing: null. */
function judged(row: Row): Row {
  const { covered_2, covered_3, covered_4, ...rest } = row;
  const [licensed, lag, grade] = [numberOrNull(row['licensed']), numberOrNull(row['value']), numberOf(row['grade'])];
  if (licensed === null || licensed === 0) return { ...rest, coverage: null, effective_grade: null, quality: null };
  const delay = delayOf(grade);
  const coverage = numberOf(row['covered']) / licensed;
  const isLate = lag === null || lag > 4 * delay;
  const reached = [covered_4, covered_3, covered_2].findIndex((covered) => numberOf(covered) / licensed >= 0.8);
  const fresh = lag === null ? 0 : lag <= delay ? 1 : Math.max(0, 1 - (lag - delay) / (3 * delay));
  return {
    ...rest,
    coverage,
    effective_grade: isLate || reached < 0 ? 1 : 4 - reached,
    quality: (grade / 4) * coverage * fresh,
  };
}

export const compute: Compute = (rows, context) => {
  const { mode } = context.params;
  if (mode === 'recall') return { rows: rows.map((row) => recallRow(read(row), context)) };
  if (mode === 'ai_share') return { rows: rows.map((row) => shareRow(read(row), context)) };
  return { rows: mode === 'tools' ? rows.map(judged) : rows };
}; // prettier-ignore

/** What is known of a group, by person; the row has its labels and who is behind it. */
interface Group {
  readonly row: Row;
  readonly labelled: Labelled;
  readonly changes: number;
  readonly marked: number;
  readonly ai: number;
  readonly aiMarked: number;
  readonly human: number;
  readonly humanUnmarked: number;
}

const NAMES = ['changes', 'marked', 'ai', 'aiMarked', 'human', 'humanUnmarked'] as const;

function read(row: Row): Group {
  const people = JSON.parse(textOf(row['people'])) as number[][];
  const column = (place: number): number[] => people.map((person) => person[place] ?? 0);
  const [changes = [], marked = [], ai = [], aiMarked = [], human = [], humanUnmarked = []] = NAMES.map((_name, place) => column(place)); // prettier-ignore
  const sums = NAMES.map((_name, place) => orderlessSum(column(place)));
  const [all = 0, ...others] = sums;
  return {
    row,
    labelled: {
      seen: { numerators: marked, denominators: changes },
      sensitivity: { numerators: aiMarked, denominators: ai },
      specificity: others[3] === 0 ? null : { numerators: humanUnmarked, denominators: human },
    },
    changes: all,
    marked: others[0] ?? 0,
    ai: others[1] ?? 0,
    aiMarked: others[2] ?? 0,
    human: others[3] ?? 0,
    humanUnmarked: others[4] ?? 0,
  };
}

const INPUTS = ['people', 'lost_by_squash', 'switched_off'];

/** Labels of a row, and who is behind it. */
function behind({ row }: Group): Row {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !INPUTS.includes(name)));
}

/** Shares that are not shown are not known: of how many changes is said beside. */
interface Found {
  readonly recall: number | null;
  /** Null where no change is proven to be of people alone. */
  readonly specificity: number | null;
  readonly status: Status;
}

function find({ ai, aiMarked, human, humanUnmarked }: Group, context: ComputeContext): Found {
  const least = leastUnits(context, 'proportion', 20);
  const specificity = human >= least ? humanUnmarked / human : null;
  return ai >= least
    ? { recall: aiMarked / ai, specificity, status: 'ok' }
    : { recall: null, specificity, status: ai === 0 ? 'undefined' : 'low_n' };
}

/** Below this a recall is low: every tenth AI-written change passes as unmarked. */
const LOW = 0.9;

/** Why recall is not known, or low. */
function reasonOf({ row, ai, aiMarked }: Group, { recall }: Found): string | null {
  if (ai === 0) return 'recall is not known: no attested or counted lines, audits or sessions tell of these changes';
  if (recall === null) return 'recall is not known: too few changes are proven to be written by AI';
  if (recall >= LOW) return null;
  const missing = ai - aiMarked;
  if (numberOf(row['switched_off']) * 2 > missing) return 'attribution is switched off or forbidden';
  if (numberOf(row['lost_by_squash']) * 2 > missing) return 'squash drops trailers: set its message to the commits';
  return 'not known';
}

function recallRow(group: Group, context: ComputeContext): Row {
  const found = find(group, context);
  const interval = found.recall === null ? null : intervalOf(shareEstimate(group.labelled.sensitivity));
  return {
    ...behind(group),
    value: found.recall,
    lo: interval?.lo ?? null,
    hi: interval?.hi ?? null,
    n: group.ai,
    marked: group.aiMarked,
    specificity: found.specificity,
    human: group.human,
    reason: reasonOf(group, found),
    status: found.status,
  };
}

function shareRow(group: Group, context: ComputeContext): Row {
  const found = find(group, context);
  const isByTool = group.row['tool'] !== null && group.row['tool'] !== undefined;
  const specificity = found.specificity === null ? null : group.labelled.specificity;
  const estimate = found.recall === null || isByTool ? null : correctedEstimate({ ...group.labelled, specificity });
  const isEnough = group.changes >= leastUnits(context, 'proportion', 20);
  const raw = isEnough && !isByTool ? group.marked / group.changes : null;
  return {
    ...behind(group),
    value: isEnough ? (estimate?.value ?? null) : null,
    lo: isEnough ? (estimate?.lo ?? null) : null,
    hi: isEnough ? (estimate?.hi ?? null) : null,
    raw,
    recall: found.recall,
    specificity: found.specificity,
    n: group.changes,
    reason:
      [reasonFor({ group, found, isByTool, isTold: estimate !== null }), beginsAtNothing(estimate, raw)]
        .filter((one) => one !== null)
        .join('; ') || null,
    status: !isEnough ? 'low_n' : estimate === null ? 'undefined' : 'ok',
  };
}

/** Below it an end of an interval reads as 0 %. */
const NOTHING = 0.0005;

/** An interval from nothing on beside marked changes looks like a fault. */
const beginsAtNothing = (estimate: { readonly lo: number } | null, raw: number | null): string | null =>
  estimate !== null && raw !== null && raw > 0 && estimate.lo < NOTHING
    ? 'from 0 %: so few changes are proven to be of people that every mark may be wrong'
    : null;

interface Told {
  readonly group: Group;
  readonly found: Found;
  readonly isByTool: boolean;
  readonly isTold: boolean;
}

function reasonFor({ group, found, isByTool, isTold }: Told): string | null {
  if (isByTool) return 'a share of all changes is not told by tool';
  if (found.recall === null) return reasonOf(group, found);
  if (!isTold) return 'marks tell AI from people no better than chance here, or fewer than five people have proven changes'; // prettier-ignore
  return found.specificity === null
    ? 'specificity is taken as 1: no changes are proven to be of people alone'
    : reasonOf(group, found);
}
