/** incident.io as it answers: API v2 and webhooks (published OpenAPI description, docs.incident.io of 2026-11); only the fields that are needed. */
import { z } from 'zod';
import { eachOf, instant } from '../../lenient.ts';

const named = z.object({ name: z.string() });

const status = z.object({
  category: z.string(),
  name: z.string().nullish(),
});

const user = z.object({ id: z.string(), email: z.string().nullish() });
export type User = z.infer<typeof user>;

const fieldValue = z.object({
  value_catalog_entry: named.nullish(),
  value_option: z.object({ value: z.string() }).nullish(),
  value_text: z.string().nullish(),
});

export const incident = z.object({
  id: z.string(),
  reference: z.string().nullish(),
  name: z.string().nullish(),
  permalink: z.string().nullish(),
  mode: z.string().nullish(),
  visibility: z.string().nullish(),
  created_at: instant,
  updated_at: instant,
  incident_status: status,
  severity: named.nullish(),
  incident_role_assignments: z
    .array(z.object({ assignee: user.nullish(), role: z.object({ role_type: z.string().nullish() }) }))
    .nullish(),
  incident_timestamp_values: z
    .array(z.object({ incident_timestamp: named, value: z.object({ value: instant.nullish() }).nullish() }))
    .nullish(),
  custom_field_entries: z.array(z.object({ custom_field: named, values: z.array(fieldValue).nullish() })).nullish(),
});
export type Incident = z.infer<typeof incident>;

export const incidentList = z.object({
  incidents: eachOf(incident, 'incident'),
  pagination_meta: z.object({ after: z.string().nullish() }).nullish(),
});
export const oneIncident = z.object({ incident });

/** A webhook holds what it is about under the name of its event. */
export const webhook = z.looseObject({ event_type: z.string() });

/** A change of status tells the status before it too. */
export const statusChange = z.object({ incident, previous_status: status.nullish() });

export const cursor = z.object({
  /** Incidents that changed before are read. */
  until: z.iso.datetime(),
  /** Incidents that were under way at the last look. */
  open: z.array(z.string()),
});
export type Cursor = z.infer<typeof cursor>;
