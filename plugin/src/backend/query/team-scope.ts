/**
 * A data source that is bound to teams (settings.ts, `teams`). It asks what any other one may ask with these teams as a filter, and nothing
 * else: so it tells nothing that another data source of the same store would not tell, and what the gate promises holds for both together.
 */
import type { Dimension, Metric, Notice, ParamValues } from '../../metrics/define.ts';
import { isParamShown, migrateQuery, parseQuery, type MetricRegistry } from '../../metrics/query.ts';
import { BackendError } from '../errors.ts';
import { whileFactsStay, type Asking } from './gate/while-facts-stay.ts';
import type { DimensionFilters } from './dimensions.ts';

/** Null = all teams. */
export type TeamScope = readonly string[] | null;

const TEAM: Dimension = 'team';

/**
 * The stored query with the teams of the scope, or those of them that it asks for.
 * @throws QueryError; BackendError `team_out_of_scope` naming a team that is not of the scope, whether there is one of that name or not.
 */
export function withinTeams(stored: unknown, metrics: MetricRegistry, scope: TeamScope): unknown {
  if (scope === null) return stored;
  const given = migrateQuery(stored);
  const { metric, params, adhocFilters } = parseQuery(stored, metrics);
  for (const { key, operator, values } of adhocFilters) {
    if (key === TEAM && (operator === '=' || operator === '=|')) refuseOthers(values, scope);
  }
  const filters = Object.entries(metric.params).flatMap(([name, param]) => {
    const chosen = params[name];
    return param.kind === 'filter' && param.dimension === TEAM && Array.isArray(chosen)
      ? [[name, teamsWithin(chosen as readonly string[], scope)] as const]
      : [];
  });
  return { ...given, params: { ...given.params, ...Object.fromEntries(filters) } };
}

/** Filters of a picker, narrowed likewise. @throws BackendError `team_out_of_scope`. */
export function filtersWithin(filters: DimensionFilters, scope: TeamScope): DimensionFilters {
  return scope === null ? filters : { ...filters, team: teamsWithin(filters.team ?? [], scope) };
}

function teamsWithin(chosen: readonly string[], scope: readonly string[]): readonly string[] {
  refuseOthers(chosen, scope);
  return chosen.length === 0 ? scope : chosen;
}

function refuseOthers(chosen: readonly string[], scope: readonly string[]): void {
  const other = chosen.find((team) => !scope.includes(team));
  if (other === undefined) return;
  throw new BackendError({
    code: 'team_out_of_scope',
    status: 403,
    message: `This data source is bound to ${named(scope)} and answers nothing about team "${other}". Choose another value, or ask a data source that has it.`,
  });
}

/** Why a question cannot be asked here: its rows are not told apart by team. Null = it can be. */
export function whyBeyondTeams(metric: Metric, params: ParamValues, scope: TeamScope): Notice | null {
  if (scope === null || hasTeams(metric, params) || isAboutNoTeam(metric, params)) return null;
  const text = `hidden: this data source is bound to ${named(scope)}, and what is asked of "${metric.title}" is not told apart by team.`;
  return { severity: 'info', text };
}

/** The same where nobody reads a notice: an alert rule must not take it for an all-clear. */
export function beyondTeams({ text }: Notice): BackendError {
  return new BackendError({ code: 'team_out_of_scope', status: 403, message: text.replace(/^hidden: t/, 'T') });
}

const hasTeams = ({ params: declared }: Metric, params: ParamValues): boolean =>
  Object.values(declared).some(
    (param) => param.kind === 'filter' && param.dimension === TEAM && isParamShown(param, params)
  );

const isAboutNoTeam = ({ aboutNoTeam }: Metric, params: ParamValues): boolean =>
  aboutNoTeam !== undefined &&
  Object.entries(aboutNoTeam).every(([name, values]) => values.includes(String(params[name])));

/** @throws BackendError `team_unknown` naming a team of the scope that the store does not have: a slip would hide everything silently. */
export async function requireTeams(parts: Asking): Promise<void> {
  const scope = parts.store.settings.teams;
  if (scope === null) return;
  const missing = await whileFactsStay(parts, 'teams that are missing', async ({ store, signal }) => {
    const sql = {
      text: `select v.team from unnest($1::text[]) with ordinality v(team, place)
        where v.team <> 'unknown' and not exists (select from team t where t.team_id = v.team) order by v.place`,
      values: [scope],
    };
    return (await store.run(sql, { signal, maxRows: 1 })).rows.map((row) => String(row['team']));
  });
  if (missing[0] === undefined) return;
  throw new BackendError({
    code: 'team_unknown',
    status: 400,
    message: `This data source is bound to team "${missing[0]}", which the store does not have. Correct the teams of the data source: their ids, as the collector writes them.`,
  });
}

/** For messages: teams of the data source itself. */
export function named(scope: readonly string[]): string {
  return `${scope.length === 1 ? 'team' : 'teams'} ${scope.join(', ')}`;
}
