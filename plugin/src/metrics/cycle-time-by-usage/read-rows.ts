/** The rows of query.sql as typed objects; the packing is described there. */
import type { Row } from '../define.ts';
import { GROUPS } from './groups.ts';
import { bigIntegers, integers, statesOf } from './unpack.ts';

/** Bits of the state of a week of usage; 0 = no row. */
export const STATE = {
  /** Coverage of grade activity or better: no use is zero use. */
  known: 1,
  /** Coverage of grade event or better. */
  event: 2,
  used: 4,
  high: 8,
  seated: 16,
  seen: 32,
} as const;

/** A tool in a workflow. */
export interface Scope {
  readonly workflow: string;
  readonly tool: string;
  /** Version of the definition that is valid at the end of the range. */
  readonly version: number;
  readonly isToolScope: boolean;
  readonly baselineWeeks: number;
  readonly washoutDays: number;
  /** Week of the first unit of the workflow; null = none. */
  readonly firstWeek: number | null;
  /** Week that holds the start of the range. */
  readonly firstRangeWeek: number;
  /** Share of the tool's accounts joined to a person; null = the tool has none. */
  readonly matchRate: number | null;
  /** Data is complete up to here, minutes since 1970; null = not known. */
  readonly watermark: number | null;
  /** Which usage rows count; null = the workflow lists no tool. */
  readonly usageKey: string | null;
}

/** Completed units of one person in one workflow version and one set of groups. */
export interface UnitRow {
  readonly workflow: string;
  readonly version: number;
  /** Null = not asked for. */
  readonly team: string | null;
  /** Null = no human known. */
  readonly person: string | null;
  /** Values of GROUPS; null = not grouped by. */
  readonly groups: ReadonlyArray<string | null>;
  readonly milliseconds: Float64Array;
  readonly weeks: Int32Array;
  /** Minutes since 1970; empty = not asked for. */
  readonly ended: Int32Array;
  /** Minutes from start to end; empty = not asked for. */
  readonly spans: Int32Array;
}

/** Sixty weeks of a person's usage of a tool. */
export interface UsageRow {
  readonly key: string;
  /** Null = not asked for. */
  readonly team: string | null;
  readonly person: string;
  readonly firstWeek: number;
  /** State of each week: bits of STATE. */
  readonly states: Uint8Array;
  /** Bits by basis. */
  readonly bases: number;
  /** Weeks with uses: week of the block · 2^24 + uses. Empty = none, or not asked for. */
  readonly uses: Int32Array;
  /** Last week with a row and the uses that decide its band; null = not asked for. */
  readonly last: { readonly week: number; readonly used: number } | null;
}

/** When a tool landed for a team. */
export interface Landing {
  /** Week that holds the landing. */
  readonly week: number;
  /** Minutes since 1970 of the landing and of that week's Monday. */
  readonly at: number;
  readonly monday: number;
  readonly basis: string;
}

/** Units of a workflow that never became a cycle time, and those that were cut. */
export interface Rejected {
  readonly bad_order: number;
  readonly no_start: number;
  readonly abandoned: number;
  readonly winsorised: number;
}

/** Events of a tool, and those that name or reach a workflow. */
export interface Events {
  readonly events: number;
  readonly attributed: number;
}

export interface Input {
  readonly scopes: readonly Scope[];
  /** By person, so that sums and draws do not depend on the order in which the database read them. */
  readonly units: readonly UnitRow[];
  readonly usage: readonly UsageRow[];
  /** By `landingKey`. */
  readonly landings: ReadonlyMap<string, Landing>;
  readonly rejected: ReadonlyMap<string, Rejected>;
  readonly events: ReadonlyMap<string, Events>;
}

export const landingKey = (scope: Pick<Scope, 'workflow' | 'tool'>, team: string): string =>
  JSON.stringify([scope.workflow, scope.tool, team]);

export function readRows(rows: readonly Row[]): Input {
  const byKind = new Map<string, Data[]>();
  for (const row of rows) {
    const kind = String(row['kind']);
    const list = byKind.get(kind) ?? [];
    byKind.set(kind, list);
    list.push(JSON.parse(String(row['data'])) as Data);
  }
  const of = (kind: string) => byKind.get(kind) ?? [];
  const placeOf = (data: Data) => ({ workflow: text(data, 'workflow_id'), tool: text(data, 'tool_id') });
  return {
    scopes: of('scope').map(scopeOf).sort((one, two) => order(one.workflow, two.workflow) || order(one.tool, two.tool)),
    units: of('unit').map(unitOf).sort((one, two) => order(one.person ?? '', two.person ?? '') || order(groupKey(one), groupKey(two))),
    usage: of('usage').map(usageOf).sort((one, two) => order(one.person, two.person) || one.firstWeek - two.firstWeek),
    landings: new Map(of('landing').map((data) => [landingKey(placeOf(data), text(data, 'team_id')), data as unknown as Landing])),
    rejected: new Map(of('rejected').map((data) => [text(data, 'workflow_id'), data as unknown as Rejected])),
    events: new Map(of('events').map((data) => [text(data, 'tool_id'), data as unknown as Events])),
  }; // prettier-ignore
}

type Data = Readonly<Record<string, unknown>>;

function scopeOf(data: Data): Scope {
  return {
    workflow: text(data, 'workflow_id'),
    tool: text(data, 'tool_id'),
    version: Number(data['version']),
    isToolScope: data['is_tool_scope'] === true,
    baselineWeeks: Number(data['baseline_weeks']),
    washoutDays: Number(data['washout_days']),
    firstWeek: optional(data, 'first_week'),
    firstRangeWeek: Number(data['first_range_week']),
    matchRate: optional(data, 'match_rate'),
    watermark: optional(data, 'watermark'),
    usageKey: data['usage_workflow_id'] === null ? null : usageKey(data),
  };
}

function unitOf(data: Data): UnitRow {
  const { high: milliseconds, low: weeks } = bigIntegers(data['units']);
  return {
    workflow: text(data, 'workflow_id'),
    version: Number(data['workflow_version']),
    team: nullable(data['team_id']),
    person: nullable(data['person_id']),
    groups: GROUPS.map((group) => nullable(data[group === 'team' ? 'team_id' : group])),
    milliseconds,
    weeks,
    ended: integers(data['ended']),
    spans: integers(data['spans']),
  };
}

function usageOf(data: Data): UsageRow {
  const firstWeek = Number(data['first_week']);
  const last = optional(data, 'last_used');
  return {
    key: usageKey(data),
    team: nullable(data['team_id']),
    person: text(data, 'person_id'),
    firstWeek,
    states: statesOf([
      [data['known_weeks'], STATE.known],
      [data['event_weeks'], STATE.event],
      [data['used_weeks'], STATE.used],
      [data['high_weeks'], STATE.high],
      [data['seated_weeks'], STATE.seated],
      [data['seen_weeks'], STATE.seen],
    ]),
    bases: Number(data['bases']),
    uses: integers(data['uses']),
    last: last === null ? null : { week: firstWeek + Math.floor(last / 4294967296), used: last % 4294967296 },
  }; // prettier-ignore
}

function usageKey(data: Data): string {
  return JSON.stringify([data['tool_id'], data['usage_workflow_id'], data['measure'], data['usage_window'], data['high_min']]);
} // prettier-ignore

function groupKey({ version, groups }: UnitRow): string {
  return JSON.stringify([version, groups]);
}

function optional(data: Data, name: string): number | null {
  const value = data[name];
  return typeof value === 'number' ? value : null;
}

function text(data: Data, name: string): string {
  return nullable(data[name]) ?? '';
}

function nullable(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function order(one: string, two: string): number {
  return one < two ? -1 : one > two ? 1 : 0;
}
