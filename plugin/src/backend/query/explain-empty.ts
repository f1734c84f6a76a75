import type { Notice } from '../../metrics/define.ts';
import type { Store } from '../store/database.ts';
import type { PreparedQuery } from './run-metric.ts';

/** Within a range. `$3` = teams that the data source is bound to; null = all. Incidents have none. */
const EXTENT = `select min(merged_at) as first, max(merged_at) as last, (select count(*) from repo) as repos,
    exists (select from merged_unit where created_at is not null and ($3::text[] is null or team = any($3::text[]))) as has_reviews,
    exists (select from incident where $3::text[] is null and started_at < $2 and coalesce(resolved_at, $2) >= $1)
      or exists (select from deployment_fact where finished_at >= $1 and finished_at < $2 and ($3::text[] is null or team_id = any($3::text[]))) as has_events
  from change_fact where $3::text[] is null or team_id = any($3::text[])`;

/** Why a panel has nothing to show: an empty store, a range outside the data, or filters that match nothing. */
export async function explainEmpty(store: Store, prepared: PreparedQuery, signal: AbortSignal): Promise<Notice> {
  const values = [prepared.from, prepared.to, store.settings.teams];
  const { rows } = await store.run({ text: EXTENT, values }, { signal, maxRows: 1 });
  const { first, last, repos, has_reviews: hasReviews, has_events: hasEvents } = rows[0] ?? {};
  const text = [reason({ first, last, repos, hasReviews, hasEvents }, prepared), ...otherRows(prepared)].join(' ');
  return { severity: 'info', text };
}

interface Extent {
  readonly first: unknown;
  readonly last: unknown;
  readonly repos: unknown;
  readonly hasReviews: unknown;
  /** Deployments or incidents lie in the range. */
  readonly hasEvents: unknown;
}

/** A metric of several kinds of rows was asked for one of them. */
function otherRows({ parsed: { metric, params } }: PreparedQuery): string[] {
  const param = metric.rowsOf === undefined ? undefined : metric.params[metric.rowsOf];
  if (param?.kind !== 'choice' || metric.rowsOf === undefined) return [];
  const { [metric.rowsOf]: value } = params;
  const asked = param.choices.find((choice) => choice.value === value)?.label ?? String(value);
  const others = param.choices.filter((choice) => choice.value !== value).map((choice) => choice.value);
  return [`These are ${asked.toLowerCase()}; with ${metric.rowsOf} it also shows ${others.join(', ')}.`];
}

function outsideOfChanges({ first, last, repos, hasEvents }: Extent, { from, to }: PreparedQuery): string | null {
  // What the range holds besides changes may be what is asked for.
  if (hasEvents === true) return null;
  if (!(first instanceof Date) || !(last instanceof Date)) {
    return repos === 0
      ? 'The store is empty: no repository has been collected yet. Start the collector (npm start).'
      : 'The store holds no merged change yet: the first collection may still be running (throughline status).';
  }
  return to <= first || from > last
    ? `Nothing in this range: the store holds changes from ${day(first)} to ${day(last)}.`
    : null;
}

function reason(extent: Extent, prepared: PreparedQuery): string {
  const outside = outsideOfChanges(extent, prepared);
  if (outside !== null) return outside;
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
