/** Outside → house rows. Pure. */
import { incidentRows, type IncidentRows } from '../../incident-rows.ts';
import { entryOf } from '../../foreign.ts';
import type { Section } from './config.ts';
import type { HouseRow, StreamContext } from '../../connector.ts';
import type { EventIncident, Incident, User } from './schema.ts';

/** States of one instant, in the order of their life: clocks of sources tick in seconds. */
const RANK = { triggered: 0, acknowledged: 1, resolved: 2 } as const;

const state = (at: Date, status: keyof typeof RANK): string => `${at.toISOString()}/${String(RANK[status])}`;

interface Known {
  readonly at: Date;
  readonly acknowledgedAt: Date | null;
  readonly resolvedAt: Date | null;
  /** Who acknowledged it. */
  readonly by: User | null;
}

/** Account of a user, by the id that people.csv has; services act too and are nobody. */
function accountOf(by: User | null, { accountId }: Context): { readonly id: string; readonly row: HouseRow } | null {
  if (by === null || !(by.type ?? 'user').startsWith('user')) return null;
  const id = accountId('pagerduty', by.id);
  return {
    id,
    row: { table: 'account', values: { account_id: id, provider: 'pagerduty', login: by.id, kind: 'human' } },
  };
}

function rowsOf(given: EventIncident, { at, acknowledgedAt, resolvedAt, by }: Known, context: Context): IncidentRows {
  const { services, environment } = context.section;
  const { id, status, service, priority } = given;
  const named = service
    ? (entryOf(services, service.id) ?? entryOf(services, service.summary ?? '') ?? service.summary ?? service.id)
    : null;
  const account = accountOf(by, context);
  const told = incidentRows(
    {
      source: 'pagerduty',
      id,
      service: named,
      environment,
      title: given.title ?? id,
      severity: priority?.summary ?? null,
      startedAt: given.created_at,
      acknowledgedAt,
      responderAccountId: account?.id ?? null,
      resolvedAt,
      url: given.html_url ?? null,
      state: state(at, status),
    },
    context.now
  );
  return account === null || told.rows.length === 0 ? told : { ...told, rows: [account.row, ...told.rows] };
}

export interface Context extends Pick<StreamContext<Section>, 'accountId'> {
  readonly section: Section;
  readonly now: Date;
}

/** An incident as the API tells it. */
export function ofApi(given: Incident, context: Context): IncidentRows {
  const { status, last_status_change_at: changed, updated_at: updated, created_at: created } = given;
  const [first] = [...(given.acknowledgements ?? [])].sort((a, b) => a.at.getTime() - b.at.getTime());
  const resolvedAt = status === 'resolved' ? (given.resolved_at ?? changed ?? updated ?? null) : null;
  // The API tells whole seconds, events their parts: what it says of a second is true at its end.
  const at = new Date((changed ?? updated ?? created).getTime() + 999);
  return rowsOf(given, { at, acknowledgedAt: first?.at ?? null, resolvedAt, by: first?.acknowledger ?? null }, context);
}

/** Events that tell the state of an incident. The others tell what is not read, or of a resolved one not when it was. */
const TELLING = ['triggered', 'acknowledged', 'unacknowledged', 'resolved', 'reopened'].map(
  (name) => `incident.${name}`
);

export const isTelling = (eventType: string): boolean => TELLING.includes(eventType);

/** An incident as an event of `at` tells it; its state is that of the event. */
export function ofEvent(
  given: EventIncident,
  { type, at, by = null }: { type: string; at: Date; by?: User | null },
  context: Context
): IncidentRows {
  const isResolved = type === 'incident.resolved';
  const status = isResolved ? 'resolved' : type === 'incident.acknowledged' ? 'acknowledged' : 'triggered';
  return rowsOf(
    { ...given, status },
    { at, acknowledgedAt: status === 'acknowledged' ? at : null, resolvedAt: isResolved ? at : null, by: status === 'acknowledged' ? by : null }, // prettier-ignore
    context
  );
}
