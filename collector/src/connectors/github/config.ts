/** Section `github` of throughline.yaml. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { isoDate, slug } from '../../config/repository.ts';
import { CollectorError } from '../../errors.ts';
import { pattern } from '../../text/pattern.ts';
import { stageMap } from '../../trackers/stages.ts';
import { Secret, secret } from '../../secret.ts';

const OWNER = pattern`^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$`;
const FULL_NAME = pattern`^[A-Za-z0-9][A-Za-z0-9_-]{0,99}/[A-Za-z0-9_.-]{1,100}$`;
const owner = z.string().refine((text) => OWNER.test(text), 'is no login of an organisation or user');
const fullName = z.string().refine((text) => FULL_NAME.test(text), 'is not owner/repository');

const app = z.strictObject({
  id: z.union([z.int().positive(), z.string().min(1)]).describe('App id or client id.'),
  key_file: z.string().optional().describe('PEM file with the private key.'),
  key: secret().optional().describe('The private key itself, as `${ENV}`.'),
  installation: z.int().positive().describe('Installation id (in the URL of its settings page).'),
});

export const section = z
  .strictObject({
    token: secret().optional().describe('Token, as `${GITHUB_TOKEN}`. Rights: see the README of the connector.'),
    token_file: z.string().optional().describe('File that holds the token.'),
    app: app.optional().describe('GitHub App in place of a token.'),
    url: z.url().default('https://github.com').describe('GitHub Enterprise Server: its address.'),
    proxy: z
      .url()
      .optional()
      .describe('HTTP proxy for GitHub alone. Default: HTTPS_PROXY and NO_PROXY of the environment.'),
    ca_file: z.string().optional().describe('PEM file with the certificate authority of the server.'),
    owners: z.array(owner).default([]).describe('Organisations and users: all of their repositories.'),
    repositories: z.array(fullName).default([]).describe('Single repositories, owner/name.'),
    topics: z.array(z.string()).default([]).describe('Of the owners, only repositories with one of these topics.'),
    include: z
      .array(z.string())
      .default([])
      .describe('Of the owners, only repositories that one of these globs fits (`acme/shop-*`).'),
    exclude: z.array(z.string()).default([]).describe('Repositories that are left out, as globs.'),
    forks: z.boolean().default(false).describe('Read forks of the owners too.'),
    archived: z.boolean().default(true).describe('Read archived repositories too.'),
    since: isoDate.optional().describe('How far back. Default: two years before the first run.'),
    mirrors: z
      .boolean()
      .default(true)
      .describe('Read the git history of the repositories too (line lifetimes, what a deployment ships).'),
    webhook_secrets: z
      .array(secret())
      .default([])
      .describe('Secrets of webhooks, each as `${NAME}`; several while one is changed. Without any none is received.'),
    incident_labels: z
      .array(z.string())
      .default(['incident'])
      .describe('Issues with one of these labels are incidents.'),
    incident_types: z
      .array(z.string())
      .default(['incident'])
      .describe('Issues of one of these types are incidents, whatever their labels (capitals do not count).'),
    issue_types: z
      .record(z.string(), z.enum(['bug', 'feature', 'docs', 'refactor']))
      .default({})
      .describe(
        'What types of issues are that are not called bug, feature or the like (`Defect: bug`). They weigh more than labels.'
      ),
    issue_states: stageMap.describe(
      'Stages that labels of issues say (`status: in progress: in_progress`). Without any, issues are open, done or cancelled.'
    ),
    customer_labels: z
      .array(z.string())
      .default([])
      .describe('Issues with one of these labels were asked for by a customer.'),
    revenue_labels: z.array(z.string()).default([]).describe('Issues with one of these labels are revenue features.'),
    environments: z
      .array(
        z.strictObject({
          name: z.string().describe('Glob over the name of the environment (`prod-*`).'),
          repository: z.string().default('*').describe('Glob over owner/name.'),
          environment: z.string().default('production').describe('What it is. Metrics read `production`.'),
          service: slug.optional().describe('Service that is deployed to it. Default: that of the repository.'),
        })
      )
      .default([])
      .describe(
        'What environments of GitHub deployments are that are not called production, prod, prd or live; the first rule that fits decides.'
      ),
    deployments: z
      .array(
        z.strictObject({
          repository: z.string().default('*').describe('Glob over owner/name.'),
          workflow: z
            .string()
            .describe('Path or file name of a workflow whose successful runs are deployments (`deploy.yml`).'),
          branch: z.string().optional().describe('Default: the default branch.'),
          environment: z.string().default('production').describe('Environment that it deploys to.'),
          service: slug.optional().describe('Service that it deploys. Default: that of the repository.'),
        })
      )
      .default([])
      .describe('Workflows that deploy, where no GitHub deployments are written.'),
  })
  .refine(
    ({ token, token_file: file, app: asApp }) => [token, file, asApp].filter((one) => one !== undefined).length === 1,
    {
      error: 'give one of token, token_file and app',
    }
  )
  .refine(({ app: asApp }) => asApp === undefined || (asApp.key === undefined) !== (asApp.key_file === undefined), {
    error: 'give either key or key_file',
    path: ['app'],
  });

export type Section = z.infer<typeof section>;

function secretOf(file: string, what: string): Secret {
  try {
    return new Secret(readFileSync(file, 'utf8').trim());
  } catch (cause) {
    throw new CollectorError({
      code: 'secret_file',
      message: `Cannot read the file ${file} (${(cause as NodeJS.ErrnoException).code ?? 'unknown'}) with the ${what}. Check github in throughline.yaml and the rights of the file.`,
      fault: 'config',
      cause,
    });
  }
}

/** How requests are signed. */
export type Credential =
  | { readonly kind: 'token'; readonly token: Secret }
  | { readonly kind: 'app'; readonly id: string; readonly key: Secret; readonly installation: number };

/** @throws CollectorError `secret_file`. */
export function credentialOf({ token, token_file: file, app: asApp }: Section): Credential {
  if (asApp !== undefined) {
    const key = asApp.key ?? secretOf(asApp.key_file ?? '', 'private key');
    return { kind: 'app', id: String(asApp.id), key, installation: asApp.installation };
  }
  return { kind: 'token', token: token ?? secretOf(file ?? '', 'token') };
}

/** Address of the API: of github.com, of a server, or of a host that is the API itself (`https://api.acme.ghe.com`). */
export function apiUrl({ url }: Pick<Section, 'url'>): { readonly rest: string; readonly graphql: string } {
  const { origin, hostname, pathname } = new URL(url);
  if (hostname === 'github.com') {
    return { rest: 'https://api.github.com/', graphql: 'https://api.github.com/graphql' };
  }
  if (hostname.startsWith('api.') || pathname.startsWith('/api')) {
    return { rest: `${origin}/`, graphql: `${origin}/graphql` };
  }
  return { rest: `${origin}/api/v3/`, graphql: `${origin}/api/graphql` };
}

/** Name of the provider in accounts: one host, one namespace of logins. */
export const providerOf = ({ url }: Pick<Section, 'url'>): string => {
  const { hostname } = new URL(url);
  return hostname === 'github.com' || hostname === 'api.github.com' ? 'github' : hostname;
};
