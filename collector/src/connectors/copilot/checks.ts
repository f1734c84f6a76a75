/** What `throughline doctor` asks: the links of a report, a seat, and the credits of a month where they are read. */
import type { Check, CheckContext } from '../../connector.ts';
import { addDays, dayOf } from '../../days.ts';
import { apiOf, enterpriseScope, organisationScope, pathOf } from './client.ts';
import type { Section } from './config.ts';
import { SETTLES_AFTER_DAYS } from './schema.ts';

export function checks(context: CheckContext<Section>): Check[] {
  const { organisations, enterprise, costs } = context.section;
  const http = apiOf(context);
  const day = addDays(dayOf(context.now()), -SETTLES_AFTER_DAYS);
  const [year, month] = [Number(day.slice(0, 4)), Number(day.slice(5, 7))];
  const ofEnterprise = enterprise === undefined ? [] : [enterpriseScope(enterprise)];
  const all = [...organisations.map(organisationScope), ...ofEnterprise].map(({ name }) => name);
  // An enterprise's report holds its organisations: theirs are not read.
  const reporting = enterprise === undefined ? all : ofEnterprise.map(({ name }) => name);
  return [
    ...reporting.map((name) => ({ what: `usage of ${name}`, ask: () => http.request(`${pathOf(name)}/copilot/metrics/reports/users-1-day`, { query: { day } }) })),
    ...all.map((name) => ({ what: `seats of ${name}`, ask: () => http.request(`${pathOf(name)}/copilot/billing/seats`, { query: { per_page: 1 } }) })),
    ...(costs ? reporting : []).map((name) => ({ what: `costs of ${name}`, ask: () => http.request(`${pathOf(name, 'organizations')}/settings/billing/ai_credit/usage`, { query: { year, month } }) })),
  ];
} // prettier-ignore
