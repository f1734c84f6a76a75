/** Section `linear` of throughline.yaml. */
import { z } from 'zod';
import { secret } from '../../secret.ts';
import { stageMap } from '../../trackers/stages.ts';
import { TYPES } from '../../trackers/types.ts';

export const section = z
  .strictObject({
    api_key: secret().optional().describe('Personal API key (`lin_api_…`) that may read, as `${NAME}`.'),
    token: secret().optional().describe('Access token of an OAuth application with the scope `read`, in place of a key.'),
    url: z.url().default('https://api.linear.app').describe('Address of the API.'),
    teams: z.array(z.string()).default([]).describe('Keys of teams (`SHOP`). Default: all that the key may read.'),
    webhook_secrets: z
      .array(secret())
      .default([])
      .describe('Signing secrets of webhooks, each as `${NAME}`. Without any none is received.'),
    states: stageMap.describe(
      'What states of issues are: name (`In QA`) → backlog, ready, in_progress, review, done or cancelled. Default: what their type or name says beyond doubt; `throughline plan` proposes the rest.'
    ),
    types: z
      .record(z.string(), z.enum(TYPES))
      .default({})
      .describe('What labels say of an issue (`Incident follow-up: bug`), where they are not called bug, feature or the like.'),
    customer_labels: z.array(z.string()).default([]).describe('Issues with one of these labels were asked for by a customer.'),
    revenue_labels: z.array(z.string()).default([]).describe('Issues with one of these labels are revenue features.'),
    since_days: z.int().positive().max(3650).default(730).describe('The first pass reads issues that changed within so many days.'),
  })
  .refine(({ api_key: key, token }) => (key === undefined) !== (token === undefined), 'give one of api_key and token'); // prettier-ignore

export type Section = z.infer<typeof section>;
