import {
  atRiskBefore,
  kaplanMeier,
  matureAt,
  survivalAt,
  type EndsAt,
  type SurvivalCurve,
} from '../../statistics/kaplan-meier.ts';
import type { SurvivalArm, SurvivalCluster } from '../../statistics/intervals/survival-jackknife.ts';
import { survivalEnds, survivalPeople } from '../parts/packs.ts';
import { groupRows, leastUnits, numberOf, textOf } from '../parts/groups.ts';
import type { ComputeContext, Row, Status } from '../define.ts';
import { readGroup, readPeople, type Group, type People } from './groups.ts';

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
        ? survivalEnds(row['packed_ends'], context.params['exclude_file_deleted'] === true)
        : []
  );
  const packed = rows.find((row) => row['kind'] === 'people');
  const people = packed === undefined ? head : survivalPeople(packed['packed_people']);
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
