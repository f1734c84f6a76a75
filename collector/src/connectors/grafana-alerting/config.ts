/** Section `grafana-alerting` of throughline.yaml. */
import { z } from 'zod';
import { labelNames } from '../../alerts.ts';
import { secret } from '../../secret.ts';

export const section = z
  .strictObject({
    tokens: z
      .array(secret())
      .default([])
      .describe('Credentials of the Authorization header (scheme Bearer) of contact points.'),
    hmac_secrets: z.array(secret()).default([]).describe('HMAC secrets of contact points (Grafana 12 and newer).'),
    hmac_header: z.string().toLowerCase().default('x-grafana-alerting-signature').describe('Header of the signature.'),
    hmac_timestamp_header: z
      .string()
      .toLowerCase()
      .optional()
      .describe(
        'Header of its time, where the contact point sets one. Requests older than five minutes are refused then.'
      ),
    labels: z.strictObject(labelNames).prefault({}),
    environment: z.string().default('production').describe('Environment of alerts that name none.'),
    ignore: z
      .record(z.string(), z.array(z.string()))
      .default({ alertname: ['DatasourceNoData', 'DatasourceError', 'TestAlert'] })
      .describe('Alerts that are no incidents: label → values.'),
  })
  .refine(({ tokens, hmac_secrets }) => tokens.length > 0 || hmac_secrets.length > 0, 'give tokens or hmac_secrets');

export type Section = z.infer<typeof section>;
