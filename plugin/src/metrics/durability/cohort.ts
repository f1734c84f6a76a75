import {
  atRiskBefore,
  kaplanMeier,
  matureAt,
  survivalAt,
  type EndsAt,
  type SurvivalCurve,
} from '../../statistics/kaplan-meier.ts';
import type { SurvivalArm, SurvivalCluster } from '../../statistics/survival-jackknife.ts';
import { bigAt, bytesOf, integers, keyAt } from '../parts/packs.ts';
import type { Cell, ComputeContext, Row, Status } from '../define.ts';
import { groupRows, leastUnits, numberOf, readGroup, readPeople, textOf, type Group, type People } from './groups.ts';

/** Lines of the changes of one group and how they ended. */
export interface Cohort {
  readonly group: Group;
  readonly who: People;
  readonly changes: number;
  readonly lines: number;
  readonly unknownLines: number;
  readonly attestedLines: number;
  readonly confidence: number | null;
  readonly isAssumed: boolean;
  readonly curve: SurvivalCurve;
  /** Changes observed less than 90 days: how many, and their lines, by the age at which observation ended. */
  readonly young: ReadonlyArray<{ readonly age: number; readonly changes: number; readonly lines: number }>;
  /** A random sample of the changes. */
  readonly clusters: readonly SurvivalCluster[];
}

/** Survival is read up to this age. */
const LAST_AGE = 90;

/** Least part of a cohort that must have been observed to an age before survival is read there. */
const LEAST_OBSERVED = 0.2;

/** Cohorts from the rows of query.sql. */
export function readCohorts(rows: readonly Row[], context: ComputeContext): Cohort[] {
  return [...groupRows(rows, 'cell').values()].flatMap((list) => {
    const head = list.find((row) => row['kind'] === 'cell');
    return head === undefined ? [] : [readCohort(head, list, context)];
  });
}

function readCohort(head: Row, rows: readonly Row[], context: ComputeContext): Cohort {
  const lines = numberOf(head['lines']);
  const ends = rows.flatMap((row): EndsAt[] =>
    row['kind'] === 'death' || row['kind'] === 'young'
      ? [{ time: numberOf(row['age']), events: numberOf(row['events']), censored: numberOf(row['censored']) }]
      : row['kind'] === 'ends'
        ? packedEnds(row['ends'], context.params['exclude_file_deleted'] === true)
        : []
  );
  const packed = rows.find((row) => row['kind'] === 'people');
  const people = packed === undefined ? head : packedPeople(packed['ends']);
  return {
    group: readGroup(head, context),
    who: readPeople(people, { total: lines, most: numberOf(people['most_lines']) }),
    changes: numberOf(head['changes']),
    lines,
    unknownLines: numberOf(head['unknown_lines']),
    attestedLines: numberOf(head['attested_lines']),
    confidence: typeof head['confidence'] === 'number' ? head['confidence'] : null,
    isAssumed: head['is_assumed'] === true,
    curve: kaplanMeier(withSurvivors(ends, lines)),
    young: rows
      .filter((row) => row['kind'] === 'young')
      .map((row) => ({ age: numberOf(row['age']), changes: numberOf(row['changes']), lines: numberOf(row['lines']) })),
    clusters: rows.filter((row) => row['kind'] === 'change').map(readCluster),
  };
}

/** Who is behind packed changes; the packing is described at pack.survival_pack.people. A person may be in many of the packs. */
function packedPeople(packed: Cell | undefined): Row {
  const bytes = bytesOf(packed);
  const lines = new Map<number, number>();
  for (let at = 0; at < bytes.byteLength; at += 16) {
    const key = keyAt(bytes, at);
    lines.set(key, (lines.get(key) ?? 0) + bigAt(bytes, at + 8));
  }
  return { people: lines.size, most_lines: [...lines.values()].reduce((most, own) => Math.max(most, own), 0) };
}

/** When the lines of packed changes ended, by age; the packing is described at pack.survival_pack.ends. */
function packedEnds(packed: Cell | undefined, isFileDeletedCensored: boolean): EndsAt[] {
  const numbers = integers(packed);
  const events = new Float64Array(LAST_AGE + 1);
  const censored = new Float64Array(LAST_AGE + 1);
  for (let at = 0; at < numbers.length; at += 4) {
    const [age = 0, lost = 0, fileDeleted = 0, rewritten = 0] = numbers.subarray(at, at + 4);
    const moved = isFileDeletedCensored ? fileDeleted : 0;
    events[age] = (events[age] ?? 0) + lost - moved;
    censored[age] = (censored[age] ?? 0) + rewritten + moved;
  }
  return [...events].flatMap((count, time) =>
    count === 0 && censored[time] === 0 ? [] : [{ time, events: count, censored: censored[time] ?? 0 }]
  );
}

/** Lines without an end by the last age that was asked for are still at risk there. */
function withSurvivors(ends: readonly EndsAt[], lines: number): EndsAt[] {
  const ended = ends.reduce((sum, { events, censored }) => sum + events + censored, 0);
  return [...ends, { time: Infinity, events: 0, censored: Math.max(0, lines - ended) }];
}

/** `ends` holds "age e|c lines" joined by commas; a young change also leaves observation with its living lines. */
function readCluster(row: Row): SurvivalCluster {
  const ends = textOf(row['ends'])
    .split(',')
    .filter((text) => text !== '')
    .map((text): EndsAt => {
      const [age, kind, count] = text.split(' ');
      const lines = Number(count);
      return { time: Number(age), events: kind === 'e' ? lines : 0, censored: kind === 'c' ? lines : 0 };
    });
  const seen = numberOf(row['age']);
  const alive = numberOf(row['censored']);
  return {
    total: numberOf(row['lines']),
    ends: seen < 90 && alive > 0 ? [...ends, { time: seen, events: 0, censored: alive }] : ends,
  };
}

/** What is known of a cohort at one age. */
export interface Reading {
  readonly survival: number | null;
  readonly atRisk: number;
  readonly matureShare: number | null;
  readonly status: Status;
}

/** S(age) with the guards of metrics.md 4.6: enough lines and changes, and enough of them observed that long. */
export function readAt(cohort: Cohort, age: number, context: ComputeContext): Reading {
  const { curve, lines } = cohort;
  const atRisk = atRiskBefore(curve, age);
  const matureShare = lines === 0 ? null : matureAt(curve, age) / lines;
  const status = statusAt(cohort, age, context);
  return { survival: status === 'ok' ? survivalAt(curve, age) : null, atRisk, matureShare, status };
}

function statusAt(cohort: Cohort, age: number, context: ComputeContext): Status {
  const leastLines = leastUnits(context, 'km_lines', 100);
  const leastChanges = leastUnits(context, 'km_changes', 5);
  if (cohort.lines < leastLines || cohort.changes < leastChanges) {
    return 'low_n';
  }
  const tooYoung = cohort.young.filter((entry) => entry.age < age);
  const observedLines = cohort.lines - tooYoung.reduce((sum, entry) => sum + entry.lines, 0);
  const observedChanges = cohort.changes - tooYoung.reduce((sum, entry) => sum + entry.changes, 0);
  const isObserved =
    observedLines >= leastLines && observedChanges >= leastChanges && observedLines >= LEAST_OBSERVED * cohort.lines;
  // Where nothing is left to observe although lines live (history rewritten), the curve ends too.
  const isEnded = atRiskBefore(cohort.curve, age) === 0 && (survivalAt(cohort.curve, age) ?? 0) > 0;
  return isObserved && !isEnded ? 'ok' : 'immature';
}

/** A cohort as an arm of a comparison. */
export function armOf(cohort: Cohort, ages: readonly number[]): SurvivalArm {
  return {
    clusters: cohort.clusters,
    population: cohort.changes,
    estimates: ages.map((age) => survivalAt(cohort.curve, age)),
  };
}
