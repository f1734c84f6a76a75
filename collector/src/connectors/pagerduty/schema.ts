/** PagerDuty as it answers: REST API v2 and webhooks v3 (published schema of 2026-08-14); only the fields that are needed. */
import { z } from 'zod';
import { eachOf, instant } from '../../lenient.ts';

const reference = z.object({ id: z.string(), summary: z.string().nullish() });

/** Who did something; services and integrations do so too, with another type. */
const user = reference.extend({ type: z.string().nullish() });
export type User = z.infer<typeof user>;

const common = z.object({
  id: z.string(),
  status: z.enum(['triggered', 'acknowledged', 'resolved']),
  title: z.string().nullish(),
  created_at: instant,
  html_url: z.string().nullish(),
  service: reference.nullish(),
  priority: z.object({ summary: z.string().nullish() }).nullish(),
  urgency: z.string().nullish(),
});

export const incident = common.extend({
  updated_at: instant.nullish(),
  last_status_change_at: instant.nullish(),
  resolved_at: instant.nullish(),
  acknowledgements: z.array(z.object({ at: instant, acknowledger: user.nullish() })).nullish(),
});
export type Incident = z.infer<typeof incident>;

export const incidentList = z.object({ incidents: eachOf(incident, 'incident'), more: z.boolean().nullish() });
export const oneIncident = z.object({ incident });

/** A webhook; `data` is an incident only for events about one. */
export const webhook = z.object({
  event: z.object({
    id: z.string(),
    event_type: z.string(),
    resource_type: z.string().nullish(),
    occurred_at: instant,
    agent: user.nullish(),
    data: z.unknown(),
  }),
});
/** An event about one. */
export const incidentEvent = z.object({ event: webhook.shape.event.extend({ data: common }) });
export type EventIncident = z.infer<typeof common>;

export const cursor = z.object({
  /** Incidents created before are read. */
  until: z.iso.datetime(),
  /** Incidents that were open at the last look. */
  open: z.array(z.string()),
});
export type Cursor = z.infer<typeof cursor>;
