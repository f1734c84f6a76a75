/** Section `incidentio` of throughline.yaml. */
import { z } from 'zod';
import { secret } from '../../secret.ts';

const names = z.array(z.string().trim().min(1));

export const section = z
  .strictObject({
    token: secret()
      .optional()
      .describe(
        'API key that may view incidents (and private ones, if they shall count). Without it only webhooks are received.'
      ),
    url: z.string().default('https://api.incident.io').describe('Address of the API.'),
    webhook_secrets: z
      .array(secret())
      .default([])
      .describe('Signing secrets of webhook endpoints (`whsec_…`). Without one nothing is received.'),
    service_fields: names
      .default(['Service', 'Services', 'Affected service', 'Affected services'])
      .describe('Custom fields that name the service; the first that an incident has counts.'),
    services: z
      .record(z.string(), z.string())
      .default({})
      .describe('Service of incident.io (name in that field) → service here. Default: its name.'),
    timestamps: z
      .strictObject({
        started: names
          .default(['Impact started at', 'Impact started'])
          .describe('Began. Default also: when it was made.'),
        detected: names.default(['Reported at', 'Detected at']).describe('Somebody noticed.'),
        acknowledged: names.default(['Accepted at', 'Acknowledged at']).describe('Somebody took it.'),
        resolved: names
          .default(['Resolved at', 'Fixed at', 'Closed at'])
          .describe('It was over; the first that is set counts.'),
      })
      .prefault({})
      .describe('Names of the timestamps of your organisation, in the order in which they are looked for.'),
    environment: z.string().default('production').describe('Environment of its incidents.'),
    since_days: z.int().positive().max(3650).default(365).describe('How far back the first pass reads.'),
  })
  .refine(
    ({ token, webhook_secrets }) => token !== undefined || webhook_secrets.length > 0,
    'give token or webhook_secrets'
  );

export type Section = z.infer<typeof section>;
