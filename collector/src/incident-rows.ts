/** An incident of any source as house rows; what cannot be is named instead of stored. */
import type { HouseRow, Skip } from './connector.ts';
import { environmentOf } from './import/environments.ts';
import { entryOf } from './foreign.ts';
import { mentionsOf } from './text/mentions.ts';

export interface ReportedIncident {
  readonly source: string;
  readonly id: string;
  /** Null = not known: it links only by what it names. */
  readonly service: string | null;
  /** As the source calls it. */
  readonly environment: string;
  readonly title: string;
  /** As the source calls it (`critical`, `P1`, `SEV-2`, `s3`). */
  readonly severity: string | null;
  readonly startedAt: Date;
  readonly detectedAt?: Date | null;
  readonly acknowledgedAt?: Date | null;
  /** Account of who responded; absent = the source does not know. */
  readonly responderAccountId?: string | null;
  /** Null = open. */
  readonly resolvedAt: Date | null;
  readonly causeSha?: string | null;
  readonly causeDeployment?: string | null;
  /** Kept of it are the commits and numbers of changes that it mentions. */
  readonly text?: string;
  readonly isCustomerReported?: boolean;
  readonly isSecurity?: boolean;
  readonly url: string | null;
  /** Sorts the states of the incident, see `incident.state_order`. */
  readonly state: string;
}

export interface IncidentRows {
  readonly rows: readonly HouseRow[];
  readonly skips: readonly Skip[];
  /** What has no effect yet, in words. */
  readonly notices: readonly string[];
}

/** A clock that runs ahead by more than this is wrong. */
export const AHEAD_MS = 10 * 60_000;
const MAX_TITLE = 1000;

const WORDS: Readonly<Record<string, string>> = {
  critical: 's1',
  crit: 's1',
  page: 's1',
  disaster: 's1',
  error: 's2',
  high: 's2',
  major: 's2',
  warning: 's3',
  warn: 's3',
  medium: 's3',
  minor: 's3',
  low: 's4',
  info: 's4',
};

/** `s1` (worst) … `s4`; null = the word says none. */
export function severityOf(given: string | null): string | null {
  const word = (given ?? '').trim().toLowerCase();
  const rest = ['severity', 'sev', 'p', 's'].find((prefix) => word.startsWith(prefix)) ?? '';
  const digit = word.slice(rest.length).replace('-', '').trim();
  return entryOf(WORDS, word) ?? (rest !== '' && ['1', '2', '3', '4'].includes(digit) ? `s${digit}` : null);
}

function fault({ startedAt, acknowledgedAt, resolvedAt }: ReportedIncident, now: Date): string | null {
  const later = [startedAt, acknowledgedAt ?? null, resolvedAt].find(
    (at) => at !== null && at.getTime() - now.getTime() > AHEAD_MS
  );
  if (later) {
    return `${later.toISOString()} lies in the future: check the clock of the source`;
  }
  return resolvedAt !== null && resolvedAt < startedAt
    ? `it ends (${resolvedAt.toISOString()}) before it starts (${startedAt.toISOString()})`
    : null;
}

/** The rows of an incident that was reported at `now`. */
export function incidentRows(given: ReportedIncident, now: Date): IncidentRows {
  const reason = fault(given, now);
  if (reason !== null) {
    return { rows: [], skips: [{ item: `${given.source} incident ${given.id}`, reason }], notices: [] };
  }
  const { service, resolvedAt, startedAt } = given;
  const { name, notice } = environmentOf(given.environment);
  const values = {
    source: given.source,
    external_id: given.id,
    service_id: service,
    environment: name,
    title: given.title.slice(0, MAX_TITLE),
    severity: severityOf(given.severity),
    started_at: startedAt,
    detected_at: given.detectedAt ?? null,
    acknowledged_at: given.acknowledgedAt ?? null,
    responder_account_id: given.responderAccountId ?? null,
    resolved_at: resolvedAt,
    cause_sha: given.causeSha ?? null,
    cause_deployment: given.causeDeployment ?? null,
    mentions: mentionsOf(`${given.title}\n${given.text ?? ''}`),
    is_customer_reported: given.isCustomerReported ?? false,
    is_security: given.isSecurity ?? false,
    web_url: given.url,
    state_order: given.state,
  };
  const own: HouseRow[] =
    service === null ? [] : [{ table: 'service', values: { service_id: service, title: service } }];
  return {
    rows: [...own, { table: 'incident', values }],
    skips: [],
    notices: [
      ...(notice === null ? [] : [notice]),
      ...(service === null ? ['an incident without service links only by what it names'] : []),
    ],
  };
}
