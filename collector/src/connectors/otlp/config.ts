/** Section `otlp` of throughline.yaml. */
import { z } from 'zod';
import { secret } from '../../secret.ts';

const token = z.strictObject({
  token: secret().describe('Bearer token that senders carry, as `${NAME}`.'),
  organisations: z
    .array(z.string().min(1))
    .default([])
    .describe(
      'Organisations (`workspace.org_slug`) for which it may send; what names another is refused. Default: whatever is named.'
    ),
});

export const section = z.strictObject({
  tokens: z.array(token).min(1, 'is empty').describe('Who may send telemetry, and for which organisations.'),
});

export type Section = z.infer<typeof section>;
