/** Incidents over the API: those created since the last pass (and a week before it), and what became of those that were open. */
import { Paging } from '../../http/paging.ts';
import { sourceInvalid, wrongIn, type Lenient } from '../../lenient.ts';
import type { Http, Page, Stream, StreamContext } from '../../connector.ts';
import { CollectorError } from '../../errors.ts';
import type { Section } from './config.ts';
import { ofApi } from './normalize.ts';
import { cursor, incidentList, oneIncident, type Cursor, type Incident } from './schema.ts';

const DAY_MS = 86_400_000;
/** Incidents settle: priorities and services are corrected afterwards. */
const OVERLAP_MS = 7 * DAY_MS;
/** The API answers for six months at most. */
const WINDOW_MS = 30 * DAY_MS;
const PER_PAGE = 100;
const NONE: Lenient<Incident> = { good: [], bad: [], refused: [] };
/** The API gives no page beyond. */
const MAX_OFFSET = 10_000;
/** A window that is cut so often holds one second. */
const SHORTEST_MS = 1_000;

const httpOf = ({ http, section }: StreamContext<Section>): Http =>
  http({
    baseUrl: section.url,
    headers: { accept: 'application/vnd.pagerduty+json;version=2' },
    ...(section.token === undefined ? {} : { auth: { secret: section.token, prefix: 'Token token=' } }),
    rate: { requests: 900, perSeconds: 60 },
  });

type Listed = Lenient<Incident>;

interface Listing {
  readonly http: Http;
  readonly query: string;
  readonly signal: AbortSignal;
}

/** Pages of a list; null = it has more than the API gives. */
async function* listed({ http, query, signal }: Listing): AsyncIterable<Listed | null> {
  const paging = new Paging({ source: 'PagerDuty', name: 'incidents', setting: 'pagerduty.url' });
  for (let offset = 0; ; offset += PER_PAGE) {
    signal.throwIfAborted();
    if (offset + PER_PAGE > MAX_OFFSET) {
      yield null;
      return;
    }
    const answer = await http.request(`incidents?${query}&limit=${String(PER_PAGE)}&offset=${String(offset)}`);
    const parsed = incidentList.safeParse(answer.json());
    if (!parsed.success) throw sourceInvalid('PagerDuty', parsed.error);
    const { incidents, more } = parsed.data;
    yield incidents;
    const count = incidents.good.length + incidents.bad.length;
    if (more !== true || count === 0) return;
    paging.turn({ count, body: answer.body });
  }
}

type Span = readonly [from: number, to: number];

const spanQuery = ([from, to]: Span): string =>
  `since=${new Date(from).toISOString()}&until=${new Date(to).toISOString()}&sort_by=created_at:asc&time_zone=UTC`;

const halves = ([from, to]: Span): Span[] => {
  const middle = Math.floor((from + to) / 2);
  return [
    [from, middle],
    [middle, to],
  ];
};

/** Incidents created in a span. One that holds more than the API gives is read in halves. */
async function* createdIn(listing: Omit<Listing, 'query'>, span: Span): AsyncIterable<Listed> {
  for await (const page of listed({ ...listing, query: spanQuery(span) })) {
    if (page !== null) {
      yield page;
      continue;
    }
    if (span[1] - span[0] <= SHORTEST_MS) {
      throw new CollectorError({
        code: 'source_too_large',
        message: `PagerDuty has more than ${MAX_OFFSET.toLocaleString('en')} incidents of ${new Date(span[0]).toISOString()}: they cannot be read.`,
        fault: 'source',
      });
    }
    for (const half of halves(span)) yield* createdIn(listing, half);
  }
}

async function* pull(
  context: StreamContext<Section>,
  before: Cursor | null,
  signal: AbortSignal
): AsyncIterable<Page<Cursor>> {
  const now = context.now();
  const listing = { http: httpOf(context), signal };
  const start =
    before === null ? now.getTime() - context.section.since_days * DAY_MS : Date.parse(before.until) - OVERLAP_MS;
  const page = ({ good, bad }: Listed, next: Cursor, more: Partial<Page<Cursor>> = {}): Page<Cursor> => {
    const all = good.map((one) => ofApi(one, { section: context.section, accountId: context.accountId, now }));
    return {
      rows: all.flatMap(({ rows }) => rows),
      skips: [...bad, ...all.flatMap(({ skips }) => skips)],
      cursor: next,
      ...more,
    };
  };
  const known = before?.open ?? [];
  for (let from = start; from < now.getTime(); from += WINDOW_MS) {
    const to = Math.min(from + WINDOW_MS, now.getTime());
    for await (const incidents of createdIn(listing, [from, to])) {
      // Where it is interrupted, the window is read again.
      yield page(incidents, { until: new Date(from + (before === null ? 0 : OVERLAP_MS)).toISOString(), open: known });
    }
  }
  const open: string[] = [];
  const query = 'date_range=all&statuses[]=triggered&statuses[]=acknowledged&time_zone=UTC';
  for await (const incidents of listed({ ...listing, query })) {
    for (const { id } of incidents?.good ?? []) open.push(id);
    yield page(incidents ?? NONE, { until: now.toISOString(), open: [...new Set([...known, ...open])] });
  }
  const closed = known.filter((id) => !open.includes(id));
  for (const [done, id] of closed.entries()) {
    signal.throwIfAborted();
    const left = [...open, ...closed.slice(done + 1)];
    yield page(await oneById(listing.http, id), { until: now.toISOString(), open: left });
  }
  yield page(NONE, { until: now.toISOString(), open }, { watermark: now });
}

/** Empty = it is gone (merged into another one). */
async function oneById(http: Http, id: string): Promise<Listed> {
  try {
    const parsed = oneIncident.safeParse((await http.request(`incidents/${encodeURIComponent(id)}`)).json());
    if (parsed.success) return { good: [parsed.data.incident], bad: [], refused: [] };
    const reason = `it is not as the source describes it: ${wrongIn(parsed.error)}`;
    return { good: [], bad: [{ item: `incident ${id}`, reason }], refused: [] };
  } catch (error) {
    if (error instanceof CollectorError && error.code === 'source_not_found') return NONE;
    throw error;
  }
}

export const incidents: Stream<Section, Cursor> = {
  id: 'incidents',
  cursor,
  every: '*/15 * * * *',
  scopes: ({ section }) => (section.token === undefined ? [] : [{ name: '', repository: null, details: null }]),
  pull,
};
