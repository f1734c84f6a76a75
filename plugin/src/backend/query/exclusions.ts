/**
 * What the organisation says not to count (`exclusions` of throughline.yaml; setting `exclusions`): how many units of it an answer lacks, and which
 * alert rules are silent. What is left out is decided where facts are derived, and shown by the metric `evidence`.
 */
import type { Dimension, ExcludedFact, Metric, Notice, ParamValues, Row } from '../../metrics/define.ts';
import { holds } from '../../metrics/query.ts';
import { dateFormat } from '../../statistics/date-format.ts';
import { readRows } from './gate/while-facts-stay.ts';
import type { EngineParts, PreparedQuery } from './run-metric.ts';
import type { TeamScope } from './team-scope.ts';

/** As the collector writes it (derive/organisation/exclusions.ts). */
export interface Exclusion {
  readonly kind: 'freeze' | 'holiday' | 'bad_data';
  /** Local dates in `time_zone`, both in it. */
  readonly first_day: string;
  readonly last_day: string;
  readonly time_zone: string;
  readonly facts: readonly ExcludedFact[];
  readonly teams: readonly string[];
  readonly services: readonly string[];
  readonly repos: readonly string[];
  readonly reason: string;
}

/** Exclusions in force; none where a store has none, or an older collector filled it. */
export const exclusionsIn = ({ exclusions }: Readonly<Record<string, unknown>>): readonly Exclusion[] =>
  Array.isArray(exclusions) ? (exclusions as Exclusion[]) : [];

const PLACES = { team: 'teams', service: 'services', repo: 'repos' } as const satisfies Partial<
  Record<Dimension, keyof Exclusion>
>;
type Place = keyof typeof PLACES;
const places = Object.entries(PLACES) as Array<[Place, (typeof PLACES)[Place]]>;

const isEverywhere = (one: Exclusion): boolean => places.every(([, names]) => one[names].length === 0);

/** What a question is narrowed to, by place; empty = nothing. */
function chosenOf({ params: declared }: Metric, params: ParamValues, place: Place): readonly string[] {
  const name = Object.entries(declared).find(([, one]) => one.kind === 'filter' && one.dimension === place)?.[0];
  const chosen = name === undefined ? [] : params[name];
  return Array.isArray(chosen) ? (chosen as readonly string[]) : [];
}

/** Whether a question, or a data source that is bound to teams, may have units of it. */
function concerns(one: Exclusion, { metric, params, teams }: Asked): boolean {
  if (isEverywhere(one)) return true;
  if (teams !== null && !one.teams.some((team) => teams.includes(team))) return false;
  const narrowed = places.filter(([place, names]) => one[names].length > 0 && chosenOf(metric, params, place).length > 0);
  const named = places.filter(([, names]) => one[names].length > 0);
  return (
    narrowed.length < named.length ||
    narrowed.some(([place, names]) => chosenOf(metric, params, place).some((value) => one[names].includes(value)))
  );
} // prettier-ignore

interface Asked {
  readonly metric: Metric;
  readonly params: ParamValues;
  readonly teams: TeamScope;
}

const dayIn = (at: Date, timeZone: string): string => dateFormat('sv-SE', { timeZone }).format(at);

function overlaps({ first_day: first, last_day: last, time_zone: zone }: Exclusion, from: Date, to: Date): boolean {
  return dayIn(from, zone) <= last && dayIn(new Date(to.getTime() - 1), zone) >= first;
}

/** Reader's numbers: units, and people behind them (null = nobody is). */
const COUNTS: Readonly<Record<ExcludedFact, string | null>> = {
  changes: `select excluded_reason as reason, count(*)::float8 as n, count(distinct responsible_id)::float8 as people
    from change_fact where excluded_reason = any($1::text[]) and author_kind <> 'automation' group by 1`,
  deployments: `select d.excluded_reason as reason, count(distinct d.deployment_id)::float8 as n, count(distinct u.person_id)::float8 as people
    from reported_deployment d left join deployment_unit u on u.deployment_id = d.deployment_id and u.role = 'shipped'
    where d.excluded_reason = any($1::text[]) group by 1`,
  incidents: `select excluded_reason as reason, count(*)::float8 as n, null::float8 as people
    from incident_link where excluded_reason = any($1::text[]) group by 1`,
  builds: null,
};

const daysOf = ({ first_day: first, last_day: last }: Exclusion): string =>
  first === last ? first : `${first} to ${last}`;
const scopeOf = (one: Exclusion): string =>
  isEverywhere(one) ? 'everyone' : [...one.teams, ...one.services, ...one.repos].slice(0, 5).join(', ');
const said = (one: Exclusion): string => `${daysOf(one)} (${scopeOf(one)}): ${one.reason}`;

/** Whole periods are counted, whatever is asked, so that no range or filter tells their units apart. */
async function countedOf(parts: EngineParts, fact: ExcludedFact, { reasons, k }: { readonly reasons: readonly string[]; readonly k: number }): Promise<ReadonlyMap<string, string>> {
  const text = COUNTS[fact];
  if (text === null) return new Map();
  const rows = await readRows(parts, { text, values: [reasons] });
  return new Map(
    rows.map((row) => {
      const { reason, n, people } = row;
      const isShown = people === null || Number(people) >= k;
      return [String(reason), isShown ? String(n) : 'a few'];
    })
  );
} // prettier-ignore

/** What bad data takes from an answer, and which days of a freeze do not count in it. */
export async function exclusionNotices(parts: EngineParts, prepared: PreparedQuery): Promise<Notice[]> {
  const { params, from, to, settings, parsed } = prepared;
  const asked = { metric: parsed.metric, params, teams: parts.store.settings.teams };
  const known = exclusionsIn(settings).filter((one) => overlaps(one, from, to) && concerns(one, asked));
  const notices: Notice[] = [];
  for (const fact of parsed.metric.leavesOut ?? []) {
    const bad = known.filter(({ kind, facts }) => kind === 'bad_data' && facts.includes(fact));
    if (bad.length === 0) continue;
    const k = (parts.smallGroups ?? 'hidden') === 'hidden' ? settings.k : 0;
    const counted = await countedOf(parts, fact, { reasons: bad.map(({ reason }) => reason), k });
    for (const one of bad) {
      const count = COUNTS[fact] === null ? '' : `${counted.get(one.reason) ?? 'no'} `;
      notices.push({ severity: 'info', text: `Left out as bad data: ${count}${fact} of ${said(one)}.` });
    }
  }
  const { skipsFreezes } = parsed.metric;
  if (skipsFreezes === undefined || !holds(skipsFreezes, params)) return notices;
  const freezes = known.filter(({ kind }) => kind === 'freeze');
  return [...notices, ...freezes.map((one): Notice => ({ severity: 'info', text: `Days of a freeze do not count: ${said(one)}.` }))]; // prettier-ignore
}

/** Freezes in which a rule is silent now; `isWhole` = for all that it asks. */
export interface Frozen {
  readonly isWhole: boolean;
  readonly freezes: readonly Exclusion[];
}

/** Null = the rule speaks. */
export function frozenNow(asked: Asked, settings: Readonly<Record<string, unknown>>, now: Date): Frozen | null {
  if (asked.metric.isSilentInFreeze !== true) return null;
  const freezes = exclusionsIn(settings).filter(
    (one) => one.kind === 'freeze' && overlaps(one, now, new Date(now.getTime() + 1))
  );
  if (freezes.length === 0) return null;
  const isWhole = freezes.some(
    (one) =>
      isEverywhere(one) ||
      places.some(([place, names]) => {
        const chosen = narrowedTo(asked, place);
        return chosen.length > 0 && chosen.every((value) => one[names].includes(value));
      })
  );
  return { isWhole, freezes };
}

/** A data source that is bound to teams asks about these alone. */
function narrowedTo({ metric, params, teams }: Asked, place: Place): readonly string[] {
  const chosen = chosenOf(metric, params, place);
  return place === 'team' && chosen.length === 0 && teams !== null ? teams : chosen;
}

/** Rows of an alert rule that are not of a frozen team, service or repository. */
export function withoutFrozen(rows: readonly Row[], frozen: Frozen | null | undefined): readonly Row[] {
  if (frozen === null || frozen === undefined) return rows;
  if (frozen.isWhole) return [];
  return rows.filter(
    (row) =>
      !frozen.freezes.some((one) =>
        places.some(([place, names]) => typeof row[place] === 'string' && one[names].includes(row[place]))
      )
  );
}

/** Why a rule has no rows; null = it speaks. */
export const whySilent = (frozen: Frozen | null): Notice | null =>
  frozen === null ? null : { severity: 'info', text: `Silent in a freeze: ${frozen.freezes.map(said).join('; ')}.` };
