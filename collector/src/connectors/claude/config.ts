/** Section `claude` of throughline.yaml. */
import { z } from 'zod';
import { secret } from '../../secret.ts';

export const section = z
  .strictObject({
    admin_key: secret()
      .optional()
      .describe('Admin API key of a Console organisation (`sk-ant-admin…`), as `${NAME}`: Claude Code Analytics.'),
    analytics_key: secret()
      .optional()
      .describe('Key with `read:analytics` of an Enterprise plan, as `${NAME}`: Enterprise analytics.'),
    url: z.url().default('https://api.anthropic.com').describe('Address of the API.'),
    since_days: z.int().positive().max(365).default(90).describe('How far back the first pass reads.'),
  })
  .refine(({ admin_key: admin, analytics_key: analytics }) => admin !== undefined || analytics !== undefined, 'give admin_key or analytics_key'); // prettier-ignore

export type Section = z.infer<typeof section>;
