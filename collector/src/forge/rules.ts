/** What rules of the configuration and services mean to every forge. Pure. */
import { createHash } from 'node:crypto';
import type { HouseRow } from '../connector.ts';
import { compilePattern, literal } from '../text/pattern.ts';

/** Whether a glob (`prod-*`) fits a whole text; capitals do not count. */
export const fits = (glob: string, text: string): boolean =>
  compilePattern(`(?i)^${glob.split('*').map(literal).join('.*')}$`).test(text);

export const serviceRow = ({ service }: { readonly service: string }): HouseRow => ({ table: 'service', values: { service_id: service, title: service } }); // prettier-ignore

/** The services that rows of deployments name, each once. */
export function servicesOf(deployed: readonly HouseRow[]): HouseRow[] {
  const ids = deployed.flatMap(({ values: { service_id: id } }) => (typeof id === 'string' ? [id] : []));
  return [...new Set(ids)].map((service) => serviceRow({ service }));
}

/** What a first reading leaves out was never seen: days before it are not observed. */
export const readBackTo = ({ slug }: { readonly slug: string }, since: number): HouseRow => ({
  table: 'repo',
  values: { slug, deployments_known_from: new Date(since) },
});

/** Digest of rules for a cursor: with others all is read again. '' = there are none. */
export const digestOf = (rules: readonly object[]): string =>
  rules.length === 0 ? '' : createHash('sha256').update(JSON.stringify(rules)).digest('hex').slice(0, 16);

const DAY = 86_400_000;
const YEARS_BACK = 2;
/** Days of requests to merge that are read first: what a first answer needs. */
export const RECENT_DAYS = 30;

/** How far back, as the beginning of a day (UTC): the same for all repositories that are read on one. */
export function sinceOf({ since }: { readonly since?: string | undefined }, now: Date): Date {
  const today = Math.floor(now.getTime() / DAY) * DAY;
  return since === undefined ? new Date(today - YEARS_BACK * 365 * DAY) : new Date(`${since}T00:00:00Z`);
}
