/** Outside → house rows. Pure. */
import { incidentRows, type IncidentRows } from '../../incident-rows.ts';
import { entryOf } from '../../foreign.ts';
import type { Section } from './config.ts';
import type { EventIncident, Incident } from './schema.ts';

/** States of one instant, in the order of their life: clocks of sources tick in seconds. */
const RANK = { triggered: 0, acknowledged: 1, resolved: 2 } as const;

const state = (at: Date, status: keyof typeof RANK): string => `${at.toISOString()}/${String(RANK[status])}`;

interface Known {
  readonly at: Date;
  readonly acknowledgedAt: Date | null;
  readonly resolvedAt: Date | null;
}

function rowsOf(given: EventIncident, { at, acknowledgedAt, resolvedAt }: Known, context: Context): IncidentRows {
  const { services, environment } = context.section;
  const { id, status, service, priority } = given;
  const named = service
    ? (entryOf(services, service.id) ?? entryOf(services, service.summary ?? '') ?? service.summary ?? service.id)
    : null;
  return incidentRows(
    {
      source: 'pagerduty',
      id,
      service: named,
      environment,
      title: given.title ?? id,
      severity: priority?.summary ?? null,
      startedAt: given.created_at,
      acknowledgedAt,
      resolvedAt,
      url: given.html_url ?? null,
      state: state(at, status),
    },
    context.now
  );
}

export interface Context {
  readonly section: Section;
  readonly now: Date;
}

/** An incident as the API tells it. */
export function ofApi(given: Incident, context: Context): IncidentRows {
  const { status, last_status_change_at: changed, updated_at: updated, created_at: created } = given;
  const [first] = (given.acknowledgements ?? []).map(({ at }) => at).sort((a, b) => a.getTime() - b.getTime());
  const resolvedAt = status === 'resolved' ? (given.resolved_at ?? changed ?? updated ?? null) : null;
  // The API tells whole seconds, events their parts: what it says of a second is true at its end.
  const at = new Date((changed ?? updated ?? created).getTime() + 999);
  return rowsOf(given, { at, acknowledgedAt: first ?? null, resolvedAt }, context);
}

/** Events that tell the state of an incident. The others tell what is not read, or of a resolved one not when it was. */
const TELLING = ['triggered', 'acknowledged', 'unacknowledged', 'resolved', 'reopened'].map(
  (name) => `incident.${name}`
);

export const isTelling = (eventType: string): boolean => TELLING.includes(eventType);

/** An incident as an event of `at` tells it; its state is that of the event. */
export function ofEvent(
  given: EventIncident,
  { type, at }: { type: string; at: Date },
  context: Context
): IncidentRows {
  const isResolved = type === 'incident.resolved';
  const status = isResolved ? 'resolved' : type === 'incident.acknowledged' ? 'acknowledged' : 'triggered';
  return rowsOf(
    { ...given, status },
    { at, acknowledgedAt: status === 'acknowledged' ? at : null, resolvedAt: isResolved ? at : null },
    context
  );
}
