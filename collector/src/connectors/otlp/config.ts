/** Section `otlp` of throughline.yaml. */
import { z } from 'zod';
import { secret } from '../../secret.ts';

const token = z.strictObject({
  token: secret().describe('Bearer token that senders carry, as `${NAME}`.'),
  organisations: z
    .array(z.string().min(1))
    .default([])
    .describe(
      'Organisations (`workspace.org_slug`, owners of repositories) for which it may send: what names none is theirs, what names another is refused, and of a repository of another the use counts without it. Default: whatever is named.'
    ),
});

export const section = z.strictObject({
  tokens: z.array(token).min(1, 'is empty').describe('Who may send telemetry, and for which organisations.'),
});

export type Section = z.infer<typeof section>;
