import type { Notice } from '../../metrics/define.ts';
import type { Store } from '../store/database.ts';
import type { PreparedQuery } from './run-metric.ts';

const EXTENT = {
  text: 'select min(merged_at) as first, max(merged_at) as last, (select count(*) from repo) as repos, exists (select from merged_unit where created_at is not null) as has_reviews from change_fact',
  values: [],
};

/** Why a panel has nothing to show: an empty store, a range outside the data, or filters that match nothing. */
export async function explainEmpty(store: Store, prepared: PreparedQuery, signal: AbortSignal): Promise<Notice> {
  const { rows } = await store.run(EXTENT, { signal, maxRows: 1 });
  const { first, last, repos, has_reviews: hasReviews } = rows[0] ?? {};
  return { severity: 'info', text: reason({ first, last, repos, hasReviews }, prepared) };
}

interface Extent {
  readonly first: unknown;
  readonly last: unknown;
  readonly repos: unknown;
  readonly hasReviews: unknown;
}

function reason(extent: Extent, prepared: PreparedQuery): string {
  if (!(extent.first instanceof Date) || !(extent.last instanceof Date)) {
    return extent.repos === 0
      ? 'The store is empty: no repository has been collected yet. Start the collector (npm start).'
      : 'The store holds no merged change yet: the first collection may still be running (throughline status).';
  }
  if (prepared.to <= extent.first || prepared.from > extent.last) {
    return `Nothing in this range: the store holds changes from ${day(extent.first)} to ${day(extent.last)}.`;
  }
  if (prepared.parsed.metric.needs?.includes('reviews') === true && extent.hasReviews === false) {
    return 'Nobody has told of pull requests and their reviews here: read them from a forge (npm start -- --github NAME), or send them (POST /ingest/change, /ingest/review).';
  }
  const filters = activeFilters(prepared);
  return filters.length > 0
    ? `No rows match ${filters.join(' and ')} in this range.`
    : 'No rows for this metric in this range; "Collector health" shows which sources have reported.';
}

/** Values only as whoever asks wrote them: an ad-hoc filter by a pattern stands for values that may belong to few people. */
function activeFilters({ parsed }: PreparedQuery): string[] {
  const chosen = Object.entries(parsed.metric.params).flatMap(([name, param]) => {
    const value = parsed.params[name];
    return param.kind === 'filter' && Array.isArray(value) && value.length > 0
      ? [`${name} = ${value.slice(0, 5).join(', ')}${value.length > 5 ? ' …' : ''}`]
      : [];
  });
  const adHoc = parsed.adhocFilters.map(({ key }) => `the ad-hoc filter on ${key}`);
  return [...chosen, ...new Set(adHoc)];
}

function day(at: Date): string {
  return at.toISOString().slice(0, 10);
}
