/** What `throughline doctor` asks: one request for each API, with a row at most. */
import type { Check, CheckContext } from '../../connector.ts';
import { addDays, dayOf, startOf } from '../../days.ts';
import { apiOf } from './client.ts';
import type { Section } from './config.ts';

export function checks(context: CheckContext<Section>): Check[] {
  const http = apiOf(context);
  const startDate = startOf(addDays(dayOf(context.now()), -1)).getTime();
  const json = { startDate, endDate: startDate + 86_400_000 - 1, page: 1, pageSize: 1 };
  const { events, commits } = context.section;
  return [
    { what: 'usage', ask: () => http.request('teams/daily-usage-data', { json }) },
    ...(events ? [{ what: 'events', ask: () => http.request('teams/filtered-usage-events', { json }) }] : []),
    { what: 'seats', ask: () => http.request('teams/members') },
    ...(commits ? [{ what: 'commits', ask: () => http.request('analytics/ai-code/commits', { query: { startDate: '1d', endDate: 'now', page: 1, pageSize: 1 } }) }] : []),
  ];
} // prettier-ignore
