/**
 * What a store holds of the facts that metrics rest on, and since when: what an answer cannot know is said with it. It is told of the whole
 * store and in closed weeks, also where the assistant is bound to teams: what is true of these alone may be of few people.
 */
import { MISSING } from '../../collector/src/plan/needs.ts';
import { zoneOf, type EngineParts } from '../../plugin/src/backend/query/run-metric.ts';
import type { SqlQuery } from '../../plugin/src/backend/store/database.ts';
import type { Fact, Metric } from '../../plugin/src/metrics/define.ts';

/** Monday of the first and Sunday of the last closed week of what is there; null = it has no dates, or none in a closed week. */
interface Extent {
  readonly first: string | null;
  readonly last: string | null;
}

export interface Holdings {
  /** A fact that is not here is missing from the store. */
  readonly facts: ReadonlyMap<Fact, Extent>;
  /** Null = not told: the assistant is bound to teams. */
  readonly repositories: number | null;
  /** Repositories whose history begins late (shallow clones), and the latest of these days. */
  readonly shallow: { readonly count: number; readonly from: string | null };
}

const MONDAY = `date_trunc('week', at at time zone $1)`;
const CLOSED = `${MONDAY} < date_trunc('week', now() at time zone $1)`;

const extent = (fact: Fact, [at, of]: readonly [string, string]): string =>
  `select '${fact}' as fact, count(*) > 0 as is_there, to_char(min(${MONDAY}) filter (where ${CLOSED}), 'YYYY-MM-DD') as first,
     to_char(max(${MONDAY}) filter (where ${CLOSED}) + interval '6 days', 'YYYY-MM-DD') as last
   from (select ${at} as at from ${of}) o`;

/** `$1` = zone of the organisation. */
const HELD = [
  extent('changes', ['merged_at', 'change_fact']),
  extent('reviews', ['merged_at', 'merged_unit where created_at is not null']),
  extent('deployments', ['finished_at', 'production_deployment']),
  extent('incidents', ['started_at', 'incident']),
  extent('code_source', ['merged_at', `change_fact where code_source <> 'unknown'`]),
  extent('lines', ['merged_at', 'survived_unit']),
  extent('usage', ['week_start::timestamp at time zone $1', 'usage_week where uses > 0']),
  extent('sprints', ['ended_at', 'sprint_issue']),
  `select 'teams' as fact, count(*) > 0 as is_there, null as first, null as last from membership`,
].join(' union all ');

const REPOSITORIES: SqlQuery = {
  text: `select count(*)::float8 as n, count(known_from)::float8 as shallow, max(known_from)::date::text as from from repo`,
  values: [],
};

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** @throws BackendError from the connection. */
export async function readHoldings({ store, info, signal }: EngineParts): Promise<Holdings> {
  const held = await store.run({ text: HELD, values: [zoneOf({ info }, null)] }, { signal, maxRows: 100 });
  const there = held.rows.filter((row) => row['is_there'] === true);
  const facts = new Map(
    there.map((row) => [row['fact'] as Fact, { first: text(row['first']), last: text(row['last']) }] as const)
  );
  if (store.settings.teams !== null) return { facts, repositories: null, shallow: { count: 0, from: null } };
  const [repositories = {}] = (await store.run(REPOSITORIES, { signal, maxRows: 1 })).rows;
  return {
    facts,
    repositories: Number(repositories['n'] ?? 0),
    shallow: { count: Number(repositories['shallow'] ?? 0), from: text(repositories['from']) },
  };
}

const NAMES: Readonly<Record<Fact, string>> = {
  changes: 'merged changes',
  reviews: 'pull requests with their reviews',
  deployments: 'production deployments',
  incidents: 'incidents',
  code_source: 'changes with a known code source',
  lines: 'lifetimes of lines',
  usage: 'telemetry of AI tools',
  teams: 'team memberships',
  sprints: 'sprints and cycles that are over',
};

/** One line a fact: from when to when, or how to get it. */
export function holdingLines({ facts, repositories, shallow }: Holdings): string[] {
  const lines = (Object.keys(NAMES) as Fact[]).map((fact) => {
    const held = facts.get(fact);
    if (held === undefined) return `- ${NAMES[fact]}: none. To get them: ${MISSING[fact].step}.`;
    return `- ${NAMES[fact]}: ${held.first === null || held.last === null ? 'known' : `${held.first} to ${held.last}, in closed weeks`}.`;
  });
  const late =
    shallow.count === 0
      ? ''
      : ` The history of ${String(shallow.count)} of them is known from ${shallow.from ?? '?'} on or earlier, not from its beginning.`;
  const places = repositories === null ? [] : [`- repositories: ${String(repositories)}.${late}`];
  return [...places, ...lines];
}

/** Of a metric: what it cannot tell because the store lacks it, or where the store begins within the range. */
export function missingFor(metric: Metric, { facts, shallow }: Holdings, range: { readonly from: Date }): string[] {
  const asked = range.from.toISOString().slice(0, 10);
  const of = (names: readonly Fact[] | undefined, consequence: string): string[] =>
    (names ?? []).flatMap((fact) => {
      const held = facts.get(fact);
      if (held === undefined) return [`The store has no ${NAMES[fact]}: ${consequence}. To get them: ${MISSING[fact].step}.`]; // prettier-ignore
      return held.first !== null && held.first > asked
        ? [`${NAMES[fact]} are known from the week of ${held.first} on: the part of the range before it is not known, which is not zero.`] // prettier-ignore
        : [];
    });
  const late =
    shallow.from !== null && shallow.from > asked
      ? [`The history of ${String(shallow.count)} repositories begins after the start of the range (${shallow.from} at the latest).`] // prettier-ignore
      : [];
  return [...of(metric.needs, 'the metric cannot be answered'), ...of(metric.gains, 'the metric says less'), ...late];
}
