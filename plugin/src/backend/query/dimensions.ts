/** Values of every dimension, for variables, ad-hoc filters and the editors' pickers; narrowed by the values of the others. */
import { DIMENSIONS, type Dimension } from '../../metrics/define.ts';
import { storedSources } from '../../metrics/parts/ai-group.ts';
import type { SqlQuery } from '../store/database.ts';
import { sourceSql } from './ai-group.ts';

/** Chosen values by dimension; absent or empty = all. */
export type DimensionFilters = Partial<Record<Dimension, readonly string[]>>;

/** Dimensions of a change: column of change_fact, or an expression over it and its repository. */
const OF_CHANGE: Partial<Record<Dimension, string>> = {
  team: 'f.team_id',
  repo: 'r.slug',
  service: 'f.service_id',
  pr_class: 'f.pr_class',
  code_source: 'f.code_source',
  seniority: 'f.seniority',
  zone: 'f.zone',
  size: 'f.size',
};

/** Tools that a change counts for, as the views of units say it: none = human, unknown = no tool named. */
const TOOLS_OF_CHANGE = `case when f.tools <> '{}' then f.tools when f.code_source = 'human' then '{none}' else '{unknown}' end`;
const TOOL_OF_CHANGE = `unnest(${TOOLS_OF_CHANGE})`;

/** Dimensions whose values are a vocabulary of metrics.md and do not depend on what was collected. */
const FIXED: Partial<Record<Dimension, readonly string[]>> = {
  usage_bucket: ['high', 'mid', 'low', 'zero', 'zero_seated', 'zero_unseated', 'unknown'],
  reviewer_kind: ['human', 'ai_agent'],
  basis: ['pr', 'line'],
};

/** Texts shown instead of the id where the store has a title. */
const TITLES: Partial<Record<Dimension, string>> = {
  team: '(select title from team where team_id = v.value)',
  service: '(select title from service where service_id = v.value)',
  tool: '(select title from tool where tool_id = v.value)',
};

/**
 * What comes first where it is not the alphabet: a variable opens on the first value, so of tools on the one with most use in the store, in
 * days of people with a use: uses of different tools are not of one kind.
 */
const ORDERS: Partial<Record<Dimension, string>> = {
  tool: `v.value in ('unknown', 'none'), array_position((select array_agg(tool_id order by days desc)
    from (select tool_id, sum(active_days) as days from usage_week where workflow_id = '' and uses > 0 group by tool_id) u), v.value)`,
};

/** Most values that a picker gets; more are found by typing. */
export const MAX_VALUES = 2000;

/** How to narrow the values themselves. */
export interface ValueMatch {
  /** Part of the value or of its title, case-insensitive. */
  readonly search?: string;
  /** Regular expression that the whole value must match, as Grafana means `=~`. */
  readonly pattern?: string;
  /** Only these. Default: all. */
  readonly among?: readonly string[];
  /** Most rows. Default: all. */
  readonly limit?: number;
  /** Only values behind which stand this many people, or nobody who is known. Default: all. */
  readonly least?: number;
  /** AI code is one value (ai-group.ts). Default: as the store names its shares. */
  readonly isOneAi?: boolean;
}

export function isDimension(name: string): name is Dimension {
  return (DIMENSIONS as readonly string[]).includes(name);
}

/** SQL for the distinct values of one dimension: columns `value` and `title` (null where there is none). */
export function dimensionValues(dimension: Dimension, filters: DimensionFilters, match: ValueMatch = {}): SqlQuery {
  const values: unknown[] = [];
  const bind: Bind = (value, type) => `$${String(values.push(value))}::${type}`;
  const conditions = ['v.value is not null'];
  if (match.search !== undefined && match.search !== '') {
    conditions.push(`strpos(lower(concat(v.value, ' ', v.title)), lower(${bind(match.search, 'text')})) > 0`);
  }
  if (match.pattern !== undefined) {
    conditions.push(`v.value ~ ${bind(`^(?:${match.pattern})$`, 'text')}`);
  }
  if (match.among !== undefined) conditions.push(`v.value = any(${bind(match.among, 'text[]')})`);
  const titled = `select v.value, ${TITLES[dimension] ?? 'null::text'} as title from (${valueSource(dimension, { filters, bind, least: match.least, isOneAi: match.isOneAi === true })}) v`;
  const limit = match.limit === undefined ? '' : ` limit ${bind(match.limit, 'integer')}`;
  const text = `select v.value, v.title from (${titled}) v where ${conditions.join(' and ')} order by ${ORDERS[dimension] ?? "v.value = 'unknown'"}, v.value${limit}`;
  return { text, values };
}

type Bind = (value: unknown, type: string) => string;

interface Source {
  readonly filters: DimensionFilters;
  readonly bind: Bind;
  readonly least: number | undefined;
  readonly isOneAi: boolean;
}

function valueSource(dimension: Dimension, { filters, bind, least, isOneAi }: Source): string {
  const fixed = FIXED[dimension];
  if (fixed !== undefined) {
    return `select unnest(${bind(fixed, 'text[]')}) as value`;
  }
  if (dimension === 'workflow') {
    return workflows(filters.team ?? [], bind, least);
  }
  if (dimension === 'phase' || dimension === 'arm') {
    return `select null::text as value where false`;
  }
  const where = changeConditions(dimension, filters, bind);
  const column = OF_CHANGE[dimension] ?? TOOL_OF_CHANGE;
  const all = `select ${dimension === 'code_source' ? sourceSql(isOneAi, column) : column} as value, f.responsible_id from change_fact f join repo r using (repo_id)${where}`;
  const ofChanges =
    least === undefined
      ? `select distinct value from (${all}) c`
      : `select value from (${all}) c group by value having ${ofEnough('responsible_id', bind(least, 'integer'))}`;
  // Without a filter every known tool is offered, also one that no change names yet.
  return dimension === 'tool' && where === '' ? `select tool_id as value from tool union ${ofChanges}` : ofChanges;
}

/** All that are defined; of teams those that they completed. */
function workflows(teams: readonly string[], bind: Bind, least: number | undefined): string {
  if (teams.length === 0) return 'select distinct workflow_id as value from workflow';
  const ofTeams = `from workflow_completion where team_id = any(${bind(teams, 'text[]')})`;
  return least === undefined
    ? `select distinct workflow_id as value ${ofTeams}`
    : `select workflow_id as value ${ofTeams} group by workflow_id having ${ofEnough("nullif(person_id, '')", bind(least, 'integer'))}`;
}

/** Nobody who is known, or enough people. */
const ofEnough = (person: string, least: string): string =>
  `count(distinct ${person}) = 0 or count(distinct ${person}) >= ${least}`;

function changeConditions(wanted: Dimension, filters: DimensionFilters, bind: Bind): string {
  const conditions: string[] = [];
  for (const dimension of DIMENSIONS) {
    const given = filters[dimension] ?? [];
    const chosen = dimension === 'code_source' ? storedSources(given) : given;
    const column = OF_CHANGE[dimension];
    if (dimension === wanted || chosen.length === 0) {
      continue;
    }
    if (column !== undefined) {
      conditions.push(`${column} = any(${bind(chosen, 'text[]')})`);
    } else if (dimension === 'tool') {
      conditions.push(`${TOOLS_OF_CHANGE} && ${bind(chosen, 'text[]')}`);
    }
  }
  return conditions.length === 0 ? '' : ` where ${conditions.join(' and ')}`;
}
