/**
 * Alerts that ended without a word: a notification of an end may be lost (Alertmanager was restarted, the receiver was away). What was
 * firing at the last look and is not any more is over.
 */
import { eachOf, sourceInvalid } from '../../lenient.ts';
import { z } from 'zod';
import { alert, alertId, alertPage, isIgnored, type Alert, type AlertSettings } from '../../alerts.ts';
import type { HouseRow, Page, Stream, StreamContext } from '../../connector.ts';
import type { Section } from './config.ts';

/** `GET /api/v2/alerts` (API of Alertmanager 0.16 and newer). */
const listed = eachOf(
  alert.omit({ status: true }).extend({ status: z.object({ state: z.enum(['unprocessed', 'active', 'suppressed']) }) }),
  'alert'
);

/** What is needed to end an alert that is gone: it cannot be asked for any more. */
const cursor = z.object({
  firing: z.array(alert.omit({ startsAt: true, endsAt: true }).extend({ startsAt: z.string() })),
});
type Cursor = z.infer<typeof cursor>;

export const settingsOf = ({ labels, environment, ignore }: Section): AlertSettings => ({
  source: 'alertmanager',
  labels,
  environment,
  ignore,
});

const ended = ({ startsAt, ...rest }: Cursor['firing'][number], at: Date): Alert => ({
  ...rest,
  startsAt: new Date(startsAt),
  status: 'resolved',
  endsAt: at,
});

/**
 * The instant of the look: it ended at some time since the last one, and a notification that comes late tells it better. So it counts as
 * the earliest of all ends.
 */
const assumed = (rows: readonly HouseRow[]): HouseRow[] =>
  rows.map((row) =>
    row.table === 'incident' ? { ...row, values: { ...row.values, state_order: 'resolved/0000' } } : row
  );

async function* pull(context: StreamContext<Section>, before: Cursor | null): AsyncIterable<Page<Cursor>> {
  const { url = '', url_token: token } = context.section;
  const http = context.http({
    baseUrl: url,
    ...(token === undefined ? {} : { auth: { secret: token } }),
    rate: { requests: 60, perSeconds: 60 },
  });
  const now = context.now();
  const settings = settingsOf(context.section);
  const answer = await http.request('api/v2/alerts', {
    query: { active: 'true', silenced: 'true', inhibited: 'true' },
  });
  const parsed = listed.safeParse(answer.json());
  if (!parsed.success) throw sourceInvalid('Alertmanager', parsed.error);
  const { good, bad } = parsed.data;
  const firing = good
    .map(({ status: _state, endsAt: _end, ...one }): Alert => ({ ...one, status: 'firing', endsAt: null }))
    .filter((one) => !isIgnored(one, settings));
  const ids = new Set(firing.map(alertId));
  const gone = (before?.firing ?? []).map((one) => ended(one, now)).filter((one) => !ids.has(alertId(one)));
  const pages = firing.map((one) => alertPage(one, settings, now));
  yield {
    rows: [...pages.flatMap(({ rows }) => rows), ...assumed(gone.flatMap((one) => alertPage(one, settings, now).rows))],
    skips: [...bad, ...pages.flatMap(({ skips = [] }) => skips)],
    cursor: {
      firing: firing.map(({ endsAt: _end, startsAt, ...one }) => ({ ...one, startsAt: startsAt.toISOString() })),
    },
    watermark: now,
  };
}

export const openAlerts: Stream<Section, Cursor> = {
  id: 'open-alerts',
  cursor,
  every: '* * * * *',
  scopes: ({ section }) => (section.url === undefined ? [] : [{ name: '', repository: null, details: null }]),
  pull,
};
