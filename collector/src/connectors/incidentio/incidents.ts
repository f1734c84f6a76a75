/** Incidents over the API: those that changed since the last pass (and a day before it). */
import { Paging } from '../../http/paging.ts';
import { sourceInvalid } from '../../lenient.ts';
import type { Http, Page, Stream, StreamContext } from '../../connector.ts';
import type { Section } from './config.ts';
import { isUnderWay, ofIncident } from './normalize.ts';
import { cursor, incidentList, type Cursor } from './schema.ts';

const DAY_MS = 86_400_000;
/** The most that a page may have. */
const PER_PAGE = 250;

const httpOf = ({ http, section }: StreamContext<Section>): Http =>
  http({
    baseUrl: section.url,
    headers: { accept: 'application/json' },
    ...(section.token === undefined ? {} : { auth: { secret: section.token, prefix: 'Bearer ' } }),
    rate: { requests: 1100, perSeconds: 60 },
  });

async function* pull(
  context: StreamContext<Section>,
  before: Cursor | null,
  signal: AbortSignal
): AsyncIterable<Page<Cursor>> {
  const now = context.now();
  const http = httpOf(context);
  const { section, accountId } = context;
  // The filter takes days; what changed on the day of the last pass is read again.
  const since = before === null ? now.getTime() - section.since_days * DAY_MS : Date.parse(before.until) - DAY_MS;
  const filter = `updated_at[gte]=${new Date(since).toISOString().slice(0, 10)}`;
  const paging = new Paging({ source: 'incident.io', name: 'incidents', setting: 'incidentio.url' });
  const known = new Set(before?.open);
  for (let after: string | null = null; ;) {
    signal.throwIfAborted();
    const place = after === null ? '' : `&after=${encodeURIComponent(after)}`;
    const answer = await http.request(`v2/incidents?page_size=${String(PER_PAGE)}&${filter}${place}`);
    const parsed = incidentList.safeParse(answer.json());
    if (!parsed.success) throw sourceInvalid('incident.io', parsed.error);
    const { incidents, pagination_meta: meta } = parsed.data;
    const all = incidents.good.map((one) => ofIncident(one, known.has(one.id), { section, accountId, now }));
    for (const one of incidents.good) if (isUnderWay(one)) known.add(one.id);
    for (const one of incidents.good) if (!isUnderWay(one)) known.delete(one.id);
    const count = incidents.good.length + incidents.bad.length;
    after = count === 0 ? null : (meta?.after ?? null) || null;
    yield {
      rows: all.flatMap(({ rows }) => rows),
      skips: [...incidents.bad, ...all.flatMap(({ skips }) => skips)],
      // Where it is interrupted, all since the last pass is read again.
      cursor: { until: after === null ? now.toISOString() : new Date(since + DAY_MS).toISOString(), open: [...known] },
      ...(after === null ? { watermark: now } : {}),
    };
    if (after === null) return;
    paging.turn({ place: after, count, body: answer.body });
  }
}

export const incidents: Stream<Section, Cursor> = {
  id: 'incidents',
  cursor,
  every: '*/15 * * * *',
  scopes: ({ section }) => (section.token === undefined ? [] : [{ name: '', repository: null, details: null }]),
  pull,
};
