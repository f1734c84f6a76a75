/** What units must have to count where a param chooses among them, as SQL over the rows of UNITS (`u`). Fixed text: nothing of a question is in it. */
import type { Dimension, Metric, Param, ParamValue, ParamValues, Trait, UnitName } from '../../../metrics/define.ts';
import { isParamShown } from '../../../metrics/query.ts';
import type { JudgedUnit } from './judged.ts';

/** @param parts What the parts of a deployment are told apart by: dimensions of its changes that are asked for. */
type TraitSql = (parts: readonly string[]) => string;

/** Dimensions of a change, not of the place where it was deployed. */
const OF_CHANGE = ['pr_class', 'code_source', 'zone', 'size'] as const satisfies readonly Dimension[];

/** Changes of the deployment of `u`, and whether one is of its part. */
const shippedWith = 'from deployment_unit x where x.deployment_id = u.deployment_id and x.role = \'shipped\''; // prettier-ignore
const isSamePart = (parts: readonly string[]): string => {
  const names = OF_CHANGE.filter((name) => parts.includes(name));
  return names.map((name) => `x.${name} is not distinct from u.${name}`).join(' and ') || 'true';
};

const OF_DEPLOYMENTS: Partial<Record<Trait, TraitSql>> = {
  planned: () =>
    `not exists (select from deployment_fact d where d.deployment_id = u.deployment_id and d.kind in ('rollback', 'hotfix'))`,
  one_change: () => `not exists (select ${shippedWith} and (x.repo_id, x.change_id) is distinct from (u.repo_id, u.change_id))`,
  one_part: (parts) => `not exists (select ${shippedWith} and not (${isSamePart(parts)}))`,
  one_source: (parts) => `not exists (select ${shippedWith} and not (${isSamePart([...parts, 'code_source'])}))`,
  majority: (parts) =>
    `(select 2 * count(*) filter (where ${isSamePart(parts)}) > count(*) ${shippedWith})`,
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
export function traitSql(unit: JudgedUnit, traits: ReadonlySet<Trait>, parts: readonly string[]): string[] {
  const known: Partial<Record<Trait, TraitSql>> =
    (TRAITS as Partial<Record<JudgedUnit, Partial<Record<Trait, TraitSql>>>>)[unit] ?? {};
  return [...traits].flatMap((trait) => known[trait]?.(parts) ?? []);
}
