/**
 * Whether AI code is one group in a store. Where few people are behind one of its shares (AI-assisted, AI-heavy), that one hides, and the other with it,
 * because it would follow from what all AI code is. So then no answer tells the shares apart, and none may be asked for: AI is one value, as if
 * the store knew no other, and the rest of the gate holds as it does for any value. Else no answer has AI as one group: of two ways to divide the
 * same changes only one is ever shown, so nothing can be taken off the other.
 */
import type { Metric, Notice, ParamValues } from '../../metrics/define.ts';
import { AI, AI_SOURCES, isOneAi, splitsAi, storedSources, withOneAi } from '../../metrics/parts/ai-group.ts';
import type { SqlQuery } from '../store/database.ts';
import { NO_VALUE } from './bind-query.ts';
import { readHourly } from './gate/while-facts-stay.ts';
import { leastPeople } from './least-people.ts';
import type { EngineParts } from './run-metric.ts';

/** Of its periods of four weeks, part of which may hold fewer than k people: the first and the last are often cut. */
const MOST_FEW = 0.25;

/** One row if AI code is one group: it has both shares, and one of them is of few people in many of its periods in the last twelve months of the facts. */
export function oneAiQuery(k: number): SqlQuery {
  const text = `with u as (
      select code_source, person_id, floor((extract(epoch from merged_at) - 345600) / 2419200)::integer as period
      from merged_unit
      where merged_at >= (select merged_at from merged_unit order by 1 desc limit 1) - interval '12 months' and code_source = any($1::text[])
    ), p as (select code_source, period, count(distinct person_id) as people from u group by 1, 2),
    s as (select code_source, count(*) filter (where people between 1 and $2::integer - 1) > $3::double precision * count(*) as is_few from p group by 1)
    select 1 as one from s having count(*) = cardinality($1::text[]) and bool_or(is_few)`;
  return { text, values: [AI_SOURCES, k, MOST_FEW] };
}

/** The same for all questions of an hour, whatever they ask, and for all data sources of a store. */
export async function readOneAi(parts: Pick<EngineParts, 'store' | 'info' | 'signal'>): Promise<boolean> {
  const { k } = leastPeople(parts.info.settings, null);
  return k > 1 && (await readHourly(parts, oneAiQuery(k))).length > 0;
}

/** Params with sources as the store names them, told apart as its answers may. */
export async function withSources(parts: EngineParts, { metric, params }: { readonly metric: Metric; readonly params: ParamValues }): Promise<ParamValues> {
  const filter = sourceFilter(metric);
  const chosen = filter === undefined ? [] : params[filter];
  const stored = filter === undefined || !Array.isArray(chosen) || chosen === NO_VALUE ? params : { ...params, [filter]: storedSources(chosen as readonly string[]) };
  const isHiding = (parts.smallGroups ?? 'hidden') === 'hidden' && (filter !== undefined || metric.asksGate === true);
  return isHiding && (await readOneAi(parts)) ? withOneAi(stored) : stored;
} // prettier-ignore

/** Whether a question asks for a part of what is one group. */
export function splitsOneAi(metric: Metric, params: ParamValues): boolean {
  const filter = sourceFilter(metric);
  const chosen = filter === undefined ? [] : params[filter];
  return isOneAi(params) && Array.isArray(chosen) && splitsAi(chosen as readonly string[]);
}

/** The question of no source at all. */
export function withoutSource(metric: Metric, params: ParamValues): ParamValues {
  const filter = sourceFilter(metric);
  return filter === undefined ? params : { ...params, [filter]: NO_VALUE };
}

export const oneAiNotice: Notice = {
  severity: 'info',
  text: 'AI-assisted and AI-heavy code are shown only together, as AI: few people are behind one of them.',
};

/** Said where sources are told apart, and AI is one of them. */
export function oneAiNotices({ params: declared }: Metric, params: ParamValues): Notice[] {
  const isBySource = Object.entries(declared).some(
    ([name, param]) => param.kind === 'groupBy' && [params[name] ?? []].flat().includes('code_source')
  );
  return isOneAi(params) && isBySource ? [oneAiNotice] : [];
}

const sourceFilter = ({ params }: Metric): string | undefined =>
  Object.keys(params).find((name) => {
    const param = params[name];
    return param?.kind === 'filter' && param.dimension === 'code_source';
  });

/** Who wrote a unit as SQL, from the column that tells it. */
export const sourceSql = (isOne: boolean, column: string): string =>
  isOne
    ? `case when ${column} in (${AI_SOURCES.map((share) => `'${share}'`).join(', ')}) then '${AI}' else ${column} end`
    : column;
