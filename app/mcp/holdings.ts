/** What a store holds of the facts that metrics rest on, and since when: what an answer cannot know is said with it. */
import { MISSING } from '../../collector/src/plan/needs.ts';
import type { SqlQuery, Store } from '../../plugin/src/backend/store/database.ts';
import type { Fact, Metric } from '../../plugin/src/metrics/define.ts';

/** First and last day of what is there; days null = it has no dates. */
interface Extent {
  readonly first: string | null;
  readonly last: string | null;
}

export interface Holdings {
  /** A fact that is not here is missing from the store. */
  readonly facts: ReadonlyMap<Fact, Extent>;
  readonly repositories: number;
  /** Repositories whose history begins late (shallow clones), and the latest of these days. */
  readonly shallow: { readonly count: number; readonly from: string | null };
}

const extent = (fact: Fact, [at, of]: readonly [string, string]): string =>
  `select '${fact}' as fact, count(*)::float8 as n, min(${at})::date::text as first, max(${at})::date::text as last from ${of}`;

const HELD: SqlQuery = {
  text: [
    extent('changes', ['merged_at', 'change_fact']),
    extent('reviews', ['merged_at', 'merged_unit where created_at is not null']),
    extent('deployments', ['finished_at', 'production_deployment']),
    extent('incidents', ['started_at', 'incident']),
    extent('code_source', ['merged_at', `change_fact where code_source <> 'unknown'`]),
    extent('lines', ['merged_at', 'survived_unit']),
    extent('usage', ['week_start', 'usage_week where uses > 0']),
    `select 'teams' as fact, count(*)::float8 as n, null as first, null as last from membership`,
  ].join(' union all '),
  values: [],
};

const REPOSITORIES: SqlQuery = {
  text: `select count(*)::float8 as n, count(known_from)::float8 as shallow, max(known_from)::date::text as from from repo`,
  values: [],
};

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** @throws BackendError from the connection. */
export async function readHoldings(store: Store, signal: AbortSignal): Promise<Holdings> {
  const held = await store.run(HELD, { signal, maxRows: 100 });
  const [repositories = {}] = (await store.run(REPOSITORIES, { signal, maxRows: 1 })).rows;
  const there = held.rows.filter((row) => Number(row['n']) > 0);
  return {
    facts: new Map(
      there.map((row) => [row['fact'] as Fact, { first: text(row['first']), last: text(row['last']) }] as const)
    ),
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
};

/** One line a fact: from when to when, or how to get it. */
export function holdingLines({ facts, repositories, shallow }: Holdings): string[] {
  const lines = (Object.keys(NAMES) as Fact[]).map((fact) => {
    const held = facts.get(fact);
    if (held === undefined) return `- ${NAMES[fact]}: none. To get them: ${MISSING[fact].step}.`;
    return `- ${NAMES[fact]}: ${held.first === null ? 'known' : `${held.first} to ${held.last ?? '?'}`}.`;
  });
  const late =
    shallow.count === 0
      ? ''
      : ` The history of ${String(shallow.count)} of them is known from ${shallow.from ?? '?'} on or earlier, not from its beginning.`;
  return [`- repositories: ${String(repositories)}.${late}`, ...lines];
}

/** Of a metric: what it cannot tell because the store lacks it, or where the store begins within the range. */
export function missingFor(metric: Metric, { facts, shallow }: Holdings, range: { readonly from: Date }): string[] {
  const asked = range.from.toISOString().slice(0, 10);
  const of = (names: readonly Fact[] | undefined, consequence: string): string[] =>
    (names ?? []).flatMap((fact) => {
      const held = facts.get(fact);
      if (held === undefined) return [`The store has no ${NAMES[fact]}: ${consequence}. To get them: ${MISSING[fact].step}.`]; // prettier-ignore
      return held.first !== null && held.first > asked
        ? [`${NAMES[fact]} are known from ${held.first} on: the part of the range before it is not known, which is not zero.`] // prettier-ignore
        : [];
    });
  const late =
    shallow.from !== null && shallow.from > asked
      ? [`The history of ${String(shallow.count)} repositories begins after the start of the range (${shallow.from} at the latest).`] // prettier-ignore
      : [];
  return [...of(metric.needs, 'the metric cannot be answered'), ...of(metric.gains, 'the metric says less'), ...late];
}
