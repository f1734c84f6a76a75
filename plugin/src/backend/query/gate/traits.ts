/** What units must have to count where a param chooses among them, as SQL over the rows of UNITS (`u`). Fixed text: nothing of a question is in it. */
import type { Dimension, Metric, Param, ParamValue, ParamValues, Trait, UnitName } from '../../../metrics/define.ts';
import { isOneAi } from '../../../metrics/parts/ai-group.ts';
import { isParamShown } from '../../../metrics/query.ts';
import { sourceSql } from '../ai-group.ts';
import type { JudgedUnit } from './judged.ts';

interface TraitAsked {
  /** What the parts of a deployment are told apart by: dimensions of its changes that are asked for. */
  readonly parts: readonly string[];
  readonly params: ParamValues;
}

type TraitSql = (asked: TraitAsked) => string;

/** Dimensions of a change, not of the place where it was deployed. */
const OF_CHANGE = ['pr_class', 'code_source', 'zone', 'size'] as const satisfies readonly Dimension[];

/** Which of them the parts are told apart by. */
const partsOf = (parts: readonly string[]): readonly string[] => OF_CHANGE.filter((name) => parts.includes(name));

const columnOf = (alias: string, name: string, params: ParamValues): string =>
  name === 'code_source' ? sourceSql(isOneAi(params), `${alias}.${name}`) : `${alias}.${name}`;

/** Whether no parts are told apart, or sources alone as the store names them, which each deployment has counted. */
const isWhole = (names: readonly string[]): boolean => names.length === 0;
const isOfSource = (names: readonly string[], params: ParamValues): boolean =>
  names.join() === 'code_source' && !isOneAi(params);

/**
 * Whether a deployment is one of those that are asked for once, for all changes of `u`: asked for each of them they would be asked for again and
 * again. `is true` keeps them a list that is looked up: joined with `u` they would be taken for one and read through for each of its rows.
 */
const isIn = (own: string, listed: string): string => `(${own}) in (${listed}) is true`;

/** Changes of deployments as `x`. */
const SHIPPED = `from deployment_unit x where x.role = 'shipped' group by x.deployment_id`;

/** All changes of the deployment of `u` are of one part. */
function isOnePart(names: readonly string[], params: ParamValues): string {
  if (isWhole(names)) return 'true';
  if (isOfSource(names, params))
    return isIn(
      'u.deployment_id',
      'select p.deployment_id from pack.deployment_pack p where cardinality(p.sources) = 1'
    );
  const isOne = names
    .map((name) => columnOf('x', name, params))
    .map((column) => `min(${column}) = max(${column})`)
    .join(' and ');
  return isIn('u.deployment_id', `select x.deployment_id ${SHIPPED} having ${isOne}`);
}

/** More than half of the changes of the deployment of `u` are of its part. */
function isMostPart(names: readonly string[], params: ParamValues): string {
  if (isWhole(names)) return 'true';
  const own = ['u.deployment_id', ...names.map((name) => columnOf('u', name, params))].join(', ');
  if (isOfSource(names, params))
    return isIn(
      own,
      `select p.deployment_id, s.code_source from pack.deployment_pack p
      cross join unnest(p.sources, p.source_changes) as s(code_source, n) where 2 * s.n > (select sum(n) from unnest(p.source_changes) as n)`
    );
  const columns = names.map((name) => columnOf('x', name, params));
  return isIn(
    own,
    `select m.deployment_id, ${names.map((name) => `m.${name}`).join(', ')} from (
      select x.deployment_id, ${columns.map((column, place) => `${column} as ${names[place] ?? ''}`).join(', ')}, count(*) as n, sum(count(*)) over (partition by x.deployment_id) as of_all ${SHIPPED}, ${columns.join(', ')}) m
    where 2 * m.n > m.of_all`
  );
}

const OF_DEPLOYMENTS: Partial<Record<Trait, TraitSql>> = {
  planned: () =>
    `not exists (select from deployment_fact d where d.deployment_id = u.deployment_id and d.kind in ('rollback', 'hotfix'))`,
  one_change: () => isIn('u.deployment_id', `select p.deployment_id from pack.deployment_pack p where p.source_changes = '{1}'`),
  one_part: ({ parts, params }) => isOnePart(partsOf(parts), params),
  one_source: ({ parts, params }) => isOnePart(partsOf([...parts, 'code_source']), params),
  majority: ({ parts, params }) => isMostPart(partsOf(parts), params),
}; // prettier-ignore

const ofSeverity =
  (severity: string): TraitSql =>
  () =>
    `u.severity = '${severity}'`;

const seen = (days: number): TraitSql => () => `u.merged_at + interval '${String(days)} days' <= u.observed_until`; // prettier-ignore

/** Absent = units of this kind are not chosen by it. */
export const TRAITS: Readonly<Partial<Record<UnitName, Partial<Record<Trait, TraitSql>>>>> = {
  shipped: OF_DEPLOYMENTS,
  failed: OF_DEPLOYMENTS,
  delivered: {
    commit_known: () => 'u.first_commit_at <= u.deployed_at',
    merge_known: () => 'u.merged_at <= u.deployed_at',
  },
  responded: { s1: ofSeverity('s1'), s2: ofSeverity('s2'), s3: ofSeverity('s3'), s4: ofSeverity('s4') },
  survived: {
    seen_30_days: seen(30),
    seen_60_days: seen(60),
    seen_90_days: seen(90),
    no_file_deleted: () => `not exists (
      select from change_death d where d.repo_id = u.repo_id and d.change_id = u.change_id and d.death_kind = 'file_deleted' and d.age_days <= 90)`,
    unattested: () =>
      `not exists (select from change_line l where l.repo_id = u.repo_id and l.change_id = u.change_id and l.line_source <> '')`,
  },
};

/** What the unit of an answer must have by the values of its params. */
export function traitsOf({ params: declared }: Metric, params: ParamValues): ReadonlySet<Trait> {
  const asked = Object.entries(declared).filter(([, param]) => isParamShown(param, params));
  return new Set(asked.flatMap(([name, param]) => traitOf(param, params[name]) ?? []));
}

/** Null = the value chooses all. */
export function traitOf(param: Param, value: ParamValue | undefined): Trait | null {
  const chooses = 'chooses' in param && typeof param.chooses === 'object' ? param.chooses : {};
  return chooses[String(value)] ?? null;
}

/** Conditions on a unit; of kinds of units that a trait does not choose among none. */
export function traitSql(unit: JudgedUnit, traits: ReadonlySet<Trait>, asked: TraitAsked): string[] {
  const known: Partial<Record<Trait, TraitSql>> =
    (TRAITS as Partial<Record<JudgedUnit, Partial<Record<Trait, TraitSql>>>>)[unit] ?? {};
  return [...traits].flatMap((trait) => known[trait]?.(asked) ?? []);
}
