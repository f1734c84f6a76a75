import type { Notice, Row, StoreFact } from '../../metrics/define.ts';
import { BRINGS, inSentence, STEPS, takes, TITLES } from '../../metrics/parts/grounds.ts';
import { holds } from '../../metrics/query.ts';
import { lookOf } from '../frames/words.ts';
import { weekOf } from './gate/snap-range.ts';
import { whileFactsStay, type Asking } from './gate/while-facts-stay.ts';
import type { PreparedQuery } from './run-metric.ts';
import { unknownValues } from './unknown-values.ts';

/**
 * What the store holds at all of each fact that metrics rest on; texts are fixed. Of the whole store, also where a filter or the data source
 * narrows what is asked to teams: what is true of these alone may be of few people.
 */
export const HOLDS: Readonly<Record<StoreFact, string>> = {
  changes: 'true',
  lines: 'exists (select from survived_unit)',
  code_source: `exists (select from merged_unit where code_source <> 'unknown')`,
  reviews: 'exists (select from merged_unit where created_at is not null)',
  deployments: 'exists (select from production_deployment)',
  incidents: 'exists (select from incident)',
  usage: 'exists (select from usage_week where coverage >= 2)',
  teams: `exists (select from merged_unit where team <> 'unknown')`,
  sprints: 'exists (select from sprint_issue)',
  builds: 'exists (select from build_attempt)',
};

/** Weeks in the organisation's zone (`$1`): of closed ones alone, so that the day of the newest change is not told. */
const EXTENT = `select date_trunc('week', c.first at time zone $1) at time zone $1 as since,
    (date_trunc('week', c.last at time zone $1) + interval '7 days') at time zone $1 as until,
    to_char(date_trunc('week', c.first at time zone $1), 'YYYY-MM-DD') as first_on,
    to_char(date_trunc('week', c.last at time zone $1) + interval '6 days', 'YYYY-MM-DD') as last_on,
    exists (select from change_fact) as has_changes, (select count(*) from repo) as repos,
    ${Object.entries(HOLDS)
      .map(([fact, sql]) => `${sql} as ${fact}`)
      .join(', ')}
  from (select min(merged_at) as first, max(merged_at) as last from change_fact
    where merged_at < date_trunc('week', now() at time zone $1) at time zone $1) c`;

/** Within a range. */
const EVENTS = `select exists (select from incident where started_at < $2 and coalesce(resolved_at, $2) >= $1)
      or exists (select from deployment_fact where finished_at >= $1 and finished_at < $2) as has_events`;

const NO_MATCH = 'No rows match';

/** Why a panel has nothing to show: an empty store, a range outside the data, a fact that nobody tells of, or filters that match nothing. */
export async function explainEmpty(parts: Asking, prepared: PreparedQuery): Promise<Notice> {
  const { store, signal } = parts;
  const why = reason(await readHeld(parts, prepared), prepared);
  const unknown = why.startsWith(NO_MATCH) ? await unknownValues(store, prepared, signal) : [];
  const text = [ofRange(why, prepared), ...unknown, ...otherRows(prepared)].join(' ');
  return { severity: 'info', text };
}

/** What the store holds is read once for a version of the facts and a week: only the events are of the range. */
async function readHeld(parts: Asking, { from, to, settings }: PreparedQuery): Promise<Row> {
  const { default_tz: zone } = settings;
  const tz = typeof zone === 'string' ? zone : 'UTC';
  const first = async ({ store, signal }: Asking, text: string, values: unknown[]): Promise<Row> =>
    (await store.run({ text, values }, { signal, maxRows: 1 })).rows[0] ?? {};
  const [held, events] = await Promise.all([
    whileFactsStay(parts, `extent ${tz} ${String(weekOf(new Date(), tz))}`, (shared) => first(shared, EXTENT, [tz])),
    first(parts, EVENTS, [from, to]),
  ]);
  return { ...held, ...events };
}

/** A range too short for the question was answered for another. */
const ofRange = (why: string, { fitted }: PreparedQuery): string =>
  fitted === undefined ? why : why.replace(/\b(in|of) this range\b/, '$1 the year up to the end of this range');

/** A metric of several kinds of rows was asked for one of them. */
function otherRows({ parsed: { metric, params } }: PreparedQuery): string[] {
  const param = metric.rowsOf === undefined ? undefined : metric.params[metric.rowsOf];
  if (param?.kind !== 'choice' || metric.rowsOf === undefined) return [];
  const { [metric.rowsOf]: value } = params;
  const asked = param.choices.find((choice) => choice.value === value)?.label ?? String(value);
  const others = param.choices.filter((choice) => choice.value !== value).map((choice) => choice.label.toLowerCase());
  return [`Asked for ${asked.toLowerCase()}; under ${param.label} there are also ${others.join(', ')}.`];
}

/** A store that holds nothing yet; null = it does, or the range has events, which may be what is asked for. */
function notCollectedYet({ repos, has_events: hasEvents, has_changes: hasChanges }: Row): string | null {
  if (hasEvents === true || hasChanges === true) return null;
  return repos === 0
    ? 'The store is empty: no repository has been collected yet. Start the collector (npm start).'
    : 'The store holds no merged change yet: the first collection may still be running (throughline status).';
}

function outsideOfChanges(held: Row, { from, to }: PreparedQuery): string | null {
  const { since, until, first_on: first, last_on: last, has_events: hasEvents } = held;
  return hasEvents !== true && since instanceof Date && until instanceof Date && (to <= since || from >= until)
    ? `Nothing in this range: in closed weeks the store holds changes from ${String(first)} to ${String(last)}.`
    : null;
}

/** What no other range would bring comes before the range. */
function reason(held: Row, prepared: PreparedQuery): string {
  const { metric, params } = prepared.parsed;
  const own = metric.ofNothing?.find(({ when }) => holds(when, params));
  const fact = [...(metric.needs ?? []), ...(own?.needs ?? [])].find((one) => held[one] === false);
  const earlier = notCollectedYet(held) ?? (fact === undefined ? outsideOfChanges(held, prepared) : null);
  if (earlier !== null) return earlier;
  if (fact !== undefined) {
    const step = STEPS[BRINGS[fact]];
    return `Nobody has told of this here: ${inSentence(TITLES[fact])}. To bring them, ${step.text}${takes(step)}; the board Start here tells more.`;
  }
  const filters = activeFilters(prepared);
  if (filters.length > 0) return `${NO_MATCH} ${filters.join(' and ')} in this range.`;
  if (own?.says === undefined) {
    return 'No rows for this metric in this range; the board Start here tells what it lacks.';
  }
  const { says, toldBy } = own;
  return toldBy === undefined || held[toldBy] !== false
    ? says
    : `${says} But nobody has told of ${inSentence(TITLES[toldBy])} here: ${STEPS[BRINGS[toldBy]].text}.`;
}

/** Values only as whoever asks wrote them: an ad-hoc filter by a pattern stands for values that may belong to few people. */
function activeFilters({ parsed }: PreparedQuery): string[] {
  const chosen = Object.entries(parsed.metric.params).flatMap(([name, param]) => {
    const value = parsed.params[name];
    return param.kind === 'filter' && Array.isArray(value) && value.length > 0
      ? [`${param.label} = ${inWords(param.dimension, value.slice(0, 5))}${value.length > 5 ? ' …' : ''}`]
      : [];
  });
  const adHoc = parsed.adhocFilters.map(({ key }) => `the ad-hoc filter on ${key}`);
  return [...chosen, ...new Set(adHoc)];
}

/** Values as the board names them. */
const inWords = (dimension: string, values: readonly string[]): string =>
  values.map((value) => lookOf(dimension, value).text ?? value).join(', ');
