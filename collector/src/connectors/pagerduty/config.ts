/** Section `pagerduty` of throughline.yaml. */
import { z } from 'zod';
import { secret } from '../../secret.ts';

export const section = z
  .strictObject({
    token: secret().optional().describe('REST API key, read-only. Without it only webhooks are received.'),
    url: z
      .string()
      .default('https://api.pagerduty.com')
      .describe('Address of the API (`https://api.eu.pagerduty.com` in the EU).'),
    webhook_secrets: z
      .array(secret())
      .default([])
      .describe('Signing secrets of webhook subscriptions. Without one nothing is received.'),
    services: z
      .record(z.string(), z.string())
      .default({})
      .describe('Service of PagerDuty (id or name) → service here. Default: its name.'),
    environment: z.string().default('production').describe('Environment of its incidents.'),
    since_days: z.int().positive().max(3650).default(365).describe('How far back the first pass reads.'),
  })
  .refine(
    ({ token, webhook_secrets }) => token !== undefined || webhook_secrets.length > 0,
    'give token or webhook_secrets'
  );

export type Section = z.infer<typeof section>;
