/** Section `gitlab` of throughline.yaml. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { isoDate, slug } from '../../config/repository.ts';
import { CollectorError } from '../../errors.ts';
import { Secret, secret } from '../../secret.ts';
import { pattern } from '../../text/pattern.ts';
import { stageMap } from '../../trackers/stages.ts';

const PATH = pattern`^[A-Za-z0-9_][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$`;
const fullPath = z
  .string()
  .max(1000)
  .refine((text) => PATH.test(text), 'is no full path of a group, user or project (acme/platform/shop)');

export const section = z
  .strictObject({
    token: secret()
      .optional()
      .describe('Access token (personal, project or group) with the scope `read_api`, and `read_repository` for git histories, as `${GITLAB_TOKEN}`.'),
    token_file: z.string().optional().describe('File that holds the token.'),
    url: z.url().default('https://gitlab.com').describe('Address of a GitLab of your own, with its sub-path if it has one (`https://acme.io/gitlab`).'),
    proxy: z.url().optional().describe('HTTP proxy for GitLab alone. Default: HTTPS_PROXY and NO_PROXY of the environment.'),
    ca_file: z.string().optional().describe('PEM file with the certificate authority of the server.'),
    paths: z
      .array(fullPath)
      .default([])
      .describe('Full paths of what is read: groups and users with all projects below them, and single projects.'),
    topics: z.array(z.string()).default([]).describe('Of groups and users, only projects with one of these topics.'),
    include: z.array(z.string()).default([]).describe('Of groups and users, only projects that one of these globs fits (`acme/shop-*`).'),
    exclude: z.array(z.string()).default([]).describe('Projects that are left out, as globs.'),
    forks: z.boolean().default(false).describe('Read forks within groups too.'),
    archived: z.boolean().default(true).describe('Read archived projects too.'),
    since: isoDate.optional().describe('How far back. Default: two years before the first run.'),
    mirrors: z.boolean().default(true).describe('Read the git history of the projects too (line lifetimes, what a deployment ships).'),
    webhook_secrets: z
      .array(secret())
      .default([])
      .describe('Secret tokens of webhooks (`X-Gitlab-Token`), each as `${NAME}`; several while one is changed.'),
    webhook_signing_tokens: z
      .array(secret())
      .default([])
      .describe('Signing tokens of webhooks (`whsec_…`, GitLab 19 on), each as `${NAME}`. Where one is given, what is not signed is refused.'),
    incident_labels: z.array(z.string()).default([]).describe('Issues with one of these labels are incidents, beside those of type incident.'),
    issue_types: z
      .record(z.string(), z.enum(['bug', 'feature', 'docs', 'refactor']))
      .default({})
      .describe('What labels say of an issue (`Defect: bug`), where they are not called bug, feature or the like.'),
    issue_states: stageMap.describe(
      'Stages that labels of issues say (`workflow::in dev: in_progress`). Without any, issues are open, done or cancelled.'
    ),
    customer_labels: z.array(z.string()).default([]).describe('Issues with one of these labels were asked for by a customer.'),
    revenue_labels: z.array(z.string()).default([]).describe('Issues with one of these labels are revenue features.'),
    environments: z
      .array(
        z.strictObject({
          name: z.string().describe('Glob over the name of the environment (`prod-*`).'),
          project: z.string().default('*').describe('Glob over the full path.'),
          environment: z.string().default('production').describe('What it is. Metrics read `production`.'),
          service: slug.optional().describe('Service that is deployed to it. Default: that of the project.'),
        })
      )
      .default([])
      .describe('What environments are whose tier does not say it; the first rule that fits decides.'),
    deployments: z
      .array(
        z.strictObject({
          project: z.string().default('*').describe('Glob over the full path.'),
          job: z.string().describe('Glob over the name of a job whose runs are deployments (`deploy*`).'),
          branch: z.string().optional().describe('Default: the default branch.'),
          environment: z.string().default('production').describe('Environment that it deploys to.'),
          service: slug.optional().describe('Service that it deploys. Default: that of the project.'),
        })
      )
      .default([])
      .describe('Jobs that deploy, where they name no environment of GitLab.'),
  })
  .refine(({ token, token_file: file }) => (token === undefined) !== (file === undefined), { error: 'give either token or token_file' }); // prettier-ignore

export type Section = z.infer<typeof section>;

/** @throws CollectorError `secret_file`. */
export function tokenOf({ token, token_file: file }: Pick<Section, 'token' | 'token_file'>): Secret {
  if (token !== undefined) return token;
  try {
    return new Secret(readFileSync(file ?? '', 'utf8').trim());
  } catch (cause) {
    throw new CollectorError({
      code: 'secret_file',
      message: `Cannot read the file ${file ?? ''} (${(cause as NodeJS.ErrnoException).code ?? 'unknown'}) with the token. Check gitlab.token_file in throughline.yaml and the rights of the file.`,
      fault: 'config',
      cause,
    });
  }
}

/** Address of the server without a slash at its end; a GitLab may live below a path. */
export const baseOf = ({ url }: Pick<Section, 'url'>): string => {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname.endsWith('/') ? pathname.slice(0, -1) : pathname}`;
};

/** Name of the provider in accounts: one host, one namespace of logins. */
export const providerOf = ({ url }: Pick<Section, 'url'>): string => {
  const { hostname } = new URL(url);
  return hostname === 'gitlab.com' ? 'gitlab' : hostname;
};
