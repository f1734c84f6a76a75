/** How a metric says who is behind its rows, for the engine that hides small groups. Part of the contract in define.ts. */
import type { Dimension } from './dimension.ts';

type When = Readonly<Record<string, readonly string[]>>;

/**
 * Who is behind the rows of a result. The engine hides small groups by it, after `compute` (backend/query/small-groups.ts); a metric
 * hides nothing itself. Judged are groups: the rows that share their time and labels.
 */
export interface PeopleRule {
  /** Cell of a row with the distinct humans behind it; null there = nobody is. Where it is no column, it is taken off. */
  readonly count: string;
  /** Holds while each named param has one of these values; absent = always. */
  readonly when?: When;
  /**
   * Cell with the largest part of the row's units that one human holds, 0..1; null there = not known. Taken off. Default `one_person_share`.
   * Null = not judged: the numbers themselves say how work is spread among people (metrics.md 15.1).
   */
  readonly share?: string | null;
  /** Fewer people than these are hidden too, where it is more than k. */
  readonly least?: number;
  /** Labels whose values never add up to anything: groups that differ in them are no siblings. */
  readonly apart?: readonly string[];
  /** Labels of which a human mostly has one value: people of groups that differ in one of them add up. */
  readonly once?: readonly string[];
  /** Columns along which a group is shown again (horizons, ages): all its rows are hidden together. */
  readonly again?: readonly string[];
  /** Value of a label that stands for the sum of its other values. */
  readonly total?: Readonly<Record<string, string>>;
  /** Columns that a hidden row keeps beside time and labels: they are about the question, not about people. */
  readonly keeps?: readonly string[];
  /** Who a row is compared with: its own number and the comparison tell the other's. */
  readonly against?: Against;
  /** The only columns that are hidden, where a row shows numbers of several groups of people. Absent = all. `status` says so where the number that the row is read for is among them. */
  readonly hides?: readonly string[];
}

/** Another group that a row is compared with. Where that one would be hidden, so is what compares. */
export interface Against {
  /** Label in which the two differ, and the column that names the other's value in it. */
  readonly label: string;
  readonly by: string;
  /** Cells with the humans behind the other, and the largest part of its units that one of them holds; null = not compared. Taken off. */
  readonly count: string;
  readonly share: string;
  /** Columns that compare. Absent = all: the row says nothing else. */
  readonly hides?: readonly string[];
}

/** Kinds of rows that metrics count; what they are in the store is said in backend/query/gate/units.ts. */
export type UnitName =
  | 'merged'
  | 'proven'
  | 'corrected'
  | 'reviewed'
  | 'reviewed_delivered'
  | 'opened'
  | 'looked'
  | 'approved'
  | 'commented'
  | 'large_approved'
  | 'teamed'
  | 'merged_by'
  | 'explained'
  | 'prescreened'
  | 'looks'
  | 'survived'
  | 'shipped'
  | 'failed'
  | 'reworked'
  | 'delivered'
  | 'finished'
  | 'finished_issue'
  | 'sized'
  | 'gated'
  | 'watched'
  | 'rebased'
  | 'queued'
  | 'landed'
  | 'completed'
  | 'responded'
  | 'closed'
  | 'known'
  | 'used'
  | 'graded'
  | 'named_use'
  | 'in_review'
  | 'in_delivery'
  | 'waiting'
  | 'planned'
  | 'done';

/** What is counted, so that the engine can tell who is behind the first and the last week of a range. */
export interface Units {
  readonly of: UnitName;
  /** Holds while each named param has one of these values; absent = always. */
  readonly when?: When;
  /** Filters that choose among the rows of the result and leave every row as it is. */
  readonly chooses?: readonly Dimension[];
  /** What its rows show of other ranges: each is judged as if it were asked for. Absent = nothing. */
  readonly shows?: 'before' | 'phases' | DaysBefore;
}

/** Of each row the days before the range (`:before::timestamptz` is their start), rounded up to whole weeks (four weeks, days of a rule) as any range is. */
export interface DaysBefore {
  readonly days: number;
  /** Params of the question that the number beside the row answers. */
  readonly asks: Readonly<Record<string, string>>;
  /** Cell with the people behind it: its rule in `people` hides what is told of these days. */
  readonly count: string;
}

/** What a unit must have to count: what each is in the store is said in backend/query/gate/traits.ts. */
export type Trait =
  | 'planned'
  | 'one_change'
  | 'one_part'
  | 'one_source'
  | 'majority'
  | 'commit_known'
  | 'merge_known'
  | 'seen_30_days'
  | 'seen_60_days'
  | 'seen_90_days'
  | 'no_file_deleted'
  | 'unattested'
  | 's1'
  | 's2'
  | 's3'
  | 's4';

/**
 * What a param does to the units behind the rows, so that the engine can judge two answers that differ in it alone (metrics.md 15.2):
 * - nothing: with all its values the same units count in the same rows; it says which number is shown of them, or how.
 * - question: its values are questions of their own, whose numbers are no parts of each other.
 * - rows: units move from row to row; the engine asks the metric with its other values.
 * - a trait by value: only units that have it count, or count in full; null = all. Judged like a filter.
 */
export type Chooses = 'nothing' | 'question' | 'rows' | Readonly<Record<string, Trait | null>>;

/** Rows about nobody, and why. */
export interface Nobody {
  readonly count: null;
  readonly reason: string;
  readonly when?: When;
}

/** Cell of a row: true = it takes part in judging its siblings and is not shown. Taken off. */
export const ONLY_JUDGED = 'only_judged';
/** Default of `share`. */
export const ONE_PERSON_SHARE = 'one_person_share';
