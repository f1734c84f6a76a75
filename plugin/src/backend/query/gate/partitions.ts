/** Blocks of what questions count. They are the same whichever value is asked for, and for each panel of a board that counts the same: they are made once. */
import type { Row } from '../../../metrics/define.ts';
import { partitionOf, type Describing, type Described, type Partition } from './partition.ts';

/** Separates people in one text. */
const BETWEEN = '\u001f';

interface Asked {
  readonly year: readonly Described[];
  readonly last: Describing;
  readonly k: number;
}

export interface Partitions {
  /** Of the last twelve months: joined in any case. */
  readonly given: Partition;
  /** Of each key of what is counted. */
  readonly byKey: ReadonlyArray<readonly [string, Partition]>;
}

const ofYears = new WeakMap<readonly Described[], Map<string, Partition>>();
const ofCounted = new WeakMap<readonly Row[], WeakMap<readonly Described[], Map<string, Partitions>>>();

/** @param counted Rows of countedQuery, never changed. */
export function partitionsOf(counted: readonly Row[], asked: Asked): Partitions {
  const { year, last, k } = asked;
  const byYear = ofCounted.get(counted) ?? new WeakMap<readonly Described[], Map<string, Partitions>>();
  ofCounted.set(counted, byYear);
  const made = byYear.get(year) ?? new Map<string, Partitions>();
  byYear.set(year, made);
  const name = nameOf(asked);
  const found = made.get(name) ?? make(counted, { last, given: partitionOfYear(asked), k });
  made.set(name, found);
  return found;
}

/** Blocks of the last twelve months. */
export function partitionOfYear(asked: Asked): Partition {
  const { year, last, k } = asked;
  const made = ofYears.get(year) ?? new Map<string, Partition>();
  ofYears.set(year, made);
  const found = made.get(nameOf(asked)) ?? partitionOf(year, { last, given: {}, k });
  made.set(nameOf(asked), found);
  return found;
}

const nameOf = ({ last, k }: Asked): string => `${last} ${String(k)}`;

function make(counted: readonly Row[], asked: { last: Describing; given: Partition; k: number }): Partitions {
  const byKey = Map.groupBy(counted, (row) => String(row['key']));
  return {
    given: asked.given,
    byKey: [...byKey].map(([key, rows]) => [key, partitionOf(describedRows(rows), asked)] as const),
  };
}

/** Of one group of people each. */
export function describedRows(rows: readonly Row[]): Described[] {
  return rows.map(({ team, seniority, service, repo, people }) => ({
    values: { team: String(team), seniority: String(seniority), service: String(service), repo: String(repo) },
    people: String(people).split(BETWEEN),
  }));
}
