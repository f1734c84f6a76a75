/** Section `cursor` of throughline.yaml. */
import { z } from 'zod';
import { secret } from '../../secret.ts';

export const section = z.strictObject({
  api_key: secret().describe('Admin API key of the team (`key_…` or `crsr_…` with the scope admin), as `${NAME}`.'),
  url: z.url().default('https://api.cursor.com').describe('Address of the API.'),
  since_days: z.int().positive().max(365).default(90).describe('How far back the first pass reads.'),
  events: z
    .boolean()
    .default(true)
    .describe('Read single uses, with tokens and cost. 500 come with a request, of which 20 are allowed a minute.'),
  commits: z
    .boolean()
    .default(true)
    .describe('Read AI code tracking: lines by AI of each commit. Needs the Enterprise plan.'),
});

export type Section = z.infer<typeof section>;
