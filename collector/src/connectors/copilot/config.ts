/** Section `copilot` of throughline.yaml. */
import { z } from 'zod';
import { secret } from '../../secret.ts';
import { pattern } from '../../text/pattern.ts';

const NAME = pattern`^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$`;
const name = z.string().refine((text) => NAME.test(text), 'is no login of an organisation or enterprise');

export const section = z
  .strictObject({
    token: secret().describe('Token that may read Copilot metrics, as `${NAME}`. Rights: see the README of the connector.'),
    organisations: z.array(name).default([]).describe('Organisations (logins) whose usage and seats are read.'),
    enterprise: name
      .optional()
      .describe('Enterprise whose usage and seats are read. Its usage holds that of its organisations, which is then not read twice.'),
    url: z.url().default('https://api.github.com').describe('Address of the API (`https://api.acme.ghe.com` with data residency).'),
    report_hosts: z
      .array(z.string())
      .default(['copilot-reports.github.com', 'copilot-reports-*.b01.azurefd.net'])
      .describe('Hosts from which reports may be fetched, as globs. Signed links to others are not followed.'),
    since_days: z.int().positive().max(365).default(90).describe('How far back the first pass reads; GitHub keeps a year.'),
    costs: z.boolean().default(false).describe('Read AI credits too; needs the right to see billing.'),
  })
  .refine(({ organisations, enterprise }) => organisations.length > 0 || enterprise !== undefined, 'give organisations or enterprise'); // prettier-ignore

export type Section = z.infer<typeof section>;

/** Name of the provider in accounts, as the connector of the forge has it: one host, one namespace of logins. */
export function providerOf({ url }: Pick<Section, 'url'>): string {
  const { hostname } = new URL(url);
  return hostname === 'api.github.com'
    ? 'github'
    : hostname.startsWith('api.')
      ? hostname.slice('api.'.length)
      : hostname;
}
