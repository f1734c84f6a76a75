/** The rows of query.sql as typed objects; the packing is described there. */
import { basisOf, integers, stateOf, weekOf } from '../../parts/packs.ts';
import type { ComputeContext, Row } from '../../define.ts';
import { unitsByWorkflow, wholeDays, type UnitRow } from './read-units.ts';
import { nullable, optional, order, partsOf, text, type Data } from './row-data.ts';
import { BLOCK_WEEKS, statesOf } from './unpack.ts';

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
  /** Minutes at which units are cut, by version of the workflow; a version without a limit is absent. */
  readonly longest: ReadonlyMap<number, number>;
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

/** Sixty weeks of a person's usage of a tool; arrays may hold other people's too. */
export interface UsageRow {
  readonly key: string;
  /** Null = not asked for. */
  readonly team: string | null;
  readonly person: string;
  readonly firstWeek: number;
  /** State of each week, bits of STATE, from place `statesAt` on. */
  readonly states: Uint8Array;
  readonly statesAt: number;
  /** Bits by basis. */
  readonly bases: number;
  /** Weeks with uses: week of the block · 2^24 + uses; the person's from `usesStart` to before `usesEnd`. Empty = not asked for. */
  readonly uses: Int32Array;
  readonly usesStart: number;
  readonly usesEnd: number;
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
  /** By workflow; in the order of people, so that sums and draws do not depend on the order in which the database read them. */
  readonly units: ReadonlyMap<string, readonly UnitRow[]>;
  /** By way of counting (`Scope.usageKey`). */
  readonly usage: ReadonlyMap<string, readonly UsageRow[]>;
  /** By `landingKey`. */
  readonly landings: ReadonlyMap<string, Landing>;
  readonly rejected: ReadonlyMap<string, Rejected>;
  /** Units of the range without a known start, by workflow. */
  readonly noStart: ReadonlyMap<string, number>;
  readonly events: ReadonlyMap<string, Events>;
}

export const landingKey = (scope: Pick<Scope, 'workflow' | 'tool'>, team: string): string =>
  JSON.stringify([scope.workflow, scope.tool, team]);

export function readRows(rows: readonly Row[], { from, to }: Pick<ComputeContext, 'from' | 'to'>): Input {
  const byKind = new Map<string, Data[]>();
  for (const row of rows) {
    const kind = String(row['kind']);
    const list = byKind.get(kind) ?? [];
    byKind.set(kind, list);
    list.push({ ...row, ...(JSON.parse(String(row['data'])) as Data) });
  }
  const of = (kind: string) => byKind.get(kind) ?? [];
  const placeOf = (data: Data) => ({ workflow: text(data, 'workflow_id'), tool: text(data, 'tool_id') });
  return {
    scopes: of('scope')
      .map(scopeOf)
      .sort((one, two) => order(one.workflow, two.workflow) || order(one.tool, two.tool)),
    units: unitsByWorkflow(of('unit'), wholeDays(sinceOf(of('scope')) ?? from.getTime() / 60_000, to)),
    usage: Map.groupBy(
      of('usage').flatMap((data) =>
        data['people'] === undefined ? [usageOf(data)] : packedUsage(data, weeksOf(from, to))
      ),
      ({ key }) => key
    ),
    landings: new Map(
      of('landing').map((data) => [landingKey(placeOf(data), text(data, 'team_id')), data as unknown as Landing])
    ),
    rejected: new Map(of('rejected').map((data) => [text(data, 'workflow_id'), data as unknown as Rejected])),
    noStart: new Map(of('no_start').map((data) => [text(data, 'workflow_id'), Number(data['no_start'])])),
    events: new Map(of('events').map((data) => [text(data, 'tool_id'), data as unknown as Events])),
  };
}

/** Minutes since 1970, the same in every scope. */
const sinceOf = ([scope]: readonly Data[]): number | null => (scope === undefined ? null : optional(scope, 'since'));

function scopeOf(data: Data): Scope {
  return {
    workflow: text(data, 'workflow_id'),
    tool: text(data, 'tool_id'),
    version: Number(data['version']),
    isToolScope: data['is_tool_scope'] === true,
    baselineWeeks: Number(data['baseline_weeks']),
    washoutDays: Number(data['washout_days']),
    longest: new Map(
      Object.entries((data['longest'] ?? {}) as Record<string, number>).map(([version, minutes]) => [
        Number(version),
        minutes,
      ])
    ),
    firstWeek: optional(data, 'first_week'),
    firstRangeWeek: Number(data['first_range_week']),
    matchRate: optional(data, 'match_rate'),
    watermark: optional(data, 'watermark'),
    usageKey: data['usage_workflow_id'] === null ? null : usageKey(data),
  };
}

/** First week of the range, and the one after its last: the weeks that the query reads where it is not packed. */
function weeksOf(from: Date, to: Date): { first: number; end: number } {
  const day = (at: Date): number => Math.floor((at.getTime() - Date.UTC(2000, 0, 3)) / 86_400_000);
  return { first: Math.ceil((day(from) - 8) / 7), end: Math.ceil((day(to) + 2) / 7) };
}

/** Letters of the bases by their code in the packed states. */
const PACKED_BASES = ['', 'n', 's', 'a', 'e', 'o', 'd'].map((letter) =>
  letter === '' ? 0 : 1 << (letter.charCodeAt(0) - 96)
);

/** Blocks of many people, cut to the weeks of the range; who has no week in it is left out. */
function packedUsage(data: Data, weeks: { first: number; end: number }): UsageRow[] {
  const firstWeek = Number(data['first_week']);
  const first = Math.max(0, weeks.first - firstWeek);
  const end = Math.min(BLOCK_WEEKS, weeks.end - firstWeek);
  const [key, allStates, uses] = [usageKey(data), integers(data['states']), integers(data['uses'])];
  const useCounts = integers(data['counts']);
  const people = partsOf(data, 'state_counts');
  const states = new Uint8Array(people.length * BLOCK_WEEKS);
  let [statePlace, usesEnd] = [0, 0];
  const rows: UsageRow[] = [];
  for (const [index, { person, count }] of people.entries()) {
    const statesAt = index * BLOCK_WEEKS;
    let bases = 0;
    for (const stop = statePlace + count; statePlace < stop; statePlace += 1) {
      const packed = allStates[statePlace] as number;
      const week = weekOf(packed);
      if (week >= first && week < end) {
        states[statesAt + week] = stateOf(packed);
        bases |= PACKED_BASES[basisOf(packed)] as number;
      }
    }
    // Uses are in the order of weeks.
    let usesStart = usesEnd;
    const next = usesStart + (useCounts[index] ?? 0);
    usesEnd = next;
    while (usesStart < usesEnd && weekOf(uses[usesStart] as number) < first) usesStart += 1;
    while (usesStart < usesEnd && weekOf(uses[usesEnd - 1] as number) >= end) usesEnd -= 1;
    if (bases !== 0) {
      rows.push({
        key,
        team: nullable(data['team_id']),
        person: person ?? '',
        firstWeek,
        states,
        statesAt,
        bases,
        uses,
        usesStart,
        usesEnd,
        last: null,
      });
    }
    usesEnd = next;
  }
  return rows;
}

function usageOf(data: Data): UsageRow {
  const firstWeek = Number(data['first_week']);
  const last = optional(data, 'last_used');
  const uses = integers(data['uses']);
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
    statesAt: 0,
    bases: Number(data['bases']),
    uses,
    usesStart: 0,
    usesEnd: uses.length,
    last: last === null ? null : { week: firstWeek + Math.floor(last / 4294967296), used: last % 4294967296 },
  };
}

function usageKey(data: Data): string {
  return JSON.stringify([
    data['tool_id'],
    data['usage_workflow_id'],
    data['measure'],
    data['usage_window'],
    data['high_min'],
  ]);
}
