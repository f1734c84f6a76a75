/** Section `alertmanager` of throughline.yaml. */
import { z } from 'zod';
import { labelNames } from '../../alerts.ts';
import { secret } from '../../secret.ts';

export const section = z.strictObject({
  tokens: z
    .array(secret())
    .min(1, 'is empty')
    .describe(
      'Bearer tokens of the webhook receivers (`http_config.authorization.credentials`). Each of several is good.'
    ),
  url: z
    .string()
    .optional()
    .describe(
      'Address of Alertmanager itself. With it an end whose notification was lost is noticed; without it such an alert stays open.'
    ),
  url_token: secret().optional().describe('Bearer token for that address. Default: none is sent.'),
  labels: z.strictObject(labelNames).prefault({}),
  environment: z.string().default('production').describe('Environment of alerts that name none.'),
  ignore: z
    .record(z.string(), z.array(z.string()))
    .default({ alertname: ['Watchdog', 'InfoInhibitor'], severity: ['none', 'info'] })
    .describe('Alerts that are no incidents: label → values.'),
});

export type Section = z.infer<typeof section>;
