/** Outside → house rows. Pure. */
import { entryOf } from '../../foreign.ts';
import { incidentRows, type IncidentRows } from '../../incident-rows.ts';
import type { HouseRow, Skip, StreamContext } from '../../connector.ts';
import type { Section } from './config.ts';
import type { Incident, User } from './schema.ts';

export interface Context extends Pick<StreamContext<Section>, 'accountId'> {
  readonly section: Section;
  readonly now: Date;
}

/** Under way or over; triage is no incident yet, declined, merged and cancelled ones were none. */
const UNDER_WAY: ReadonlySet<string> = new Set(['live', 'paused']);
const OVER: ReadonlySet<string> = new Set(['learning', 'closed']);
/** Drills and tutorials are no incidents. */
const MODES: ReadonlySet<string> = new Set(['standard', 'retrospective']);

export const isUnderWay = ({ incident_status: { category } }: Incident): boolean => UNDER_WAY.has(category);

/** Of the named timestamps the first that is set. */
function timeOf({ incident_timestamp_values: given }: Incident, names: readonly string[]): Date | null {
  const times = new Map(
    (given ?? []).map(({ incident_timestamp: { name }, value }) => [name.trim().toLowerCase(), value?.value ?? null])
  );
  for (const name of names) {
    const at = times.get(name.toLowerCase());
    if (at !== undefined && at !== null) return at;
  }
  return null;
}

/** What the first field that names a service says; several = the incident is of the first, the others are named. */
function servicesOf({ custom_field_entries: given }: Incident, { service_fields: fields, services }: Section): string[] {
  const byName = new Map((given ?? []).map(({ custom_field: { name }, values }) => [name.toLowerCase(), values ?? []]));
  for (const field of fields) {
    const found = (byName.get(field.toLowerCase()) ?? []).flatMap((value) => {
      const name = (value.value_catalog_entry?.name ?? value.value_option?.value ?? value.value_text ?? '').trim();
      return name === '' ? [] : [entryOf(services, name) ?? name];
    });
    if (found.length > 0) return [...new Set(found)];
  }
  return [];
} // prettier-ignore

function accountOf(lead: User, { accountId }: Context): { readonly id: string; readonly row: HouseRow } {
  const id = accountId('incidentio', lead.id);
  const email = lead.email?.trim().toLowerCase().slice(0, 300) ?? '';
  const values = { account_id: id, provider: 'incidentio', login: lead.id, kind: 'human', ...(email === '' ? {} : { email }) };
  return { id, row: { table: 'account', values } };
} // prettier-ignore

/**
 * An incident as the API or a webhook tells it.
 * @param wasUnderWay It was told as an incident before: one that was then declined, merged or cancelled ended.
 */
export function ofIncident(given: Incident, wasUnderWay: boolean, context: Context): IncidentRows {
  const { section, now } = context;
  const { id, incident_status: status, updated_at: updatedAt, created_at: createdAt } = given;
  const isOver = OVER.has(status.category);
  const counts = isUnderWay(given) || isOver || wasUnderWay;
  if (!MODES.has(given.mode ?? 'standard') || !counts) return { rows: [], skips: [], notices: [] };
  const name = given.reference ?? id;
  const said: string[] = [];
  const told = timeOf(given, section.timestamps.resolved);
  // A time that an incident had before it was opened again is none.
  const resolvedAt = isUnderWay(given) ? null : (told ?? updatedAt);
  if (resolvedAt !== null && told === null && isOver)
    said.push(`it is over and no timestamp of incidentio.timestamps.resolved says since when: counted as over since its last change`); // prettier-ignore
  const [service = null, ...others] = servicesOf(given, section);
  if (others.length > 0) said.push(`it names several services: counted for ${String(service)}, not for ${others.slice(0, 5).join(', ')}`); // prettier-ignore
  const lead = given.incident_role_assignments?.find(({ role, assignee }) => role.role_type === 'lead' && assignee)?.assignee; // prettier-ignore
  const account = lead ? accountOf(lead, context) : null;
  const made = incidentRows(
    {
      source: 'incidentio',
      id,
      service,
      environment: section.environment,
      // Whoever may see this store may not see a private incident.
      title: given.visibility === 'private' ? name : `${name}${given.name ? ` ${given.name}` : ''}`,
      severity: given.severity?.name ?? null,
      startedAt: timeOf(given, section.timestamps.started) ?? timeOf(given, section.timestamps.detected) ?? createdAt,
      detectedAt: timeOf(given, section.timestamps.detected),
      acknowledgedAt: timeOf(given, section.timestamps.acknowledged),
      responderAccountId: account?.id ?? null,
      resolvedAt,
      url: given.permalink ?? null,
      state: updatedAt.toISOString(),
    },
    now
  );
  const isStored = made.rows.length > 0;
  const skip: Skip = { item: `incidentio incident ${name}`, reason: said.join('; ') };
  return {
    ...made,
    rows: account !== null && isStored ? [account.row, ...made.rows] : made.rows,
    skips: isStored && said.length > 0 ? [...made.skips, skip] : made.skips,
  };
}
