/** Section `jira` of throughline.yaml. */
import { z } from 'zod';
import { secret } from '../../secret.ts';
import { pattern } from '../../text/pattern.ts';
import { stageMap } from '../../trackers/stages.ts';
import { TYPES } from '../../trackers/types.ts';

const KEY = pattern`^[A-Za-z][A-Za-z0-9_]{0,254}$`;

export const section = z
  .strictObject({
    url: z.url().describe('Address of the site (`https://acme.atlassian.net`); with an access token `https://api.atlassian.com/ex/jira/<cloud id>`.'),
    email: z.string().optional().describe('Address of the account that the API token is of.'),
    api_token: secret().optional().describe('API token of that account, as `${NAME}`.'),
    access_token: secret().optional().describe('Access token of an OAuth 2.0 application, in place of both.'),
    projects: z.array(z.string().refine((key) => KEY.test(key), 'is no key of a project')).default([]).describe('Keys of projects (`SHOP`). Default: all that the account may browse.'),
    sprints: z.boolean().default(true).describe('Read boards and sprints. Needs Jira Software.'),
    webhook_secrets: z.array(secret()).default([]).describe('Secrets of webhooks, each as `${NAME}`. Without any none is received.'),
    states: stageMap.describe(
      'What statuses are: name (`Waiting for QA`) → backlog, ready, in_progress, review, done or cancelled. Default: what their name says beyond doubt within their category; `throughline plan` proposes the rest.'
    ),
    types: z.record(z.string(), z.enum(TYPES)).default({}).describe('What types of issues and labels are that are not called bug, story, feature or the like (`Task: feature`).'),
    customer_labels: z.array(z.string()).default([]).describe('Issues with one of these labels were asked for by a customer.'),
    revenue_labels: z.array(z.string()).default([]).describe('Issues with one of these labels are revenue features.'),
    estimate_field: z.string().optional().describe('Id of the field with the estimate (`customfield_10016`). Default: story points.'),
    since_days: z.int().positive().max(3650).default(730).describe('The first pass reads issues that changed within so many days.'),
  })
  .refine(({ email, api_token: token, access_token: access }) => (access === undefined ? email !== undefined && token !== undefined : email === undefined && token === undefined), 'give email and api_token, or access_token'); // prettier-ignore

export type Section = z.infer<typeof section>;
