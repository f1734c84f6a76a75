/**
 * The contract of a metric. A metric folder imports only this file, `../parts` and `../../statistics`.
 * Everything else (validation, defaults, editor form, frame fields, help text) derives from what is declared here.
 */
import type { Dimension } from './dimension.ts';
import type { Chooses, Nobody, PeopleRule, Units } from './people.ts';

export { DIMENSIONS, type Dimension } from './dimension.ts';
export {
  ONE_PERSON_SHARE,
  ONLY_JUDGED,
  type Chooses,
  type DaysBefore,
  type Nobody,
  type Against,
  type PeopleRule,
  type Trait,
  type UnitName,
  type Units,
} from './people.ts';

/** What a column is for. `time` is never null; `value` columns carry a Grafana unit. */
export type ColumnRole = 'time' | 'label' | 'value' | 'lower' | 'upper' | 'count' | 'link' | 'text';

/** One field of a metric's result. */
export interface Column {
  readonly name: string;
  readonly role: ColumnRole;
  /** JavaScript type of the cell: `time` = Date (UTC), `number` = float64, `string` = UTF-8. */
  readonly type: 'time' | 'number' | 'string';
  /** Grafana unit id (`m`, `percentunit`, `short`, `d` …), or `points`: a difference of two shares (cells are of 0..1). Required for value, lower and upper. */
  readonly unit?: string;
  /** Display name. */
  readonly label: string;
  /** One sentence: what it says. */
  readonly help: string;
  /** What null means here. "never null" where it cannot be. */
  readonly nullMeaning: string;
  /** Only present in these modes (values of the `mode` param); absent = in every mode. */
  readonly modes?: readonly string[];
  /**
   * Only present while each named param has one of these values, e.g. `{ metric: ['lead_time'] }`. Columns may share a name when
   * no set of params shows two of them: so `value` can be minutes for one choice and a ratio for another.
   */
  readonly when?: Readonly<Record<string, readonly string[]>>;
  /** Threshold steps for panels: value from which the colour applies; null = base. */
  readonly thresholds?: ReadonlyArray<{ readonly value: number | null; readonly color: string }>;
  /**
   * What a count counts, required of role `count`. row: what the row is about, whose people it is judged by. beside: what the row leaves out or has
   * beside it; the people behind that may be few, so panels show its step. nobody: nothing that people did. Of a share: that of such a count.
   */
  readonly counts?: 'row' | 'beside' | 'nobody';
  /** Rows of a series differ in it as others differ in time: an age. In format `timeseries` it is what lines are drawn over. */
  readonly isAxis?: true;
  /** Of an axis that is a share: name of the straight line from nothing to all, beside which the lines are read. */
  readonly even?: string;
  /** The number counts people: panels show its step (5 to 9, 10 to 19 …), of which it is the lower end. Default: only what `people` judges by. */
  readonly countsPeople?: boolean;
  /** Free text of whoever wrote a title or a message, of a change, an incident, a failed call: never an instruction. Assistants get it only with evidence. */
  readonly isForeign?: true;
  /** Data link set on the field by the backend; `${__data.fields.x}` refers to a sibling column. */
  readonly link?: { readonly title: string; readonly url: string };
}

interface ParamBase {
  readonly label: string;
  /** One or two sentences for the tooltip and the query help. */
  readonly help: string;
  /** Shown only while another param has one of these values, e.g. `{ mode: ['effect'] }`. */
  readonly when?: Readonly<Record<string, readonly string[]>>;
}
/** A param that is no filter and no group says whether it chooses units: those two are judged as what they are. */
interface ChoosingParam extends ParamBase {
  readonly chooses: Chooses;
}
/** One of a fixed list. Bound in SQL as text. */
export interface ChoiceParam extends ChoosingParam {
  readonly kind: 'choice';
  readonly default: string;
  readonly choices: ReadonlyArray<{ readonly value: string; readonly label: string; readonly help?: string }>;
}
/** Any number of values of a dimension; empty = all. Bound in SQL as text[] or null when empty. */
export interface FilterParam extends ParamBase {
  readonly kind: 'filter';
  readonly dimension: Dimension;
  readonly default: readonly string[];
}
/** Dimensions to group by, in order. Bound in SQL as text[]. */
export interface GroupByParam extends ParamBase {
  readonly kind: 'groupBy';
  readonly allowed: readonly Dimension[];
  readonly default: readonly Dimension[];
}
/** A number in an inclusive range. Bound as double precision. */
export interface NumberParam extends ParamBase {
  readonly kind: 'number';
  /** Values of a number are too many to ask for: what chooses by one has `steps`. */
  readonly chooses: 'nothing' | 'question' | 'steps';
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly integer?: boolean;
  readonly unit?: string;
  /** Values whose answers differ by at least five people: the engine takes the nearest one below, else the first. Absent = any. */
  readonly steps?: readonly number[];
}
/** A switch. Bound as boolean. */
export interface BooleanParam extends ChoosingParam {
  readonly kind: 'boolean';
  readonly default: boolean;
}
/** A short free text, e.g. an id. Bound as text; never becomes part of SQL. Empty = not given (bound as null). */
export interface TextParam extends ParamBase {
  readonly kind: 'text';
  /** Texts are too many to ask for: none may choose among units of people. */
  readonly chooses: 'nothing' | 'question';
  readonly default: string;
  readonly pattern?: string;
}
export type Param = ChoiceParam | FilterParam | GroupByParam | NumberParam | BooleanParam | TextParam;

export type ParamValue = string | number | boolean | readonly string[];
export type ParamValues = Readonly<Record<string, ParamValue>>;

/** A cell. Dates are UTC instants. */
export type Cell = string | number | boolean | Date | null;
/** A row by column name. */
export type Row = Record<string, Cell>;

/** Severity and text of a notice shown on the panel title. */
export interface Notice {
  readonly severity: 'info' | 'warning' | 'error';
  readonly text: string;
}

/** A phase of throughline.yaml (metrics.md 0.12), as far as an answer counts it. */
export interface Phase {
  readonly title: string;
  /** Half-open; empty = it begins after the range, or no whole week of it has passed. */
  readonly from: Date;
  readonly to: Date;
  /** Null = it goes on. */
  readonly endsAt: Date | null;
}

/** Everything a pure `compute` may look at beside the rows. */
export interface ComputeContext {
  readonly params: ParamValues;
  readonly from: Date;
  readonly to: Date;
  /** IANA zone in which buckets are cut. */
  readonly tz: string;
  /** Organisation settings (table `setting`) with defaults filled in: k, min_n overrides, thresholds. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** A fresh mulberry32 stream seeded by FNV-1a of the given seed name (metrics.md 4.1). Same name, same stream. */
  readonly random: (seedName: string) => () => number;
  /** Start of the days before the range that stand beside each row; absent = none do (`shows` in `units`). */
  readonly before?: Date;
  /** In order, the first is the baseline; absent = the question is not about them (`shows` in `units`). */
  readonly phases?: readonly Phase[];
  /** What all metrics are asked; absent = nothing. */
  readonly questions?: readonly Question[];
  /** Of questions whose answer shows nothing in this range because small groups are hidden: why, by id. Only where `asksGate`. */
  readonly hidden?: Readonly<Record<string, string>>;
  /** Nothing is shown, only who is behind each row is read: estimates may be left out. Absent = rows are shown. */
  readonly onlyPeople?: true;
}
/** What `compute` gives back: rows as declared by `columns`, and notices (suppressed groups, unknown share, truncation). */
export interface ComputeResult {
  readonly rows: Row[];
  readonly notices?: readonly Notice[];
  /** Rows that there are, where only the newest are shown. Default: those shown. */
  readonly listed?: number;
}
export type Compute = (rows: Row[], context: ComputeContext) => ComputeResult;

/** What an answer is of, for what the browser makes of it: rides in `meta.custom` of each frame. */
export interface AnswerFacts {
  /** Milliseconds since 1970; half-open. Another range than was asked for where that one was widened, or holds parts of weeks. */
  readonly range: { readonly from: number; readonly to: number };
  /** Rows that there are of a list that shows only its newest. Default: those shown. */
  readonly listed?: number;
}

/** Grafana frame shapes (metrics.md 0.15). */
export type Format = 'timeseries' | 'numeric' | 'table';

/** Columns of a table: those that people read (`Metric.reads`), or all. `count`: of numbers, how many units are behind each in its place. */
export type ColumnChoice = 'read' | 'all' | 'count';

/** Rows of the metric `evidence` on which a number rests. */
export interface EvidenceRows {
  readonly mode: 'changes' | 'deployments' | 'incidents' | 'issues';
  readonly only?: 'failed' | 'excluded';
  /** Holds while each named param has one of these values; absent = always. */
  readonly when?: Readonly<Record<string, readonly string[]>>;
}

/** Data that an organisation may choose not to collect (`privacy.collect` of throughline.yaml). */
export type Category = 'usage' | 'lines' | 'surveys' | 'seniority';

/** What metrics rest on, as `throughline plan` names it before anything is collected. */
export type Fact =
  'changes' | 'reviews' | 'deployments' | 'incidents' | 'code_source' | 'lines' | 'usage' | 'teams' | 'sprints';

/** What a store holds or not. A plan speaks of facts alone. */
export type StoreFact = Fact | 'builds';

/** Facts whose units periods of bad data leave out (`exclusions` of throughline.yaml). */
export type ExcludedFact = 'changes' | 'deployments' | 'incidents' | 'builds';

/** What the answer to a question rests on: facts, and what must be known of them. */
export type Ground = Fact | 'starts' | 'identity' | 'age_90' | 'failures' | 'bands' | 'before';

/** A question that a metric answers, as people ask it: what the store lacks for it is measured (metric readiness, board Start here). */
export interface Question {
  /** Unique among all metrics. */
  readonly id: string;
  readonly title: string;
  /** Without any of these there is no answer. */
  readonly needs: readonly Ground[];
  /** Without these the answer says less. */
  readonly gains?: readonly Ground[];
  /** uid of the board that answers it. */
  readonly board: string;
  /** With which the metric answers it. Absent = its defaults. */
  readonly params?: ParamValues;
}

/** Why an answer has no rows, where that is an answer itself: nothing failed. */
export interface OfNothing {
  readonly when: Readonly<Record<string, readonly string[]>>;
  /** Facts that its rows are. */
  readonly needs?: readonly StoreFact[];
  /** One sentence, true of every range and filter without rows. */
  readonly says?: string;
  /** What would tell it too; where nobody tells of that, the answer says so. */
  readonly toldBy?: Fact;
}

/** A metric: facts only, no logic. */
export interface Metric {
  /** = folder = queryType = docs anchor; never renamed. */
  readonly id: string;
  readonly title: string;
  /** One sentence that answers "what question does it answer?". */
  readonly summary: string;
  /** Name that seeds the generator (metrics.md 4.1); stable even if texts change. */
  readonly seedName: string;
  /** It speaks of the answers to all questions: the engine asks them first, and tells which are hidden. */
  readonly asksGate?: true;
  /** Facts without which it says nothing. Absent = a plan (`throughline plan`) does not speak of it. */
  readonly needs?: readonly Fact[];
  /** Facts without which it says less. */
  readonly gains?: readonly Fact[];
  /** What an answer without rows needs besides, and says; the first whose `when` holds, as in `units`. Absent = only that there are none. */
  readonly ofNothing?: readonly OfNothing[];
  /** What people ask it. Absent = nothing that a newcomer asks. */
  readonly questions?: readonly Question[];
  /** Of an empty store it says what is not there. Absent = it has no rows then. */
  readonly speaksOfNothing?: true;
  readonly params: Readonly<Record<string, Param>>;
  /** Params that a form shows at once, at most MOST_MAIN, in this order; the others are folded away. Absent = all: there are no more. */
  readonly main?: readonly string[];
  readonly columns: readonly Column[];
  /**
   * What a table shows after time and labels, in the order in which it is read; the other columns come where a query asks for all.
   * Absent = all columns as declared.
   */
  readonly reads?: readonly string[];
  /** `usage` = the numbers tell how people use tools: organisations may keep more people behind these. Absent = code and its delivery. */
  readonly about?: 'usage';
  /** Categories (`privacy.collect`) without which there is no answer, beside those that `needs` and `about` tell: `when` as in `units`. Absent = none. */
  readonly collects?: ReadonlyArray<{
    readonly of: Category;
    readonly when: Readonly<Record<string, readonly string[]>>;
  }>;
  /** Param that splits its SQL: query.<value>.sql for each of its values that needs one of its own, query.sql for the others. Absent = query.sql. */
  readonly sqlBy?: string;
  /** Choice that says what its rows are: an answer without rows names the others. Absent = there is one kind of rows. */
  readonly rowsOf?: string;
  /** Who is behind the rows. A text = the cell with their number, whatever is asked. Each question has a rule. */
  readonly people: string | ReadonlyArray<PeopleRule | Nobody>;
  /**
   * Values of params with which people.sql (people.<value>.sql where `sqlBy` splits) tells who is behind the rows, so that the gate need not ask for each
   * remainder of a filter: of several values it is whoever is behind one of them. Absent = none.
   */
  readonly peopleBy?: ReadonlyArray<Readonly<Record<string, readonly string[]>>>;
  /** Absent = it has no range of time that could be moved: it shows how things stand at its end. */
  readonly units?: readonly Units[];
  /** Its rows are single units, whose author a forge tells: shown by role (setting `rowReaders`). */
  readonly listsUnits?: true;
  /** Its rows are those of the person who asks (`:me::text`), and nobody else's: on boards alone, never kept for another question. */
  readonly ofAsker?: true;
  /** Its rows are for Admins of Grafana. */
  readonly forAdmins?: true;
  /** Values of params with which its rows are single deployments or incidents: an assistant without evidence gets their numbers by week. */
  readonly listsEvents?: Readonly<Record<string, readonly string[]>>;
  /** Ranges of questions about people are cut to whole ones of these. Default `week`. */
  readonly grain?: 'day' | 'week';
  /** Values of params with which the rows tell of no team: a data source that is bound to teams answers them as any other. Absent = it refuses what has no filter on team. */
  readonly aboutNoTeam?: Readonly<Record<string, readonly string[]>>;
  /** What lines over time ask where a query leaves it open: one line a group. Absent = the defaults of the params. */
  readonly overTime?: ParamValues;
  /** Formats it can be drawn in; the first is the default of a new panel. */
  readonly formats: readonly Format[];
  /** Parameter sets worth a click in the query help, with a title. */
  readonly examples: ReadonlyArray<{ readonly title: string; readonly params: ParamValues; readonly format?: Format }>;
  /**
   * Params that all have their default in the usual question, which rollups answer. The query file reads it as `:is_usual::boolean`: a constant
   * for the planner, so what is not needed costs nothing. Absent = no question is usual.
   */
  readonly usual?: readonly string[];
  /** Units that bad data takes from it: its answers say how many. Absent = none. */
  readonly leavesOut?: readonly ExcludedFact[];
  /** Values of params with which days of a freeze do not count. Absent = they count. */
  readonly skipsFreezes?: Readonly<Record<string, readonly string[]>>;
  /** Its alert rules are silent in a freeze: what they would tell was decided. */
  readonly isSilentInFreeze?: true;
  /** What a value opens into; the first whose `when` holds. Absent = no rows are behind it. */
  readonly evidence?: readonly EvidenceRows[];
}

/** More fields than this at once nobody takes in. */
export const MOST_MAIN = 5;

/** Declares a metric; keeps literal types and checks what types cannot. @throws Error naming the metric and the fault. */
export function defineMetric(metric: Metric): Metric {
  for (const column of metric.columns) {
    if ((column.role === 'value' || column.role === 'lower' || column.role === 'upper') && !column.unit) {
      throw new Error(`metric ${metric.id}: column ${column.name} has role ${column.role} and needs a unit`);
    }
  }
  const uncounted = metric.columns.find(({ role, counts }) => role === 'count' && counts === undefined);
  if (uncounted !== undefined) {
    throw new Error(`metric ${metric.id}: column ${uncounted.name} does not say what it counts: row, beside or nobody`);
  }
  const splits = metric.sqlBy === undefined ? null : metric.params[metric.sqlBy];
  if (splits !== null && splits?.kind !== 'choice') {
    throw new Error(`metric ${metric.id}: sqlBy names ${String(metric.sqlBy)}, which is no choice param`);
  }
  refuseUnjudged(metric);
  refuseUnknown(metric);
  const unknown = metric.usual?.find((name) => !Object.hasOwn(metric.params, name));
  if (unknown !== undefined) {
    throw new Error(`metric ${metric.id}: usual names ${unknown}, which is no param`);
  }
  return metric;
}

/** What a form or a table shows first is there. */
function refuseUnknown({ id, params, columns, main = [], reads = [], rowsOf }: Metric): void {
  if (rowsOf !== undefined && params[rowsOf]?.kind !== 'choice') {
    throw new Error(`metric ${id}: rowsOf names ${rowsOf}, which is no choice param`);
  }
  if (main.length > MOST_MAIN) {
    throw new Error(`metric ${id}: main has more than ${MOST_MAIN} params`);
  }
  const param = main.find((name) => !Object.hasOwn(params, name));
  const column = reads.find((name) => !columns.some((one) => one.name === name));
  if (param !== undefined || column !== undefined) {
    throw new Error(`metric ${id}: it has no ${param === undefined ? `column ${column ?? ''}` : `param ${param}`}`);
  }
}

/** What a type cannot say of `chooses`: each value of a choice has a trait or null, and steps are there. */
function refuseUnjudged({ id, params }: Metric): void {
  for (const [name, param] of Object.entries(params)) {
    if (param.kind === 'number' && param.chooses === 'steps' && param.steps === undefined) {
      throw new Error(`metric ${id}: param ${name} chooses by steps and has none`);
    }
    if ((param.kind === 'choice' || param.kind === 'boolean') && typeof param.chooses === 'object') {
      const values = param.kind === 'boolean' ? ['false', 'true'] : param.choices.map(({ value }) => value);
      const missing = values.find((value) => !Object.hasOwn(param.chooses as object, value));
      if (missing !== undefined) {
        throw new Error(`metric ${id}: chooses of param ${name} says nothing of its value ${missing}`);
      }
    }
  }
}

/** The bucket param of 0.1, shared by every metric that has a time series. */
export const bucketParam = (fallback: 'none' | 'day' | 'week' | 'month' | 'quarter'): ChoiceParam => ({
  kind: 'choice',
  chooses: 'nothing',
  label: 'Bucket',
  help: 'Width of a time bucket. Days and weeks (from Monday) begin in the time zone of the organisation where numbers are about people, else in that of the dashboard. "none" gives one row per group over the whole range.',
  default: fallback,
  choices: [
    { value: 'none', label: 'Whole range' },
    { value: 'day', label: 'Day' },
    { value: 'week', label: 'Week' },
    { value: 'month', label: 'Month' },
    { value: 'quarter', label: 'Quarter' },
  ],
});

/** A filter on one dimension; empty means all. */
export const filterParam = (dimension: Dimension, label: string): FilterParam => ({
  kind: 'filter',
  label,
  help: `Only these values of ${label.toLowerCase()}; empty means all, "unknown" is a value of its own.`,
  dimension,
  default: [],
});

/** The status column every table result carries (metrics.md 0.14). */
export const statusColumn: Column = {
  name: 'status',
  role: 'text',
  type: 'string',
  label: 'Status',
  help: 'ok, partial, low_n, suppressed_k, immature, stale, no_baseline, no_telemetry, not_asked, no_start, no_deployment, undefined or bad_config.',
  nullMeaning: 'never null',
};

/** The status vocabulary of 0.14. */
export type Status =
  | 'ok'
  | 'partial'
  | 'low_n'
  | 'too_wide'
  | 'suppressed_k'
  | 'immature'
  | 'stale'
  | 'no_baseline'
  | 'no_telemetry'
  | 'not_asked'
  | 'no_start'
  | 'no_deployment'
  | 'undefined'
  | 'bad_config';
/** The verdict vocabulary of 0.14 (comparisons only). */
export type Verdict =
  | 'improved'
  | 'regressed'
  | 'no_clear_change'
  | 'better'
  | 'worse'
  | 'no_clear_difference'
  | 'more'
  | 'less'
  | 'too_early'
  | 'insufficient_data'
  | 'not_judged';
